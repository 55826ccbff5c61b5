// A layer's matrices: what they make of rows, and the gradients of both. AssemblyScript.

import { addRows, addTo } from './backward';
import * as model from './sizes';
import { product } from './tiled-products';
import * as at from './trainer-layout';

const FLOAT: i32 = 4;

/** Numbers that a parameter's matrix takes in, and gives out. */
function innerOf(parameter: i32): i32 {
  return parameter === at.OUTPUT ? model.heads * model.dim : parameter === at.DOWN ? model.mlpWidth : model.width;
}

function outerOf(parameter: i32): i32 {
  if (parameter === at.QUERY) return model.heads * model.dim;
  if (parameter === at.KEY || parameter === at.VALUE) return model.kvHeads * model.dim;
  return parameter === at.GATE || parameter === at.UP ? model.mlpWidth : model.width;
}

/** y = x·wᵀ + bias, or added to y. */
export function dense(
  layer: i32,
  parameter: i32,
  x: usize,
  xBytes: i32,
  y: usize,
  yBytes: i32,
  count: i32,
  onto: bool,
): void {
  const inner = innerOf(parameter);
  const outer = outerOf(parameter);
  const weight = at.theta + at.ofLayer(layer, parameter);
  product(x, xBytes, FLOAT, weight, inner * FLOAT, true, y, yBytes, count, inner, outer, onto, true);
  const bias = at.ofLayer(layer, parameter + at.BIAS);
  if (bias < 0) return;
  for (let row = 0; row < count; row += 1) addTo(y + row * yBytes, at.theta + bias, outer);
}

/** Of `dense`: the gradient of x, written or added, and those of weight and bias. x and its gradient have rows of equal length. */
export function denseBack(
  layer: i32,
  parameter: i32,
  x: usize,
  xBytes: i32,
  dy: usize,
  dyBytes: i32,
  count: i32,
  dx: usize,
  onto: bool,
): void {
  weightBack(layer, parameter, x, xBytes, dy, dyBytes, count);
  inputBack(layer, parameter, dy, dyBytes, count, dx, xBytes, onto);
}

export function inputBack(
  layer: i32,
  parameter: i32,
  dy: usize,
  dyBytes: i32,
  count: i32,
  dx: usize,
  dxBytes: i32,
  onto: bool,
): void {
  const inner = innerOf(parameter);
  const weight = at.theta + at.ofLayer(layer, parameter);
  product(dy, dyBytes, FLOAT, weight, inner * FLOAT, false, dx, dxBytes, count, outerOf(parameter), inner, onto, true);
}

export function weightBack(
  layer: i32,
  parameter: i32,
  x: usize,
  xBytes: i32,
  dy: usize,
  dyBytes: i32,
  count: i32,
): void {
  const inner = innerOf(parameter);
  const outer = outerOf(parameter);
  const to = at.gradient + at.ofLayer(layer, parameter);
  product(dy, FLOAT, dyBytes, x, xBytes, false, to, inner * FLOAT, outer, count, inner, true, false);
  const bias = at.ofLayer(layer, parameter + at.BIAS);
  if (bias >= 0) addRows(dy, dyBytes, count, at.gradient + bias, outer);
}
