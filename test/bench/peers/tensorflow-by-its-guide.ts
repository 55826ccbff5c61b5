// The same training step in TensorFlow.js as its guide has one: variables, its own gradients and its own RMSProp, nothing written by hand:
// `tensorflowByItsGuide`, a contender.

import * as tf from '@tensorflow/tfjs-core';
import type { LlamaConfig } from '../../../src/engine/models/architectures/llama/llama-config.ts';
import type { Contender, Stepper, TrainingCase } from '../contender.ts';
import { fusedWeights, LAYER_WEIGHTS, rotaryTables } from './fused-weights.ts';
import { type PaddedBatch, padPairs } from './padded.ts';
import { openBackend } from './tensorflow.ts';

const HIDDEN_SCORE = -1e9;
const ALPHA = 0.99;
/** Inside the root, where PyTorch's RMSProp adds 1e-8 outside of it. */
const EPSILON_SQUARED = 1e-16;

/** Constants of a length. */
interface Positions {
  /** [1, length, 1, headDim] */
  readonly cos: tf.Tensor;
  readonly sin: tf.Tensor;
  /** [length, length], added to scores. */
  readonly mask: tf.Tensor;
}

function positionsOf(config: LlamaConfig, length: number): Positions {
  const tables = rotaryTables(config, length);
  const table = (values: Float32Array): tf.Tensor => tf.tensor4d(values, [1, length, 1, config.headDim]);
  const mask = Float32Array.from({ length: length ** 2 }, (_, index) =>
    index % length <= Math.floor(index / length) ? 0 : HIDDEN_SCORE,
  );
  return { cos: table(tables.cos), sin: table(tables.sin), mask: tf.tensor2d(mask, [length, length]) };
}

function rotated(x: tf.Tensor, { cos, sin }: Positions): tf.Tensor {
  const [first, second] = tf.split(x, 2, -1) as [tf.Tensor, tf.Tensor];
  return tf.add(tf.mul(x, cos), tf.mul(tf.concat([tf.neg(second), first], -1), sin));
}

function rmsNorm(x: tf.Tensor, weight: tf.Tensor, epsilon: number): tf.Tensor {
  return tf.mul(tf.div(x, tf.sqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon))), weight);
}

/** Each key head once for every query head that looks at it. */
function repeated(x: tf.Tensor, group: number): tf.Tensor {
  const [sequences = 1, length = 1, heads = 1, dim = 1] = x.shape;
  if (group === 1) return x;
  return tf.reshape(tf.tile(tf.expandDims(x, 3), [1, 1, 1, group, 1]), [sequences, length, heads * group, dim]);
}

/** Query, key and value side by side [rows, …] to what the heads attend to [rows, heads·headDim]. */
function attention(config: LlamaConfig, positions: Positions, x: tf.Tensor): tf.Tensor {
  const { heads, kvHeads, headDim } = config;
  const length = positions.mask.shape[0]!;
  const byHead = tf.reshape(x, [-1, length, heads + 2 * kvHeads, headDim]);
  const [q, k, v] = tf.split(byHead, [heads, kvHeads, kvHeads], 2) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const headsFirst = (y: tf.Tensor): tf.Tensor => tf.transpose(y, [0, 2, 1, 3]);
  const keys = headsFirst(repeated(rotated(k, positions), heads / kvHeads));
  const scores = tf.mul(tf.matMul(headsFirst(rotated(q, positions)), keys, false, true), 1 / Math.sqrt(headDim));
  const weights = tf.softmax(tf.add(scores, positions.mask));
  const seen = tf.matMul(weights, headsFirst(repeated(v, heads / kvHeads)));
  return tf.reshape(tf.transpose(seen, [0, 2, 1, 3]), [-1, heads * headDim]);
}

class GuidedStepper implements Stepper {
  readonly #training: TrainingCase;
  readonly #variables: tf.Variable[];
  readonly #optimizer: tf.Optimizer;
  readonly #positions = new Map<number, Positions>();

  constructor(training: TrainingCase) {
    this.#training = training;
    this.#variables = fusedWeights(training.config, training.weights, '[in, out]').map(({ values, shape }) =>
      tf.variable(tf.tensor(values, [...shape])),
    );
    this.#optimizer = tf.train.rmsprop(training.learningRate, ALPHA, 0, EPSILON_SQUARED);
  }

  async step(index: number): Promise<number> {
    const { batches, config } = this.#training;
    const batch = padPairs(batches[index % batches.length]!, 1);
    const positions = this.#positions.get(batch.length) ?? positionsOf(config, batch.length);
    this.#positions.set(batch.length, positions);
    const loss = this.#optimizer.minimize(() => this.#loss(batch, positions), true, this.#variables)!;
    const [value] = await loss.data();
    loss.dispose();
    return value!;
  }

  #loss(batch: PaddedBatch, positions: Positions): tf.Scalar {
    const { config, lambda } = this.#training;
    // Rows of the embedding as a product: the wasm back end lacks the kernel for the gradient of a gather.
    const oneHot = (ids: Int32Array): tf.Tensor =>
      tf.cast(tf.oneHot(tf.tensor1d(ids, 'int32'), config.vocabSize), 'float32');
    const embedding = this.#variables[0]!;
    const hidden = this.#hidden(tf.matMul(oneHot(batch.ids), embedding), positions);
    const logits = tf.matMul(hidden, embedding, false, true);
    const logps = tf.sum(tf.mul(tf.logSoftmax(logits), oneHot(batch.targets)), -1);
    const signs = tf.tensor2d(batch.signs, [batch.pairs, 2 * batch.length]);
    const own = tf.sum(tf.mul(tf.reshape(logps, signs.shape), signs), 1);
    const margins = tf.sub(own, tf.tensor1d(batch.opponentMargins));
    return tf.mean(tf.softplus(tf.mul(margins, -lambda)));
  }

  #hidden(embedded: tf.Tensor, positions: Positions): tf.Tensor {
    const { config } = this.#training;
    const norm = (y: tf.Tensor, weight: tf.Tensor): tf.Tensor => rmsNorm(y, weight, config.normEpsilon);
    let x = embedded;
    for (let layer = 0; layer < config.layers; layer += 1) {
      const first = 1 + layer * LAYER_WEIGHTS.length;
      const [inputNorm, queryKeyValue, output, mlpNorm, gate, up, down] = this.#variables.slice(first);
      x = tf.add(x, tf.matMul(attention(config, positions, tf.matMul(norm(x, inputNorm!), queryKeyValue!)), output!));
      const normed = norm(x, mlpNorm!);
      const opened = tf.matMul(normed, gate!);
      const widened = tf.mul(tf.mul(opened, tf.sigmoid(opened)), tf.matMul(normed, up!));
      x = tf.add(x, tf.matMul(widened, down!));
    }
    return norm(x, this.#variables.at(-1)!);
  }
}

export const tensorflowByItsGuide: Contender = {
  name: 'TensorFlow.js',
  version: `TensorFlow.js ${tf.version_core}`,
  async open(place, training) {
    await openBackend(place);
    return new GuidedStepper(training);
  },
};
