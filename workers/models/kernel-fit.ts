// Which models the decoder kernel can answer with. Knows configurations; whether it is to is the engine's business.

import type { LlamaConfig, ModelConfig } from './config.ts';
import { parameterLayout } from './parameters.ts';

/** It turns and gathers heads by as many numbers. */
const HEAD_STEP = 8;
/** It has the weights a second time: 256 MB at most. */
const MAX_PARAMETERS = 2 ** 26;

export const kernelFits = (config: ModelConfig): config is LlamaConfig =>
  config.architecture === 'llama' &&
  config.headDim % HEAD_STEP === 0 &&
  parameterLayout(config).count <= MAX_PARAMETERS;
