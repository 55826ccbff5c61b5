// What a trainer must offer to be measured beside others: the same SPIN step from the same weights on the same pairs.

import type { LlamaConfig } from '../../src/engine/models/architectures/llama/llama-config.ts';
import type { Pair } from '../../src/spin/players.ts';

/** What is trained: SPIN's logistic loss with RMSProp (the settings of `RMSPROP`), full batches, a constant rate. */
export interface TrainingCase {
  readonly name: string;
  /** Llama-like: tied embeddings, as many key and value heads as query heads unless it says otherwise, no biases. */
  readonly config: LlamaConfig;
  /** All parameters, packed in the order of `parameterLayout(config)`, names and shapes as in Hugging Face checkpoints. */
  readonly weights: Float32Array;
  /** Batches that are trained on in turn, over and over. The opponent's log-probabilities are data (`pair.opponent`). */
  readonly batches: readonly (readonly Pair[])[];
  readonly lambda: number;
  readonly learningRate: number;
}

/** What a step ran on. */
export interface Place {
  readonly backend: 'wasm' | 'webgpu';
  /** CPU threads of one run; 1 on WebGPU. */
  readonly threads: number;
}

/** A trainer with a case loaded. */
export interface Stepper {
  /** One step on batch `index` (modulo their number); resolves to the loss before the update, once all work of the step is done. */
  step(index: number): Promise<number>;
}

export interface Contender {
  readonly name: string;
  /** Name and version of what runs it. */
  readonly version: string;
  /** @throws where the place is not supported, saying why */
  open(place: Place, training: TrainingCase): Promise<Stepper>;
}
