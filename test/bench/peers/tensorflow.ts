// A SPIN training step in TensorFlow.js, as somebody who knows the library writes it for speed: `tensorflow`, a contender. The parts are
// in tensorflow-ops.ts and tensorflow-attention.ts.

import { getThreadsCount, setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plainWasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdWasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threadedWasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-webgpu';
import type { LlamaConfig } from '../../../src/engine/models/architectures/llama/llama-config.ts';
import type { Contender, Place, Stepper, TrainingCase } from '../contender.ts';
import { claimCores } from './cores.ts';
import { fusedWeights, LAYER_WEIGHTS, type Weight } from './fused-weights.ts';
import { type PaddedBatch, padPairs } from './padded.ts';
import { type AttentionShape, attention, attentionShape } from './tensorflow-attention.ts';
import {
  embed,
  type Kernels,
  linear,
  logisticLoss,
  rmsNorm,
  swiGlu,
  type Tensor,
  targetLogps,
  wasmKernels,
  webgpuKernels,
} from './tensorflow-ops.ts';

const ALPHA = 0.99;
const EPSILON = 1e-8;

export async function openBackend({ backend, threads }: Place): Promise<void> {
  if (backend === 'wasm') prepareWasm(threads);
  else await prepareWebgpu();
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no ${backend} back end here.`);
  await tf.ready();
  if (backend === 'wasm' && getThreadsCount() !== threads) {
    throw new Error(`TensorFlow.js runs ${getThreadsCount()} threads, not ${threads}.`);
  }
}

function prepareWasm(threads: number): void {
  setWasmPaths({
    'tfjs-backend-wasm.wasm': plainWasm,
    'tfjs-backend-wasm-simd.wasm': simdWasm,
    'tfjs-backend-wasm-threaded-simd.wasm': threadedWasm,
  });
  // The build with threads sends its own source to them: a page that holds it minified does not start.
  if (threads === 1) tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  claimCores(2 * threads);
  setThreadsCount(threads);
}

/** The tiled program for matrix products, which a software adapter runs twice as fast as those that keep more of a GPU busy. */
const TILED_PROGRAM = 3;

async function prepareWebgpu(): Promise<void> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (adapter?.info.isFallbackAdapter || adapter?.info.architecture === 'swiftshader') {
    tf.env().set('WEBGPU_MATMUL_PROGRAM_TYPE', TILED_PROGRAM);
  }
}

class TensorFlowStepper implements Stepper {
  readonly #training: TrainingCase;
  readonly #kernels: Kernels;
  readonly #weights: readonly Weight[];
  readonly #theta: tf.Variable;
  readonly #squares: tf.Variable;
  readonly #normEpsilon: Tensor;
  readonly #shapes = new Map<string, AttentionShape>();

  constructor(training: TrainingCase, kernels: Kernels) {
    this.#training = training;
    this.#kernels = kernels;
    this.#weights = fusedWeights(training.config, training.weights, '[in, out]');
    const { width } = training.config;
    // Rows of the model's width, of which each weight has a whole number.
    this.#theta = tf.tidy(() =>
      tf.variable(tf.concat(this.#weights.map(({ values }) => tf.tensor2d(values, [values.length / width, width])))),
    );
    this.#squares = tf.tidy(() => tf.variable(tf.zerosLike(this.#theta)));
    this.#normEpsilon = tf.scalar(training.config.normEpsilon);
  }

  async step(index: number): Promise<number> {
    const { batches, config, learningRate } = this.#training;
    const { width } = config;
    const batch = padPairs(batches[index % batches.length]!, 1);
    const shape = this.#shapeOf(batch);
    const loss = tf.tidy(() => {
      // Outside of the tape: the gradient of a slice would be a padded array for each parameter.
      const parameters = this.#weights.map(({ offset, size, shape }) =>
        tf.reshape(this.#kernels.part(this.#theta, offset / width, size / width), [...shape]),
      );
      const { value, grads } = tf.valueAndGrads((...parameters) => this.#loss(parameters, batch, shape))(parameters);
      this.#update(tf.concat(grads.map((gradient) => tf.reshape(gradient, [-1, width]))), learningRate);
      return value;
    });
    // Read after the update is enqueued: work on the device is done in order.
    const [value] = await loss.data();
    loss.dispose();
    return value!;
  }

  #loss(parameters: Tensor[], batch: PaddedBatch, shape: AttentionShape): tf.Scalar {
    const { config, lambda } = this.#training;
    const hidden = this.#hidden(parameters, batch, shape, config);
    const logps = targetLogps(this.#kernels, hidden, parameters[0]!, batch.targets);
    const signs = tf.tensor2d(batch.signs, [batch.pairs, 2 * batch.length]);
    return logisticLoss(logps, signs, tf.tensor1d(batch.opponentMargins), lambda) as tf.Scalar;
  }

  #hidden(parameters: Tensor[], batch: PaddedBatch, shape: AttentionShape, config: LlamaConfig): Tensor {
    const kernels = this.#kernels;
    const normEpsilon = this.#normEpsilon;
    let x = embed(parameters[0]!, tf.tensor2d(batch.ids, [batch.ids.length, 1], 'int32'));
    for (let layer = 0; layer < config.layers; layer += 1) {
      const first = 1 + layer * LAYER_WEIGHTS.length;
      const [inputNorm, queryKeyValue, output, mlpNorm, gate, up, down] = parameters.slice(first);
      const heads = linear(kernels, rmsNorm(x, inputNorm!, normEpsilon), queryKeyValue!);
      x = tf.add(x, linear(kernels, attention(config, kernels, shape, heads), output!));
      const opened = swiGlu(kernels, rmsNorm(x, mlpNorm!, normEpsilon), gate!, up!);
      x = tf.add(x, linear(kernels, opened, down!));
    }
    return rmsNorm(x, parameters.at(-1)!, normEpsilon);
  }

  /** v ← αv + (1−α)g², θ ← θ − lr·g/(√v + ε), over all parameters at once. */
  #update(gradient: Tensor, learningRate: number): void {
    const squares = tf.add(tf.mul(this.#squares, ALPHA), tf.mul(tf.square(gradient), 1 - ALPHA));
    const direction = tf.div(gradient, tf.add(tf.sqrt(squares), EPSILON));
    this.#theta.assign(tf.sub(this.#theta, tf.mul(direction, learningRate)));
    this.#squares.assign(squares);
  }

  #shapeOf({ pairs, length }: PaddedBatch): AttentionShape {
    const key = `${pairs} ${length}`;
    const known = this.#shapes.get(key);
    if (known !== undefined) return known;
    const made = attentionShape(this.#training.config, 2 * pairs, length);
    this.#shapes.set(key, made);
    return made;
  }
}

export const tensorflow: Contender = {
  name: 'TensorFlow.js',
  version: `TensorFlow.js ${tf.version_core}`,
  async open(place, training) {
    await openBackend(place);
    return new TensorFlowStepper(training, place.backend === 'wasm' ? wasmKernels : webgpuKernels);
  },
};
