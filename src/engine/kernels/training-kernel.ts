// The training kernel with a model in it. The loss is computed in `kernel-gradients.ts`.

import { LAYER_PARTS, type RotaryTables } from '../models/architecture.ts';
import type { KernelBatch } from './kernel-batch.ts';
import type { FittingModel } from './kernel-fit.ts';
import { KernelModule, type Places } from './kernel-module.ts';
import { PROGRAM } from './trainer-program.ts';

/** Addresses, of which those of a batch are set by `begin`. */
type Place =
  | 'offsets'
  | 'theta'
  | 'gradient'
  | 'ids'
  | 'positions'
  | 'starts'
  | 'prompts'
  | 'firsts'
  | 'seconds'
  | 'read'
  | 'scoredAt'
  | 'targets'
  | 'logps'
  | 'slopes'
  | 'ownFactors'
  | 'otherFactors'
  | 'logits'
  | 'logitBytes';

/** What `assembly/trainer.ts` exports. Addresses are bytes of its memory. */
interface KernelExports extends Places<Place> {
  open(
    parameters: number,
    layers: number,
    heads: number,
    kvHeads: number,
    headDim: number,
    width: number,
    mlpWidth: number,
    vocabulary: number,
    epsilon: number,
    learns: boolean,
  ): number;
  begin(
    tokens: number,
    sequences: number,
    reads: number,
    scored: number,
    longest: number,
    logitLimit: number,
    learns: boolean,
  ): number;
  clear(parameters: number): void;
  forward(): void;
  backward(): void;
  /** Logits of tokens that are read, from number `first` on: of as many as there is room for, which it returns. */
  unembed(first: number): number;
}

/** Logits that are there at once: 16 MiB of them. */
const LOGIT_LIMIT = 2 ** 22;

/** Where each parameter begins in the packed list, in the order of `assembly/trainer-layout.ts`: a layer's weights, then their biases. */
function offsetsOf(model: FittingModel): number[] {
  const known = new Map(model.layout.tensors.map(({ name, offset }) => [name, offset]));
  const offset = (name: string | null): number => (name === null ? ABSENT : known.get(name)!);
  const ofLayers = Array.from({ length: model.layers }, (_, index) => {
    const layer = model.layer(index);
    return (['weight', 'bias'] as const).flatMap((kind) => LAYER_PARTS.map((part) => offset(layer[part][kind])));
  });
  return [...ofLayers.flat(), offset(model.embedding), offset(model.finalNorm), offset(model.unembedding)];
}

/** The place of a bias that the model lacks. */
const ABSENT = -1;

export class TrainingKernel {
  readonly #model: FittingModel;
  readonly #module: KernelModule<KernelExports, Place>;
  readonly #kernel: KernelExports;
  readonly #count: number;
  /** Factors of the rotations, of as many positions as were needed so far. */
  #rotations: RotaryTables = { own: new Float32Array(0), other: new Float32Array(0) };

  /**
   * @param learns whether there is to be a gradient; else it only scores
   * @throws RuntimeFailedError where the browser refuses the memory
   */
  constructor(model: FittingModel, learns: boolean) {
    this.#model = model;
    this.#module = new KernelModule(PROGRAM);
    this.#kernel = this.#module.exports;
    this.#count = model.layout.count;
    const { layers, heads, kvHeads, headDim, width, mlpWidth, vocabSize, normEpsilon } = model;
    this.#module.require(
      this.#kernel.open(this.#count, layers, heads, kvHeads, headDim, width, mlpWidth, vocabSize, normEpsilon, learns),
      'making room for the weights that are trained',
    );
    this.#putIntegers('offsets', offsetsOf(model));
  }

  get memoryBytes(): number {
    return this.#module.memoryBytes;
  }

  /** Takes over packed weights. */
  load(theta: Float32Array): void {
    this.#module.floats('theta', this.#count).set(theta);
  }

  /** Sets the gradient to zero. */
  clear(): void {
    this.#kernel.clear(this.#count);
  }

  /**
   * The log-probability of each scored token, natural log.
   * @throws RuntimeFailedError where the browser refuses the memory
   */
  score(batch: KernelBatch): Float32Array {
    return this.#pass(batch, false);
  }

  /** As `score`, with all that is needed to go back. @throws RuntimeFailedError where the browser refuses the memory */
  forward(batch: KernelBatch): Float32Array {
    return this.#pass(batch, true);
  }

  #pass(batch: KernelBatch, learns: boolean): Float32Array {
    const { ids, starts, read, targets, longest } = batch;
    this.#module.require(
      this.#kernel.begin(ids.length, starts.length, read.length, targets.length, longest, LOGIT_LIMIT, learns),
      `making room for ${starts.length} pairs`,
    );
    for (const name of ['ids', 'positions', 'starts', 'prompts', 'firsts', 'seconds', 'read'] as const) {
      this.#putIntegers(name, batch[name]);
    }
    this.#putIntegers('scoredAt', batch.scoredAt);
    this.#putIntegers('targets', targets);
    this.#putRotations(longest);
    this.#kernel.forward();
    return this.#module.floats('logps', targets.length).slice();
  }

  /** The logits at each token that the batch passed last reads, [vocabulary] each, unwarped. */
  logits({ read }: KernelBatch): Float32Array[] {
    const rows: Float32Array[] = [];
    while (rows.length < read.length) {
      const count = this.#kernel.unembed(rows.length);
      const { logits, logitBytes } = this.#kernel;
      for (let row = 0; row < count; row += 1) {
        rows.push(this.#module.floats(logits.value + row * logitBytes.value, this.#model.vocabSize).slice());
      }
    }
    return rows;
  }

  /** Adds the gradient of Σ slope·logp over the scored tokens of the batch that was passed forward last. */
  backward(slopes: Float32Array): void {
    this.#module.floats('slopes', slopes.length).set(slopes);
    this.#kernel.backward();
  }

  /** The gradient so far, packed as the weights are; good until the next call. */
  gradient(): Float32Array {
    return this.#module.floats('gradient', this.#count);
  }

  /** Those of the first positions are the same however many there are. */
  #putRotations(positions: number): void {
    const size = positions * this.#model.headDim;
    if (this.#rotations.own.length < size) {
      const count = Math.min(this.#model.positions, 2 ** Math.ceil(Math.log2(positions)));
      this.#rotations = this.#model.rotaryTables(count);
    }
    this.#module.floats('ownFactors', size).set(this.#rotations.own.subarray(0, size));
    this.#module.floats('otherFactors', size).set(this.#rotations.other.subarray(0, size));
  }

  #putIntegers(name: Place, numbers: ArrayLike<number>): void {
    this.#module.integers(name, numbers.length).set(numbers);
  }
}
