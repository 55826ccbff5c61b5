// Normalisations over the last axis, without weights, with gradients written by hand: fewer passes over the data than differentiating each
// step. Knows no model.

import { add, div, mul, sqrt, sub, withGradient } from './elementwise.ts';
import { OperandTypeError, ShapeMismatchError } from './errors.ts';
import type { Value } from './graph.ts';
import { reduceMean } from './reduce.ts';

const mean = (x: Value): Value => reduceMean(x, [-1], true);

/** √(mean x² + ε) over the last axis, which is kept. */
const rootMeanSquare = (x: Value, epsilon: number): Value => sqrt(add(mean(mul(x, x)), x.graph.scalar(epsilon)));

/** x / √(mean x² + ε) (Zhang and Sennrich 2019, eq. 4). With y the result and r the root: dx = (g − y·mean(g·y)) / r. */
export function normalizeRms(x: Value, epsilon: number): Value {
  const root = rootMeanSquare(x, epsilon);
  const y = div(x, root);
  return withGradient(y, [x], (g) => [div(sub(g, mul(y, mean(mul(g, y)))), root)]);
}

/** (x − mean) / √(variance + ε) (Ba et al. 2016). As above, with the mean of g taken off as well. */
export function normalizeMeanVariance(x: Value, epsilon: number): Value {
  const centred = sub(x, mean(x));
  const root = rootMeanSquare(centred, epsilon);
  const y = div(centred, root);
  return withGradient(y, [x], (g) => [div(sub(sub(g, mean(g)), mul(y, mean(mul(g, y)))), root)]);
}

/** The same times a weight [D] for x [..., D], as one node. It has no gradient: it is for answering. */
export function weightedRmsNorm(x: Value, weight: Value, epsilon: number): Value {
  const operator = 'SimplifiedLayerNormalization';
  if (x.dtype !== 'float32' || weight.dtype !== 'float32') {
    throw new OperandTypeError(operator, [x, weight], 'two float32 values');
  }
  if (weight.shape.length !== 1 || x.shape.at(-1) !== weight.shape[0]) {
    throw new ShapeMismatchError(operator, [x.shape, weight.shape], 'one weight for each of the last axis');
  }
  const attributes = { axis: x.shape.length - 1, epsilon: { float: epsilon }, stash_type: 1 };
  return x.graph.add({ operator, inputs: [x, weight], dtype: x.dtype, shape: x.shape, attributes });
}
