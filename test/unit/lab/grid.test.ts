// Seeds and a grid over λ and the rate, as typed.

import { describe, expect, it } from 'vitest';
import { gridOf, MOST_RUNS } from '../../../src/lab/runs/grid.ts';
import { differences } from '../../../src/spin/parameters/parameter-table.ts';
import { presetConfiguration } from '../../../src/spin/presets.ts';

const BASE = { ...presetConfiguration('default'), seed: 11 };
const NONE = { seeds: '', lambdas: '', rates: '' };

function made(texts: Partial<typeof NONE>, base = BASE) {
  const grid = gridOf(base, { ...NONE, ...texts });
  if (!grid.ok) throw new Error(JSON.stringify(grid.problem));
  return grid.configurations;
}

function problem(texts: Partial<typeof NONE>) {
  const grid = gridOf(BASE, { ...NONE, ...texts });
  return grid.ok ? null : grid.problem;
}

describe('seeds', () => {
  it.each([
    ['0-4', [0, 1, 2, 3, 4]],
    ['7, 3;3  9', [7, 3, 9]],
    ['1 – 3, 10..11', [1, 2, 3, 10, 11]],
    ['4294967295', [4294967295]],
    ['', [11]],
  ])('%j are %j', (seeds, wanted) => {
    expect(made({ seeds }).map(({ seed }) => seed)).toEqual(wanted);
  });

  it.each(['x', '-1', '1.5', '5-3', '0x10', '1e3', '4294967296', '1-2-3'])('%j is refused, with the part', (seeds) => {
    expect(problem({ seeds: `0 ${seeds}` })).toEqual({ code: 'not-seeds', field: 'seeds', text: seeds });
  });

  it('are counted before they are made', () => {
    expect(problem({ seeds: '0-4294967295' })).toEqual({ code: 'too-many', count: 2 ** 32, most: MOST_RUNS });
  });
});

describe('a grid', () => {
  it('is every combination, and differs from its base in nothing else', () => {
    const all = made({ seeds: '1-2', lambdas: '0.5, 1, 2', rates: '1e-4 2e-4' });
    expect(all).toHaveLength(2 * 3 * 2);
    expect(new Set(all.map((one) => JSON.stringify([one.seed, one.lambdas[0], one.learningRates[0]]))).size).toBe(12);
    for (const one of all) {
      const keys = differences(BASE, one);
      expect(keys.filter((key) => !['seed', 'lambdas', 'learningRates'].includes(key))).toEqual([]);
    }
  });

  it('sets the first iteration and keeps the ratios of the others', () => {
    expect(BASE.learningRates).toEqual([4e-4, 2e-4, 1e-4]);
    expect(made({ rates: '6e−4' })).toEqual(made({ rates: '6e-4' }));
    expect(made({ rates: '6e-4' })[0]?.learningRates).toEqual([6e-4, 3e-4, 1.5e-4]);
    expect(made({ lambdas: '0.2' }, { ...BASE, lambdas: [0.1, 0.1, 5] })[0]?.lambdas).toEqual([0.2, 0.2, 10]);
  });

  it('of nothing is the base itself', () => {
    expect(made({})).toEqual([BASE]);
  });

  it('is refused where it is too large, no numbers, or not valid', () => {
    expect(problem({ seeds: '0-9', lambdas: '1 2 3', rates: '1e-4 2e-4' })).toMatchObject({
      code: 'too-many',
      count: 60,
    });
    expect(problem({ lambdas: '1, two' })).toEqual({ code: 'not-numbers', field: 'lambdas', text: 'two' });
    expect(problem({ rates: '0' })).toEqual({ code: 'not-numbers', field: 'rates', text: '0' });
    expect(problem({ lambdas: '1000' })).toMatchObject({ code: 'invalid', problem: { key: 'lambdas' } });
    expect(made({ seeds: `1-${MOST_RUNS}` })).toHaveLength(50);
  });
});
