// Llama's parameters: what each is called, for what, and in which order. Graphs, kernels and files take the names from here.

import { LAYER_PARTS, type LayerPart, type NamedShape, type PartNames, spared } from '../../architecture.ts';
import type { LlamaConfig } from './llama-config.ts';

export const EMBEDDING = 'model.embed_tokens.weight';
export const FINAL_NORM = 'model.norm.weight';
const HEAD = 'lm_head.weight';

const PART_NAMES: Readonly<Record<LayerPart, string>> = {
  inputNorm: 'input_layernorm',
  query: 'self_attn.q_proj',
  key: 'self_attn.k_proj',
  value: 'self_attn.v_proj',
  output: 'self_attn.o_proj',
  innerNorm: 'post_attention_layernorm',
  gate: 'mlp.gate_proj',
  up: 'mlp.up_proj',
  down: 'mlp.down_proj',
};

/** The output matrix: the embedding where the two are tied. */
export const unembeddingOf = ({ tied }: Pick<LlamaConfig, 'tied'>): string => (tied ? EMBEDDING : HEAD);

const BIASES: Readonly<Record<LayerPart, (config: LlamaConfig) => boolean>> = {
  inputNorm: () => false,
  query: (config) => config.attentionBias,
  key: (config) => config.attentionBias,
  value: (config) => config.attentionBias,
  output: (config) => config.attentionBias,
  innerNorm: () => false,
  gate: (config) => config.mlpBias,
  up: (config) => config.mlpBias,
  down: (config) => config.mlpBias,
};

/** What a part of a layer is called. */
export function partNames(config: LlamaConfig, layer: number, part: LayerPart): PartNames {
  const name = `model.layers.${layer}.${PART_NAMES[part]}`;
  return { weight: `${name}.weight`, bias: BIASES[part](config) ? `${name}.bias` : null };
}

/** Linear weights are [out, in]. */
function partShape(config: LlamaConfig, part: LayerPart): readonly [out: number, into?: number] {
  const { width, mlpWidth } = config;
  const [queries, keys] = [config.heads * config.headDim, config.kvHeads * config.headDim];
  switch (part) {
    case 'inputNorm':
    case 'innerNorm':
      return [width];
    case 'query':
      return [queries, width];
    case 'key':
    case 'value':
      return [keys, width];
    case 'output':
      return [width, queries];
    case 'gate':
    case 'up':
      return [mlpWidth, width];
    case 'down':
      return [width, mlpWidth];
  }
}

/** All parameters in the order of computation. */
export function llamaParameters(config: LlamaConfig): NamedShape[] {
  const { vocabSize, width, tied } = config;
  const layers = Array.from({ length: config.layers }, (_, layer) =>
    LAYER_PARTS.flatMap((part): NamedShape[] => {
      const { weight, bias } = partNames(config, layer, part);
      const [out, into] = partShape(config, part);
      const own: NamedShape = into === undefined ? spared(weight, out) : [weight, [out, into]];
      return bias === null ? [own] : [own, spared(bias, out)];
    }),
  ).flat();
  const head: NamedShape[] = tied ? [] : [[HEAD, [vocabSize, width]]];
  return [[EMBEDDING, [vocabSize, width]], ...layers, spared(FINAL_NORM, width), ...head];
}
