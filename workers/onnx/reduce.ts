// Means, log-sum-exp and softmax over axes. Knows no model.

import { div, exp, mul, sub } from './elementwise.ts';
import { OperandTypeError } from './errors.ts';
import { sizeOf, type Value } from './graph.ts';
import { normalAxis, reduced } from './shapes.ts';
import { expand, reduceSum, reshape } from './shaping.ts';

type ReduceGradient = (upstream: Value, output: Value, count: number) => Value;

function reduce(operator: string, x: Value, axes: readonly number[], keep: boolean, gradient: ReduceGradient): Value {
  if (x.dtype !== 'float32') throw new OperandTypeError(operator, [x.dtype], 'float32');
  const normal = [...new Set(axes.map((axis) => normalAxis(operator, x.shape, axis)))].sort((a, b) => a - b);
  if (normal.length === 0) return x;
  const kept = reduced(x.shape, normal, true);
  const output: Value = x.graph.add({
    operator,
    inputs: [x, x.graph.integers(normal)],
    dtype: x.dtype,
    shape: reduced(x.shape, normal, keep),
    attributes: { keepdims: keep ? 1 : 0 },
    gradient: (g) => [gradient(reshape(g, kept), reshape(output, kept), sizeOf(x.shape) / sizeOf(kept)), null],
  });
  return output;
}

/** Mean over axes. */
export const reduceMean = (x: Value, axes: readonly number[], keep = false): Value =>
  reduce('ReduceMean', x, axes, keep, (g, _, count) => expand(div(g, x.graph.scalar(count)), x.shape));

/** log Σ e^x over axes, stable; its derivative is the softmax. */
export const reduceLogSumExp = (x: Value, axes: readonly number[], keep = false): Value =>
  reduce('ReduceLogSumExp', x, axes, keep, (g, y) => mul(g, exp(sub(x, y))));

/** e^x / Σ e^x over the last axis; gradient y·(g − Σ g·y). */
export function softmax(x: Value): Value {
  if (x.dtype !== 'float32') throw new OperandTypeError('Softmax', [x.dtype], 'float32');
  const output: Value = x.graph.add({
    operator: 'Softmax',
    inputs: [x],
    dtype: x.dtype,
    shape: x.shape,
    attributes: { axis: x.shape.length - 1 },
    gradient: (g) => [mul(output, sub(g, reduceSum(mul(g, output), [-1], true)))],
  });
  return output;
}
