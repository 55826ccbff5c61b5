// Questions to a model, in batches: answers drawn, responses scored.

import type { Answer, AnswerOptions, TokenPair } from '../spin/players.ts';
import type { JudgeCodec, Judged, JudgeSettings } from './judged.ts';
import type { Steps } from './steps.ts';

/** One response to one prompt, as token ids. */
export interface Response {
  readonly promptIds: readonly number[];
  readonly ids: readonly number[];
}

/** `samples` answers to each prompt, prompt by prompt. The random numbers of an answer are keyed by prompt · samples + sample. */
export async function drawAnswers(
  model: Judged,
  promptIds: readonly (readonly number[])[],
  settings: JudgeSettings,
  steps: Steps,
): Promise<Answer[][]> {
  const { samples, seed, iteration, maxNewTokens, answerBatch } = settings;
  const requests = promptIds.flatMap((ids, prompt) =>
    Array.from({ length: samples }, (_, sample) => ({ promptIds: ids, key: prompt * samples + sample })),
  );
  const options: AnswerOptions = {
    temperature: 1,
    topK: 0,
    topP: 1,
    repetitionPenalty: 1,
    noRepeatNgramSize: 0,
    numBeams: 1,
    maxNewTokens,
    arithmetic: 2,
    seed,
    purpose: 'evaluation',
    iteration,
  };
  const answers: Answer[] = [];
  for (let first = 0; first < requests.length; first += answerBatch) {
    const chunk = requests.slice(first, first + answerBatch);
    answers.push(...(await model.answer(chunk, options)));
    await steps.finish(chunk.length);
  }
  return promptIds.map((_, prompt) => answers.slice(prompt * samples, (prompt + 1) * samples));
}

/** The text of an answer. Only its own end token is left out: any other special token stays, for nobody would say it. */
export async function textOf(codec: Pick<JudgeCodec, 'decode'>, { ids, end }: Answer): Promise<string> {
  return codec.decode(end === 'stop' ? ids.slice(0, -1) : ids, { skipSpecial: false });
}

/** ln p(response | prompt), summed over its tokens, in the order given. */
export async function scoreResponses(
  model: Judged,
  responses: readonly Response[],
  microBatch: number,
  steps: Steps,
): Promise<number[]> {
  const logps: number[] = new Array(responses.length);
  const packed = pack(responses);
  for (let first = 0; first < packed.length; first += microBatch) {
    const chunk = packed.slice(first, first + microBatch);
    const pairs = chunk.map(({ at, pair }) => tokenPair(responses[at]!, responses[pair]!));
    const scores = await model.score(pairs, microBatch);
    chunk.forEach(({ at, pair }, i) => {
      logps[at] = scores[i]!.real;
      logps[pair] = scores[i]!.generated;
    });
    await steps.finish(new Set(chunk.flatMap(({ at, pair }) => [at, pair])).size);
  }
  return logps;
}

/** Two responses of one prompt fill a pair; one that is left over fills it twice. Like lengths stand together, so little is padded. */
function pack(responses: readonly Response[]): { readonly at: number; readonly pair: number }[] {
  const byPrompt = new Map<readonly number[], number[]>();
  responses.forEach(({ promptIds }, i) => {
    byPrompt.set(promptIds, [...(byPrompt.get(promptIds) ?? []), i]);
  });
  const length = (i: number): number => responses[i]!.promptIds.length + responses[i]!.ids.length;
  const pairs = [...byPrompt.values()].flatMap((all) => {
    const sorted = all.sort((a, b) => length(b) - length(a));
    return Array.from({ length: Math.ceil(sorted.length / 2) }, (_, i) => ({
      at: sorted[2 * i]!,
      pair: sorted[2 * i + 1] ?? sorted[2 * i]!,
    }));
  });
  return pairs.sort((a, b) => length(b.at) - length(a.at) || a.at - b.at);
}

function tokenPair(real: Response, generated: Response): TokenPair {
  return { promptIds: real.promptIds, realIds: real.ids, generatedIds: generated.ids };
}
