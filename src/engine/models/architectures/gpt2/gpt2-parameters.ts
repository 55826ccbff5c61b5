// GPT-2's parameters: what each is called, and in which order.

import { type NamedShape, spared } from '../../architecture.ts';
import type { Gpt2Config } from './gpt2-config.ts';

/** All parameters in the order of computation. Linear layers are "Conv1D": their weights are [in, out]. */
export function gpt2Parameters(config: Gpt2Config): NamedShape[] {
  const { vocabSize, width, positions, tied } = config;
  const layers = Array.from({ length: config.layers }, (_, i) => layerParameters(config, `transformer.h.${i}`)).flat();
  const head: NamedShape[] = tied ? [] : [['lm_head.weight', [vocabSize, width]]];
  return [
    ['transformer.wte.weight', [vocabSize, width]],
    ['transformer.wpe.weight', [positions, width]],
    ...layers,
    spared('transformer.ln_f.weight', width),
    spared('transformer.ln_f.bias', width),
    ...head,
  ];
}

function layerParameters({ width, mlpWidth }: Gpt2Config, at: string): NamedShape[] {
  return [
    spared(`${at}.ln_1.weight`, width),
    spared(`${at}.ln_1.bias`, width),
    [`${at}.attn.c_attn.weight`, [width, 3 * width]],
    spared(`${at}.attn.c_attn.bias`, 3 * width),
    [`${at}.attn.c_proj.weight`, [width, width]],
    spared(`${at}.attn.c_proj.bias`, width),
    spared(`${at}.ln_2.weight`, width),
    spared(`${at}.ln_2.bias`, width),
    [`${at}.mlp.c_fc.weight`, [width, mlpWidth]],
    spared(`${at}.mlp.c_fc.bias`, mlpWidth),
    [`${at}.mlp.c_proj.weight`, [mlpWidth, width]],
    spared(`${at}.mlp.c_proj.bias`, width),
  ];
}
