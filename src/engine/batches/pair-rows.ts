// Pairs as rows to be scored, and lists in groups that are worked on together.

import type { TokenPair } from '../../spin/players.ts';
import type { ScoredRow } from './batch.ts';

/** One row a pair: its prompt once, the real answer, the generated one. */
export function pairRows(pairs: readonly TokenPair[]): ScoredRow[] {
  return pairs.map(({ promptIds, realIds, generatedIds }) => ({ promptIds, responses: [realIds, generatedIds] }));
}

/** One row an example: its prompt and the real answer. */
export function realRows(pairs: readonly Pick<TokenPair, 'promptIds' | 'realIds'>[]): ScoredRow[] {
  return pairs.map(({ promptIds, realIds }) => ({ promptIds, responses: [realIds] }));
}

/** Splits a list into groups of at most `size`. */
export function groups<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}

/** Places in a list that are worked on together. */
export type Batched = readonly number[];

/**
 * The places of a list in groups of at most `size`, by ascending length, equal ones in order: rows of a group are then about as long as
 * each other, and attention, which pays for the longest, is cheaper.
 */
export function byLength<T>(list: readonly T[], size: number, lengthOf: (item: T) => number): Batched[] {
  const order = [...list.keys()].sort((a, b) => lengthOf(list[a]!) - lengthOf(list[b]!) || a - b);
  return groups(order, size);
}

/** Pairs that run together: in training and in scoring the same ones, so that equal models give equal numbers. */
export const pairGroups = (pairs: readonly TokenPair[], microBatch: number): Batched[] =>
  byLength(
    pairs,
    microBatch,
    ({ promptIds, realIds, generatedIds }) => promptIds.length + realIds.length + generatedIds.length,
  );
