// What the graphs of all architectures share: parameters as named values, a forward pass from token ids to hidden states, and the parts
// they are made of (norms, causal attention).

import { add, mul } from '../onnx/elementwise.ts';
import { type Graph, type Shape, sizeOf, type Value } from '../onnx/graph.ts';
import { gatherRows } from '../onnx/indexing.ts';
import { matmul, matmulTransposed } from '../onnx/matrix.ts';
import { normalizeMeanVariance } from '../onnx/norms.ts';
import { softmax } from '../onnx/reduce.ts';
import { transpose } from '../onnx/shape-operators.ts';
import { reshape } from '../onnx/shaping.ts';

/** The model's parameters in a graph, by their Hugging Face names. */
export interface Parameters {
  get(name: string): Value;
  /** Parameters of equal width, one below the other along the first axis: one value, without copies where they are packed in this order. */
  stacked(names: readonly string[]): Value;
}

/** How one layer's queries look at keys and values: q [B, H, N, D], k and v [B, KV, N, D] → [B, H, N, D]. */
export type Attend = (layer: number, q: Value, k: Value, v: Value) => Value;

/** Where the tokens stand: at 0 … N−1 in every row, or as given. */
export type Positions = 'sequential' | Value;

/** How a list of T tokens becomes rows of places for attention, and back. */
export interface Arrangement {
  readonly rows: number;
  /** Places a row. */
  readonly length: number;
  /** [T, heads·D] → [rows, heads, length, D]. */
  split(x: Value, heads: number): Value;
  /** [rows, heads, length, D] → [T, heads·D]. */
  join(x: Value): Value;
}

export interface Forward {
  /** T token ids: int32 [T], or int64 [T, 1], whose gradient is cheaper. */
  readonly ids: Value;
  /** Of each token, in the form of `ids`. */
  readonly positions: Positions;
  readonly arrangement: Arrangement;
  /** Of each place: int32 [rows, length]. */
  readonly placePositions: Positions;
  /** How many tokens a sequence of this graph can reach: some rotary scalings depend on it. */
  readonly span: number;
  readonly attend: Attend;
  /** The tokens whose hidden states are read, int64 [W, 1] places in the list, which may repeat; null for all in order. */
  readonly read: Value | null;
}

/** A causal language model written with the graph builder. */
export interface Transformer {
  /** Hidden states after the last norm, [T, width], or of the tokens that are read, [W, width]. */
  hidden(parameters: Parameters, forward: Forward): Value;
  /** The matrix whose product with a hidden state are the logits: [vocabulary, width]. */
  unembedding(parameters: Parameters): Value;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly layers: number;
}

/** (x − mean) / √(variance + ε) · weight + bias over the last axis (Ba et al. 2016). */
export const layerNorm = (x: Value, weight: Value, bias: Value, epsilon: number): Value =>
  add(mul(normalizeMeanVariance(x, epsilon), weight), bias);

/**
 * Of values by token, [T, width], those of the tokens that are read, [W, width]. After the last attention no token looks at another, so
 * that all that follows it is computed for these alone.
 */
export function onlyRead(x: Value, read: Value | null): Value {
  return read === null ? x : reshape(gatherRows(x, read), [sizeOf(read.shape), x.shape[1]!]);
}

/** Tokens that stand row after row, each row full: token row·length + n is at place n of its row. */
export function denseArrangement(rows: number, length: number): Arrangement {
  return {
    rows,
    length,
    split(x, heads) {
      const dim = x.shape[1]! / heads;
      // A row of one place needs no exchange of axes, which would be a copy.
      if (length === 1) return reshape(x, [rows, heads, 1, dim]);
      return transpose(reshape(x, [rows, length, heads, dim]), [0, 2, 1, 3]);
    },
    join(x) {
      const [, heads = 1, , dim = 1] = x.shape;
      const byToken = length === 1 ? x : transpose(x, [0, 2, 1, 3]);
      return reshape(byToken, [rows * length, heads * dim]);
    },
  };
}

/** Added to a score that the mask hides: far below any real score, far from overflow. */
export const HIDDEN_SCORE = -1e30;

/**
 * softmax(q·kᵀ + mask)·v with grouped queries (q already scaled): q [B, H, N, D], k and v [B, KV, M, D].
 * `mask` [N, M] or [B, 1, N, M] is 0 where a query may look and `HIDDEN_SCORE` where not.
 */
export function groupedAttention(q: Value, k: Value, v: Value, mask: Value): Value {
  const [b = 1, h = 1, n = 1, d = 1] = q.shape;
  const [, kv = 1, m = 1] = k.shape;
  const group = h / kv;
  const queries = reshape(q, [b, kv, group * n, d]);
  const scores = reshape(matmulTransposed(queries, k), [b, kv * group, n, m]);
  const weights = reshape(softmax(add(scores, mask)), [b, kv, group * n, m]);
  return reshape(matmul(weights, v), [b, h, n, d]);
}

/** The mask of a causal model for `length` tokens: [length, length], `HIDDEN_SCORE` above the diagonal. To all, `shift` is added. */
export function causalMask(graph: Graph, length: number, shift = 0): Value {
  const shape: Shape = [length, length];
  const mask = Float32Array.from({ length: length * length }, (_, index) =>
    index % length > Math.floor(index / length) ? HIDDEN_SCORE + shift : shift,
  );
  return graph.constant(mask, 'float32', shape);
}

/** Attention as one mask says, the same in every layer. */
export function maskedAttention(mask: Value): Attend {
  return (_, q, k, v) => groupedAttention(q, k, v, mask);
}
