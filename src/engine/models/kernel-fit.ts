// Which models the kernels can answer with and train. Knows configurations; whether they are to is the engine's business.

import type { LlamaConfig, ModelConfig } from './config.ts';
import { parameterLayout } from './parameter-layout.ts';

/** Heads are turned and gathered by as many numbers. */
const HEAD_STEP = 8;
/** Each kernel has the weights once more: 256 MB at most. */
const MAX_PARAMETERS = 2 ** 26;

/** A rotation that depends on how long the rows of a batch are is left to the graphs, which know that. */
export const kernelFits = (config: ModelConfig): config is LlamaConfig =>
  config.architecture === 'llama' &&
  config.headDim % HEAD_STEP === 0 &&
  config.rope.type !== 'dynamic' &&
  config.rope.type !== 'longrope' &&
  parameterLayout(config).count <= MAX_PARAMETERS;
