// Reshaping, repeating, and summing what was repeated: the three are each other's gradients.

import { OperandTypeError, ShapeMismatchError } from './errors.ts';
import { isShape, type Shape, sizeOf, type Value } from './graph.ts';
import { broadcast, equalShapes, normalAxis, reduced, repeatedAxes } from './shapes.ts';

/** The same numbers in row-major order under another shape. */
export function reshape(x: Value, shape: Shape): Value {
  if (equalShapes(x.shape, shape)) return x;
  if (sizeOf(x.shape) !== sizeOf(shape) || !isShape(shape)) {
    throw new ShapeMismatchError('Reshape', [x.shape, shape], 'both must hold the same number of elements');
  }
  return x.graph.add({
    operator: 'Reshape',
    inputs: [x, x.graph.integers(shape)],
    dtype: x.dtype,
    shape,
    gradient: (g) => [reshape(g, x.shape), null],
  });
}

/** Repeats along dimensions of size 1 (and new ones at the left). */
export function expand(x: Value, shape: Shape): Value {
  if (!equalShapes(broadcast('Expand', x.shape, shape), shape)) {
    throw new ShapeMismatchError('Expand', [x.shape, shape], 'the first must broadcast to the second');
  }
  if (equalShapes(x.shape, shape)) return x;
  return x.graph.add({
    operator: 'Expand',
    inputs: [x, x.graph.integers(shape)],
    dtype: x.dtype,
    shape,
    gradient: (g) => [reduceTo(g, x.shape), null],
  });
}

/** Sum over axes. */
export function reduceSum(x: Value, axes: readonly number[], keep = false): Value {
  if (x.dtype !== 'float32') throw new OperandTypeError('ReduceSum', [x], 'float32');
  const normal = [...new Set(axes.map((axis) => normalAxis('ReduceSum', x.shape, axis)))].sort((a, b) => a - b);
  if (normal.length === 0) return x;
  return x.graph.add({
    operator: 'ReduceSum',
    inputs: [x, x.graph.integers(normal)],
    dtype: x.dtype,
    shape: reduced(x.shape, normal, keep),
    attributes: { keepdims: keep ? 1 : 0 },
    gradient: (g) => [expand(reshape(g, reduced(x.shape, normal, true)), x.shape), null],
  });
}

/** Sums away what broadcasting repeated: the gradient of every broadcast. */
export function reduceTo(x: Value, shape: Shape): Value {
  if (equalShapes(x.shape, shape)) return x;
  if (!equalShapes(broadcast('reduceTo', x.shape, shape), x.shape)) {
    throw new ShapeMismatchError('reduceTo', [x.shape, shape], 'the second must broadcast to the first');
  }
  const axes = repeatedAxes(shape, x.shape);
  return reshape(axes.length === 0 ? x : reduceSum(x, axes, true), shape);
}
