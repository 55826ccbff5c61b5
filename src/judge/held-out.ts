// Splits given rows into those that are played on and those that are held out.

import { random, shuffle } from '../world/rng.ts';

/** At most this share is held out. */
const HELD_OUT_SHARE = 0.1;

/**
 * Holds out `wanted` rows, but no more than a tenth and, of two rows or more, at least one. A function of the seed and the number of
 * rows; the order of the training rows stays.
 */
export function holdOut<T>(
  rows: readonly T[],
  seed: number,
  wanted: number,
): { readonly training: readonly T[]; readonly heldOut: readonly T[] } {
  const most = Math.min(rows.length - 1, Math.max(1, Math.floor(HELD_OUT_SHARE * rows.length)));
  const order = shuffle(random(seed, 'rows held out'), [...rows.keys()]);
  const held = new Set(order.slice(0, Math.max(0, Math.min(wanted, most))));
  return { training: rows.filter((_, i) => !held.has(i)), heldOut: [...held].map((i) => rows[i]!) };
}
