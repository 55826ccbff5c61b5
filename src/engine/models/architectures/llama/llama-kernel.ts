// Llama as the kernels of the CPU take it.

import { type KernelModel, LAYER_PARTS, type LayerPart, type PartNames } from '../../architecture.ts';
import type { LlamaConfig } from './llama-config.ts';
import { EMBEDDING, FINAL_NORM, partNames, unembeddingOf } from './llama-parameters.ts';
import { rotaryTables } from './rotary-tables.ts';

export function llamaKernel(config: LlamaConfig): KernelModel {
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
