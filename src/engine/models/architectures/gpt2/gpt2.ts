// GPT-2 (Radford et al. 2019), the row of the registry. Names and conventions are those of transformers' GPT2LMHeadModel.

import type { Architecture } from '../../architecture.ts';
import { type Gpt2Config, parseGpt2, savedGpt2 } from './gpt2-config.ts';
import { gpt2Parameters } from './gpt2-parameters.ts';

/** Arrays of the inner width that the graphs keep of an activation. */
const KEPT = { gelu_new: 6, gelu: 4, relu: 2 } as const;

export const GPT2: Architecture<Gpt2Config> = {
  name: 'gpt2',
  parse: parseGpt2,
  parameters: gpt2Parameters,
  prefix: 'transformer.',
  // Causal masks.
  ignores: (name) => /(^|\.)h\.\d+\.attn\.(bias|masked_bias)$/.test(name),
  saved: savedGpt2,
  sizes: ({ width, activation }) => ({ keyWidth: width, innerKept: KEPT[activation] }),
};
