// The parameter table is whole and coherent, and validation refuses all that it does not describe.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOSS_NAMES, UNBOUNDED_LOSSES } from '../../../src/spin/losses.ts';
import { DEFAULTS, differences, PARAMETER_LIST, PARAMETERS } from '../../../src/spin/parameters/parameter-table.ts';
import { PRESET_LAYERS, PRESET_NAMES, PRESETS, presetConfiguration } from '../../../src/spin/presets.ts';
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

it.each([
  [null, '', 'A configuration is an object of parameters and their values.'],
  [{ lamda: [1] }, 'lamda', 'There is no parameter "lamda".'],
  [{ freshExamples: 1 }, 'freshExamples', 'Fresh examples is true or false, not 1.'],
  [{ window: 3 }, 'window', 'Window of pairs is one of 1, 2, all, not 3.'],
  [{ lambdas: 1 }, 'lambdas', 'Lambda is a list of numbers, one an iteration, not 1.'],
  [{ batchSize: 1.5 }, 'batchSize', 'Batch size is a whole number, not 1.5.'],
  [{ batchSize: '16' }, 'batchSize', 'Batch size is a finite number, not "16".'],
  [{ learningRates: [1e-4, 2] }, 'learningRates', 'Learning rate is between 1e-9 and 1, not 2.'],
  [
    { maxNewTokens: 200 },
    'maxNewTokens',
    'Longest answer (200) must be less than the longest example (128), which holds the prompt too.',
  ],
])('%j is refused in words', (given, key, message) => {
  const result = validate(given);
  expect(result.ok ? [] : result.problems).toMatchObject([{ key, message }]);
});

describe('presets', () => {
  it.each(PRESET_NAMES)('%s is in one layer and makes a configuration', (name) => {
    expect(Object.values(PRESET_LAYERS).filter((layer: readonly string[]) => layer.includes(name))).toHaveLength(1);
    expect(keysOf(PRESETS[name].changes)).toEqual([]);
  });
  it.each(PRESET_LAYERS.base)('%s says only what differs from the default, and not the loss', (name) => {
    const { changes } = PRESETS[name];
    expect(differences(DEFAULTS, presetConfiguration(name)).sort()).toEqual(Object.keys(changes).sort());
    expect(Object.keys(changes)).not.toContain('loss');
  });
  it('the loss layer has every loss, changes nothing else, and says which have no lower bound', () => {
    expect(PRESET_LAYERS.loss).toEqual(LOSS_NAMES);
    for (const name of LOSS_NAMES) {
      expect(PRESETS[name].changes).toEqual({ loss: name });
      expect(/^Unbounded/.test(PRESETS[name].name)).toBe(UNBOUNDED_LOSSES.has(name));
    }
  });
  it('a loss lies over a base, and the later over the earlier', () => {
    const layered = presetConfiguration('paper', 'hinge');
    expect(layered).toEqual({ ...presetConfiguration('paper'), loss: 'hinge' });
    expect(differences(layered, presetConfiguration('paper'))).toEqual(['loss']);
    expect(presetConfiguration('hinge', 'logistic')).toEqual(DEFAULTS);
  });
});
