// Means, log-sum-exp and softmax over axes.

import { add, detach, div, exp, log, mul, sub } from './elementwise.ts';
import { OperandTypeError } from './errors.ts';
import { sizeOf, type Value } from './graph.ts';
import { reduceMax } from './selection.ts';
import { normalAxis, reduced } from './shapes.ts';
import { expand, reduceSum, reshape } from './shaping.ts';

/** Mean over axes. */
export function reduceMean(x: Value, axes: readonly number[], keep = false): Value {
  if (x.dtype !== 'float32') throw new OperandTypeError('ReduceMean', [x], 'float32');
  const normal = [...new Set(axes.map((axis) => normalAxis('ReduceMean', x.shape, axis)))].sort((a, b) => a - b);
  if (normal.length === 0) return x;
  const kept = reduced(x.shape, normal, true);
  const count = sizeOf(x.shape) / sizeOf(kept);
  return x.graph.add({
    operator: 'ReduceMean',
    inputs: [x, x.graph.integers(normal)],
    dtype: x.dtype,
    shape: reduced(x.shape, normal, keep),
    attributes: { keepdims: keep ? 1 : 0 },
    gradient: (g) => [expand(div(reshape(g, kept), x.graph.scalar(count)), x.shape), null],
  });
}

/**
 * log Σ e^x over axes, stable; its derivative is the softmax. Written out, since the runtime's ReduceLogSumExp on WebGPU does not
 * subtract the maximum: it is infinite from x = 89 on, and wrong below −88.
 */
export function reduceLogSumExp(x: Value, axes: readonly number[], keep = false): Value {
  if (axes.length === 0) return x;
  const top = detach(reduceMax(x, axes, true));
  const kept = add(log(reduceSum(exp(sub(x, top)), axes, true)), top);
  const normal = axes.map((axis) => normalAxis('ReduceLogSumExp', x.shape, axis));
  return reshape(kept, reduced(x.shape, normal, keep));
}

/** e^x / Σ e^x over the last axis; gradient y·(g − Σ g·y). */
export function softmax(x: Value): Value {
  if (x.dtype !== 'float32') throw new OperandTypeError('Softmax', [x], 'float32');
  const output: Value = x.graph.add({
    operator: 'Softmax',
    inputs: [x],
    dtype: x.dtype,
    shape: x.shape,
    attributes: { axis: normalAxis('Softmax', x.shape, -1) },
    gradient: (g) => [mul(output, sub(g, reduceSum(mul(g, output), [-1], true)))],
  });
  return output;
}
