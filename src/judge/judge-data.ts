// The judge over data without a known truth: likelihood of the human answers, and what can be said of the model's own without knowing
// which are right. Deterministic.

import type { AnswerLine } from '../folder/lines.ts';
import type { Answer, Example } from '../spin/players.ts';
import { clusteredShare, type Estimate, mean, ratio } from '../world/estimates.ts';
import { answerNumbers, saidAnswer } from './answer-lines.ts';
import { drawAnswers, scoreResponses } from './ask.ts';
import type { JudgeCodec, Judged, JudgeSettings, Watch } from './judged.ts';
import { type DataMeasureName, type EstimateFields, estimateFields, nllEstimate } from './measure-fields.ts';
import { Steps } from './steps.ts';

/** Only ids are needed; texts of shown answers are made by the codec, where there is one. */
export type DataCodec = Pick<JudgeCodec, 'decode' | 'pieces'> | null;

/** The first answer to an example: a line but for the texts of prompt and human answer, which whoever has the examples knows. */
export interface DataAnswer extends Omit<AnswerLine, 'prompt' | 'human' | 'family' | 'log_prob' | 'fault'> {
  /** The example's. */
  readonly index: number;
}

/**
 * `distinct`: distinct answers of a prompt over its answers. `mean_length`: tokens of an answer, its end token counted. `ended`: share
 * that ended by itself. `exact_match`: share that are the human answer, token by token.
 */
export interface DataReport extends EstimateFields<DataMeasureName> {
  /** Prompts asked. */
  readonly prompts: number;
  readonly samples: number;
  readonly human_answers: number;
  readonly human_tokens: number;
  readonly answers: readonly DataAnswer[];
}

/** Measures the model on examples. A human answer without an end token (it was cut) is scored as far as it goes. */
export async function evaluateData(
  model: Judged,
  codec: DataCodec,
  examples: readonly Example[],
  settings: JudgeSettings,
  watch: Watch = {},
): Promise<DataReport> {
  const steps = new Steps(watch);
  steps.expect(examples.length * (settings.samples + 1));
  const promptIds = examples.map((example) => example.promptIds);
  const drawn = await drawAnswers(model, promptIds, settings, steps);
  const responses = examples.map((example) => ({ promptIds: example.promptIds, ids: example.realIds }));
  const logps = await scoreResponses(model, responses, settings.microBatch, steps);
  const humans = examples.map(({ realIds }, i) => ({ nats: -logps[i]!, tokens: realIds.length }));
  const answers: DataAnswer[] = [];
  for (const [i, example] of examples.slice(0, settings.samples > 0 ? settings.shown : 0).entries()) {
    const { index, promptIds: prompt_ids, realIds: human_ids } = example;
    const first = drawn[i]![0]!;
    const said = codec === null ? { answer: null, ...answerNumbers(first) } : await saidAnswer(codec, first);
    answers.push({ index, ...said, prompt_ids, human_ids });
    await steps.breathe();
  }
  return {
    prompts: examples.length,
    ...estimateFields({ nll: nllEstimate(humans), ...answerEstimates(drawn, examples) }),
    samples: examples.length * settings.samples,
    human_answers: examples.length,
    human_tokens: humans.reduce((sum, { tokens }) => sum + tokens, 0),
    answers,
  };
}

type AnswerMeasure = Exclude<DataMeasureName, 'nll'>;

function answerEstimates(
  drawn: readonly (readonly Answer[])[],
  examples: readonly Example[],
): Record<AnswerMeasure, Estimate> {
  const prompts = drawn.filter((answers) => answers.length > 0);
  const share = (of: (answer: Answer, example: Example) => boolean): Estimate =>
    clusteredShare(
      prompts.map((answers, i) => answers.filter((one) => of(one, examples[i]!)).length),
      prompts.map((answers) => answers.length),
    );
  return {
    distinct: mean(prompts.map((answers) => new Set(answers.map(({ ids }) => ids.join(' '))).size / answers.length)),
    mean_length: ratio(
      prompts.map((answers) => answers.reduce((sum, { ids }) => sum + ids.length, 0)),
      prompts.map((answers) => answers.length),
    ),
    ended: share(({ end }) => end === 'stop'),
    exact_match: share(
      ({ ids }, { realIds }) => ids.length === realIds.length && ids.every((id, i) => id === realIds[i]),
    ),
  };
}
