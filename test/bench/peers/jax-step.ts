// One compiled function for forward pass, gradient and update in jax-js, and where it runs. Functions consume their arrays.

import { blockUntilReady, defaultDevice, init, jit, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import type { Place, Stepper, TrainingCase } from '../contender.ts';
import { type Parameters, parametersOf, targetLogps } from './jax-llama.ts';
import { padPairs } from './padded.ts';

/**
 * How a step's loss is read: on the thread that asked where that is quicker, or always by `await array.data()`, which the library's guide
 * calls the fastest way, and which sends each kernel to the pool.
 */
export type Reading = 'fastest' | 'guide';

type Batch = { ids: np.Array; targets: np.Array; signs: np.Array; opponentMargins: np.Array };
type State = { parameters: Parameters; squares: Parameters };

const ALPHA = 0.99;
const EPSILON = 1e-8;
/** Every length is compiled for itself, and vector kernels want multiples of four. */
const LENGTH_MULTIPLE = 16;
/** Parameters × positions from which on a step is long enough for a message to each thread and back at every kernel. */
const WORTH_A_POOL = 2 ** 28;

/** The mean over pairs of log(1 + exp(−λ·margin)). */
function spinLoss({ config, lambda }: TrainingCase, parameters: Parameters, batch: Batch): np.Array {
  const { ids, targets, signs, opponentMargins } = batch;
  const [pairs = 1] = opponentMargins.shape;
  const logps = targetLogps(config, parameters, ids, targets);
  const t = logps.mul(signs).reshape([pairs, -1]).sum(-1).sub(opponentMargins).mul(-lambda);
  const softplus = np.maximum(t.ref, 0).add(np.log1p(np.exp(np.absolute(t).neg())));
  return softplus.mean();
}

/** v ← αv + (1−α)g², θ ← θ − lr·g/(√v + ε). */
function trainingStep(training: TrainingCase) {
  const { learningRate } = training;
  return jit(function step({ parameters, squares }: State, batch: Batch): [State, np.Array] {
    const loss = (parameters: Parameters): np.Array => spinLoss(training, parameters, batch);
    const [value, gradient] = valueAndGrad(loss)(tree.ref(parameters));
    const nextSquares: Parameters = tree.map(
      (v: np.Array, g: np.Array) => v.mul(ALPHA).add(np.square(g).mul(1 - ALPHA)),
      squares,
      tree.ref(gradient),
    );
    const next: Parameters = tree.map(
      (p: np.Array, g: np.Array, v: np.Array) => p.sub(g.div(np.sqrt(v).add(EPSILON)).mul(learningRate)),
      parameters,
      gradient,
      tree.ref(nextSquares),
    );
    return [{ parameters: next, squares: nextSquares }, value];
  });
}

class JaxStepper implements Stepper {
  readonly #place: Place;
  readonly #training: TrainingCase;
  readonly #reading: Reading;
  readonly #run: ReturnType<typeof trainingStep>;
  #state: State;

  constructor(place: Place, training: TrainingCase, reading: Reading) {
    this.#place = place;
    this.#training = training;
    this.#reading = reading;
    this.#run = trainingStep(training);
    const parameters = parametersOf(training.config, training.weights);
    this.#state = { parameters, squares: tree.map((p: np.Array) => np.zerosLike(p), tree.ref(parameters)) };
  }

  async step(index: number): Promise<number> {
    const { batches, weights } = this.#training;
    const { pairs, length, ids, targets, signs, opponentMargins } = padPairs(
      batches[index % batches.length]!,
      LENGTH_MULTIPLE,
    );
    const shape = [2 * pairs, length];
    const [state, loss] = this.#run(this.#state, {
      ids: np.array(ids).reshape(shape),
      targets: np.array(targets).reshape(shape),
      signs: np.array(signs).reshape(shape),
      opponentMargins: np.array(opponentMargins),
    });
    this.#state = state;
    return this.#settled(loss, weights.length * ids.length);
  }

  /** The loss, once all that was enqueued with it is done. */
  async #settled(loss: np.Array, work: number): Promise<number> {
    const { backend, threads } = this.#place;
    if (this.#reading === 'guide') return (await loss.data())[0]!;
    // Read synchronously, the kernels run on this thread: no messages, and the results are the same.
    if (backend === 'wasm' && (threads === 1 || work < WORTH_A_POOL)) return loss.dataSync()[0]!;
    // The device's queue is in order, the pool's loss comes before the update.
    if (backend === 'wasm') await blockUntilReady(this.#state);
    return (await loss.data())[0]!;
  }
}

export async function openStepper(place: Place, training: TrainingCase, reading: Reading): Promise<Stepper> {
  const devices = await init(place.backend);
  if (!devices.includes(place.backend)) throw new Error(`jax-js has no ${place.backend} device here.`);
  defaultDevice(place.backend);
  return new JaxStepper(place, training, reading);
}
