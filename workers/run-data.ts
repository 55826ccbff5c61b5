// What a run in the page plays on and is judged by: the built-in world, or given pairs. Lives in the opponent's worker, where the
// tokenizer is. Knows no loop.

import { evaluateWorld } from '../src/judge/evaluate.ts';
import { evaluateData } from '../src/judge/evaluate-data.ts';
import { holdOut } from '../src/judge/held-out.ts';
import type { Judged, Watch } from '../src/judge/judged.ts';
import { runSettings } from '../src/judge/run-settings.ts';
import { worldData } from '../src/judge/world-data.ts';
import { fitExamples } from '../src/spin/fitting.ts';
import { WORLD } from '../src/world/world.ts';
import type { TextCodec } from './engine/text.ts';
import type {
  DataRequest,
  EvaluateRequest,
  EvaluationReport,
  ReadAnswer,
  ReadRequest,
  Row,
  TextPair,
} from './protocol.ts';

export interface RunData {
  readonly training: readonly Row[];
  readonly validation: readonly Row[];
  evaluate(model: Judged, request: EvaluateRequest, watch: Watch): Promise<EvaluationReport>;
}

/** What texts and lengths are measured by. */
export interface ModelTexts {
  readonly codec: TextCodec;
  readonly positions: number;
}

/** @throws TokenizerError, RangeError where the world has fewer held-out prompts than are asked for */
export function prepareRun({ source, configuration }: DataRequest, texts: ModelTexts): Promise<RunData> {
  return source.kind === 'world' ? worldRun(configuration, texts) : pairsRun(source.pairs, configuration, texts);
}

async function worldRun(
  configuration: DataRequest['configuration'],
  { codec, positions }: ModelTexts,
): Promise<RunData> {
  const { seed, iterations, examplesPerIteration, freshExamples, validationExamples, evaluationPrompts } =
    configuration;
  const { examples, validation, evaluation } = await worldData({
    seed,
    codec,
    examples: examplesPerIteration * (freshExamples ? iterations : 1),
    validation: validationExamples,
    evaluation: evaluationPrompts,
  });
  const rows = (list: typeof examples): Row[] =>
    list.map(({ prompt, answer, ...example }) => ({ prompt: prompt.text, response: answer, example }));
  return {
    training: rows(examples),
    validation: rows(validation),
    evaluate: async (model, { shown, ...request }, watch) => {
      const settings = { ...runSettings(configuration, request, positions), shown };
      const { answers, ...measures } = await evaluateWorld(model, codec, evaluation, settings, watch);
      return {
        measures,
        answers: answers.map(({ prompt, human, answer, logp, end, fault }) => ({
          prompt,
          response: human,
          text: answer,
          logp,
          end,
          fault,
        })),
      };
    },
  };
}

/** Held-out pairs that are too long are left out here; of the others the loop tells. */
async function pairsRun(
  pairs: readonly TextPair[],
  configuration: DataRequest['configuration'],
  { codec, positions }: ModelTexts,
): Promise<RunData> {
  const { seed, validationExamples, evaluationPrompts, maxLength, overflow } = configuration;
  const rows = pairs.map(
    ({ prompt, response }, index): Row => ({
      prompt,
      response,
      example: { index, promptIds: codec.encodePrompt(prompt), realIds: codec.encodeResponse(response, true) },
    }),
  );
  const { training, heldOut } = holdOut(rows, seed, Math.max(validationExamples, evaluationPrompts));
  const fitting = fitExamples(
    heldOut.map(({ example }) => example),
    Math.min(maxLength, positions),
    overflow,
  ).examples;
  return {
    training,
    validation: heldOut.slice(0, validationExamples),
    evaluate: async (model, { shown, ...request }, watch) => {
      const settings = { ...runSettings(configuration, request, positions), shown };
      const asked = fitting.slice(0, evaluationPrompts);
      const { answers, ...measures } = await evaluateData(model, codec, asked, settings, watch);
      return {
        measures,
        answers: answers.map(({ index, answer, logp, end }) => ({ ...rows[index]!, text: answer ?? '', logp, end })),
      };
    },
  };
}

/** Answers as a person reads them, with the world's verdict where the prompt is one of the world's. */
export function readAnswers(requests: readonly ReadRequest[], codec: TextCodec): ReadAnswer[] {
  return requests.map(({ prompt: text, answer: { ids, end } }) => {
    const answer = codec.decode(end === 'stop' ? ids.slice(0, -1) : ids, { skipSpecial: false });
    const prompt = WORLD.parse(text);
    return prompt === null ? { text: answer } : { text: answer, fault: WORLD.explain(prompt, answer) };
  });
}
