// Operators that move numbers without computing: transpose, concat, slice, pad.

import { OperandTypeError, ShapeMismatchError } from './errors.ts';
import type { Value } from './graph.ts';
import { normalAxis } from './shapes.ts';

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0;

/** Permutes the axes: output axis i is input axis order[i]. */
export function transpose(x: Value, order: readonly number[]): Value {
  if (order.length !== x.shape.length || [...order].sort((a, b) => a - b).some((axis, index) => axis !== index)) {
    throw new ShapeMismatchError('Transpose', [x.shape, order], 'the second must be a permutation of the axes');
  }
  if (order.every((axis, index) => axis === index)) return x;
  const inverse = order.map((_, axis) => order.indexOf(axis));
  return x.graph.add({
    operator: 'Transpose',
    inputs: [x],
    dtype: x.dtype,
    shape: order.map((axis) => x.shape[axis]!),
    attributes: { perm: order },
    gradient: (g) => [transpose(g, inverse)],
  });
}

/** Exchanges the last two axes. */
export function swapLast(x: Value): Value {
  const rank = x.shape.length;
  return transpose(
    x,
    [...Array(rank).keys()].map((axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis)),
  );
}

/** Joins values along an axis. */
export function concat(values: readonly Value[], axis: number): Value {
  const [first] = values;
  if (first === undefined) throw new ShapeMismatchError('Concat', [], 'it needs at least one value');
  const normal = normalAxis('Concat', first.shape, axis);
  for (const value of values) {
    if (value.dtype !== first.dtype) throw new OperandTypeError('Concat', [first, value], 'values of one type');
    const fits = value.shape.length === first.shape.length;
    if (!fits || value.shape.some((size, index) => index !== normal && size !== first.shape[index])) {
      throw new ShapeMismatchError('Concat', [first.shape, value.shape], `all but axis ${normal} must be equal`);
    }
  }
  if (values.length === 1) return first;
  const sizes = values.map((value) => value.shape[normal]!);
  const starts = sizes.map((_, index) => sizes.slice(0, index).reduce((sum, size) => sum + size, 0));
  return first.graph.add({
    operator: 'Concat',
    inputs: values,
    dtype: first.dtype,
    shape: first.shape.map((size, index) => (index === normal ? sizes.reduce((sum, n) => sum + n, 0) : size)),
    attributes: { axis: normal },
    gradient: (g) => values.map((_, index) => slice(g, normal, starts[index]!, starts[index]! + sizes[index]!)),
  });
}

/** Elements [start, end) of an axis. */
export function slice(x: Value, axis: number, start: number, end: number): Value {
  const normal = normalAxis('Slice', x.shape, axis);
  const size = x.shape[normal]!;
  if (!(isCount(start) && isCount(end) && start < end && end <= size)) {
    throw new ShapeMismatchError(
      'Slice',
      [x.shape, [start, end]],
      `whole bounds must lie within 0 and ${size}, the first below the second`,
    );
  }
  if (start === 0 && end === size) return x;
  const g = x.graph;
  const shape = x.shape.with(normal, end - start);
  if (x.dtype !== 'float32') {
    // WebGPU has no Slice of integers, but a Gather of them.
    const kept = g.constant(
      Int32Array.from({ length: end - start }, (_, index) => start + index),
      'int32',
      [end - start],
    );
    return g.add({ operator: 'Gather', inputs: [x, kept], dtype: x.dtype, shape, attributes: { axis: normal } });
  }
  return g.add({
    operator: 'Slice',
    inputs: [x, g.integers([start]), g.integers([end]), g.integers([normal])],
    dtype: x.dtype,
    shape,
    gradient: (upstream) => [pad(upstream, normal, start, size - end), null, null, null],
    part: { axis: normal, start, end },
  });
}

/** Consecutive parts of an axis, of these sizes. */
export function split(x: Value, axis: number, sizes: readonly number[]): Value[] {
  let start = 0;
  return sizes.map((size) => {
    start += size;
    return slice(x, axis, start - size, start);
  });
}

/** Zeros before and after along one axis. */
export function pad(x: Value, axis: number, before: number, after: number): Value {
  if (x.dtype !== 'float32') throw new OperandTypeError('Pad', [x], 'float32');
  const normal = normalAxis('Pad', x.shape, axis);
  if (!isCount(before) || !isCount(after)) {
    throw new ShapeMismatchError('Pad', [x.shape, [before, after]], 'the padding must be whole numbers, none negative');
  }
  if (before === 0 && after === 0) return x;
  const size = x.shape[normal]!;
  const bounds = [before, after].flatMap((amount) => x.shape.map((_, index) => (index === normal ? amount : 0)));
  return x.graph.add({
    operator: 'Pad',
    inputs: [x, x.graph.integers(bounds)],
    dtype: x.dtype,
    shape: x.shape.map((length, index) => (index === normal ? length + before + after : length)),
    gradient: (upstream) => [slice(upstream, normal, before, before + size), null],
  });
}
