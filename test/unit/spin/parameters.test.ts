// The parameter table is whole and coherent, and validation refuses all that it does not describe.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULTS, differences, PARAMETER_LIST, PARAMETERS } from '../../../src/spin/parameters.ts';
import { PRESET_NAMES, PRESETS, presetConfiguration } from '../../../src/spin/presets.ts';
import { problemWith, validate } from '../../../src/spin/validation.ts';

const keysOf = (given: unknown): string[] => {
  const result = validate(given);
  return result.ok ? [] : result.problems.map(({ key }) => key);
};

it('every row stands under its own key, with a default that it allows and a help sentence', () => {
  for (const [key, row] of Object.entries(PARAMETERS)) {
    expect(row.key).toBe(key);
    expect(problemWith(row, row.default)).toBeNull();
    expect(row.help).toMatch(/^[A-Z0].*\.$/);
    expect(row.name).toMatch(/^[A-Z]/);
    if ('scale' in row && row.scale === 'log') expect(row.min).toBeGreaterThan(0);
  }
});

it('no two rows share a name or a place in links', () => {
  const names = PARAMETER_LIST.map(({ name }) => name);
  const places = PARAMETER_LIST.flatMap(({ url }) => url ?? []);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(places).size).toBe(places.length);
});

describe('validation', () => {
  it('fills in what is not given', () => {
    expect(validate({ iterations: 5 })).toEqual({ ok: true, configuration: { ...DEFAULTS, iterations: 5 } });
  });
  it.each([
    [{ lamda: [1] }, 'lamda'],
    [{ temperature: Number.NaN }, 'temperature'],
    [{ learningRates: [1e-4, Number.POSITIVE_INFINITY] }, 'learningRates'],
    [{ lambdas: [] }, 'lambdas'],
    [{ lambdas: 1 }, 'lambdas'],
    [{ batchSize: 1.5 }, 'batchSize'],
    [{ batchSize: '16' }, 'batchSize'],
    [{ window: 3 }, 'window'],
    [{ freshExamples: 1 }, 'freshExamples'],
    [{ warmup: -0.1 }, 'warmup'],
    [{ seed: null }, 'seed'],
    [{ toString: 1 }, 'toString'],
    [{ maxNewTokens: 200 }, 'maxNewTokens'],
  ])('%j is a problem of %s', (given, key) => {
    expect(keysOf(given)).toEqual([key]);
  });
  it.each([null, [], 'x', 3])('%j is no configuration', (given) => {
    expect(keysOf(given)).toEqual(['']);
  });
  it('lists every problem', () => {
    expect(keysOf({ seed: -1, nonsense: 0, epochs: 0 })).toEqual(['seed', 'nonsense', 'epochs']);
  });
  it('accepts exactly the integers in range, and never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const fits = Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 100;
        expect(keysOf({ iterations: value })).toEqual(fits ? [] : ['iterations']);
      }),
    );
  });
});

it.each(PRESET_NAMES)('preset %s says only what differs from the default', (name) => {
  expect(keysOf(PRESETS[name].changes)).toEqual([]);
  expect(differences(DEFAULTS, presetConfiguration(name)).sort()).toEqual(Object.keys(PRESETS[name].changes).sort());
});
