// Operators that pick or place rows by integer ids.

import { add } from './elementwise.ts';
import { OperandTypeError, ShapeMismatchError } from './errors.ts';
import { sizeOf, type Value } from './graph.ts';
import { expand, reshape } from './shaping.ts';

function requireIndices(operator: string, x: Value, ids: Value): void {
  if (ids.dtype !== 'int32' && ids.dtype !== 'int64')
    throw new OperandTypeError(operator, [x, ids], 'int32 or int64 ids');
}

/**
 * Rows of a table: table [N, ...rest], ids [...batch] → [...batch, ...rest]. With ids int64 [...batch, 1] (or [1] alone) the gradient is
 * several times faster on the CPU; the last axis then stays, as one of size 1.
 */
export function gatherRows(table: Value, ids: Value): Value {
  requireIndices('Gather', table, ids);
  const [count = 0, ...rest] = table.shape;
  if (table.shape.length < 1) throw new ShapeMismatchError('Gather', [table.shape, ids.shape], 'the table needs rows');
  return table.graph.add({
    operator: 'Gather',
    inputs: [table, ids],
    dtype: table.dtype,
    shape: [...ids.shape, ...rest],
    attributes: { axis: 0 },
    gradient: (g) => {
      const width = sizeOf(rest);
      const rows = reshape(g, [sizeOf(ids.shape), width]);
      return [reshape(scatterAddRows(rows, ids, count), table.shape), null];
    },
  });
}

const isZero = ({ graph, node }: Value): boolean =>
  node?.operator === 'Expand' && (graph.initializers.get(node.inputs[0]!)?.data.every((n) => n === 0) ?? false);

/** The rows that are added to zeros, and where; null for anything else. */
function scattered({ node }: Value): readonly [ids: Value, rows: Value] | null {
  const [into, ids, rows] = node?.operator === 'ScatterND' ? node.inputs : [];
  return into !== undefined && isZero(into) ? [ids!, rows!] : null;
}

/** The sum of gradients of one value: rows that one of them adds to zeros are added to the other. */
export function addGradients(a: Value, b: Value): Value {
  const [rows, other] = scattered(a) === null ? [scattered(b), a] : [scattered(a), b];
  if (rows === null) return add(a, b);
  return scatterRows(other, ...rows);
}

/**
 * A table of zeros to which row i of `rows` [N, W] is added at ids[i]; ids may repeat. Result [count, W]. ids are int32 of N elements,
 * or int64 [..., 1]: then whole rows are added at once, several times faster on the CPU.
 */
export function scatterAddRows(rows: Value, ids: Value, count: number): Value {
  const [n = 1, width = 1] = rows.shape;
  if (rows.dtype !== 'float32') throw new OperandTypeError('Scatter', [rows, ids], 'float32 rows');
  requireIndices('Scatter', rows, ids);
  const fits = ids.dtype === 'int32' || ids.shape.at(-1) === 1;
  if (rows.shape.length !== 2 || sizeOf(ids.shape) !== n || !fits) {
    throw new ShapeMismatchError('Scatter', [rows.shape, ids.shape], 'one id a row, int64 ones in a last axis of 1');
  }
  const zeros = expand(rows.graph.scalar(0), [count, width]);
  return ids.dtype === 'int64' ? scatterRows(zeros, ids, rows) : scatterElements(zeros, ids, rows);
}

/** `into` [N, W] with rows added at ids, int64 [..., 1], which may repeat. */
export function scatterRows(into: Value, ids: Value, rows: Value): Value {
  const width = sizeOf(into.shape.slice(1));
  if (ids.dtype !== 'int64' || ids.shape.at(-1) !== 1 || sizeOf(rows.shape) !== sizeOf(ids.shape) * width) {
    const shapes = [into.shape, ids.shape, rows.shape];
    throw new ShapeMismatchError(
      'ScatterND',
      shapes,
      'one int64 id a row, in a last axis of 1, and rows as wide as the table',
    );
  }
  return rows.graph.add({
    operator: 'ScatterND',
    inputs: [into, ids, reshape(rows, [...ids.shape.slice(0, -1), ...into.shape.slice(1)])],
    dtype: 'float32',
    shape: into.shape,
    attributes: { reduction: 'add' },
    roots: [into, rows],
    gradient: (g) => [g, reshape(gatherRows(g, ids), rows.shape)],
  });
}

function scatterElements(zeros: Value, ids: Value, rows: Value): Value {
  const [n = 1, width = 1] = rows.shape;
  return rows.graph.add({
    operator: 'ScatterElements',
    inputs: [zeros, expand(reshape(ids, [n, 1]), [n, width]), rows],
    dtype: 'float32',
    shape: zeros.shape,
    attributes: { axis: 0, reduction: 'add' },
    roots: [rows],
    gradient: (g) => [reshape(gatherRows(g, ids), rows.shape)],
  });
}

/**
 * Rows in another arrangement: x [N, ...rest], index int32 [...batch] → [...batch, ...rest]. Every row of x must stand at least once in the
 * result: row n at place `inverses`[0][n], and again at `inverses`[1][n] … (int32 [N] each, places counted through batch). What stands
 * anywhere else is filling, on which nothing may depend: the gradient adds up what is at those places, and is a matter of arranging, too.
 */
export function rearrangeRows(x: Value, index: Value, inverses: readonly Value[]): Value {
  if ([index, ...inverses].some(({ dtype }) => dtype !== 'int32')) {
    throw new OperandTypeError('Gather', [x, index, ...inverses], 'int32 indices');
  }
  const [count = 0, ...rest] = x.shape;
  if (x.shape.length < 1 || inverses.length === 0 || inverses.some(({ shape }) => sizeOf(shape) !== count)) {
    const shapes = [x.shape, index.shape, ...inverses.map(({ shape }) => shape)];
    throw new ShapeMismatchError('Gather', shapes, 'at least one inverse, each of one index a row');
  }
  return x.graph.add({
    operator: 'Gather',
    inputs: [x, index],
    dtype: x.dtype,
    shape: [...index.shape, ...rest],
    attributes: { axis: 0 },
    roots: [x],
    gradient: (g) => {
      const places = reshape(g, [sizeOf(index.shape), ...rest]);
      const parts = inverses.map((inverse) => gatherRows(places, reshape(inverse, [count])));
      return [reshape(parts.reduce(add), x.shape)];
    },
  });
}

/** The halves of the last axis exchanged: x [..., 2·h] → [..., 2·h]. */
export function swapHalves(x: Value): Value {
  const size = x.shape.at(-1) ?? 0;
  if (x.dtype !== 'float32' || size % 2 !== 0 || size === 0) {
    throw new ShapeMismatchError('swapHalves', [x.shape], 'the last axis must have two halves');
  }
  const batch = x.shape.slice(0, -1);
  const swapped = x.graph.add({
    operator: 'Gather',
    inputs: [reshape(x, [...batch, 2, size / 2]), x.graph.constant(Int32Array.of(1, 0), 'int32', [2])],
    dtype: x.dtype,
    shape: [...batch, 2, size / 2],
    attributes: { axis: batch.length },
    roots: [x],
    gradient: (g) => [swapHalves(reshape(g, x.shape))],
  });
  return reshape(swapped, x.shape);
}

/** The numbers 0 … count−1 as int32. */
export function range(like: Value, count: number): Value {
  return like.graph.constant(
    Int32Array.from({ length: count }, (_, index) => index),
    'int32',
    [count],
  );
}

/** x [N, V] at one column a row: ids [N] → [N]. */
export function pick(x: Value, ids: Value): Value {
  const [n = 1] = x.shape;
  if (x.dtype !== 'float32' || ids.dtype !== 'int32') {
    throw new OperandTypeError('GatherElements', [x, ids], 'a float32 matrix and int32 ids');
  }
  if (x.shape.length !== 2 || sizeOf(ids.shape) !== n) {
    throw new ShapeMismatchError('GatherElements', [x.shape, ids.shape], 'one id a row of a matrix');
  }
  const picked = x.graph.add({
    operator: 'GatherElements',
    inputs: [x, reshape(ids, [n, 1])],
    dtype: 'float32',
    shape: [n, 1],
    attributes: { axis: 1 },
    gradient: (g) => [addAt(expand(x.graph.scalar(0), x.shape), ids, reshape(g, [n])), null],
  });
  return reshape(picked, [n]);
}

/** x [N, V] with amounts [N] added at one column a row, ids [N]. */
export function addAt(x: Value, ids: Value, amounts: Value): Value {
  const [n = 1] = x.shape;
  if (x.dtype !== 'float32' || amounts.dtype !== 'float32' || ids.dtype !== 'int32') {
    throw new OperandTypeError('ScatterElements', [x, ids, amounts], 'float32 numbers and int32 ids');
  }
  if (x.shape.length !== 2 || sizeOf(ids.shape) !== n || sizeOf(amounts.shape) !== n) {
    throw new ShapeMismatchError('ScatterElements', [x.shape, ids.shape, amounts.shape], 'one id and amount a row');
  }
  return x.graph.add({
    operator: 'ScatterElements',
    inputs: [x, reshape(ids, [n, 1]), reshape(amounts, [n, 1])],
    dtype: 'float32',
    shape: x.shape,
    attributes: { axis: 1, reduction: 'add' },
    roots: [x, amounts],
    gradient: (g) => [g, reshape(pick(g, ids), amounts.shape)],
  });
}
