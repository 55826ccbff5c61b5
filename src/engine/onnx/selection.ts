// Operators that choose among numbers: largest, smallest, running sums. They have no gradient: differentiating through one is refused.

import { OperandTypeError } from './errors.ts';
import type { Value } from './graph.ts';
import { normalAxis, reduced } from './shapes.ts';

function extreme(operator: string, x: Value, axes: readonly number[], keep: boolean): Value {
  if (x.dtype !== 'float32') throw new OperandTypeError(operator, [x], 'float32');
  const normal = [...new Set(axes.map((axis) => normalAxis(operator, x.shape, axis)))].sort((a, b) => a - b);
  if (normal.length === 0) return x;
  return x.graph.add({
    operator,
    inputs: [x, x.graph.integers(normal)],
    dtype: x.dtype,
    shape: reduced(x.shape, normal, keep),
    attributes: { keepdims: keep ? 1 : 0 },
  });
}

/** The largest over axes. */
export const reduceMax = (x: Value, axes: readonly number[], keep = false): Value =>
  extreme('ReduceMax', x, axes, keep);
/** The smallest over axes. */
export const reduceMin = (x: Value, axes: readonly number[], keep = false): Value =>
  extreme('ReduceMin', x, axes, keep);

/** Running sums along the last axis, each entry including itself. */
export function cumulativeSum(x: Value): Value {
  if (x.dtype !== 'float32') throw new OperandTypeError('CumSum', [x], 'float32');
  const axis = x.graph.constant(Int32Array.of(normalAxis('CumSum', x.shape, -1)), 'int32', []);
  return x.graph.add({ operator: 'CumSum', inputs: [x, axis], dtype: x.dtype, shape: x.shape });
}
