// GPT-2's configuration, as transformers' GPT2Config has it.

import { divided, MOST, type ModelConfig, refuseForeign, refuseUnless, specialIds } from '../../config.ts';
import type { Fields, JsonObject } from '../../fields.ts';

/** The class of transformers that is written, and that of the bare base model. */
const CLASSES = ['GPT2LMHeadModel', 'GPT2Model'] as const;

/** "gelu_new" is the tanh approximation, "gelu" the exact one. */
export type Gpt2Activation = 'gelu_new' | 'gelu' | 'relu';

export interface Gpt2Config extends ModelConfig {
  readonly activation: Gpt2Activation;
  /** Scores are divided by √headDim. */
  readonly scaleAttention: boolean;
  /** Scores of layer i (from 0) are also divided by i + 1. */
  readonly scaleByLayer: boolean;
}

const ACTIVATIONS: Readonly<Record<string, Gpt2Activation>> = {
  gelu_new: 'gelu_new',
  gelu_pytorch_tanh: 'gelu_new',
  gelu: 'gelu',
  relu: 'relu',
};

export function parseGpt2(fields: Fields): Gpt2Config {
  refuseForeign(fields, CLASSES);
  refuseUnless(fields, 'add_cross_attention', false, false);
  const name = fields.string('activation_function', 'gelu_new');
  const activation = Object.hasOwn(ACTIVATIONS, name) ? ACTIVATIONS[name] : undefined;
  if (!activation) fields.unsupported('activation_function', name, '"gelu_new", "gelu" or "relu"');
  const width = fields.integer('n_embd', MOST.width);
  const heads = fields.integer('n_head', MOST.heads);
  divided(fields, 'n_embd', 'n_head');
  const vocabSize = fields.integer('vocab_size', MOST.vocabulary);
  return {
    architecture: 'gpt2',
    vocabSize,
    width,
    layers: fields.integer('n_layer', MOST.layers),
    heads,
    mlpWidth: fields.integer('n_inner', MOST.mlpWidth, 4 * width),
    positions: fields.integer('n_positions', MOST.positions),
    normEpsilon: fields.number('layer_norm_epsilon', 0, 1, 1e-5),
    activation,
    scaleAttention: fields.boolean('scale_attn_weights', true),
    scaleByLayer: fields.boolean('scale_attn_by_inverse_layer_idx', false),
    tied: fields.boolean('tie_word_embeddings', true),
    ...specialIds(fields, vocabSize, { bos: 50256, eos: 50256 }),
    raw: fields.raw,
  };
}

export const savedGpt2 = (): JsonObject => ({ architectures: [CLASSES[0]] });
