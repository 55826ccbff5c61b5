// Causal attention with rotary positions and grouped queries in TensorFlow.js, with its gradient written by hand.

import * as tf from '@tensorflow/tfjs-core';
import type { LlamaConfig } from '../../../src/engine/models/architectures/llama/llama-config.ts';
import { rotaryTables } from './fused-weights.ts';
import { type Kernels, operation, type Tensor } from './tensorflow-ops.ts';

const HIDDEN_SCORE = -1e9;

/** What depends on the batch's shape alone. */
export interface AttentionShape {
  readonly sequences: number;
  readonly length: number;
  /** [query and key heads, 1, length, headDim]; those of queries hold the scores' scale too. */
  readonly cos: Tensor;
  readonly sin: Tensor;
  /** x·turn is rotate_half(x). */
  readonly turn: Tensor;
  readonly turnBack: Tensor;
  /** [queries of a group × length, length]: added to scores. */
  readonly mask: Tensor;
}

export function attentionShape(config: LlamaConfig, sequences: number, length: number): AttentionShape {
  const { heads, kvHeads, headDim } = config;
  const tables = rotaryTables(config, length);
  const byHead = (table: Float32Array): Tensor => {
    const values = new Float32Array((heads + kvHeads) * table.length);
    for (let head = 0; head < heads + kvHeads; head += 1) {
      const scale = head < heads ? 1 / Math.sqrt(headDim) : 1;
      values.set(
        table.map((x) => x * scale),
        head * table.length,
      );
    }
    return tf.tensor4d(values, [heads + kvHeads, 1, length, headDim]);
  };
  const turn = halfTurn(headDim);
  return {
    sequences,
    length,
    cos: byHead(tables.cos),
    sin: byHead(tables.sin),
    turn,
    turnBack: tf.tidy(() => tf.transpose(turn)),
    mask: causalMask(heads / kvHeads, length),
  };
}

function halfTurn(headDim: number): Tensor {
  const half = headDim / 2;
  const values = new Float32Array(headDim * headDim);
  for (let i = 0; i < half; i += 1) {
    values[(i + half) * headDim + i] = -1;
    values[i * headDim + i + half] = 1;
  }
  return tf.tensor2d(values, [headDim, headDim]);
}

function causalMask(group: number, length: number): Tensor {
  const values = Float32Array.from({ length: group * length * length }, (_, index) => {
    const query = Math.floor(index / length) % length;
    return index % length <= query ? 0 : HIDDEN_SCORE;
  });
  return tf.tensor2d(values, [group * length, length]);
}

/** Query, key and value side by side [rows, (heads + 2 kvHeads)·headDim] to what the heads attend to [rows, heads·headDim]. */
export function attention(config: LlamaConfig, kernels: Kernels, shape: AttentionShape, x: Tensor): Tensor {
  const { heads, kvHeads, headDim } = config;
  const { sequences, length } = shape;
  const rows = sequences * length;
  const group = heads / kvHeads;
  const all = heads + 2 * kvHeads;

  // Heads come first, where a part of them is one copy.
  const headsFirst = (x: Tensor, count: number): Tensor =>
    tf.transpose(tf.reshape(x, [rows, count, headDim]), [1, 0, 2]);
  const headsLast = (x: Tensor, count: number): Tensor =>
    tf.reshape(tf.transpose(tf.reshape(x, [count, rows, headDim]), [1, 0, 2]), [rows, count * headDim]);
  const flat = (x: Tensor): Tensor => tf.reshape(x, [-1, headDim]);
  const rotatedShape = [heads + kvHeads, sequences, length, headDim];

  const rotate = (x: Tensor): Tensor => {
    const turned = tf.reshape(tf.matMul(flat(x) as tf.Tensor2D, shape.turn as tf.Tensor2D), rotatedShape);
    return tf.reshape(tf.add(tf.mul(tf.reshape(x, rotatedShape), shape.cos), tf.mul(turned, shape.sin)), [
      heads + kvHeads,
      rows,
      headDim,
    ]);
  };
  const rotateBack = (dy: Tensor): Tensor => {
    const dTurned = tf.mul(tf.reshape(dy, rotatedShape), shape.sin);
    const back = tf.reshape(tf.matMul(flat(dTurned) as tf.Tensor2D, shape.turnBack as tf.Tensor2D), rotatedShape);
    return tf.reshape(tf.add(tf.mul(tf.reshape(dy, rotatedShape), shape.cos), back), [heads + kvHeads, rows, headDim]);
  };

  /** Queries that share a key head stand below one another: [heads, rows, headDim] to [kvHeads·sequences, group·length, headDim]. */
  const grouped = (x: Tensor): Tensor => {
    if (group === 1) return tf.reshape(x, [heads * sequences, length, headDim]);
    const apart = tf.reshape(x, [kvHeads, group, sequences, length * headDim]);
    return tf.reshape(tf.transpose(apart, [0, 2, 1, 3]), [kvHeads * sequences, group * length, headDim]);
  };
  const ungrouped = (x: Tensor): Tensor => {
    if (group === 1) return tf.reshape(x, [heads, rows, headDim]);
    const together = tf.reshape(x, [kvHeads, sequences, group, length * headDim]);
    return tf.reshape(tf.transpose(together, [0, 2, 1, 3]), [heads, rows, headDim]);
  };
  const keyed = (x: Tensor): Tensor => tf.reshape(x, [kvHeads * sequences, length, headDim]);

  const forward = (x: Tensor) => {
    const byHead = headsFirst(x, all);
    const rotated = rotate(kernels.part(byHead, 0, heads + kvHeads));
    const q = grouped(kernels.part(rotated, 0, heads));
    const k = keyed(kernels.part(rotated, heads, kvHeads));
    const v = keyed(kernels.part(byHead, heads + kvHeads, kvHeads));
    const p = tf.softmax(tf.add(kernels.rightTransposed(q, k), shape.mask));
    return { value: headsLast(ungrouped(kernels.plain(p, v)), heads), keep: [q, k, v, p] };
  };

  const backward = (dy: Tensor, q: Tensor, k: Tensor, v: Tensor, p: Tensor): Tensor => {
    const dOut = grouped(headsFirst(dy, heads));
    const dV = kernels.transposed(p).times(dOut);
    const weighted = tf.mul(kernels.rightTransposed(dOut, v), p);
    const dScores = tf.sub(weighted, tf.mul(p, tf.sum(weighted, -1, true)));
    const dQ = ungrouped(kernels.plain(dScores, k));
    const dK = tf.reshape(kernels.transposed(dScores).times(q), [kvHeads, rows, headDim]);
    const dRotated = rotateBack(tf.concat([dQ, dK]));
    return headsLast(tf.concat([dRotated, tf.reshape(dV, [kvHeads, rows, headDim])]), all);
  };

  return operation(
    [x],
    () => forward(x),
    (dy, [q, k, v, p]) => backward(dy, q!, k!, v!, p!),
  );
}
