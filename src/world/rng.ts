// Seeded random numbers as a pure function of what they are for. No global state: who drew before, or how often, changes nothing.

/** A stream of uniform numbers in [0, 1), 53 bits each. */
export type Random = () => number;

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/** One round of MurmurHash3 (A. Appleby, public domain): takes the word `k` into the state `h`. */
function absorb(h: number, k: number): number {
  const scrambled = Math.imul(rotate(Math.imul(k, 0xcc9e2d51), 15), 0x1b873593);
  return (Math.imul(rotate(h ^ scrambled, 13), 5) + 0xe6546b64) | 0;
}

/** MurmurHash3's finaliser: each input bit changes each output bit with a probability near one half. */
function finish(h: number): number {
  let x = h ^ (h >>> 16);
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Low and high 32 bits of an integer, so that seeds beyond 2³² stay distinct. */
const words = (n: number): [number, number] => [n | 0, Math.floor(n / 2 ** 32) | 0];

/**
 * The stream that belongs to (seed, purpose, indices): the n-th number depends on these and n only.
 * `seed` and `indices` are integers.
 */
export function random(seed: number, purpose: string, ...indices: number[]): Random {
  let left = 0x2545f491;
  let right = 0x9e3779b9 | 0;
  const take = (word: number): void => {
    left = absorb(left, word);
    right = absorb(right, word ^ 0x5bd1e995);
  };
  for (const number of [seed, purpose.length, ...indices]) words(number).forEach(take);
  for (let i = 0; i < purpose.length; i++) take(purpose.charCodeAt(i));
  let count = 0;
  return () => {
    count += 1;
    const high = finish(absorb(left, count)) >>> 5;
    const low = finish(absorb(right, count)) >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  };
}

/** A uniform integer in [0, count). */
export function integer(rng: Random, count: number): number {
  return Math.floor(rng() * count);
}

/** One item, all equally likely. Throws a RangeError on an empty list. */
export function pick<T>(rng: Random, items: readonly T[]): T {
  if (items.length === 0) throw new RangeError('Nothing to pick from: the list is empty.');
  return items[integer(rng, items.length)] as T;
}

/** A copy in random order (Fisher–Yates). */
export function shuffle<T>(rng: Random, items: readonly T[]): T[] {
  const copy = [...items];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = integer(rng, i + 1);
    [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
  }
  return copy;
}

/** `count` distinct items in random order. */
export function draw<T>(rng: Random, items: readonly T[], count: number): T[] {
  return shuffle(rng, items).slice(0, count);
}
