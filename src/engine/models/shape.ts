// What of a model's configuration decides how much memory it works in, for the page's estimate.

import type { ModelConfig } from './config.ts';
import { kernelFits } from './kernel-fit.ts';
import { parameterLayout } from './parameter-layout.ts';

/** Numbers by which a model's memory is estimated. */
export interface MemoryShape {
  readonly parameters: number;
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  /** Of keys and of values, all heads together. */
  readonly keyWidth: number;
  readonly inner: number;
  /** Arrays of the inner width that a layer keeps for its gradient. */
  readonly innerKept: number;
  readonly vocabulary: number;
  /** Whether the kernels can answer with it and train it on the CPU. */
  readonly kernel: boolean;
}

/** Of GPT-2's activations, from the graphs that are made of them. */
const KEPT = { gelu_new: 6, gelu: 4, relu: 2 } as const;
/** Gate, its SiLU and sigmoid, and the product with the other half. */
const KEPT_GATED = 4;

export function shapeOf(config: ModelConfig): MemoryShape {
  const shared = {
    parameters: parameterLayout(config).count,
    layers: config.layers,
    width: config.width,
    heads: config.heads,
    vocabulary: config.vocabSize,
    kernel: kernelFits(config),
  };
  switch (config.architecture) {
    case 'llama':
      return { ...shared, keyWidth: config.kvHeads * config.headDim, inner: config.mlpWidth, innerKept: KEPT_GATED };
    case 'gpt2':
      return { ...shared, keyWidth: config.width, inner: config.mlpWidth, innerKept: KEPT[config.activation] };
  }
}
