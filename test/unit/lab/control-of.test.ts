// When a kept run is another's supervised control, and what the three who ask do with the answer.

import { describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { Listeners } from '../../../src/lab/browser/listeners.ts';
import { RunRecord } from '../../../src/lab/record/run-record.ts';
import { controlOf, isControlOf, missingControl } from '../../../src/lab/runs/control-of.ts';
import { type FollowedSession, followSession, playControls } from '../../../src/lab/runs/follow-session.ts';
import { Overlays } from '../../../src/lab/runs/overlays.ts';
import { createShownStore } from '../../../src/lab/runs/shown-run.ts';
import type { RunAtHand, RunIdentity } from '../../../src/lab/session/run-at-hand.ts';
import type { SpinConfiguration } from '../../../src/spin/configuration.ts';
import type { RunEntry } from '../../../workers/messages/keeper-protocol.ts';
import { entryOf, type Given } from './entries.ts';

const supervised = { control: 'supervised' } as const;
const MINE = { sha256: 'model', data: 'mine.jsonl', dataSha256: 'data' } as const;
const RUN = entryOf('run', { day: 3, ...MINE });
const control = (given: Partial<Given> = {}): RunEntry =>
  entryOf('control', { day: 2, ...MINE, configuration: supervised, ...given });

/** What must not be taken for the control of RUN, and what must. */
const CASES: readonly (readonly [string, RunEntry, boolean])[] = [
  ['of the same model, data and settings', control(), true],
  ['of the same model elsewhere', control({ model: 'models/copy/' }), true],
  ['of the same rows under another name', control({ data: 'copy.jsonl' }), true],
  ['of another model in a folder of the same name', control({ sha256: 'another' }), false],
  ['of a model that nobody knows', control({ sha256: null }), false],
  ['of another file of the same name', control({ dataSha256: 'another' }), false],
  ['of the world', control({ data: 'the built-in world', dataSha256: null }), false],
  ['of another seed', control({ configuration: { ...supervised, seed: 1 } }), false],
];

describe('the rule', () => {
  it.each(CASES)('a run %s', (_, entry, is) => {
    expect(isControlOf(entry.file, RUN.file)).toBe(is);
    expect(controlOf(RUN.file, [RUN, entry])).toBe(is ? entry : null);
  });

  it('goes by names where no hashes are computed', () => {
    const run = entryOf('run', { day: 3, model: 'models/mine/' });
    const find = (given: Partial<Given>) =>
      controlOf(run.file, [entryOf('control', { day: 2, configuration: supervised, model: 'models/mine/', ...given })]);
    expect(find({})).not.toBeNull();
    expect(find({ model: 'models/other/' })).toBeNull();
    expect(find({ data: 'mine.jsonl' })).toBeNull();
  });

  it('takes the newest of those that are finished', () => {
    const [old, young] = [control({ day: 1 }), control({ day: 2 })];
    expect(controlOf(RUN.file, [old, young])).toBe(young);
    expect(controlOf(RUN.file, [young, old])).toBe(young);
    expect(controlOf(RUN.file, [old, control({ finished: false })])).toBe(old);
  });

  it('gives a control none, nor takes self-play for one', () => {
    expect(controlOf(control().file, [control({ day: 1 })])).toBeNull();
    expect(controlOf(RUN.file, [entryOf('twin', { day: 2, ...MINE })])).toBeNull();
    expect(missingControl(control().file, [])).toBeNull();
  });
});

describe('its three users', () => {
  it.each(CASES)('the curves of a run: beside them a run %s', async (_, entry, is) => {
    const store = createStore<{ entries: readonly RunEntry[] | null }>(() => ({ entries: [RUN, entry] }));
    const shown = createShownStore();
    const overlays = new Overlays({ store, load: async () => new RunRecord() }, shown);
    shown.setState({ file: RUN.file });
    await new Promise((resolve) => setTimeout(resolve));
    expect(overlays.store.getState().controlId).toBe(is ? entry.id : null);
  });

  it.each(CASES)('the control that was asked for: is there with a run %s', (_, entry, is) => {
    const finished = new Listeners<[run: RunAtHand, follows: boolean]>();
    const played: SpinConfiguration[] = [];
    const queue = { add: (configurations: readonly SpinConfiguration[]) => void played.push(...configurations) };
    let wanted = false;
    playControls({ finished }, () => wanted, { entries: [RUN, entry] }, queue);
    const run = { ...RUN.file, configuration: RUN.file.configuration } as unknown as RunAtHand;
    finished.tell(run, true);
    wanted = true;
    finished.tell(run, false);
    expect(played).toEqual([]);
    finished.tell(run, true);
    expect(played).toEqual(is ? [] : [{ ...RUN.file.configuration, ...supervised }]);
  });

  it.each(CASES)('the run that is shown: behind it is played a run %s', (_, entry, is) => {
    const store = createStore<Pick<ReturnType<FollowedSession['store']['getState']>, 'status'>>(() => ({
      status: 'idle',
    }));
    const session = { run: null as RunIdentity | null, record: new RunRecord(), store };
    const shown = createShownStore();
    followSession(session, shown, {
      showLive: () => shown.setState({ source: 'live', record: session.record }),
      refresh: async () => undefined,
    });
    const begin = (run: RunIdentity): RunRecord => {
      Object.assign(session, { run, record: new RunRecord() });
      store.setState({ status: 'opening' });
      return session.record;
    };
    const first = begin(RUN.file);
    first.take({ type: 'run-finished', iteration: 0, why: 'completed', time: '' });
    begin(entry.file);
    expect(shown.getState().source).toBe(is ? 'kept' : 'live');
    expect(shown.getState().record === first).toBe(is);
  });
});
