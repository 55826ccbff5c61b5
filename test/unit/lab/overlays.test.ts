// Which runs lie over the shown one, and which is its control.

import { describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { RunRecord } from '../../../src/lab/record/run-record.ts';
import { Overlays } from '../../../src/lab/runs/overlays.ts';
import { createShownStore } from '../../../src/lab/runs/shown-run.ts';
import type { RunEntry } from '../../../workers/messages/keeper-protocol.ts';
import { entryOf } from './entries.ts';

const supervised = { control: 'supervised' } as const;
const RUN = entryOf('run', { day: 3 });
const CONTROL = entryOf('control', { day: 2, configuration: supervised });

/** Records come when the test lets them. */
function kept(entries: readonly RunEntry[]) {
  const store = createStore<{ entries: readonly RunEntry[] | null }>(() => ({ entries }));
  const waiting = new Map<string, { give(): RunRecord; refuse(): void }>();
  return {
    store,
    waiting,
    load: (id: string) =>
      new Promise<RunRecord>((resolve, reject) => {
        const record = new RunRecord();
        record.rounds = [{ moment: 'before', iteration: 0, measures: { of: id }, answers: [] }];
        waiting.set(id, {
          give: () => {
            resolve(record);
            return record;
          },
          refuse: () => reject(new Error(`${id} is damaged`)),
        });
      }),
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('the control', () => {
  it('is loaded when a run is shown, and changes with it', async () => {
    const runs = kept([RUN, CONTROL]);
    const shown = createShownStore();
    const overlays = new Overlays(runs, shown);
    expect(runs.waiting.size).toBe(0);
    shown.setState({ file: RUN.file });
    const { rounds } = runs.waiting.get('control')!.give();
    await settled();
    expect(overlays.store.getState()).toMatchObject({ control: rounds, controlId: 'control' });
    shown.setState({ file: CONTROL.file });
    expect(overlays.store.getState()).toMatchObject({ control: null, controlId: null });
  });

  it('is found as soon as it is finished', async () => {
    const runs = kept([RUN]);
    const shown = createShownStore();
    const overlays = new Overlays(runs, shown);
    shown.setState({ file: RUN.file });
    runs.store.setState({ entries: [CONTROL, RUN] });
    runs.waiting.get('control')!.give();
    await settled();
    expect(overlays.store.getState().controlId).toBe('control');
  });
});

describe('overlays', () => {
  const OTHER = entryOf('other', {
    day: 1,
    configuration: { lambdas: [2], seed: 4 },
    notes: { colour: 5, group: 'g' },
  });

  it('tell what differs from the shown run, whichever that is', async () => {
    const runs = kept([RUN, OTHER]);
    const shown = createShownStore();
    const overlays = new Overlays(runs, shown);
    const added = overlays.add('other');
    expect(overlays.store.getState().runs).toEqual([]);
    const record = runs.waiting.get('other')!.give();
    await added;
    expect(overlays.store.getState().runs).toEqual([
      {
        id: 'other',
        name: 'other',
        colour: 5,
        record,
        configuration: OTHER.file.configuration,
        group: 'g',
        differs: [],
      },
    ]);
    shown.setState({ file: RUN.file });
    expect(overlays.store.getState().runs[0]?.differs).toEqual(['seed', 'lambdas']);
  });

  it('take a new name, and go with their run', async () => {
    const runs = kept([OTHER]);
    const overlays = new Overlays(runs, createShownStore());
    const added = overlays.add('other');
    runs.waiting.get('other')!.give();
    await added;
    runs.store.setState({ entries: [{ ...OTHER, notes: { ...OTHER.notes, name: 'mine' } }] });
    expect(overlays.store.getState().runs[0]?.name).toBe('mine');
    runs.store.setState({ entries: [] });
    expect(overlays.store.getState().runs).toEqual([]);
  });

  it('taken back while loading do not come', async () => {
    const runs = kept([OTHER]);
    const overlays = new Overlays(runs, createShownStore());
    const added = overlays.add('other');
    overlays.remove('other');
    runs.waiting.get('other')!.give();
    await added;
    expect(overlays.store.getState().runs).toEqual([]);
  });

  it('that cannot be read say so, and can be asked for again', async () => {
    const runs = kept([OTHER]);
    const overlays = new Overlays(runs, createShownStore());
    const added = overlays.add('other');
    runs.waiting.get('other')!.refuse();
    await expect(added).rejects.toThrow('other is damaged');
    const again = overlays.add('other');
    runs.waiting.get('other')!.give();
    await again;
    expect(overlays.store.getState().runs).toHaveLength(1);
  });
});
