// Normalisations over the last axis with gradients written by hand: fewer passes over the data than differentiating each step.

import { add, div, mul, reciprocal, sqrt, sub, withGradient } from './elementwise.ts';
import { OperandTypeError, ShapeMismatchError } from './errors.ts';
import type { Value } from './graph.ts';
import { reduceMean } from './reduce.ts';
import { reduceTo } from './shaping.ts';

const mean = (x: Value): Value => reduceMean(x, [-1], true);

/** √(mean x² + ε) over the last axis, which is kept. */
const rootMeanSquare = (x: Value, epsilon: number): Value => sqrt(add(mean(mul(x, x)), x.graph.scalar(epsilon)));

/** A value that the node of `first` gives out as well, as its output `index`: where the runtime can, it is taken from there. */
const alsoGivenBy = (first: Value, index: number, value: Value): Value =>
  value.graph.add({
    operator: 'Identity',
    inputs: [value],
    dtype: value.dtype,
    shape: value.shape,
    twin: { first, index },
  });

/**
 * x / √(mean x² + ε) · weight (Zhang and Sennrich 2019, eq. 4): x [..., D], weight [D]. With r = 1 / √(mean x² + ε), y = x·r and h = g·weight:
 * d weight = Σ g·y over all but the last axis, dx = r·(h − y·mean(h·y)).
 */
export function rmsNorm(x: Value, weight: Value, epsilon: number): Value {
  const operator = 'SimplifiedLayerNormalization';
  if (x.dtype !== 'float32' || weight.dtype !== 'float32') {
    throw new OperandTypeError(operator, [x, weight], 'two float32 values');
  }
  if (weight.shape.length !== 1 || x.shape.at(-1) !== weight.shape[0]) {
    throw new ShapeMismatchError(operator, [x.shape, weight.shape], 'one weight for each of the last axis');
  }
  const attributes = { axis: x.shape.length - 1, epsilon: { float: epsilon }, stash_type: 1 };
  const result = x.graph.add({ operator, inputs: [x, weight], dtype: x.dtype, shape: x.shape, attributes });
  return withGradient(result, [x, weight], (g) => {
    const r = alsoGivenBy(result, 1, reciprocal(rootMeanSquare(x, epsilon)));
    const y = mul(x, r);
    const h = mul(g, weight);
    const dx = mul(sub(h, mul(y, mean(mul(h, y)))), r);
    return [dx, reduceTo(mul(g, y), weight.shape)];
  });
}

/** (x − mean) / √(variance + ε) (Ba et al. 2016). With y the result and r the root: dx = (g − mean(g) − y·mean(g·y)) / r. */
export function normalizeMeanVariance(x: Value, epsilon: number): Value {
  const centred = sub(x, mean(x));
  const root = rootMeanSquare(centred, epsilon);
  const y = div(centred, root);
  return withGradient(y, [x], (g) => [div(sub(sub(g, mean(g)), mul(y, mean(mul(g, y)))), root)]);
}
