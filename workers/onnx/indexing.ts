// Operators that pick or place rows by integer ids. Ids are int32 throughout. Knows no model.

import { reduceMax } from './choosing.ts';
import { cast, detach, equal, exp, log, mul, sub } from './elementwise.ts';
import { OperandTypeError, ShapeMismatchError } from './errors.ts';
import { sizeOf, type Value } from './graph.ts';
import { expand, reduceSum, reshape } from './shaping.ts';

/** Rows of a table: table [N, ...rest], ids [...batch] → [...batch, ...rest]. */
export function gatherRows(table: Value, ids: Value): Value {
  if (ids.dtype !== 'int32') throw new OperandTypeError('Gather', [table, ids], 'int32 ids');
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

/** A table of zeros to which row i of `rows` [N, W] is added at ids[i]; ids may repeat. Result [count, W]. */
export function scatterAddRows(rows: Value, ids: Value, count: number): Value {
  const graph = rows.graph;
  const [n = 1, width = 1] = rows.shape;
  if (rows.dtype !== 'float32' || ids.dtype !== 'int32') {
    throw new OperandTypeError('ScatterElements', [rows, ids], 'float32 rows and int32 ids');
  }
  if (rows.shape.length !== 2 || sizeOf(ids.shape) !== n) {
    throw new ShapeMismatchError('ScatterElements', [rows.shape, ids.shape], 'one id a row');
  }
  const zeros = expand(graph.scalar(0), [count, width]);
  const indices = expand(reshape(ids, [n, 1]), [n, width]);
  return graph.add({
    operator: 'ScatterElements',
    inputs: [zeros, indices, rows],
    dtype: 'float32',
    shape: [count, width],
    attributes: { axis: 0, reduction: 'add' },
    gradient: (g) => [null, null, reshape(gatherRows(g, ids), rows.shape)],
  });
}

/** The numbers 0 … count−1 as int32. */
export function range(like: Value, count: number): Value {
  return like.graph.constant(
    Int32Array.from({ length: count }, (_, index) => index),
    'int32',
    [count],
  );
}

/** 1 at the id, 0 elsewhere: ids [...batch] → [...batch, count], float32. */
export function oneHot(ids: Value, count: number): Value {
  if (ids.dtype !== 'int32') throw new OperandTypeError('OneHot', [ids], 'int32 ids');
  return cast(equal(reshape(ids, [...ids.shape, 1]), range(ids, count)), 'float32');
}

/** x [N, V] at one column a row: ids [N] → [N]. */
export function pick(x: Value, ids: Value): Value {
  const [n = 1, v = 1] = x.shape;
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
    gradient: (g) => [mul(g, oneHot(reshape(ids, [n]), v)), null],
  });
  return reshape(picked, [n]);
}

/**
 * log softmax(logits)[id] for each row: logits [N, V], ids [N] → [N], natural log. With z = logit − max: log p = z − log Σ e^z, in which
 * nothing overflows and nothing large cancels. Written out, since the runtime's LogSoftmax falls back to the CPU on WebGPU. The two
 * paths' gradients add up to onehot − softmax.
 */
export function tokenLogps(logits: Value, ids: Value): Value {
  if (logits.shape.length !== 2) {
    throw new ShapeMismatchError('tokenLogps', [logits.shape, ids.shape], 'the logits must be a matrix, one row an id');
  }
  const below = sub(logits, detach(reduceMax(logits, [1], true)));
  return sub(pick(below, ids), log(reduceSum(exp(below), [1])));
}
