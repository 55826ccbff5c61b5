// The training kernel with a model in it. Knows no runtime, no loss and no update: `kernel-gradients.ts` has them.

import { rotaryTables } from '../models/architectures/llama/llama.ts';
import type { LlamaConfig } from '../models/config.ts';
import { type ParameterLayout, parameterLayout } from '../models/parameter-layout.ts';
import type { KernelBatch } from './kernel-batch.ts';
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
  | 'otherFactors';

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
}

/** Parameters of a layer in the order of `assembly/trainer-layout.ts`: nine weights, and then the bias of each. */
const WEIGHTS = [
  'input_layernorm',
  'self_attn.q_proj',
  'self_attn.k_proj',
  'self_attn.v_proj',
  'self_attn.o_proj',
  'post_attention_layernorm',
  'mlp.gate_proj',
  'mlp.up_proj',
  'mlp.down_proj',
];

/** Logits that are there at once: 16 MiB of them. */
const LOGIT_LIMIT = 2 ** 22;

/** Where each parameter begins in the packed list, as the kernel looks it up. */
function offsetsOf({ layers, tied }: LlamaConfig, { parameters }: ParameterLayout): number[] {
  const known = new Map(parameters.map(({ name, offset }) => [name, offset]));
  const offset = (name: string): number => known.get(name) ?? -1;
  const ofLayers = Array.from({ length: layers }, (_, layer) =>
    ['weight', 'bias'].flatMap((kind) => WEIGHTS.map((name) => offset(`model.layers.${layer}.${name}.${kind}`))),
  );
  const embedding = offset('model.embed_tokens.weight');
  return [...ofLayers.flat(), embedding, offset('model.norm.weight'), tied ? embedding : offset('lm_head.weight')];
}

export class TrainingKernel {
  readonly #config: LlamaConfig;
  readonly #module: KernelModule<KernelExports, Place>;
  readonly #kernel: KernelExports;
  readonly #count: number;
  /** Factors of the rotations, of as many positions as were needed so far. */
  #rotations: ReturnType<typeof rotaryTables> = { own: new Float32Array(0), other: new Float32Array(0) };

  /**
   * @param config of a model that fits, whose rotations do not depend on how long a sequence is (`kernelTrains`)
   * @param learns whether there is to be a gradient; else it only scores
   * @throws RuntimeFailedError where the browser refuses the memory
   */
  constructor(config: LlamaConfig, learns: boolean) {
    this.#config = config;
    this.#module = new KernelModule(PROGRAM);
    this.#kernel = this.#module.exports;
    const layout = parameterLayout(config);
    this.#count = layout.count;
    const { layers, heads, kvHeads, headDim, width, mlpWidth, vocabSize, normEpsilon } = config;
    this.#module.require(
      this.#kernel.open(this.#count, layers, heads, kvHeads, headDim, width, mlpWidth, vocabSize, normEpsilon, learns),
      'making room for the weights that are trained',
    );
    this.#putIntegers('offsets', offsetsOf(config, layout));
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
    const size = positions * this.#config.headDim;
    if (this.#rotations.own.length < size) {
      const count = Math.min(this.#config.positions, 2 ** Math.ceil(Math.log2(positions)));
      this.#rotations = rotaryTables(this.#config, count, count);
    }
    this.#module.floats('ownFactors', size).set(this.#rotations.own.subarray(0, size));
    this.#module.floats('otherFactors', size).set(this.#rotations.other.subarray(0, size));
  }

  #putIntegers(name: Place, numbers: ArrayLike<number>): void {
    this.#module.integers(name, numbers.length).set(numbers);
  }
}
