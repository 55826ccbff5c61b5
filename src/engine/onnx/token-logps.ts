// Log-probabilities of given tokens: log-softmax and the choice of one column as one operator, with its gradient written by hand. For long
// lists and large vocabularies it works through the rows in chunks, so that no more than one chunk of logits exists at a time.

import { add, log, mul, neg, sub, withGradient } from './elementwise.ts';
import { ShapeMismatchError } from './errors.ts';
import type { Value } from './graph.ts';
import { addAt, pick } from './indexing.ts';
import { gemm, gemmOnto, linear } from './matrix.ts';
import { softmax } from './reduce.ts';
import { reduceMax } from './selection.ts';
import { concat, slice } from './shape-operators.ts';
import { reshape } from './shaping.ts';

/**
 * log softmax(logits)[id] as z_id − max z + log max p, with p = softmax(z): the largest p is 1 / Σ e^(z − max z), so that nothing overflows
 * and nothing small is lost. Written so since the runtime's LogSoftmax leaves the GPU, and the gradient needs p anyway.
 */
function logpsOf(logits: Value, p: Value, ids: Value): Value {
  const [rows = 1] = logits.shape;
  const below = sub(pick(logits, ids), reshape(reduceMax(logits, [1], true), [rows]));
  return add(below, reshape(log(reduceMax(p, [1], true)), [rows]));
}

/** d log p[id] / d logits = onehot − p, times the upstream gradient of each row. */
function logitsGradient(p: Value, ids: Value, upstream: Value): Value {
  const column = reshape(upstream, [p.shape[0]!, 1]);
  return addAt(mul(p, neg(column)), ids, upstream);
}

/** log softmax(logits)[id] for each row: logits [N, V], ids int32 [N] → [N], natural log. */
export function tokenLogps(logits: Value, ids: Value): Value {
  if (logits.shape.length !== 2) {
    throw new ShapeMismatchError('tokenLogps', [logits.shape, ids.shape], 'the logits must be a matrix, one row an id');
  }
  const p = softmax(logits);
  return withGradient(logpsOf(logits, p, ids), [logits], (g) => [logitsGradient(p, ids, g)]);
}

/** Rows [start, end) of what scores tokens. */
interface ScoredRows {
  readonly hidden: Value;
  readonly ids: Value;
}

/** A zero that the runtime cannot know to be one before `after` is there: what it is added to waits, and is not merged with its equal. */
function zeroAfter(after: Value): Value {
  const flat = reshape(after, [after.shape.reduce((size, n) => size * n, 1)]);
  return mul(reshape(slice(flat, 0, 0, 1), []), after.graph.scalar(0));
}

function chunksOf(hidden: Value, ids: Value, rows: number): ScoredRows[] {
  const [count = 1] = hidden.shape;
  return Array.from({ length: Math.ceil(count / rows) }, (_, index) => {
    const [start, end] = [index * rows, Math.min(count, (index + 1) * rows)];
    return { hidden: slice(hidden, 0, start, end), ids: slice(ids, 0, start, end) };
  });
}

/**
 * log softmax(hidden·weightᵀ)[id] for each row: hidden [N, W], weight [V, W], ids int32 [N] → [N], natural log.
 * @param rows at most so many rows of logits at a time. Where N is more, the logits are computed again for the gradient, chunk by chunk.
 */
export function projectedTokenLogps(hidden: Value, weight: Value, ids: Value, rows: number): Value {
  const [count = 1] = hidden.shape;
  if (count <= rows) return tokenLogps(linear(hidden, weight), ids);
  const chunks = chunksOf(hidden, ids, rows);
  const parts: Value[] = [];
  for (const chunk of chunks) {
    const before = parts.at(-1);
    const own = before === undefined ? chunk.hidden : add(chunk.hidden, zeroAfter(before));
    const logits = linear(own, weight);
    parts.push(logpsOf(logits, softmax(logits), chunk.ids));
  }
  return withGradient(concat(parts, 0), [hidden, weight], (g) => chunkGradients(chunks, weight, g, rows));
}

/** Gradients of `hidden` and `weight`, each chunk begun when all is there that the last one's logits were needed for. */
function chunkGradients(chunks: readonly ScoredRows[], weight: Value, upstream: Value, rows: number): [Value, Value] {
  let total: Value | null = null;
  const dHidden: Value[] = [];
  let before = zeroAfter(upstream);
  for (const [index, { hidden, ids }] of chunks.entries()) {
    const g = slice(upstream, 0, index * rows, index * rows + hidden.shape[0]!);
    const again = add(hidden, before);
    const dLogits = logitsGradient(softmax(linear(again, weight)), ids, g);
    total = total === null ? gemm(dLogits, hidden, true) : gemmOnto(dLogits, hidden, total);
    dHidden.push(gemm(dLogits, weight));
    before = add(zeroAfter(total), zeroAfter(dHidden[index]!));
  }
  return [concat(dHidden, 0), total!];
}
