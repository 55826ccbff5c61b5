// Attention of a token to those before it in its row, over a cache. AssemblyScript.
//
// A row's cache of one layer is its keys, [kvHeads, dim, slots], and after them its values, [kvHeads, slots, dim]. The token at position p
// stands in slot p. `dim` is a multiple of eight, and so is `slots`.

import { exp, largestOf, total } from './vectors';

const FLOAT: i32 = 4;
const VECTOR: i32 = 16;

/**
 * Turns a head of `dim` numbers (RoFormer, eq. 34, in halves as transformers does) and scales it: x·own + (x with its halves exchanged)·other,
 * whose factors for this position stand at `own` and `other`.
 */
export function rotate(x: usize, own: usize, other: usize, dim: i32, scale: f32): void {
  const half = (dim / 2) * FLOAT;
  const factor = f32x4.splat(scale);
  for (let at = 0; at < half; at += VECTOR) {
    const first = v128.load(x + at);
    const second = v128.load(x + half + at);
    const turned = f32x4.add(f32x4.mul(first, v128.load(own + at)), f32x4.mul(second, v128.load(other + at)));
    const across = f32x4.add(
      f32x4.mul(second, v128.load(own + half + at)),
      f32x4.mul(first, v128.load(other + half + at)),
    );
    v128.store(x + at, f32x4.mul(turned, factor));
    v128.store(x + half + at, f32x4.mul(across, factor));
  }
}

/** Writes a token's keys and values, [kvHeads, dim] each, into its row's cache. */
export function keep(k: usize, v: usize, cache: usize, kvHeads: i32, dim: i32, slots: i32, position: i32): void {
  const count = kvHeads * dim;
  const keys = cache + position * FLOAT;
  for (let at = 0; at < count; at += 1) store<f32>(keys + at * slots * FLOAT, load<f32>(k + at * FLOAT));
  const values = cache + count * slots * FLOAT;
  for (let head = 0; head < kvHeads; head += 1) {
    memory.copy(values + (head * slots + position) * dim * FLOAT, v + head * dim * FLOAT, dim * FLOAT);
  }
}

/**
 * softmax(q·kᵀ)·v of one token at `position`, q scaled before: q and y [heads, dim]. `scores` has room for the slots and sixteen more.
 */
export function attend(
  q: usize,
  cache: usize,
  y: usize,
  scores: usize,
  heads: i32,
  kvHeads: i32,
  dim: i32,
  slots: i32,
  position: i32,
): void {
  const group = heads / kvHeads;
  const block = dim * slots * FLOAT;
  const values = cache + kvHeads * block;
  for (let head = 0; head < heads; head += 1) {
    const shared = (head / group) * block;
    score(q + head * dim * FLOAT, cache + shared, scores, dim, slots, position);
    const share: f32 = <f32>1 / weigh(scores, position + 1);
    mix(scores, values + shared, y + head * dim * FLOAT, dim, position + 1, share);
  }
}

/** q·k of the slots up to `position`, sixteen at a time: those that follow it are whatever stands there. */
function score(q: usize, keys: usize, scores: usize, dim: i32, slots: i32, position: i32): void {
  const rowBytes = slots * FLOAT;
  for (let slot = 0; slot <= position; slot += 16) {
    let a = f32x4.splat(0);
    let b = f32x4.splat(0);
    let c = f32x4.splat(0);
    let d = f32x4.splat(0);
    let from = keys + slot * FLOAT;
    for (let i = 0; i < dim; i += 1) {
      const factor = v128.load32_splat(q + i * FLOAT);
      a = f32x4.add(a, f32x4.mul(factor, v128.load(from)));
      b = f32x4.add(b, f32x4.mul(factor, v128.load(from, VECTOR)));
      c = f32x4.add(c, f32x4.mul(factor, v128.load(from, 2 * VECTOR)));
      d = f32x4.add(d, f32x4.mul(factor, v128.load(from, 3 * VECTOR)));
      from += rowBytes;
    }
    const to = scores + slot * FLOAT;
    v128.store(to, a);
    v128.store(to, b, VECTOR);
    v128.store(to, c, 2 * VECTOR);
    v128.store(to, d, 3 * VECTOR);
  }
}

/** Makes scores of `count` slots e to their power, less the largest; gives their sum. */
function weigh(scores: usize, count: i32): f32 {
  const bytes = ((count + 3) & ~3) * FLOAT;
  for (let at = count * FLOAT; at < bytes; at += FLOAT) store<f32>(scores + at, -Infinity);
  let most = f32x4.splat(-Infinity);
  for (let at = 0; at < bytes; at += VECTOR) most = f32x4.max(most, v128.load(scores + at));
  const largest = f32x4.splat(largestOf(most));
  let sum = f32x4.splat(0);
  for (let at = 0; at < bytes; at += VECTOR) {
    const weight = exp(f32x4.sub(v128.load(scores + at), largest));
    v128.store(scores + at, weight);
    sum = f32x4.add(sum, weight);
  }
  return total(sum);
}

/** The weighted sum of `count` values, times `share`. */
function mix(weights: usize, values: usize, y: usize, dim: i32, count: i32, share: f32): void {
  const rowBytes = dim * FLOAT;
  const factor = f32x4.splat(share);
  for (let at = 0; at < rowBytes; at += 2 * VECTOR) {
    let a = f32x4.splat(0);
    let b = f32x4.splat(0);
    let c = f32x4.splat(0);
    let d = f32x4.splat(0);
    let from = values + at;
    let slot = 0;
    for (; slot + 2 <= count; slot += 2) {
      const even = v128.load32_splat(weights + slot * FLOAT);
      const odd = v128.load32_splat(weights + slot * FLOAT, FLOAT);
      a = f32x4.add(a, f32x4.mul(even, v128.load(from)));
      b = f32x4.add(b, f32x4.mul(even, v128.load(from, VECTOR)));
      c = f32x4.add(c, f32x4.mul(odd, v128.load(from + rowBytes)));
      d = f32x4.add(d, f32x4.mul(odd, v128.load(from + rowBytes, VECTOR)));
      from += 2 * rowBytes;
    }
    if (slot < count) {
      const last = v128.load32_splat(weights + slot * FLOAT);
      a = f32x4.add(a, f32x4.mul(last, v128.load(from)));
      b = f32x4.add(b, f32x4.mul(last, v128.load(from, VECTOR)));
    }
    v128.store(y + at, f32x4.mul(f32x4.add(a, c), factor));
    v128.store(y + at, f32x4.mul(f32x4.add(b, d), factor), VECTOR);
  }
}
