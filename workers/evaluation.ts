// What an opponent's answers to held-out prompts are worth: the world's measures where the prompts are the world's, and the likelihood
// of the human answers. Works over any opponent; the page's worker and the command line share it.

import type { Answer, AnswerOptions, Opponent, TokenPair } from '../src/spin/players.ts';
import { type MeasuredPrompt, measure, type ScoredAnswer } from '../src/world/measures.ts';
import { random } from '../src/world/rng.ts';
import { type Prompt, WORLD } from '../src/world/world.ts';
import type { TextCodec } from './engine/text.ts';
import type { EvaluateRequest, EvaluationReport, ReadAnswer, ReadRequest, Row } from './protocol.ts';

/** Requests answered at once; between two groups the caller hears how far it is. */
const ANSWERS_AT_ONCE = 64;
const SCORED_AT_ONCE = 16;
/** Human answers to each prompt behind the forward divergence: two, the two sides of a scored pair. */
const HUMAN_SEEDS = [1, 2] as const;
/** Keys of a prompt's answers: more than the most samples that a run may ask for. */
const KEYS_A_PROMPT = 1024;

export interface EvaluationContext {
  readonly opponent: Opponent<Float32Array>;
  readonly codec: TextCodec;
  readonly heldOut: readonly Row[];
  /** Hears the share done, 0 to 1. */
  onProgress?(share: number): void;
  /** Ends the evaluation between two groups of answers with its reason. */
  readonly signal?: AbortSignal;
}

interface Measured {
  readonly row: Row;
  readonly prompt: Prompt | null;
  readonly answers: readonly (Answer & { readonly text: string; readonly logp: number })[];
}

/** @throws whatever the opponent throws, and the signal's reason */
export async function evaluate(request: EvaluateRequest, context: EvaluationContext): Promise<EvaluationReport> {
  const { opponent, heldOut } = context;
  const rows = heldOut.slice(0, request.prompts);
  const measured = await sampled(rows, request, context);
  const likelihood = await opponent.likelihood(heldOut.map(({ example }) => example));
  context.signal?.throwIfAborted();
  const known = measured.filter(hasPrompt);
  const world = known.length === 0 ? null : measure(await scored(known, context));
  return {
    ...(world && { overall: world.overall, families: world.byFamily }),
    nll: likelihood.nll,
    nllTokens: likelihood.tokens,
    answers: measured.slice(0, request.shown).map(({ row, prompt, answers: [first] }) => ({
      prompt: row.prompt,
      response: row.response,
      ...(prompt && { family: prompt.family }),
      ...readAnswer(prompt, first!.text),
      logp: first!.logp,
      end: first!.end,
    })),
  };
}

const hasPrompt = (one: Measured): one is Measured & { readonly prompt: Prompt } => one.prompt !== null;

async function sampled(
  rows: readonly Row[],
  request: EvaluateRequest,
  context: EvaluationContext,
): Promise<Measured[]> {
  const { samples } = request;
  const wanted = rows.flatMap(({ example }) =>
    Array.from({ length: samples }, (_, sample) => ({
      promptIds: example.promptIds,
      key: example.index * KEYS_A_PROMPT + sample,
    })),
  );
  const answers: Answer[] = [];
  while (answers.length < wanted.length) {
    context.signal?.throwIfAborted();
    const group = wanted.slice(answers.length, answers.length + ANSWERS_AT_ONCE);
    answers.push(...(await context.opponent.answer(group, optionsOf(request))));
    context.onProgress?.(answers.length / wanted.length);
  }
  const read = answers.map((answer) => ({
    ...answer,
    text: context.codec.decode(answer.ids),
    logp: answer.tokenLogps.reduce((sum, logp) => sum + logp, 0),
  }));
  return rows.map((row, at) => ({
    row,
    prompt: WORLD.parse(row.prompt),
    answers: read.slice(at * samples, (at + 1) * samples),
  }));
}

/** Measures are of the model itself: temperature 1, nothing filtered. */
function optionsOf({ seed, round, maxNewTokens }: EvaluateRequest): AnswerOptions {
  return {
    temperature: 1,
    topK: 0,
    topP: 1,
    repetitionPenalty: 1,
    noRepeatNgramSize: 0,
    numBeams: 1,
    maxNewTokens,
    seed,
    purpose: 'evaluation',
    iteration: round,
  };
}

/** Human answers of the prompts, scored by the model, beside its own. */
async function scored(
  measured: readonly (Measured & { readonly prompt: Prompt })[],
  { opponent, codec }: EvaluationContext,
): Promise<MeasuredPrompt[]> {
  const human = measured.map(({ row, prompt }) =>
    HUMAN_SEEDS.map((seed) => WORLD.sample(prompt, random(seed, 'human answer to measure by', row.example.index))),
  );
  const pairs = measured.map(({ row }, at): TokenPair => {
    const [real, generated] = human[at]!.map((text) => codec.encodeResponse(text, true));
    return { promptIds: row.example.promptIds, realIds: real!, generatedIds: generated! };
  });
  const logps = await opponent.score(pairs, SCORED_AT_ONCE);
  return measured.map(({ prompt, answers }, at) => ({
    prompt,
    samples: answers.map(({ text, logp, end }) => ({ text, logp, ended: end === 'stop' })),
    human: human[at]!.map(
      (text, which): ScoredAnswer => ({
        text,
        logProb: WORLD.logProb(prompt, text),
        modelLogp: which === 0 ? logps[at]!.real : logps[at]!.generated,
      }),
    ),
  }));
}

/** Answers as a person reads them, with the world's verdict where the prompt is one of the world's. */
export function readAnswers(requests: readonly ReadRequest[], codec: TextCodec): ReadAnswer[] {
  return requests.map(({ prompt, ids }) => readAnswer(WORLD.parse(prompt), codec.decode(ids)));
}

function readAnswer(prompt: Prompt | null, text: string): ReadAnswer {
  return prompt === null ? { text } : { text, fault: WORLD.explain(prompt, text) };
}
