// The parts of a Llama training step in TensorFlow.js, each with a gradient written by hand: fewer kernels than the tape's own, and
// matrix products in the forms that the back end is fast at.

import * as tf from '@tensorflow/tfjs-core';

export type Tensor = tf.Tensor;

/** What each back end is told in other words to be fast. Products are of matrices, or of equally many matrices. */
export interface Kernels {
  /** a·b */
  plain(a: Tensor, b: Tensor): Tensor;
  /** a·bᵀ */
  rightTransposed(a: Tensor, b: Tensor): Tensor;
  /** aᵀ, to be multiplied with. */
  transposed(a: Tensor): { times(b: Tensor): Tensor };
  /** `count` entries of the first axis. */
  part(x: Tensor, from: number, count: number): Tensor;
}

/** The shaders read transposed operands as fast as others. */
export const webgpuKernels: Kernels = {
  plain: (a, b) => tf.matMul(a, b),
  rightTransposed: (a, b) => tf.matMul(a, b, false, true),
  transposed: (a) => ({ times: (b) => tf.matMul(a, b, true, false) }),
  part: (x, from, count) => tf.slice(x, [from], [count]),
};

/** Multiplications of one product from which on a call for each matrix of a batch costs less than the loop without SIMD. */
const WORTH_A_CALL = 2 ** 15;

/**
 * The wasm back end has XNNPACK's kernel for one product of two matrices as they are, and a loop without SIMD or threads for batches and
 * for transposed operands. So operands are transposed first, and large products of a batch are done one by one. Its slice copies all of
 * its operand; gatherND copies what is asked for.
 */
export const wasmKernels: Kernels = {
  plain: batched,
  rightTransposed: (a, b) => batched(a, swapLast(b)),
  transposed: (a) => {
    const turned = swapLast(a);
    return { times: (b) => batched(turned, b) };
  },
  part: (x, from, count) => tf.gatherND(x, places(from, count)),
};

const swapLast = (x: Tensor): Tensor => tf.transpose(x, x.rank === 2 ? [1, 0] : [0, 2, 1]);

function batched(a: Tensor, b: Tensor): Tensor {
  const [count = 1, rows = 1, inner = 1] = a.shape;
  const columns = b.shape[2] ?? 1;
  if (a.rank === 2 || rows * inner * columns < WORTH_A_CALL) return tf.matMul(a, b);
  const products = Array.from({ length: count }, (_, index) =>
    tf.matMul(tf.gatherND(a, place(index)) as tf.Tensor2D, tf.gatherND(b, place(index)) as tf.Tensor2D),
  );
  return tf.reshape(tf.concat(products), [count, rows, columns]);
}

const indices = new Map<string, Tensor>();

/** [[from], …, [from + count − 1]], made once. */
const places = (from: number, count: number): Tensor =>
  remembered(`${from} ${count}`, () => tf.reshape(tf.range(from, from + count, 1, 'int32'), [count, 1]));

/** [index], made once. */
const place = (index: number): Tensor => remembered(`${index}`, () => tf.tensor1d([index], 'int32'));

function remembered(key: string, make: () => Tensor): Tensor {
  const known = indices.get(key);
  if (known !== undefined) return known;
  const made = tf.keep(tf.tidy(make));
  indices.set(key, made);
  return made;
}

interface Forward {
  readonly value: Tensor;
  /** What the gradient needs. Intermediate values are gone by then unless they are kept; weights are not. */
  readonly keep: Tensor[];
}

/** An operation of `inputs` with its own gradient. */
export function operation(
  inputs: Tensor[],
  forward: (...inputs: Tensor[]) => Forward,
  gradFunc: (dy: Tensor, kept: Tensor[]) => Tensor | Tensor[],
): Tensor {
  return tf.customGrad((...args) => {
    const save = args.pop() as unknown as tf.GradSaveFunc;
    const { value, keep } = forward(...(args as Tensor[]));
    save(keep);
    return { value, gradFunc };
  })(...inputs);
}

/** x·w. */
export function linear(kernels: Kernels, x: Tensor, w: Tensor): Tensor {
  return operation(
    [x, w],
    () => ({ value: kernels.plain(x, w), keep: [x] }),
    (dy, [x]) => [kernels.rightTransposed(dy, w), kernels.transposed(x!).times(dy)],
  );
}

/** x / √(mean x² + ε) · weight over the last axis. Sums in the gradient are products of matrices: no slower on the CPU, faster on WebGPU. */
export function rmsNorm(x: Tensor, weight: Tensor, epsilon: Tensor): Tensor {
  return operation(
    [x, weight],
    () => {
      const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon));
      const normed = tf.mul(x, inverse);
      return { value: tf.mul(normed, weight), keep: [normed, inverse] };
    },
    (dy, [normed, inverse]) => {
      const [rows = 1, width = 1] = dy.shape;
      const product = tf.mul(dy, normed!) as tf.Tensor2D;
      const mean = tf.matMul(product, tf.reshape(tf.div(weight, width), [width, 1]));
      const dx = tf.mul(tf.sub(tf.mul(dy, weight), tf.mul(normed!, mean)), inverse!);
      return [dx, tf.reshape(tf.matMul(tf.ones([1, rows]), product), [width])];
    },
  );
}

/** silu(x·gate) ⊙ x·up. */
export function swiGlu(kernels: Kernels, x: Tensor, gate: Tensor, up: Tensor): Tensor {
  return operation(
    [x, gate, up],
    () => {
      const opened = kernels.plain(x, gate);
      const raised = kernels.plain(x, up);
      const sigmoid = tf.sigmoid(opened);
      const silu = tf.mul(opened, sigmoid);
      return { value: tf.mul(silu, raised), keep: [x, raised, sigmoid, silu] };
    },
    (dy, [x, raised, sigmoid, silu]) => {
      const slope = tf.sub(tf.add(sigmoid!, silu!), tf.mul(sigmoid!, silu!));
      const dOpened = tf.mul(tf.mul(dy, raised!), slope);
      const dRaised = tf.mul(dy, silu!);
      const dx = tf.add(kernels.rightTransposed(dOpened, gate), kernels.rightTransposed(dRaised, up));
      const turned = kernels.transposed(x!);
      return [dx, turned.times(dOpened), turned.times(dRaised)];
    },
  );
}

/** Rows of the embedding, `ids` [rows, 1]. Its gradient is a scatter, since the wasm back end lacks the kernel that the tape would take. */
export function embed(embedding: Tensor, ids: Tensor): Tensor {
  return operation(
    [embedding],
    () => ({ value: tf.gatherND(embedding, ids), keep: [ids] }),
    (dy, [ids]) => tf.scatterND(ids!, dy, embedding.shape),
  );
}

/** Where each row's target stands in a [rows, vocabulary] matrix. */
function targetPlaces(targets: Int32Array): tf.Tensor2D {
  const places = new Int32Array(2 * targets.length);
  for (const [row, target] of targets.entries()) places.set([row, target], 2 * row);
  return tf.tensor2d(places, [targets.length, 2], 'int32');
}

/** Log-probabilities of the rows' targets under logits hidden·embeddingᵀ. */
export function targetLogps(kernels: Kernels, hidden: Tensor, embedding: Tensor, targets: Int32Array): Tensor {
  return operation(
    [hidden, embedding],
    () => {
      const places = targetPlaces(targets);
      const logits = kernels.rightTransposed(hidden, embedding);
      const probabilities = tf.softmax(logits);
      // log Σ exp(logits) = greatest logit − log of the greatest probability, which cannot underflow.
      const logSum = tf.sub(tf.max(logits, 1), tf.log(tf.max(probabilities, 1)));
      return { value: tf.sub(tf.gatherND(logits, places), logSum), keep: [probabilities, hidden, places] };
    },
    (dy, [probabilities, hidden, places]) => {
      const dTargets = tf.scatterND(places!, dy, probabilities!.shape);
      const dLogits = tf.sub(dTargets, tf.mul(probabilities!, tf.reshape(dy, [-1, 1])));
      return [kernels.plain(dLogits, embedding), kernels.transposed(dLogits).times(hidden!)];
    },
  );
}

/** The mean over pairs of log(1 + exp(−λ·margin)), from the log-probabilities of all tokens of all sequences. */
export function logisticLoss(logps: Tensor, signs: Tensor, opponentMargins: Tensor, lambda: number): Tensor {
  const [pairs = 1] = signs.shape;
  return operation(
    [logps],
    () => {
      const margins = tf.sub(tf.sum(tf.mul(tf.reshape(logps, signs.shape), signs), 1), opponentMargins);
      const t = tf.mul(margins, -lambda);
      return { value: tf.mean(tf.softplus(t)), keep: [t, signs] };
    },
    (dy, [t, signs]) => {
      const slopes = tf.mul(tf.mul(tf.sigmoid(t!), -lambda / pairs), dy);
      return tf.reshape(tf.mul(tf.reshape(slopes, [pairs, 1]), signs!), [-1]);
    },
  );
}
