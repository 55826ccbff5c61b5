import { describe, expect, test } from 'vitest';
import type { ModelConfig } from '../../../src/engine/models/config.ts';
import {
  InvalidSafetensorsError,
  NonFiniteWeightsError,
  TensorMismatchError,
  UnsupportedModelError,
} from '../../../src/engine/models/errors.ts';
import {
  type HostTensor,
  openSafetensors,
  readSafetensors,
  type StoredTensors,
  writeSafetensors,
} from '../../../src/engine/models/files/safetensors.ts';
import { packTensors, parameterLayout, unpackTensors } from '../../../src/engine/models/parameter-layout.ts';
import { parseConfig } from '../../../src/engine/models/registry.ts';
import { type GoldenModel, goldenBytes, goldenConfig, thrownBy } from './golden.ts';

const MODELS: readonly GoldenModel[] = ['llama-gqa', 'gpt2'];

function golden(model: GoldenModel): { config: ModelConfig; tensors: Map<string, HostTensor> } {
  return {
    config: parseConfig(goldenConfig(model)),
    tensors: readSafetensors(goldenBytes(model, 'model.safetensors'), 'model.safetensors'),
  };
}

function stored(tensors: ReadonlyMap<string, HostTensor>): StoredTensors {
  return openSafetensors(writeSafetensors(tensors, 'float32'), 'model.safetensors');
}

test.each(MODELS)('%s: the names and shapes are those that transformers wrote', (model) => {
  const { config, tensors } = golden(model);
  const { tensors: parameters, count } = parameterLayout(config);
  const layout = new Map(parameters.map(({ name, shape }) => [name, shape]));
  expect(layout).toEqual(new Map([...tensors].map(([name, { shape }]) => [name, shape])));
  expect(count).toBe([...tensors.values()].reduce((sum, { data }) => sum + data.length, 0));
  expect(parameters.at(-1)!.offset + parameters.at(-1)!.size).toBe(count);
});

test.each(MODELS)('%s: packed and unpacked again, every tensor is itself', (model) => {
  const { config, tensors } = golden(model);
  expect(unpackTensors(packTensors(config, stored(tensors)))).toEqual(tensors);
});

// Llama 3.2 1B: 1,235,814,400 parameters; GPT-2 small: 124,439,808 (both from their model cards' safetensors metadata).
test('published models have their published numbers of parameters', () => {
  const small = parseConfig({
    model_type: 'gpt2',
    vocab_size: 50257,
    n_embd: 768,
    n_layer: 12,
    n_head: 12,
    n_positions: 1024,
  });
  expect(parameterLayout(small).count).toBe(124_439_808);
  const billion = {
    model_type: 'llama',
    vocab_size: 128256,
    hidden_size: 2048,
    intermediate_size: 8192,
    num_hidden_layers: 16,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    max_position_embeddings: 131072,
    tie_word_embeddings: true,
  };
  const error = thrownBy(() => parameterLayout(parseConfig(billion)));
  expect(error).toBeInstanceOf(UnsupportedModelError);
  expect(error).toMatchObject({ field: 'parameters', value: 1_235_814_400 });
});

test('an untied model has an output matrix, biases have their places', () => {
  const raw = { ...goldenConfig('llama-gqa'), tie_word_embeddings: false, attention_bias: true, mlp_bias: true };
  const { tensors: parameters } = parameterLayout(parseConfig(raw));
  const shapes = new Map(parameters.map(({ name, shape }) => [name, shape]));
  expect(shapes.get('lm_head.weight')).toEqual([160, 32]);
  expect(shapes.get('model.layers.1.self_attn.k_proj.bias')).toEqual([16]);
  expect(shapes.get('model.layers.1.self_attn.o_proj.bias')).toEqual([32]);
  expect(shapes.get('model.layers.0.mlp.up_proj.bias')).toEqual([88]);
});

test.each(MODELS)('%s: names without the prefix are the same tensors', (model) => {
  const { config, tensors } = golden(model);
  const bare = new Map([...tensors].map(([name, tensor]) => [name.replace(/^(model|transformer)\./, ''), tensor]));
  expect(packTensors(config, stored(bare))).toEqual(packTensors(config, stored(tensors)));
});

test('causal masks, rotary tables and a tied output matrix are passed over', () => {
  for (const model of MODELS) {
    const { config, tensors } = golden(model);
    const packed = packTensors(config, stored(tensors));
    tensors.set('lm_head.weight', { shape: [1], data: new Float32Array(1) });
    tensors.set('h.0.attn.bias', { shape: [1, 1, 2, 2], data: new Float32Array(4) });
    tensors.set('transformer.h.1.attn.masked_bias', { shape: [], data: new Float32Array(1) });
    tensors.set('model.layers.0.self_attn.rotary_emb.inv_freq', { shape: [4], data: new Float32Array(4) });
    const others =
      model === 'gpt2'
        ? ['model.layers.0.self_attn.rotary_emb.inv_freq']
        : ['h.0.attn.bias', 'transformer.h.1.attn.masked_bias'];
    for (const name of others) tensors.delete(name);
    expect(packTensors(config, stored(tensors))).toEqual(packed);
  }
});

describe('a tensor that does not fit is named', () => {
  const name = 'model.layers.1.self_attn.k_proj.weight';
  const refused = (change: (tensors: Map<string, HostTensor>) => void): unknown => {
    const { config, tensors } = golden('llama-gqa');
    change(tensors);
    return thrownBy(() => packTensors(config, stored(tensors)));
  };

  test('missing', () => {
    const error = refused((tensors) => tensors.delete(name));
    expect(error).toBeInstanceOf(TensorMismatchError);
    expect(error).toMatchObject({ tensor: name, expected: [16, 32], found: null, file: 'model.safetensors' });
  });

  test('of another shape', () => {
    const error = refused((tensors) => tensors.set(name, { shape: [32, 16], data: new Float32Array(512) }));
    expect(error).toMatchObject({ tensor: name, expected: [16, 32], found: [32, 16] });
    expect((error as Error).message).toContain('the shape is [32, 16], config.json asks for [16, 32]');
  });

  test('unexpected', () => {
    const error = refused((tensors) =>
      tensors.set('model.layers.2.mlp.up_proj.weight', { shape: [1], data: new Float32Array(1) }),
    );
    expect(error).toMatchObject({ tensor: 'model.layers.2.mlp.up_proj.weight', expected: null, found: [1] });
  });

  test('there under both of its names', () => {
    const error = refused((tensors) => tensors.set('norm.weight', tensors.get('model.norm.weight')!));
    expect(error).toMatchObject({ tensor: 'norm.weight', expected: null });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('holding %f', (value) => {
    const error = refused((tensors) => {
      tensors.get(name)!.data[7] = value;
    });
    expect(error).toBeInstanceOf(NonFiniteWeightsError);
    expect(error).toMatchObject({ tensor: name, position: 7 });
    expect((error as Error).message).toContain(`position 7 is ${value}`);
  });

  test('of a type that cannot be read, before room is made for any', () => {
    const { config, tensors } = golden('llama-gqa');
    const whole = stored(tensors);
    const entries = new Map(whole.entries).set(name, { ...whole.entries.get(name)!, dtype: 'I8' });
    const copy = (): void => {
      throw new Error('a tensor was copied');
    };
    expect(thrownBy(() => packTensors(config, { ...whole, entries, copy }))).toBeInstanceOf(InvalidSafetensorsError);
  });
});
