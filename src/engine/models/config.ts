// config.json, checked field by field, as one of the architectures that can be run. Reads both of transformers' spellings. Knows no
// weights and no graph.

import { Fields, type JsonObject } from './fields.ts';
import { type RopeConfig, readRope } from './rope.ts';

export type ModelConfig = LlamaConfig | Gpt2Config;

interface CommonConfig {
  readonly vocabSize: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly mlpWidth: number;
  /** The longest sequence the model takes, in tokens. */
  readonly positions: number;
  readonly normEpsilon: number;
  /** The output matrix is the embedding matrix. */
  readonly tied: boolean;
  readonly bosId: number | null;
  /** Any of these ends an answer; the first is the one to write. */
  readonly eosIds: readonly number[];
  readonly padId: number | null;
  /** The file as it was, for writing it again. */
  readonly raw: JsonObject;
}

export interface LlamaConfig extends CommonConfig {
  readonly architecture: 'llama';
  /** Divides `heads`: each key-value head serves heads / kvHeads query heads. */
  readonly kvHeads: number;
  /** Even. heads × headDim need not be the width. */
  readonly headDim: number;
  /** A bias on the query, key, value and output projections. */
  readonly attentionBias: boolean;
  readonly mlpBias: boolean;
  readonly rope: RopeConfig;
}

/** "gelu_new" is the tanh approximation, "gelu" the exact one. */
export type Gpt2Activation = 'gelu_new' | 'gelu' | 'relu';

export interface Gpt2Config extends CommonConfig {
  readonly architecture: 'gpt2';
  readonly activation: Gpt2Activation;
  /** Scores are divided by √headDim. */
  readonly scaleAttention: boolean;
  /** Scores of layer i (from 0) are also divided by i + 1. */
  readonly scaleByLayer: boolean;
}

// Bounds far above any model that a tab can hold: they catch nonsense before it becomes an allocation.
const MAX_VOCABULARY = 2 ** 21;
const MAX_WIDTH = 2 ** 16;
const MAX_MLP_WIDTH = 2 ** 19;
const MAX_LAYERS = 1024;
const MAX_HEADS = 1024;
const MAX_POSITIONS = 2 ** 24;

const GPT2_ACTIVATIONS: Readonly<Record<string, Gpt2Activation>> = {
  gelu_new: 'gelu_new',
  gelu_pytorch_tanh: 'gelu_new',
  gelu: 'gelu',
  relu: 'relu',
};

/**
 * Checks a parsed config.json. Defaults of absent fields are transformers' own; sizes have none and must be there.
 * @param file what messages call it
 * @throws InvalidConfigError for a field missing, mistyped or out of range; UnsupportedModelError for what cannot be run.
 */
export function parseConfig(json: unknown, file = 'config.json'): ModelConfig {
  const fields = new Fields(json, file);
  const type = fields.string('model_type');
  switch (type) {
    case 'llama':
      return parseLlama(fields);
    case 'gpt2':
      return parseGpt2(fields);
    default:
      return fields.unsupported('model_type', type, '"llama" or "gpt2"');
  }
}

function parseLlama(fields: Fields): LlamaConfig {
  refuseCommon(fields, ['LlamaForCausalLM', 'LlamaModel']);
  refuseUnless(fields, 'hidden_act', 'silu', 'silu');
  refuseUnless(fields, 'pretraining_tp', 1, 1);
  const width = fields.integer('hidden_size', MAX_WIDTH);
  const heads = fields.integer('num_attention_heads', MAX_HEADS);
  const kvHeads = fields.integer('num_key_value_heads', MAX_HEADS, heads);
  const headDim = fields.has('head_dim')
    ? fields.integer('head_dim', MAX_WIDTH)
    : divided(fields, 'hidden_size', 'num_attention_heads');
  if (heads % kvHeads !== 0) {
    fields.fail('num_attention_heads', `(${heads}) must be a multiple of "num_key_value_heads" (${kvHeads})`);
  }
  if (headDim % 2 !== 0) fields.refuse('head_dim', `even (it is ${headDim}): coordinates turn in pairs`);
  const positions = fields.integer('max_position_embeddings', MAX_POSITIONS);
  refuseSlidingWindow(fields, positions);
  const vocabSize = fields.integer('vocab_size', MAX_VOCABULARY);
  return {
    architecture: 'llama',
    vocabSize,
    width,
    layers: fields.integer('num_hidden_layers', MAX_LAYERS),
    heads,
    kvHeads,
    headDim,
    mlpWidth: fields.integer('intermediate_size', MAX_MLP_WIDTH),
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

function parseGpt2(fields: Fields): Gpt2Config {
  refuseCommon(fields, ['GPT2LMHeadModel', 'GPT2Model']);
  refuseUnless(fields, 'add_cross_attention', false, false);
  const name = fields.string('activation_function', 'gelu_new');
  const activation = Object.hasOwn(GPT2_ACTIVATIONS, name) ? GPT2_ACTIVATIONS[name] : undefined;
  if (!activation) fields.unsupported('activation_function', name, '"gelu_new", "gelu" or "relu"');
  const width = fields.integer('n_embd', MAX_WIDTH);
  const heads = fields.integer('n_head', MAX_HEADS);
  divided(fields, 'n_embd', 'n_head');
  const vocabSize = fields.integer('vocab_size', MAX_VOCABULARY);
  return {
    architecture: 'gpt2',
    vocabSize,
    width,
    layers: fields.integer('n_layer', MAX_LAYERS),
    heads,
    mlpWidth: fields.integer('n_inner', MAX_MLP_WIDTH, 4 * width),
    positions: fields.integer('n_positions', MAX_POSITIONS),
    normEpsilon: fields.number('layer_norm_epsilon', 0, 1, 1e-5),
    activation,
    scaleAttention: fields.boolean('scale_attn_weights', true),
    scaleByLayer: fields.boolean('scale_attn_by_inverse_layer_idx', false),
    tied: fields.boolean('tie_word_embeddings', true),
    ...specialIds(fields, vocabSize, { bos: 50256, eos: 50256 }),
    raw: fields.raw,
  };
}

function refuseCommon(fields: Fields, architectures: readonly string[]): void {
  if (fields.has('quantization_config')) {
    fields.unsupported('quantization_config', fields.value('quantization_config'), 'absent');
  }
  const declared = fields.value('architectures');
  if (Array.isArray(declared) && declared.length > 0 && !declared.some((name) => architectures.includes(name))) {
    fields.unsupported('architectures', declared, `["${architectures[0]}"]`);
  }
  for (const key of ['num_local_experts', 'num_experts', 'n_routed_experts']) refuseUnless(fields, key, 1, 1);
}

function refuseUnless(fields: Fields, key: string, fallback: unknown, wanted: string | number | boolean): void {
  const value = fields.value(key) ?? fallback;
  if (value !== wanted) fields.unsupported(key, value, JSON.stringify(wanted));
}

/** A window at least as long as the model's positions hides nothing, so it may stay. */
function refuseSlidingWindow(fields: Fields, positions: number): void {
  const window = fields.value('sliding_window');
  if (typeof window === 'number' && window < positions && fields.value('use_sliding_window') !== false) {
    fields.unsupported('sliding_window', window, 'null');
  }
  const layers = fields.value('layer_types');
  if (Array.isArray(layers) && layers.some((type) => type !== 'full_attention')) {
    fields.unsupported('layer_types', layers, '"full_attention" throughout');
  }
}

/** The quotient of two fields, both checked already. */
function divided(fields: Fields, wholeKey: string, partsKey: string): number {
  const [whole, parts] = [fields.integer(wholeKey, MAX_WIDTH), fields.integer(partsKey, MAX_HEADS)];
  if (whole % parts !== 0) fields.fail(wholeKey, `(${whole}) must be a multiple of "${partsKey}" (${parts})`);
  return whole / parts;
}

/**
 * Ids outside the vocabulary count as absent: no such token can be read or written, and small models made from
 * transformers' default configuration carry GPT-2's 50256 about.
 */
function specialIds(
  fields: Fields,
  vocabSize: number,
  defaults: { bos: number; eos: number },
): Pick<CommonConfig, 'bosId' | 'eosIds' | 'padId'> {
  const known = (key: string, fallback?: number): number[] => {
    const ids = fields.value(key) === undefined && fallback !== undefined ? [fallback] : fields.ids(key);
    return ids.filter((id) => id >= 0 && id < vocabSize);
  };
  return {
    bosId: known('bos_token_id', defaults.bos)[0] ?? null,
    eosIds: known('eos_token_id', defaults.eos),
    padId: known('pad_token_id')[0] ?? null,
  };
}
