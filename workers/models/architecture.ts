// What every architecture shares: parameters as named values of a graph, a forward pass from token ids to hidden states, and the parts
// they are made of (norms, causal attention). Knows no runtime and no loss.

import { add, div, mul, sqrt, sub } from '../onnx/elementwise.ts';
import type { Graph, Shape, Value } from '../onnx/graph.ts';
import { matmul } from '../onnx/matrix.ts';
import { reduceMean, softmax } from '../onnx/reduce.ts';
import { swapLast, transpose } from '../onnx/shape-operators.ts';
import { reshape } from '../onnx/shaping.ts';

/** The model's parameters in a graph, by their Hugging Face names. */
export type Parameters = (name: string) => Value;

/** How one layer's queries look at keys and values: q [B, H, N, D], k and v [B, KV, N, D] → [B, H, N, D]. */
export type Attend = (layer: number, q: Value, k: Value, v: Value) => Value;

/** Where the tokens stand: at 0 … N−1 in every row, or as given, int32 [B, N]. */
export type Positions = 'sequential' | Value;

export interface Forward {
  /** Token ids, int32 [B, N]. */
  readonly ids: Value;
  readonly positions: Positions;
  /** How many tokens a sequence of this graph can reach: some rotary scalings depend on it. */
  readonly span: number;
  readonly attend: Attend;
}

/** A causal language model written with the graph builder. */
export interface Architecture {
  /** Hidden states after the last norm, [B·N, width]. */
  hidden(parameters: Parameters, forward: Forward): Value;
  /** Logits of hidden states: [M, width] → [M, vocabulary]. */
  logits(parameters: Parameters, hidden: Value): Value;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly layers: number;
}

/** x / √(mean x² + ε) · weight over the last axis (Zhang and Sennrich 2019, eq. 4). */
export function rmsNorm(x: Value, weight: Value, epsilon: number): Value {
  const meanSquare = reduceMean(mul(x, x), [-1], true);
  return mul(div(x, sqrt(add(meanSquare, x.graph.scalar(epsilon)))), weight);
}

/** (x − mean) / √(variance + ε) · weight + bias over the last axis (Ba et al. 2016). */
export function layerNorm(x: Value, weight: Value, bias: Value, epsilon: number): Value {
  const centred = sub(x, reduceMean(x, [-1], true));
  const variance = reduceMean(mul(centred, centred), [-1], true);
  return add(mul(div(centred, sqrt(add(variance, x.graph.scalar(epsilon)))), weight), bias);
}

/** [B·N, H·D] → [B, H, N, D]. */
export function splitHeads(x: Value, batch: number, heads: number): Value {
  const [rows = 1, width = 1] = x.shape;
  return transpose(reshape(x, [batch, rows / batch, heads, width / heads]), [0, 2, 1, 3]);
}

/** [B, H, N, D] → [B·N, H·D]. */
export function joinHeads(x: Value): Value {
  const [b = 1, h = 1, n = 1, d = 1] = x.shape;
  return reshape(transpose(x, [0, 2, 1, 3]), [b * n, h * d]);
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
  const scores = reshape(matmul(queries, swapLast(k)), [b, kv * group, n, m]);
  const weights = reshape(softmax(add(scores, mask)), [b, kv, group * n, m]);
  return reshape(matmul(weights, v), [b, h, n, d]);
}

/** The mask of a causal model for `length` tokens: [length, length]. */
export function causalMask(graph: Graph, length: number): Value {
  const shape: Shape = [length, length];
  const mask = Float32Array.from({ length: length * length }, (_, index) =>
    index % length > Math.floor(index / length) ? HIDDEN_SCORE : 0,
  );
  return graph.constant(mask, 'float32', shape);
}

/** Attention as one mask says, the same in every layer. */
export function maskedAttention(mask: Value): Attend {
  return (_, q, k, v) => groupedAttention(q, k, v, mask);
}
