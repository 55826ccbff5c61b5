// How the next token is chosen from logits: penalties, temperature, top-k, top-p, and one uniform number. Plain arithmetic in double
// precision. The order of the steps is that of transformers' generate().

import type { AnswerOptions } from '../../spin/players.ts';

/** Divides positive and multiplies negative logits of ids already seen (Keskar et al. 2019, section 4.1). In place. */
export function penalizeRepetition(logits: Float64Array, seen: readonly number[], penalty: number): void {
  if (penalty === 1) return;
  for (const id of new Set(seen)) {
    const logit = logits[id]!;
    logits[id] = logit > 0 ? logit / penalty : logit * penalty;
  }
}

/** Forbids every id that would repeat an n-gram of the sequence. In place. */
export function forbidRepeatedNgrams(logits: Float64Array, sequence: readonly number[], size: number): void {
  if (size === 0 || sequence.length + 1 < size) return;
  const tail = size === 1 ? [] : sequence.slice(1 - size);
  for (let start = 0; start + size <= sequence.length; start += 1) {
    if (tail.every((id, offset) => id === sequence[start + offset])) {
      logits[sequence[start + size - 1]!] = Number.NEGATIVE_INFINITY;
    }
  }
}

/** Keeps the k largest logits (ties at the edge stay, as in transformers). In place. */
export function keepTopK(logits: Float64Array, k: number): void {
  if (k === 0 || k >= logits.length) return;
  const edge = logits.toSorted((a, b) => b - a)[k - 1]!;
  logits.forEach((logit, id) => {
    if (logit < edge) logits[id] = Number.NEGATIVE_INFINITY;
  });
}

/** Keeps the smallest set of most likely ids whose probability reaches p (Holtzman et al. 2020, eq. 2). In place. */
export function keepTopP(logits: Float64Array, p: number): void {
  if (p >= 1) return;
  const probabilities = probabilitiesOf(logits);
  const order = [...probabilities.keys()].sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
  let before = 0;
  for (const [rank, id] of order.entries()) {
    if (rank > 0 && before >= p) logits[id] = Number.NEGATIVE_INFINITY;
    before += probabilities[id]!;
  }
}

export function probabilitiesOf(logits: Float64Array): Float64Array {
  const most = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const weights = logits.map((logit) => Math.exp(logit - most));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}

/** log softmax at one id, natural log. */
export function logpOf(logits: ArrayLike<number>, id: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i += 1) most = Math.max(most, logits[i]!);
  let total = 0;
  for (let i = 0; i < logits.length; i += 1) total += Math.exp(logits[i]! - most);
  return logits[id]! - most - Math.log(total);
}

/** log softmax at every id, natural log. */
export function logpsOf(logits: ArrayLike<number>): Float64Array {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i += 1) most = Math.max(most, logits[i]!);
  let total = 0;
  for (let i = 0; i < logits.length; i += 1) total += Math.exp(logits[i]! - most);
  const shift = Math.log(total);
  return Float64Array.from(logits, (logit) => logit - most - shift);
}

/** The first id with the largest logit. */
export function largestId(logits: ArrayLike<number>): number {
  let best = 0;
  for (let id = 1; id < logits.length; id += 1) if (logits[id]! > logits[best]!) best = id;
  return best;
}

/** The first id at which the cumulated probability reaches u. */
export function sampleId(probabilities: Float64Array, u: number): number {
  let sum = 0;
  for (const [id, probability] of probabilities.entries()) {
    sum += probability;
    if (probability > 0 && sum >= u) return id;
  }
  return largestId(probabilities);
}

/** Whether every step can be left to the graph. */
export function choosesInGraph(options: AnswerOptions): boolean {
  return options.topK === 0 && options.topP >= 1 && options.repetitionPenalty === 1 && options.noRepeatNgramSize === 0;
}

/** Logits, or log-probabilities, after the penalties, which depend on the sequence so far (prompt included). */
export function penalized(
  logits: ArrayLike<number>,
  sequence: readonly number[],
  options: AnswerOptions,
): Float64Array {
  const changed = Float64Array.from(logits);
  penalizeRepetition(changed, sequence, options.repetitionPenalty);
  forbidRepeatedNgrams(changed, sequence, options.noRepeatNgramSize);
  return changed;
}

/** The next id by these options. `u` in [0, 1) is not used when greedy. */
export function chooseId(
  logits: ArrayLike<number>,
  sequence: readonly number[],
  options: AnswerOptions,
  u: number,
): number {
  const changed = penalized(logits, sequence, options);
  if (options.temperature === 0) return largestId(changed);
  const warped = changed.map((logit) => logit / options.temperature);
  keepTopK(warped, options.topK);
  keepTopP(warped, options.topP);
  return sampleId(probabilitiesOf(warped), u);
}
