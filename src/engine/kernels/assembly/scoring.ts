// From states to log-probabilities of what is scored, and back, as many rows of logits at a time as there is room for. AssemblyScript.

import * as model from './sizes';
import { product } from './tiled-products';
import * as at from './trainer-layout';
import { exp, largestOf, total } from './vectors';

const FLOAT: i32 = 4;
const VECTOR: i32 = 16;

/** Logits of tokens that are read, from number `first` on, as many as there is room for. */
export function unembed(first: i32): i32 {
  const some = min(at.logitRows, at.reads - first);
  const row = model.width * FLOAT;
  const x = at.normed + first * model.stateBytes;
  const weight = at.theta + at.unembedding();
  product(
    x,
    model.stateBytes,
    FLOAT,
    weight,
    row,
    true,
    at.logits,
    model.logitBytes,
    some,
    model.width,
    model.vocabulary,
    false,
    true,
  );
  return some;
}

/** The place in the list of what is scored from which on it is of tokens from number `first` on. */
let nextScored: i32 = 0;

export function score(first: i32): void {
  if (first === 0) nextScored = 0;
  const some = unembed(first);
  for (let i = 0; i < some; i += 1) {
    const logits = at.logits + i * model.logitBytes;
    const sum = logSum(logits, model.vocabulary);
    store<f32>(at.logSums + (first + i) * FLOAT, sum);
    for (; nextScored < at.scoredCount && scoredAt(nextScored) === first + i; nextScored += 1) {
      const logit = load<f32>(logits + load<i32>(at.targets + nextScored * FLOAT) * FLOAT);
      store<f32>(at.logps + nextScored * FLOAT, logit - sum);
    }
  }
}

function scoredAt(number: i32): i32 {
  return load<i32>(at.scoredAt + number * FLOAT);
}

/** log Σ eˣ of `count` numbers. What fills their last vector up is made the smallest there is. */
function logSum(x: usize, count: i32): f32 {
  const bytes = ((count + 3) & ~3) * FLOAT;
  for (let to = count * FLOAT; to < bytes; to += FLOAT) store<f32>(x + to, -Infinity);
  let most = f32x4.splat(-Infinity);
  for (let from = 0; from < bytes; from += VECTOR) most = f32x4.max(most, v128.load(x + from));
  const largest: f32 = largestOf(most);
  const shift = f32x4.splat(largest);
  let sums = f32x4.splat(0);
  for (let from = 0; from < bytes; from += VECTOR) {
    sums = f32x4.add(sums, exp(f32x4.sub(v128.load(x + from), shift)));
  }
  return largest + Mathf.log(total(sums));
}

/** d Σ slope·logp / d logits = Σ slope·(onehot − softmax), and from there to the norm's output and the matrix. */
export function scoreBack(first: i32): void {
  if (first === 0) nextScored = 0;
  const some = min(at.logitRows, at.reads - first);
  for (let i = 0; i < some; i += 1) {
    const logits = at.logits + i * model.logitBytes;
    let slopes: f32 = 0;
    const begin = nextScored;
    for (; nextScored < at.scoredCount && scoredAt(nextScored) === first + i; nextScored += 1) {
      slopes += load<f32>(at.slopes + nextScored * FLOAT);
    }
    softmaxTimes(logits, load<f32>(at.logSums + (first + i) * FLOAT), -slopes);
    for (let scored = begin; scored < nextScored; scored += 1) {
      const target = logits + load<i32>(at.targets + scored * FLOAT) * FLOAT;
      store<f32>(target, load<f32>(target) + load<f32>(at.slopes + scored * FLOAT));
    }
  }
  const row = model.width * FLOAT;
  const begin = at.unembedding();
  const x = at.normed + first * model.stateBytes;
  const dx = at.dRead + first * model.stateBytes;
  const bytes = model.logitBytes;
  product(
    at.logits,
    bytes,
    FLOAT,
    at.theta + begin,
    row,
    false,
    dx,
    model.stateBytes,
    some,
    model.vocabulary,
    model.width,
    false,
    true,
  );
  const to = at.gradient + begin;
  product(
    at.logits,
    FLOAT,
    bytes,
    x,
    model.stateBytes,
    false,
    to,
    row,
    model.vocabulary,
    some,
    model.width,
    true,
    false,
  );
}

/** In place of logits their softmax times a factor. */
function softmaxTimes(logits: usize, logSums: f32, factor: f32): void {
  const shift = f32x4.splat(logSums);
  const times = f32x4.splat(factor);
  for (let from = 0; from < model.logitBytes; from += VECTOR) {
    const p = exp(f32x4.sub(v128.load(logits + from), shift));
    v128.store(logits + from, f32x4.mul(p, times));
  }
}
