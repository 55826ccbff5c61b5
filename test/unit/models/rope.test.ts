import { describe, expect, test } from 'vitest';
import type { LlamaConfig } from '../../../src/engine/models/architectures/llama/llama-config.ts';
import { InvalidConfigError, UnsupportedModelError } from '../../../src/engine/models/errors.ts';
import { parseConfig } from '../../../src/engine/models/registry.ts';
import { ropeFrequencies } from '../../../src/engine/models/rope.ts';
import { goldenConfig, thrownBy } from './golden.ts';

// Expected values with five digits are transformers' own (tests/utils/test_modeling_rope_utils.py): width 4096, 32 heads, 2,048
// positions, base 10,000.
function frequencies(rope: Record<string, unknown>, length = 2048, headDim = 128, positions = 2048) {
  const config = parseConfig({
    ...goldenConfig('llama-gqa'),
    hidden_size: 32 * headDim,
    num_attention_heads: 32,
    num_key_value_heads: 32,
    head_dim: headDim,
    max_position_embeddings: positions,
    rope_parameters: { rope_theta: 10000, ...rope },
  });
  return ropeFrequencies(config as LlamaConfig, length);
}

function expectAt(found: Float64Array, expected: Readonly<Record<number, number>>): void {
  for (const [i, value] of Object.entries(expected)) expect(found[Number(i)]! / value).toBeCloseTo(1, 3.7);
}

test('unscaled, frequency i is 10000^(-i/64)', () => {
  const { inverseFrequencies, attentionFactor } = frequencies({ rope_type: 'default' });
  expect(inverseFrequencies).toHaveLength(64);
  expect(attentionFactor).toBe(1);
  expectAt(inverseFrequencies, { 0: 1, 1: 0.86596, 16: 0.1, 32: 0.01, 41: 2.7384e-3, 48: 1e-3, 63: 1.1548e-4 });
});

test('linear scaling divides every frequency', () => {
  const { inverseFrequencies, attentionFactor } = frequencies({ rope_type: 'linear', factor: 20 });
  expect(attentionFactor).toBe(1);
  inverseFrequencies.forEach((f, i) => void expect(f / (10000 ** (-i / 64) / 20)).toBeCloseTo(1, 12));
});

describe('dynamic scaling', () => {
  test.each([1, 2048])('leaves %i positions as they are', (length) => {
    const { inverseFrequencies } = frequencies({ rope_type: 'dynamic', factor: 10 }, length);
    inverseFrequencies.forEach((f, i) => void expect(f / 10000 ** (-i / 64)).toBeCloseTo(1, 12));
  });

  test('grows the base beyond them', () => {
    const { inverseFrequencies } = frequencies({ rope_type: 'dynamic', factor: 10 }, 16384);
    expectAt(inverseFrequencies, {
      0: 1,
      1: 0.80931,
      2: 0.65498,
      16: 3.3872e-2,
      36: 4.922e-4,
      48: 3.8861e-5,
      63: 1.6265e-6,
    });
  });

  test('with one pair of coordinates there is nothing to stretch', () => {
    expect([...frequencies({ rope_type: 'dynamic', factor: 10 }, 16, 2, 64).inverseFrequencies]).toEqual([1]);
  });
});

describe('YaRN', () => {
  test('keeps high frequencies, divides low ones, blends between', () => {
    const { inverseFrequencies, attentionFactor } = frequencies({
      rope_type: 'yarn',
      factor: 10,
      beta_fast: 32,
      beta_slow: 1,
    });
    expect(attentionFactor).toBeCloseTo(0.1 * Math.log(10) + 1, 12);
    expectAt(inverseFrequencies, {
      0: 1,
      16: 0.1,
      17: 8.3479e-2,
      18: 6.959e-2,
      24: 2.2515e-2,
      32: 4.24e-3,
      40: 4.3007e-4,
      41: 2.7384e-4,
      63: 1.1548e-5,
    });
  });

  test('takes the factor from the lengths where it is not given', () => {
    const rope = { rope_type: 'yarn', original_max_position_embeddings: 512 };
    expect(frequencies(rope).attentionFactor).toBeCloseTo(0.1 * Math.log(4) + 1, 12);
  });

  test('divides the two scales of attention where both are given', () => {
    const rope = { rope_type: 'yarn', factor: 40, mscale: 1, mscale_all_dim: 0.5 };
    expect(frequencies(rope).attentionFactor).toBeCloseTo((0.1 * Math.log(40) + 1) / (0.05 * Math.log(40) + 1), 12);
  });

  test('takes a given attention factor as it is', () => {
    expect(frequencies({ rope_type: 'yarn', factor: 2, attention_factor: 0.5 }).attentionFactor).toBe(0.5);
  });
});

test('llama3 interpolates between kept and divided frequencies', () => {
  const { inverseFrequencies, attentionFactor } = frequencies({
    rope_type: 'llama3',
    factor: 10,
    original_max_position_embeddings: 2048,
    low_freq_factor: 1,
    high_freq_factor: 4,
  });
  expect(attentionFactor).toBe(1);
  expectAt(inverseFrequencies, {
    0: 1,
    30: 1.3335e-2,
    31: 1.073e-2,
    32: 7.7785e-3,
    33: 5.6009e-3,
    36: 1.9675e-3,
    40: 3.4539e-4,
    41: 2.7384e-4,
    63: 1.1548e-5,
  });
});

describe('LongRoPE', () => {
  const short = Array.from({ length: 64 }, () => 2);
  const long = Array.from({ length: 64 }, (_, i) => i + 1);
  const rope = { rope_type: 'longrope', factor: 10, short_factor: short, long_factor: long };

  test.each([
    [2048, 2],
    [2049, 41],
  ])('divides the 41st frequency of %i positions by %i', (length, divisor) => {
    expect(frequencies(rope, length).inverseFrequencies[40]! * divisor).toBeCloseTo(10000 ** (-40 / 64), 12);
  });

  test('scales attention by sqrt(1 + ln factor / ln positions)', () => {
    expect(frequencies(rope).attentionFactor).toBeCloseTo(Math.sqrt(1 + Math.log(10) / Math.log(2048)), 12);
    expect(frequencies({ ...rope, factor: 1 }).attentionFactor).toBe(1);
    expect(frequencies({ ...rope, attention_factor: 0.5 }).attentionFactor).toBe(0.5);
  });
});

describe('spellings', () => {
  test('rope_theta with rope_scaling says the same as rope_parameters', () => {
    const { rope_parameters: _, ...raw } = goldenConfig('llama-gqa');
    const scaling = { factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 64 };
    const four = parseConfig({ ...raw, rope_theta: 5e5, rope_scaling: { type: 'llama3', ...scaling } });
    const five = parseConfig({ ...raw, rope_parameters: { rope_type: 'llama3', rope_theta: 5e5, ...scaling } });
    expect(four).toMatchObject({ rope: { type: 'llama3', theta: 5e5, factor: 8, originalPositions: 64 } });
    expect({ ...four, raw: null }).toEqual({ ...five, raw: null });
  });

  test('an unknown variant is named', () => {
    const error = thrownBy(() => frequencies({ rope_type: 'proportional' }));
    expect(error).toBeInstanceOf(UnsupportedModelError);
    expect(error).toMatchObject({ field: 'rope_parameters.rope_type', value: 'proportional' });
  });

  test('partial rotation is named', () => {
    expect(thrownBy(() => frequencies({ partial_rotary_factor: 0.5 }))).toMatchObject({
      field: 'rope_parameters.partial_rotary_factor',
    });
  });

  test('a list of factors of another length is refused', () => {
    const error = thrownBy(() => frequencies({ rope_type: 'longrope', short_factor: [1], long_factor: [1] }));
    expect(error).toBeInstanceOf(InvalidConfigError);
    expect(error).toMatchObject({ field: 'rope_parameters.short_factor' });
  });
});
