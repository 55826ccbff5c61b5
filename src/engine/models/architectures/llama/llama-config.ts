// Llama's configuration, as transformers' LlamaConfig has it.

import {
  divided,
  MOST,
  type ModelConfig,
  refuseForeign,
  refuseSlidingWindow,
  refuseUnless,
  specialIds,
} from '../../config.ts';
import { type Fields, isObject, type JsonObject } from '../../fields.ts';
import { type RopeConfig, readRope } from '../../rope.ts';

/** The class of transformers that is written, and that of the bare base model. */
const CLASSES = ['LlamaForCausalLM', 'LlamaModel'] as const;

export interface LlamaConfig extends ModelConfig {
  /** Divides `heads`: each key-value head serves heads / kvHeads query heads. */
  readonly kvHeads: number;
  /** Even. heads × headDim need not be the width. */
  readonly headDim: number;
  /** A bias on the query, key, value and output projections. */
  readonly attentionBias: boolean;
  readonly mlpBias: boolean;
  readonly rope: RopeConfig;
}

export function parseLlama(fields: Fields): LlamaConfig {
  refuseForeign(fields, CLASSES);
  refuseUnless(fields, 'hidden_act', 'silu', 'silu');
  refuseUnless(fields, 'pretraining_tp', 1, 1);
  const width = fields.integer('hidden_size', MOST.width);
  const heads = fields.integer('num_attention_heads', MOST.heads);
  const kvHeads = fields.integer('num_key_value_heads', MOST.heads, heads);
  const headDim = fields.has('head_dim')
    ? fields.integer('head_dim', MOST.width)
    : divided(fields, 'hidden_size', 'num_attention_heads');
  if (heads % kvHeads !== 0) {
    fields.fail('num_attention_heads', `(${heads}) must be a multiple of "num_key_value_heads" (${kvHeads})`);
  }
  if (headDim % 2 !== 0) fields.refuse('head_dim', `even (it is ${headDim}): coordinates turn in pairs`);
  const positions = fields.integer('max_position_embeddings', MOST.positions);
  refuseSlidingWindow(fields, positions);
  const vocabSize = fields.integer('vocab_size', MOST.vocabulary);
  return {
    architecture: 'llama',
    vocabSize,
    width,
    layers: fields.integer('num_hidden_layers', MOST.layers),
    heads,
    kvHeads,
    headDim,
    mlpWidth: fields.integer('intermediate_size', MOST.mlpWidth),
    positions,
    normEpsilon: fields.number('rms_norm_eps', 0, 1, 1e-6),
    tied: fields.boolean('tie_word_embeddings', false),
    attentionBias: fields.boolean('attention_bias', false),
    mlpBias: fields.boolean('mlp_bias', false),
    rope: readRope(fields, headDim, positions),
    ...specialIds(fields, vocabSize, { bos: 1, eos: 2 }),
    raw: fields.raw,
  };
}

export const savedLlama = ({ headDim, raw, rope }: LlamaConfig): JsonObject => ({
  architectures: [CLASSES[0]],
  head_dim: headDim,
  ...savedRope(raw, rope),
});

/** In both spellings, so that versions 4 and 5 of transformers each find theirs. */
function savedRope(raw: JsonObject, rope: { readonly type: string; readonly theta: number }): JsonObject {
  const given = isObject(raw.rope_scaling)
    ? raw.rope_scaling
    : isObject(raw.rope_parameters)
      ? raw.rope_parameters
      : {};
  const scaling = { ...given, rope_type: rope.type, rope_theta: rope.theta };
  return {
    rope_theta: rope.theta,
    rope_scaling: rope.type === 'default' ? null : scaling,
    rope_parameters: scaling,
  };
}
