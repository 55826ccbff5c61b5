// Llama's log-probabilities in jax-js, written so that the compiler makes few kernels. Functions consume their arrays, as the library's
// own do.

import { lax, nn, numpy as np } from '@jax-js/jax';
import type { LlamaConfig } from '../../../src/engine/models/architectures/llama/llama-config.ts';
import { fusedWeights, LAYER_WEIGHTS, rotaryTables } from './fused-weights.ts';

export type Layer = Record<(typeof LAYER_WEIGHTS)[number], np.Array>;
export type Parameters = { embedding: np.Array; layers: Layer[]; norm: np.Array };

const HIDDEN_SCORE = -1e9;

export function parametersOf(config: LlamaConfig, packed: Float32Array): Parameters {
  const arrays = fusedWeights(config, packed, '[out, in]').map(({ values, shape }) =>
    np.array(values).reshape([...shape]),
  );
  const layers = Array.from({ length: config.layers }, (_, layer) => {
    const first = 1 + layer * LAYER_WEIGHTS.length;
    return Object.fromEntries(LAYER_WEIGHTS.map((name, index) => [name, arrays[first + index]!])) as Layer;
  });
  return { embedding: arrays[0]!, layers, norm: arrays.at(-1)! };
}

/** x·wᵀ for w [out, in]. Unlike matmul it contracts the weights where they lie, without a copy of them. */
function linear(x: np.Array, w: np.Array): np.Array {
  return np.vecdot(np.expandDims(x, -2), w);
}

function rmsNorm(x: np.Array, weight: np.Array, epsilon: number): np.Array {
  const meanSquare = np.square(x.ref).mean(-1, { keepdims: true });
  return x.mul(np.reciprocal(np.sqrt(meanSquare.add(epsilon)))).mul(weight);
}

/** What depends on the positions alone, made while the step is traced. */
interface Positions {
  /** [length, 1, 2, headDim / 2] */
  readonly cos: np.Array;
  /** Those of the first half negated. */
  readonly sin: np.Array;
  /** [length, length], added to scores. */
  readonly mask: np.Array;
}

function positionsOf(config: LlamaConfig, length: number): Positions {
  const half = config.headDim / 2;
  const { cos, sin } = rotaryTables(config, length);
  const signed = sin.map((value, index) => (index % config.headDim < half ? -value : value));
  const halves = (values: Float32Array): np.Array => np.array(values).reshape([length, 1, 2, half]);
  const mask = Float32Array.from({ length: length * length }, (_, index) =>
    index % length <= Math.floor(index / length) ? 0 : HIDDEN_SCORE,
  );
  return { cos: halves(cos), sin: halves(signed), mask: np.array(mask).reshape([length, length]) };
}

/** x [sequences, length, heads, headDim]; rotate_half(x) is x with its halves swapped and the first negated. */
function rotate(x: np.Array, { cos, sin }: Positions): np.Array {
  const [sequences = 1, length = 1, heads = 1, headDim = 2] = x.shape;
  const halves = x.reshape([sequences, length, heads, 2, headDim / 2]);
  return halves.ref.mul(cos.ref).add(np.flip(halves, 3).mul(sin.ref)).reshape([sequences, length, heads, headDim]);
}

function attention(config: LlamaConfig, layer: Layer, x: np.Array, positions: Positions): np.Array {
  const { heads, kvHeads, headDim } = config;
  const [sequences = 1, length = 1] = x.shape;
  const group = heads / kvHeads;
  const all = linear(x, layer.queryKeyValue).reshape([sequences, length, heads + 2 * kvHeads, headDim]);
  const q = rotate(all.ref.slice([], [], [0, heads]), positions)
    .reshape([sequences, length, kvHeads, group, headDim])
    .transpose([0, 2, 3, 1, 4]);
  const k = rotate(all.ref.slice([], [], [heads, heads + kvHeads]), positions)
    .transpose([0, 2, 1, 3])
    .reshape([sequences, kvHeads, 1, 1, length, headDim]);
  const v = all
    .slice([], [], [heads + kvHeads, heads + 2 * kvHeads])
    .transpose([0, 2, 3, 1])
    .reshape([sequences, kvHeads, 1, 1, headDim, length]);
  const scores = np
    .vecdot(np.expandDims(q, -2), k)
    .mul(1 / Math.sqrt(headDim))
    .add(positions.mask.ref);
  const top = lax.stopGradient(np.max(scores.ref, -1, { keepdims: true }));
  const exponentials = np.exp(scores.sub(top));
  // Divided by their sum after the product, where there is less to divide.
  const sum = exponentials.ref.sum(-1, { keepdims: true });
  const attended = np.vecdot(np.expandDims(exponentials, -2), v).mul(np.reciprocal(sum));
  const joined = attended.transpose([0, 3, 1, 2, 4]).reshape([sequences, length, heads * headDim]);
  return linear(joined, layer.output);
}

function feedForward(layer: Layer, x: np.Array): np.Array {
  const opened = nn.silu(linear(x.ref, layer.gate));
  return linear(opened.mul(linear(x, layer.up)), layer.down);
}

/** ids and targets int32 [sequences, length] to the targets' log-probabilities, alike. */
export function targetLogps(config: LlamaConfig, parameters: Parameters, ids: np.Array, targets: np.Array): np.Array {
  const { embedding, layers, norm } = parameters;
  const positions = positionsOf(config, ids.shape[1]!);
  let x = np.take(embedding.ref, ids, 0);
  for (const layer of layers) {
    x = x.ref.add(attention(config, layer, rmsNorm(x, layer.inputNorm, config.normEpsilon), positions));
    x = x.ref.add(feedForward(layer, rmsNorm(x, layer.mlpNorm, config.normEpsilon)));
  }
  for (const array of Object.values(positions)) array.dispose();
  const logits = linear(rmsNorm(x, norm, config.normEpsilon), embedding);
  // Compared rather than gathered: the gradient of a gather along an axis does not compile.
  const isTarget = np.arange(config.vocabSize).equal(np.expandDims(targets, -1));
  const picked = np.where(isTarget, logits.ref, 0).sum(-1);
  return picked.sub(nn.logsumexp(logits, -1));
}
