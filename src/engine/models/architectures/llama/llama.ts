// Llama (Touvron et al. 2023), the row of the registry. Names and conventions are those of transformers' LlamaForCausalLM, so that its
// checkpoints fit.

import {
  type Architecture,
  type KernelModel,
  LAYER_PARTS,
  type LayerPart,
  type PartNames,
} from '../../architecture.ts';
import { type LlamaConfig, parseLlama, savedLlama } from './llama-config.ts';
import { llama, rotaryTables } from './llama-graph.ts';
import { EMBEDDING, FINAL_NORM, llamaParameters, partNames, unembeddingOf } from './llama-parameters.ts';

/** Gate, its SiLU and sigmoid, and the product with the other half. */
const KEPT_GATED = 4;

export const LLAMA: Architecture<LlamaConfig> = {
  name: 'llama',
  parse: parseLlama,
  parameters: llamaParameters,
  prefix: 'model.',
  ignores: (name) => name.endsWith('.rotary_emb.inv_freq'),
  transformer: llama,
  saved: savedLlama,
  sizes: ({ kvHeads, headDim }) => ({ keyWidth: kvHeads * headDim, innerKept: KEPT_GATED }),
  kernel: kernelModel,
};

function kernelModel(config: LlamaConfig): KernelModel {
  const { layers, heads, kvHeads, headDim, width, mlpWidth, vocabSize, positions, normEpsilon, tied, rope } = config;
  const names = (layer: number): Record<LayerPart, PartNames> =>
    Object.fromEntries(LAYER_PARTS.map((part) => [part, partNames(config, layer, part)])) as Record<
      LayerPart,
      PartNames
    >;
  return {
    ...{ layers, heads, kvHeads, headDim, width, mlpWidth, vocabSize, positions, normEpsilon, tied },
    layer: names,
    embedding: EMBEDDING,
    finalNorm: FINAL_NORM,
    unembedding: unembeddingOf(config),
    rotaryTables: (count) => rotaryTables(config, count, count),
    rotationsChange: rope.type === 'dynamic' || rope.type === 'longrope',
  };
}
