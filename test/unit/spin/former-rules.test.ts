// Settings written down before version 0.2 name neither the arithmetic nor what decays.

import { describe, expect, it } from 'vitest';
import type { SpinConfiguration } from '../../../src/spin/configuration.ts';
import {
  baseOfWritten,
  FORMER_RULES,
  playedDifferently,
  rulesMatter,
  validateWritten,
  writtenConfiguration,
} from '../../../src/spin/former-rules.ts';
import { DEFAULTS } from '../../../src/spin/parameters/parameter-table.ts';
import { checkSnapshot, startOf, trainingRules } from '../../../src/spin/run.ts';

const { arithmetic: _, decayed: __, ...FORMER } = DEFAULTS;
const BEFORE = FORMER as SpinConfiguration;
const MATTERING: readonly Partial<SpinConfiguration>[] = [
  { clipNorm: 1 },
  { optimizer: 'adamw', weightDecay: 0.1 },
  { numBeams: 5, noRepeatNgramSize: 2 },
  { numBeams: 2, repetitionPenalty: 1.2 },
];

describe('a configuration', () => {
  it('that names no arithmetic means that of before 0.2, and decay of everything', () => {
    expect(writtenConfiguration(BEFORE)).toEqual({ ...DEFAULTS, arithmetic: 1, decayed: 'all' });
    expect(baseOfWritten({ seed: 1 })).toEqual({ ...DEFAULTS, ...FORMER_RULES });
  });

  it('that names one is what it says', () => {
    expect(writtenConfiguration(DEFAULTS)).toEqual(DEFAULTS);
    expect(writtenConfiguration({ ...DEFAULTS, decayed: 'all' })).toEqual({ ...DEFAULTS, decayed: 'all' });
    expect(baseOfWritten({ arithmetic: 2 })).toEqual(DEFAULTS);
  });

  it('of now decays matrices alone, and says so to the player', () => {
    const configuration: SpinConfiguration = { ...DEFAULTS, optimizer: 'adamw', weightDecay: 0.1 };
    expect(trainingRules(configuration, 0)).toMatchObject({ arithmetic: 2, optimizer: { decayed: 'matrices' } });
    const former = { ...configuration, ...FORMER_RULES };
    expect(trainingRules(former, 0)).toMatchObject({ arithmetic: 1, optimizer: { decayed: 'all' } });
  });
});

it.each(MATTERING)('the rules matter with %j', (changes) => {
  expect(rulesMatter({ ...DEFAULTS, ...changes })).toBe(true);
  expect(validateWritten(changes)).toMatchObject({ ok: true, configuration: { ...changes, ...FORMER_RULES } });
  const named = { ...changes, arithmetic: 2 };
  expect(validateWritten(named)).toMatchObject({ ok: true, configuration: { ...named, decayed: 'matrices' } });
});

it('elsewhere they do not: settings to be played later are those of now, and runs by either are the same', () => {
  for (const changes of [{}, { weightDecay: 0.1 }, { numBeams: 4 }, { noRepeatNgramSize: 2, repetitionPenalty: 1.3 }]) {
    expect(validateWritten(changes)).toEqual({ ok: true, configuration: { ...DEFAULTS, ...changes } });
    expect(playedDifferently({ ...DEFAULTS, ...changes, ...FORMER_RULES }, { ...DEFAULTS, ...changes })).toEqual([]);
  }
  const clipped = { ...DEFAULTS, clipNorm: 1 };
  expect(playedDifferently({ ...clipped, ...FORMER_RULES }, clipped).toSorted()).toEqual(['arithmetic', 'decayed']);
});

it('a snapshot of before 0.2 is gone on with by the rules of its time alone', () => {
  const snapshot = { ...startOf(BEFORE, 0, null, []), player: null };
  expect(() => checkSnapshot(snapshot, { ...DEFAULTS, ...FORMER_RULES })).not.toThrow();
  expect(() => checkSnapshot(snapshot, DEFAULTS)).toThrow('arithmetic');
});
