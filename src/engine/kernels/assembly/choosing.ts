// Which token comes next, and how likely the model itself thought it. AssemblyScript. Logits are [count], with room for a whole panel.

import { exp, largestOf, total } from './vectors';

const FLOAT: i32 = 4;
const VECTOR: i32 = 16;

/** The largest of `count` numbers. What fills their last vector up is made the smallest there is. */
export function largest(logits: usize, count: i32): f32 {
  const bytes = ((count + 3) & ~3) * FLOAT;
  for (let at = count * FLOAT; at < bytes; at += FLOAT) store<f32>(logits + at, -Infinity);
  let most = f32x4.splat(-Infinity);
  for (let at = 0; at < bytes; at += VECTOR) most = f32x4.max(most, v128.load(logits + at));
  return largestOf(most);
}

/** The first id with the largest logit. */
export function firstOf(logits: usize, count: i32, most: f32): i32 {
  for (let id = 0; id < count; id += 1) if (load<f32>(logits + id * FLOAT) === most) return id;
  return 0;
}

/** The first id at which the cumulated probability at temperature 1 / `inverseTemperature` reaches u of its total; `sums` [count] is room. */
export function sample(logits: usize, count: i32, most: f32, inverseTemperature: f32, u: f32, sums: usize): i32 {
  const bytes = ((count + 3) & ~3) * FLOAT;
  const factor = f32x4.splat(inverseTemperature);
  const shift = f32x4.splat(most);
  for (let at = 0; at < bytes; at += VECTOR) {
    v128.store(sums + at, exp(f32x4.mul(f32x4.sub(v128.load(logits + at), shift), factor)));
  }
  let sum: f32 = 0;
  for (let at = 0; at < count * FLOAT; at += FLOAT) {
    sum += load<f32>(sums + at);
    store<f32>(sums + at, sum);
  }
  return firstNotBelow(sums, count, u * sum);
}

/** Where sums that never fall first reach a target. */
function firstNotBelow(sums: usize, count: i32, target: f32): i32 {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<f32>(sums + middle * FLOAT) < target) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** log softmax at one id, natural log. */
export function logpOf(logits: usize, count: i32, most: f32, id: i32): f32 {
  const bytes = (count & ~3) * FLOAT;
  const shift = f32x4.splat(most);
  let sums = f32x4.splat(0);
  for (let at = 0; at < bytes; at += VECTOR) {
    sums = f32x4.add(sums, exp(f32x4.sub(v128.load(logits + at), shift)));
  }
  let sum = total(sums);
  for (let at = bytes; at < count * FLOAT; at += FLOAT) {
    sum += f32x4.extract_lane(exp(f32x4.sub(f32x4.splat(load<f32>(logits + at)), shift)), 0);
  }
  return load<f32>(logits + id * FLOAT) - most - Mathf.log(sum);
}
