// Settings: changes that are taken or told, presets in layers, and what is remembered for the next visit.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pendingChanges } from '../../../src/lab/session/pending.ts';
import { SETTINGS_KEY } from '../../../src/lab/settings/last-visit.ts';
import { boxed, withEntry } from '../../../src/lab/settings/list-text.ts';
import { parameterText, parameterValue, plainNumber } from '../../../src/lab/settings/parameter-text.ts';
import {
  changedKeys,
  changeParameter,
  createSettingsStore,
  putBack,
  resetAll,
  resetParameter,
  takePreset,
} from '../../../src/lab/settings/settings-store.ts';
import { DEFAULTS, PARAMETERS } from '../../../src/spin/parameters/parameter-table.ts';
import { presetConfiguration } from '../../../src/spin/presets.ts';

function memory(text: string | null = null) {
  const items = new Map(text === null ? [] : [[SETTINGS_KEY, text]]);
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

const fresh = (query = '') => createSettingsStore(query, { storage: null, own: false });

describe('changing a parameter', () => {
  it('takes what fits', () => {
    const store = fresh();
    changeParameter(store, PARAMETERS.learningRates, '1e-3; 5e-4');
    expect(store.getState().configuration).toEqual({ ...DEFAULTS, learningRates: [1e-3, 5e-4] });
    expect(changedKeys(store.getState())).toEqual(['learningRates']);
  });

  it('tells what does not fit, keeps what was typed, and the value before', () => {
    const store = fresh('batch=32');
    changeParameter(store, PARAMETERS.batchSize, '12 dozen');
    changeParameter(store, PARAMETERS.iterations, '0');
    changeParameter(store, PARAMETERS.epochs, '2');
    const { configuration, problems } = store.getState();
    expect(configuration).toMatchObject({ batchSize: 32, iterations: 3, epochs: 2 });
    expect(problems.map(({ at, text, reason }) => [at, text, reason.code])).toEqual([
      ['batchSize', '12 dozen', 'notNumber'],
      ['iterations', '0', 'outOfRange'],
    ]);
    changeParameter(store, PARAMETERS.iterations, '4');
    expect(store.getState().problems.map(({ at }) => at)).toEqual(['batchSize']);
    resetParameter(store, 'batchSize');
    expect(store.getState()).toMatchObject({ problems: [], configuration: { batchSize: 64, iterations: 4 } });
  });

  it('takes two that fit only together, in whichever order they come', () => {
    const store = fresh();
    changeParameter(store, PARAMETERS.maxLength, '16');
    expect(store.getState().configuration.maxLength).toBe(128);
    expect(store.getState().problems).toMatchObject([{ at: 'maxLength', text: '16', key: 'maxNewTokens' }]);
    changeParameter(store, PARAMETERS.maxNewTokens, '8');
    expect(store.getState()).toMatchObject({ problems: [], configuration: { maxLength: 16, maxNewTokens: 8 } });
  });
});

describe('presets', () => {
  it('keep the seed and the loss, which is a layer over them', () => {
    const store = fresh('seed=7&loss=hinge&batch=8');
    takePreset(store, 'paper');
    expect(store.getState().configuration).toEqual({ ...presetConfiguration('paper', 'hinge'), seed: 7 });
    takePreset(store, 'linear');
    expect(store.getState()).toMatchObject({ preset: 'paper' });
    expect(store.getState().configuration).toEqual({ ...presetConfiguration('paper', 'linear'), seed: 7 });
  });

  it('are gone back to, all but what is hidden', () => {
    const store = fresh('preset=paper&seed=7&batch=8&temp=0.5');
    resetAll(store, ['temperature']);
    expect(store.getState().configuration).toEqual({ ...presetConfiguration('paper'), temperature: 0.5 });
  });
});

describe('settings remembered', () => {
  it('are those of the next visit, preset and all', () => {
    const storage = memory();
    const first = createSettingsStore('', { storage, own: false });
    takePreset(first, 'paper');
    changeParameter(first, PARAMETERS.checkpointEvery, '4');
    first.setState({ backend: 'wasm', withControl: true });
    const { preset, configuration, backend, withControl } = first.getState();
    const next = createSettingsStore('', { storage, own: false }).getState();
    expect(next).toMatchObject({ preset, configuration, backend, withControl, linked: false });
    expect(next.configuration.checkpointEvery).toBe(4);
  });

  it('give way to an address that names any', () => {
    const storage = memory('{"preset":"paper","changes":{},"backend":"auto","withControl":false}');
    expect(createSettingsStore('', { storage, own: false }).getState().preset).toBe('paper');
    expect(createSettingsStore('preset=default', { storage, own: false }).getState().preset).toBe('default');
    expect(createSettingsStore('view=setup', { storage, own: false }).getState().preset).toBe('paper');
  });

  it('of before 0.2 keep their arithmetic where it makes a difference; those of now keep theirs', () => {
    const former = memory('{"preset":"paper","changes":{"clipNorm":1},"backend":"auto","withControl":false}');
    expect(createSettingsStore('', { storage: former, own: false }).getState().configuration).toMatchObject({
      clipNorm: 1,
      arithmetic: 1,
      decayed: 'all',
    });
    const storage = memory();
    changeParameter(createSettingsStore('', { storage, own: false }), PARAMETERS.clipNorm, '1');
    expect(createSettingsStore('', { storage, own: false }).getState().configuration).toMatchObject({
      clipNorm: 1,
      arithmetic: 2,
      decayed: 'matrices',
    });
  });

  it('are forgotten with the way back to the default preset', () => {
    const storage = memory();
    const store = createSettingsStore('', { storage, own: false });
    changeParameter(store, PARAMETERS.epochs, '2');
    expect(storage.getItem(SETTINGS_KEY)).not.toBeNull();
    resetAll(store);
    expect(storage.getItem(SETTINGS_KEY)).toBeNull();
  });

  it.each([
    'not json',
    'null',
    '[]',
    '{"preset":"paper"}',
    '{"preset":"gone","changes":{},"backend":"auto","withControl":false}',
    '{"preset":"paper","changes":{"epochs":0},"backend":"auto","withControl":false}',
    '{"preset":"paper","changes":{"epoch":2},"backend":"auto","withControl":false}',
    '{"preset":"paper","changes":{},"backend":"cuda","withControl":false}',
    '{"preset":"paper","changes":{},"backend":"auto","withControl":1}',
  ])('are not taken from %s', (text) => {
    const { preset, configuration } = createSettingsStore('', { storage: memory(text), own: false }).getState();
    expect(preset).toBe('default');
    expect(configuration).toEqual(DEFAULTS);
  });

  it('cost nothing where the browser refuses', () => {
    const refuse = () => {
      throw new Error('denied');
    };
    const store = createSettingsStore('', {
      storage: { getItem: refuse, setItem: refuse, removeItem: refuse },
      own: false,
    });
    changeParameter(store, PARAMETERS.epochs, '2');
    expect(store.getState().configuration.epochs).toBe(2);
  });

  it('tell a link from a reload of the page’s own address', () => {
    expect(createSettingsStore('seed=1', { storage: null, own: false }).getState().linked).toBe(true);
    expect(createSettingsStore('seed=1', { storage: null, own: true }).getState().linked).toBe(false);
  });
});

describe('changes beside a run', () => {
  const played = DEFAULTS;

  it('wait together as soon as one needs a restart', () => {
    const wanted = { ...played, batchSize: 8, lambdas: [0.5] };
    expect(pendingChanges({ status: 'running', configuration: played }, wanted)).toEqual({
      changed: ['lambdas', 'batchSize'],
      restart: ['batchSize'],
    });
    const atOnce = { ...played, lambdas: [0.5] };
    expect(pendingChanges({ status: 'running', configuration: played }, atOnce).changed).toEqual([]);
    expect(pendingChanges({ status: 'finished', configuration: played }, wanted).changed).toEqual([]);
  });

  it('are put back, the others stay', () => {
    const store = fresh('batch=8&lambda=0.5');
    putBack(store, played, ['batchSize']);
    expect(store.getState().configuration).toEqual({ ...played, lambdas: [0.5] });
  });
});

describe('values as text', () => {
  it('are read back exactly, however written', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const number = value + 0;
        expect(parameterValue(PARAMETERS.warmup, parameterText(number))).toBe(number);
        expect(parameterValue(PARAMETERS.warmup, plainNumber(number))).toBe(number);
      }),
    );
    expect([4e-4, 2048, 1e-12, 0.05, 1_000_000].map(plainNumber)).toEqual(['4e-4', '2048', '1e-12', '0.05', '1e6']);
  });

  it('of a list stand in a box each', () => {
    expect(boxed('0.1, 0.1 5')).toEqual(['0.1', '0.1', '5']);
    expect(boxed(' , ')).toEqual(['']);
    expect(withEntry(['1', '2'], 1, '3, 4')).toBe('1, 3, 4');
    expect(withEntry(['1', '2'], 2, '2')).toBe('1, 2, 2');
    expect(withEntry(['1', '2'], 0, null)).toBe('2');
  });
});
