// Llama (Touvron et al. 2023), the row of the registry. Names and conventions are those of transformers' LlamaForCausalLM, so that its
// checkpoints fit.

import type { Architecture } from '../../architecture.ts';
import { type LlamaConfig, parseLlama, savedLlama } from './llama-config.ts';
import { llamaParameters } from './llama-parameters.ts';

/** Gate, its SiLU and sigmoid, and the product with the other half. */
const KEPT_GATED = 4;

export const LLAMA: Architecture<LlamaConfig> = {
  name: 'llama',
  parse: parseLlama,
  parameters: llamaParameters,
  prefix: 'model.',
  ignores: (name) => name.endsWith('.rotary_emb.inv_freq'),
  saved: savedLlama,
  sizes: ({ kvHeads, headDim }) => ({ keyWidth: kvHeads * headDim, innerKept: KEPT_GATED }),
};
