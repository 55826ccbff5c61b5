// Arithmetic on shapes: broadcasting and axes, by ONNX's (NumPy's) rules.

import { ShapeMismatchError } from './errors.ts';

type Shape = readonly number[];

/** The shape of an elementwise operation on both; `whole` are the operands' shapes to name, where these are parts of them. */
export function broadcast(operator: string, a: Shape, b: Shape, whole: readonly Shape[] = [a, b]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const x = a[axis - rank + a.length] ?? 1;
    const y = b[axis - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new ShapeMismatchError(operator, whole, 'dimensions must be equal or 1, counted from the right');
    }
    return Math.max(x, y);
  });
}

/** Axes along which `from` was repeated to become `to`, as axes of `to`. */
export function repeatedAxes(from: Shape, to: Shape): number[] {
  const missing = to.length - from.length;
  return to.flatMap((size, axis) => (axis < missing || (from[axis - missing] === 1 && size !== 1) ? [axis] : []));
}

/** An axis counted from the left, checked. */
export function normalAxis(operator: string, shape: Shape, axis: number): number {
  const positive = axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(axis) || positive < 0 || positive >= shape.length) {
    throw new ShapeMismatchError(operator, [shape, [axis]], `axis ${axis} does not exist`);
  }
  return positive;
}

/** The shape without (or with size 1 at) the axes. */
export function reduced(shape: Shape, axes: readonly number[], keep: boolean): number[] {
  return shape.flatMap((size, axis) => (axes.includes(axis) ? (keep ? [1] : []) : [size]));
}

export const equalShapes = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);
