// The Euclidean norm of a list that a graph has in pieces.

import type { ArithmeticVersion } from '../../spin/configuration.ts';
import { mul, sqrt } from '../onnx/elementwise.ts';
import type { Value } from '../onnx/graph.ts';
import { concat, slice } from '../onnx/shape-operators.ts';
import { reduceSum, reshape } from '../onnx/shaping.ts';

/**
 * Numbers that are added up one after another. Long sums of squares come out too small: the sum outgrows what is added to it. Sums of sums
 * of so few are within some units in the last place of float32.
 */
const TILE = 64;

/** Lengths of which `squareSums` makes no remainders. */
export const WHOLE_TILES = TILE * TILE;

/** Sums of the squares of a piece, each of at most `WHOLE_TILES` of them; before version 0.2 one of all. */
export function squareSums(piece: Value, arithmetic: ArithmeticVersion = 2): Value {
  if (arithmetic === 1) return reduceSum(mul(piece, piece), [0], true);
  return tileSums(tileSums(mul(piece, piece)));
}

/** The norm of what has these sums of squares, as a scalar. */
export function normOf(sums: readonly Value[], arithmetic: ArithmeticVersion = 2): Value {
  if (arithmetic === 1) return sqrt(reduceSum(concat(sums, 0), [0]));
  let left = concat(sums, 0);
  while (left.shape[0]! > 1) left = tileSums(left);
  return sqrt(reshape(left, []));
}

/** The sums of each `TILE` numbers of a list, and of the rest. */
function tileSums(list: Value): Value {
  const count = list.shape[0]!;
  const tiles = Math.floor(count / TILE);
  const whole = tiles * TILE;
  const sums = tiles === 0 ? [] : [reduceSum(reshape(slice(list, 0, 0, whole), [tiles, TILE]), [1])];
  const rest = whole === count ? [] : [reduceSum(slice(list, 0, whole, count), [0], true)];
  return concat([...sums, ...rest], 0);
}
