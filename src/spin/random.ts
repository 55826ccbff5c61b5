// Random numbers as a function of what they are for, never of how many were drawn before, so that batching, overlap and resuming
// change nothing. There is no generator state.

/** What a number may be for. The codes are part of a run's identity: never renumber one. */
const PURPOSES = { examples: 1, order: 2, answers: 3, evaluation: 4, person: 5, validation: 6 } as const;

export type Purpose = keyof typeof PURPOSES;

/** MurmurHash3's finalizer: a bijection of 32-bit integers in which every input bit moves every output bit. */
function finish(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Takes another 32-bit word into a hash; the finalizer at every word keeps neighbouring counters apart. */
function absorb(hash: number, word: number): number {
  return finish(Math.imul(hash ^ finish((word + 0x9e3779b9) | 0), 0x5bd1e995) + 0x6a09e667);
}

function absorbNumber(hash: number, value: number): number {
  return absorb(absorb(hash, value | 0), Math.floor(value / 2 ** 32) | 0);
}

/** Two independent hashes of the same key, so that a number has all of its 53 bits. */
function stream(seed: number, purpose: Purpose, iteration: number, key: number): [number, number] {
  const lane = (start: number): number =>
    absorbNumber(absorb(absorb(absorbNumber(start, seed), PURPOSES[purpose]), iteration), key);
  return [lane(0x243f6a88), lane(0x13198a2e)];
}

function drawn(lanes: readonly [number, number], position: number): number {
  const high = absorb(lanes[0], position) >>> 5;
  const low = absorb(lanes[1], position) >>> 6;
  return (high * 2 ** 26 + low) / 2 ** 53;
}

/** A uniform number in [0, 1), 53 bits. Arguments are integers from 0; `seed` and `key` up to 2⁵³, the others up to 2³². */
export function uniform(seed: number, purpose: Purpose, iteration: number, key: number, position: number): number {
  return drawn(stream(seed, purpose, iteration, key), position);
}

/** `uniform` at `count` positions from `first` on. */
export function uniforms(
  count: number,
  seed: number,
  purpose: Purpose,
  iteration: number,
  key: number,
  first = 0,
): Float64Array {
  const lanes = stream(seed, purpose, iteration, key);
  return Float64Array.from({ length: count }, (_, i) => drawn(lanes, first + i));
}

/** A permutation of 0 … n − 1 (Fisher and Yates; Durstenfeld 1964). */
export function shuffle(n: number, seed: number, purpose: Purpose, iteration: number, epoch: number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  const numbers = uniforms(n, seed, purpose, iteration, epoch);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(numbers[i]! * (i + 1));
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}
