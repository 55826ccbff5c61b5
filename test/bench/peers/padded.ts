// A batch of pairs as users of general libraries lay it out: every sequence for itself, padded at the right to the longest, next tokens
// as targets.

import type { Pair } from '../../../src/spin/players.ts';

/** Sequence 2i is pair i's prompt with the real response, sequence 2i + 1 the same prompt with the generated one. */
export interface PaddedBatch {
  readonly pairs: number;
  /** Positions of each sequence, padding included. A sequence's last token is a target only, so it has no position. */
  readonly length: number;
  /** [2 × pairs, length]; 0 in the padding, which causal attention hides from every scored position. */
  readonly ids: Int32Array;
  /** [2 × pairs, length]: the token after each position; 0 where none is scored. */
  readonly targets: Int32Array;
  /** [2 × pairs, length]: 1 where the target belongs to a real response, −1 where to a generated one, else 0. */
  readonly signs: Float32Array;
  /** [pairs]: the opponent's log-probability of the real response less that of the generated one. */
  readonly opponentMargins: Float32Array;
}

/** @param multiple lengths are rounded up to multiples of it: 1 for libraries that take any shape, more for those that compile each */
export function padPairs(pairs: readonly Pair[], multiple: number): PaddedBatch {
  const sequences = pairs.flatMap(({ promptIds, realIds, generatedIds }) => [
    { promptIds, responseIds: realIds, sign: 1 },
    { promptIds, responseIds: generatedIds, sign: -1 },
  ]);
  const longest = Math.max(...sequences.map(({ promptIds, responseIds }) => promptIds.length + responseIds.length - 1));
  const length = Math.ceil(longest / multiple) * multiple;
  const ids = new Int32Array(sequences.length * length);
  const targets = new Int32Array(ids.length);
  const signs = new Float32Array(ids.length);
  for (const [index, { promptIds, responseIds, sign }] of sequences.entries()) {
    const start = index * length;
    const scored = start + promptIds.length - 1;
    ids.set(promptIds, start);
    ids.set(responseIds.slice(0, -1), scored + 1);
    targets.set(responseIds, scored);
    signs.fill(sign, scored, scored + responseIds.length);
  }
  const opponentMargins = Float32Array.from(pairs, ({ opponent }) => opponent.real - opponent.generated);
  return { pairs: pairs.length, length, ids, targets, signs, opponentMargins };
}
