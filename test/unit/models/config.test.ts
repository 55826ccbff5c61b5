import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidConfigError, UnsupportedModelError } from '../../../src/engine/models/errors.ts';
import { parseConfig } from '../../../src/engine/models/registry.ts';
import { LabError } from '../../../src/spin/lab-error.ts';
import { goldenConfig, thrownBy } from './golden.ts';

const llama = goldenConfig('llama-gqa');
const gpt2 = goldenConfig('gpt2');

test('the golden Llama, as transformers 5 writes it', () => {
  expect(parseConfig(llama)).toEqual({
    architecture: 'llama',
    vocabSize: 160,
    width: 32,
    layers: 2,
    heads: 4,
    kvHeads: 2,
    headDim: 8,
    mlpWidth: 88,
    positions: 128,
    normEpsilon: 1e-5,
    tied: true,
    attentionBias: false,
    mlpBias: false,
    rope: { type: 'default', theta: 10000 },
    bosId: 1,
    eosIds: [2],
    padId: 0,
    raw: llama,
  });
});

test('the golden GPT-2', () => {
  expect(parseConfig(gpt2)).toEqual({
    architecture: 'gpt2',
    vocabSize: 160,
    width: 32,
    layers: 2,
    heads: 4,
    mlpWidth: 128,
    positions: 128,
    normEpsilon: 1e-5,
    activation: 'gelu_new',
    scaleAttention: true,
    scaleByLayer: false,
    tied: true,
    bosId: 1,
    eosIds: [2],
    padId: null,
    raw: gpt2,
  });
});

test("the fields that transformers 4 leaves out get transformers' defaults", () => {
  const least = {
    model_type: 'llama',
    vocab_size: 100,
    hidden_size: 24,
    intermediate_size: 40,
    num_hidden_layers: 1,
    num_attention_heads: 3,
    max_position_embeddings: 16,
  };
  expect(parseConfig(least)).toMatchObject({
    kvHeads: 3,
    headDim: 8,
    normEpsilon: 1e-6,
    tied: false,
    rope: { type: 'default', theta: 10000 },
    bosId: 1,
    eosIds: [2],
    padId: null,
  });
});

test('several end tokens keep their order', () => {
  expect(parseConfig({ ...llama, eos_token_id: [7, 2] })).toMatchObject({ eosIds: [7, 2] });
});

test("special ids beyond the vocabulary, like GPT-2's 50256 in a small model, count as absent", () => {
  const ids = { bos_token_id: 50256, eos_token_id: 50256, pad_token_id: -1 };
  expect(parseConfig({ ...gpt2, ...ids })).toMatchObject({ bosId: null, eosIds: [], padId: null });
});

describe('what cannot be run is named', () => {
  test.each([
    ['model_type', { ...llama, model_type: 'mistral' }],
    ['hidden_act', { ...llama, hidden_act: 'gelu' }],
    ['pretraining_tp', { ...llama, pretraining_tp: 2 }],
    ['partial_rotary_factor', { ...llama, partial_rotary_factor: 0.5 }],
    ['sliding_window', { ...llama, sliding_window: 64 }],
    ['layer_types', { ...llama, layer_types: ['full_attention', 'sliding_attention'] }],
    ['num_local_experts', { ...llama, num_local_experts: 8 }],
    ['quantization_config', { ...llama, quantization_config: { bits: 4 } }],
    ['architectures', { ...llama, architectures: ['LlamaForSequenceClassification'] }],
    ['rope_scaling.rope_type', { ...llama, rope_scaling: { rope_type: 'su', factor: 2 } }],
    ['activation_function', { ...gpt2, activation_function: 'constructor' }],
    ['add_cross_attention', { ...gpt2, add_cross_attention: true }],
  ])('%s', (field, config) => {
    const error = thrownBy(() => parseConfig(config));
    expect(error).toBeInstanceOf(UnsupportedModelError);
    expect(error).toMatchObject({ field });
    expect((error as Error).message).toContain(`"${field}"`);
  });

  test.each([128, null])('a sliding window of %s over 128 positions hides nothing', (sliding_window) => {
    expect(parseConfig({ ...llama, sliding_window })).toMatchObject({ positions: 128 });
  });
});

describe('a field that is wrong is named', () => {
  test.each([
    ['vocab_size', { ...llama, vocab_size: undefined }],
    ['vocab_size', { ...llama, vocab_size: '160' }],
    ['hidden_size', { ...llama, hidden_size: 32.5 }],
    ['hidden_size', { ...llama, hidden_size: 30, head_dim: null }],
    ['num_hidden_layers', { ...llama, num_hidden_layers: 0 }],
    ['num_hidden_layers', { ...llama, num_hidden_layers: 1e9 }],
    ['num_attention_heads', { ...llama, num_key_value_heads: 3 }],
    ['head_dim', { ...llama, head_dim: 7 }],
    ['rms_norm_eps', { ...llama, rms_norm_eps: -1 }],
    ['tie_word_embeddings', { ...llama, tie_word_embeddings: 'yes' }],
    ['eos_token_id', { ...llama, eos_token_id: ['</s>'] }],
    ['rope_parameters', { ...llama, rope_parameters: 3 }],
    ['rope_parameters.rope_theta', { ...llama, rope_parameters: { rope_theta: 0 } }],
    ['rope_parameters.factor', { ...llama, rope_parameters: { rope_type: 'linear' } }],
    ['n_embd', { ...gpt2, n_embd: 30 }],
    ['n_positions', { ...gpt2, n_positions: null }],
    ['model_type', {}],
    ['config.json', [1, 2]],
    ['config.json', null],
  ])('%s', (field, config) => {
    const error = thrownBy(() => parseConfig(config));
    expect(error).toBeInstanceOf(InvalidConfigError);
    expect(error).toMatchObject({ field });
    expect((error as Error).message).toContain(field);
  });
});

test('any value in any field gives a configuration or a named error', () => {
  const keys = [...new Set([...Object.keys(llama), ...Object.keys(gpt2), 'rope_scaling', 'sliding_window'])];
  fc.assert(
    fc.property(fc.constantFrom(llama, gpt2), fc.constantFrom(...keys), fc.jsonValue(), (config, key, value) => {
      try {
        expect(parseConfig({ ...config, [key]: value }).vocabSize).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(LabError);
      }
    }),
    { numRuns: 500, seed: 1 },
  );
});
