// Attention of a segment of a sequence, all of its queries at once, and its gradient. AssemblyScript.
//
// Queries see two runs of tokens: all of one (a prompt, before a response; none, for a prompt) and of their own run those up to
// themselves. Weights are computed again for the gradient rather than kept: they grow with the square of a sequence.

import { product } from './tiled-products';
import { exp, largestOf, total } from './vectors';

const FLOAT: i32 = 4;
const VECTOR: i32 = 16;

/** Rows of queries, keys and values, `bytes` apart, of `dim` numbers each. */
let q: usize = 0;
let k: usize = 0;
let v: usize = 0;
let bytes: i32 = 0;
let dim: i32 = 0;

// Of the segment: its first query, how many there are, and the runs that they see.
let first: i32 = 0;
let count: i32 = 0;
let before: i32 = 0;
let beforeCount: i32 = 0;
let own: i32 = 0;

export function setHead(queries: usize, keys: usize, values: usize, rowBytes: i32, headDim: i32): void {
  q = queries;
  k = keys;
  v = values;
  bytes = rowBytes;
  dim = headDim;
}

/** `queryCount` queries from token `firstQuery` on see `promptCount` tokens from `prompt` on, and those from `ownRun` on up to themselves. */
export function setSegment(firstQuery: i32, queryCount: i32, prompt: i32, promptCount: i32, ownRun: i32): void {
  first = firstQuery;
  count = queryCount;
  before = prompt;
  beforeCount = promptCount;
  own = ownRun;
}

function ownCount(): i32 {
  return first + count - own;
}

function ownColumn(): i32 {
  return (beforeCount + 7) & ~7;
}

/** Bytes of a row of weights. */
function weightBytes(): i32 {
  return (ownColumn() + ((ownCount() + 7) & ~7)) * FLOAT;
}

/** The segment's attention, [queries, dim], rows `yBytes` apart; `weights` is room. */
export function forward(weights: usize, y: usize, yBytes: i32): void {
  weigh(weights);
  const row = weightBytes();
  const ownWeights = weights + ownColumn() * FLOAT;
  const to = y + first * yBytes;
  const ownValues = v + own * bytes;
  product(ownWeights, row, FLOAT, ownValues, bytes, false, to, yBytes, count, ownCount(), dim, false, true);
  const seen = v + before * bytes;
  product(weights, row, FLOAT, seen, bytes, false, to, yBytes, count, beforeCount, dim, true, true);
}

/**
 * The gradient of `forward`: `g` is that of y; those of queries are written, of keys and values added, all in rows `bytes` apart. `weights`
 * and `slopes` are room.
 */
export function backward(weights: usize, slopes: usize, g: usize, gBytes: i32, dq: usize, dk: usize, dv: usize): void {
  weigh(weights);
  const row = weightBytes();
  const shift = ownColumn() * FLOAT;
  const from = g + first * gBytes;
  const some = ownCount();
  product(from, gBytes, FLOAT, v + before * bytes, bytes, true, slopes, row, count, dim, beforeCount, false, true);
  product(from, gBytes, FLOAT, v + own * bytes, bytes, true, slopes + shift, row, count, dim, some, false, true);
  product(weights, FLOAT, row, from, gBytes, false, dv + before * bytes, bytes, beforeCount, count, dim, true, true);
  product(weights + shift, FLOAT, row, from, gBytes, false, dv + own * bytes, bytes, some, count, dim, true, true);
  for (let i = 0; i < count; i += 1) softmaxBack(weights + i * row, slopes + i * row, row);
  const queries = q + first * bytes;
  const dQueries = dq + first * bytes;
  product(slopes + shift, row, FLOAT, k + own * bytes, bytes, false, dQueries, bytes, count, some, dim, false, true);
  product(slopes, row, FLOAT, k + before * bytes, bytes, false, dQueries, bytes, count, beforeCount, dim, true, true);
  product(slopes, FLOAT, row, queries, bytes, false, dk + before * bytes, bytes, beforeCount, count, dim, true, true);
  product(slopes + shift, FLOAT, row, queries, bytes, false, dk + own * bytes, bytes, some, count, dim, true, true);
}

/** softmax(q·kᵀ) of every query over what it sees, and 0 for all else. */
function weigh(weights: usize): void {
  const row = weightBytes();
  const shift = ownColumn();
  const queries = q + first * bytes;
  const ownWeights = weights + shift * FLOAT;
  product(queries, bytes, FLOAT, k + before * bytes, bytes, true, weights, row, count, dim, beforeCount, false, true);
  product(queries, bytes, FLOAT, k + own * bytes, bytes, true, ownWeights, row, count, dim, ownCount(), false, true);
  for (let i = 0; i < count; i += 1) {
    const at = weights + i * row;
    hide(at, beforeCount, shift);
    hide(at, shift + first + i - own + 1, row / FLOAT);
    softmax(at, row);
  }
}

function hide(row: usize, start: i32, end: i32): void {
  for (let i = start; i < end; i += 1) store<f32>(row + i * FLOAT, -Infinity);
}

function softmax(row: usize, rowBytes: i32): void {
  let most = f32x4.splat(-Infinity);
  for (let at = 0; at < rowBytes; at += VECTOR) most = f32x4.max(most, v128.load(row + at));
  const largest = f32x4.splat(largestOf(most));
  let sum = f32x4.splat(0);
  for (let at = 0; at < rowBytes; at += VECTOR) {
    const score = v128.load(row + at);
    // Of what is hidden e to the power is not 0 but tiny: it is made 0.
    const weight = v128.and(exp(f32x4.sub(score, largest)), f32x4.gt(score, f32x4.splat(-Infinity)));
    v128.store(row + at, weight);
    sum = f32x4.add(sum, weight);
  }
  const share = f32x4.splat(<f32>1 / total(sum));
  for (let at = 0; at < rowBytes; at += VECTOR) v128.store(row + at, f32x4.mul(v128.load(row + at), share));
}

/** With p the weights and g their gradient, in place of g: p·(g − Σ p·g). */
function softmaxBack(weights: usize, g: usize, rowBytes: i32): void {
  let sum = f32x4.splat(0);
  for (let at = 0; at < rowBytes; at += VECTOR) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(weights + at), v128.load(g + at)));
  }
  const mean = f32x4.splat(total(sum));
  for (let at = 0; at < rowBytes; at += VECTOR) {
    v128.store(g + at, f32x4.mul(v128.load(weights + at), f32x4.sub(v128.load(g + at), mean)));
  }
}
