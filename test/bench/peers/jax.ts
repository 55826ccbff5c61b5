// A SPIN training step in jax-js, as somebody who knows the library writes it for speed: `jax`, a contender. One compiled function does
// forward pass, gradient and update.

import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import type { LlamaConfig } from '../../../workers/models/config.ts';
import type { Contender, Place, Stepper, TrainingCase } from '../contender.ts';
import { fusedWeights, LAYER_WEIGHTS, rotaryTables } from './fused-weights.ts';
import { padPairs } from './padded.ts';

type Layer = Record<(typeof LAYER_WEIGHTS)[number], np.Array>;
type Parameters = { embedding: np.Array; layers: Layer[]; norm: np.Array };
type Batch = {
  ids: np.Array;
  targets: np.Array;
  signs: np.Array;
  opponentMargins: np.Array;
  cos: np.Array;
  sin: np.Array;
};
type State = { parameters: Parameters; squares: Parameters };

const KNOBS = ((globalThis as { knobs?: Record<string, unknown> }).knobs ?? {}) as Record<string, unknown>;
const ALPHA = 0.99;
const EPSILON = 1e-8;
/** Every length is compiled for itself. */
const LENGTH_MULTIPLE = 16;

function rmsNorm(x: np.Array, weight: np.Array, epsilon: number): np.Array {
  const meanSquare = np.square(x.ref).mean(-1, { keepdims: true });
  return x.mul(np.reciprocal(np.sqrt(meanSquare.add(epsilon)))).mul(weight);
}

/** [sequences, length, heads, headDim], turned by its positions as transformers does. */
function rotate(x: np.Array, cos: np.Array, sin: np.Array): np.Array {
  const half = x.shape[3]! / 2;
  const turned = np.concatenate([x.ref.slice([], [], [], [half]).neg(), x.ref.slice([], [], [], [0, half])], 3);
  return x.mul(cos).add(turned.mul(sin));
}

function attention(config: LlamaConfig, layer: Layer, x: np.Array, cos: np.Array, sin: np.Array): np.Array {
  const { heads, kvHeads, headDim } = config;
  const [sequences = 1, length = 1] = x.shape;
  const all = np.matmul(x, layer.queryKeyValue).reshape([sequences, length, heads + 2 * kvHeads, headDim]);
  const q = rotate(all.ref.slice([], [], [0, heads]), cos.ref, sin.ref);
  const k = rotate(all.ref.slice([], [], [heads, heads + kvHeads]), cos, sin);
  const v = all.slice([], [], [heads + kvHeads, heads + 2 * kvHeads]);
  const attended = nn.dotProductAttention(q, k, v, { isCausal: true });
  return np.matmul(attended.reshape([sequences, length, heads * headDim]), layer.output);
}

function feedForward(layer: Layer, x: np.Array): np.Array {
  const opened = nn.silu(np.matmul(x.ref, layer.gate));
  return np.matmul(opened.mul(np.matmul(x, layer.up)), layer.down);
}

function targetLogps(config: LlamaConfig, parameters: Parameters, { ids, targets, cos, sin }: Batch): np.Array {
  const { embedding } = parameters;
  let x = KNOBS.onehot
    ? np.matmul(np.arange(config.vocabSize).equal(np.expandDims(ids, -1)).astype(np.float32), embedding.ref)
    : np.take(embedding.ref, ids, 0);
  for (const layer of parameters.layers) {
    x = x.ref.add(attention(config, layer, rmsNorm(x, layer.inputNorm, config.normEpsilon), cos.ref, sin.ref));
    x = x.ref.add(feedForward(layer, rmsNorm(x, layer.mlpNorm, config.normEpsilon)));
  }
  cos.dispose();
  sin.dispose();
  const logits = np.matmul(rmsNorm(x, parameters.norm, config.normEpsilon), np.transpose(embedding));
  const isTarget = np.arange(config.vocabSize).equal(np.expandDims(targets, -1));
  const picked = np.where(isTarget, logits.ref, 0).sum(-1);
  return picked.sub(nn.logsumexp(logits, -1));
}

function spinLoss(training: TrainingCase, parameters: Parameters, batch: Batch): np.Array {
  const { config, lambda } = training;
  const pairs = batch.opponentMargins.shape[0]!;
  const { signs, opponentMargins } = batch;
  const margins = targetLogps(config, parameters, batch).mul(signs).reshape([pairs, -1]).sum(-1).sub(opponentMargins);
  const t = margins.mul(-lambda);
  // log(1 + exp t) without overflow.
  return np
    .maximum(t.ref, 0)
    .add(np.log(np.exp(np.absolute(t).neg()).add(1)))
    .mean();
}

function trainingStep(training: TrainingCase) {
  const { learningRate } = training;
  return jit(function step(state: State, batch: Batch): [State, np.Array] {
    const loss = (parameters: Parameters): np.Array => spinLoss(training, parameters, batch);
    const [value, gradient] = valueAndGrad(loss)(tree.ref(state.parameters));
    const squares: Parameters = tree.map(
      (v: np.Array, g: np.Array) => v.mul(ALPHA).add(np.square(g).mul(1 - ALPHA)),
      state.squares,
      tree.ref(gradient),
    );
    const parameters: Parameters = tree.map(
      (p: np.Array, g: np.Array, v: np.Array) => p.sub(g.div(np.sqrt(v).add(EPSILON)).mul(learningRate)),
      state.parameters,
      gradient,
      tree.ref(squares),
    );
    return [{ parameters, squares }, value];
  });
}

function parametersOf({ config, weights }: TrainingCase): Parameters {
  const arrays = fusedWeights(config, weights).map(({ values, shape }) => np.array(values).reshape([...shape]));
  const layers = Array.from({ length: config.layers }, (_, layer) => {
    const first = 1 + layer * LAYER_WEIGHTS.length;
    return Object.fromEntries(LAYER_WEIGHTS.map((name, index) => [name, arrays[first + index]!])) as Layer;
  });
  return { embedding: arrays[0]!, layers, norm: arrays.at(-1)! };
}

class JaxStepper implements Stepper {
  private readonly training: TrainingCase;
  private readonly run: ReturnType<typeof trainingStep>;
  private state: State;

  constructor(training: TrainingCase) {
    this.training = training;
    this.run = trainingStep(training);
    const parameters = parametersOf(training);
    this.state = { parameters, squares: tree.map((p: np.Array) => np.zerosLike(p), tree.ref(parameters)) };
  }

  async step(index: number): Promise<number> {
    const { batches, config } = this.training;
    const { pairs, length, ids, targets, signs, opponentMargins } = padPairs(
      batches[index % batches.length]!,
      LENGTH_MULTIPLE,
    );
    const { cos, sin } = rotaryTables(config, length);
    const table = (values: Float32Array): np.Array => np.array(values).reshape([length, 1, config.headDim]);
    const batch: Batch = {
      ids: np.array(ids).reshape([2 * pairs, length]),
      targets: np.array(targets).reshape([2 * pairs, length]),
      signs: np.array(signs).reshape([2 * pairs, length]),
      opponentMargins: np.array(opponentMargins),
      cos: table(cos),
      sin: table(sin),
    };
    const [state, loss] = this.run(this.state, batch);
    this.state = state;
    if (KNOBS.sync) return loss.dataSync()[0]!;
    await blockUntilReady(state);
    const [value] = await loss.data();
    return value!;
  }
}

async function openBackend({ backend, threads }: Place): Promise<void> {
  const devices = await init(backend);
  if (!devices.includes(backend)) throw new Error(`jax-js has no ${backend} device here.`);
  defaultDevice(backend);
  void threads;
}

export const jax: Contender = {
  name: 'jax-js',
  version: 'jax-js 0.1.25',
  async open(place, training) {
    await openBackend(place);
    return new JaxStepper(training);
  },
};
