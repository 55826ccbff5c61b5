// The action table: one row an action, one meaning a key at any moment, and what may be done when.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { RunFile } from '../../../src/folder/run-file.ts';
import {
  ACTION_GROUPS,
  type ActionContext,
  type ActionId,
  type ActionLab,
  actionState,
  keywordsOf,
} from '../../../src/lab/actions/action-kinds.ts';
import { ACTIONS, actionForKey, actionNamed, isAllowed, keyOf } from '../../../src/lab/actions/action-table.ts';
import { found } from '../../../src/lab/actions/word-search.ts';
import { RunRecord } from '../../../src/lab/record/run-record.ts';
import type { KeptRuns, RunEntry, RunsState } from '../../../src/lab/runs/kept-runs.ts';
import { createShownStore } from '../../../src/lab/runs/shown-run.ts';
import { Session } from '../../../src/lab/session/session.ts';
import type { SessionStatus } from '../../../src/lab/session/session-store.ts';
import { createPageStore } from '../../../src/lab/settings/page-store.ts';
import { createSettingsStore } from '../../../src/lab/settings/settings-store.ts';
import { EN } from '../../../src/text/en.ts';
import type { Tongue } from '../../../src/text/language.ts';
import { machineOf, type TabularWorkers, tabularWorkers } from './tabular-workers.ts';

const QUERY = 't=2&n=64&batch=8&micro=8&answers=8&epochs=1&window=1&lambda=1&lr=0.05&backend=wasm';
const STATUSES: readonly SessionStatus[] = ['idle', 'opening', 'running', 'paused', 'stopping', 'finished', 'failed'];

let workers: TabularWorkers;
let lab: ActionLab;
/** What was asked of the kept runs and of the page around the lab. */
let asked: string[];

beforeEach(() => {
  workers = tabularWorkers();
  asked = [];
  const settings = createSettingsStore(QUERY);
  const session = new Session({
    machine: machineOf(workers),
    settings: settings.getState,
    hidden: () => false,
  });
  const store = createStore<Pick<RunsState, 'removed'>>(() => ({ removed: null }));
  const runs = {
    store,
    resume: async (id: string) => void asked.push(`resume ${id}`),
    exportRun: async (id: string) => void asked.push(`export ${id}`),
  } as unknown as KeptRuns;
  lab = { session, settings, page: createPageStore(), shown: createShownStore(), runs };
});

afterEach(() => workers.close());

const context = (language: Tongue = 'en'): ActionContext => ({
  lab,
  language,
  choose: (tag) => void asked.push(`language ${tag}`),
  save: (name) => void asked.push(`save ${name}`),
  importRun: () => void asked.push('import'),
  copyLink: () => void asked.push('link'),
});

const can = (id: ActionId): boolean => isAllowed(actionNamed(id), actionState(lab));
const label = (id: ActionId): string => actionNamed(id).label(actionState(lab));
const act = (id: ActionId): void => actionNamed(id).perform(context());

function entryOf(checkpoint: RunEntry['checkpoint']): RunEntry {
  const notes = { name: 'a run', colour: 0, pinned: false, notes: '', preset: 'default', group: null };
  const rest = { changed: '', imported: false, bytes: 0, headline: null };
  return { id: 'r1', file: {} as RunFile, notes, checkpoint, ...rest };
}

/** A record whose iteration with this index has begun. */
function begun(iteration: number): RunRecord {
  const record = new RunRecord();
  const counts = { iterations: 4, examples: 8, olderPairs: 0, pairs: 8, epochs: 1, steps: 4 };
  record.take({ type: 'iteration-started', iteration, ...counts, lambda: 1, learningRate: 1, warmupSteps: 0 });
  return record;
}

async function reach(status: SessionStatus): Promise<void> {
  while (lab.session.store.getState().status !== status) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe('the table', () => {
  it('names each action once, with words in the group that the help sheet shows', () => {
    expect(new Set(ACTIONS.map(({ id }) => id)).size).toBe(ACTIONS.length);
    for (const action of ACTIONS) {
      expect(ACTION_GROUPS).toContain(action.group);
      expect(EN[action.label(actionState(lab))]).toBeTypeOf('string');
      expect(EN[keywordsOf(action)]).toBeTypeOf('string');
      const hindrance = action.hindrance(actionState(lab));
      if (hindrance !== null) expect(EN[hindrance]).toBeTypeOf('string');
    }
  });

  it('has one meaning at most for each key, whatever the run is at', () => {
    const keys = new Set(ACTIONS.flatMap((action) => action.keys));
    for (const status of STATUSES) {
      lab.session.store.setState({ status });
      for (const key of keys) {
        const meant = ACTIONS.filter((action) => action.keys.includes(key) && isAllowed(action, actionState(lab)));
        expect(meant.length, `${status}, ${key}`).toBeLessThanOrEqual(1);
      }
    }
  });

  it('reads keys as they are pressed: capitals are the same, Ctrl and ⌘ are one, Alt is another’s', () => {
    const held = { ctrlKey: false, metaKey: false, altKey: false };
    expect(keyOf({ ...held, key: 'N' })).toBe('n');
    expect(keyOf({ ...held, key: 'k', ctrlKey: true })).toBe('mod+k');
    expect(keyOf({ ...held, key: 'k', metaKey: true })).toBe('mod+k');
    expect(keyOf({ ...held, key: 'k', altKey: true })).toBeNull();
    expect(actionForKey('mod+k', actionState(lab))?.id).toBe('palette');
    expect(actionForKey('mod+r', actionState(lab))).toBeUndefined();
  });
});

describe('a run', () => {
  it('is started and paused by the same key', async () => {
    expect(actionForKey(' ', actionState(lab))?.id).toBe('start');
    act('start');
    expect(can('start')).toBe(false);
    await reach('running');
    expect(actionForKey(' ', actionState(lab))?.id).toBe('pause');
    act('pause');
    expect(label('start')).toBe('action.resume');
    act('end');
    await reach('finished');
    expect(can('step')).toBe(false);
    expect(can('end')).toBe(false);
    expect(can('save')).toBe(true);
  });

  it('is stepped by the unit that is chosen', async () => {
    act('step-phase');
    expect(lab.page.getState().stepUnit).toBe('phase');
    expect(can('step-phase')).toBe(false);
    act('step');
    await reach('paused');
    // The first phase is the base's evaluation.
    expect(lab.session.record.rounds.map(({ moment }) => moment)).toEqual(['before']);
    act('step-unit');
    expect(lab.page.getState().stepUnit).toBe('iteration');
    act('step');
    await reach('running');
    await reach('paused');
    expect(lab.session.record.rounds.map(({ iteration }) => iteration)).toEqual([0, 0]);
  });

  it('is gone on with where a kept one was left, and only then', () => {
    lab.shown.setState({ source: 'kept', entry: entryOf({ iteration: 1, step: 7 }) });
    expect(label('start')).toBe('action.resume');
    expect(can('resume')).toBe(true);
    act('start');
    expect(asked).toEqual(['resume r1']);
    lab.shown.setState({ entry: entryOf(null) });
    expect(label('start')).toBe('action.start');
    expect(can('resume')).toBe(false);
    lab.shown.setState({ entry: entryOf({ iteration: 1, step: 7 }) });
    lab.session.store.setState({ status: 'paused' });
    expect(can('resume')).toBe(false);
  });

  it('has another seed after “New seed”, unless a workshop hides the seed', async () => {
    act('seed');
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(lab.settings.getState().configuration.seed).toBe(1);
    lab.page.setState({ hidden: ['seed'] });
    expect(can('seed')).toBe(false);
  });

  it('can be played slowly, and “To the end” ends that', () => {
    act('slow');
    expect(actionNamed('slow').pressed?.(actionState(lab))).toBe(true);
    act('end');
    expect(actionNamed('slow').pressed?.(actionState(lab))).toBe(false);
  });
});

describe('looking', () => {
  it('goes to the iterations that have begun, and follows the run after the last', () => {
    expect(can('iteration-previous')).toBe(false);
    lab.shown.setState({ record: begun(2) });
    expect(can('iteration-next')).toBe(false);
    const seen = (['iteration-previous', 'iteration-previous', 'iteration-next', 'iteration-next'] as const).map(
      (id) => {
        act(id);
        return lab.page.getState().iteration;
      },
    );
    expect(seen).toEqual([1, 0, 1, null]);
    act('iteration-previous');
    act('follow');
    expect(lab.page.getState().iteration).toBeNull();
    lab.page.setState({ iteration: 0 });
    expect(can('iteration-previous')).toBe(false);
  });

  it('comes back to the last iteration from one that another run had', () => {
    lab.shown.setState({ record: begun(1) });
    lab.page.setState({ iteration: 9 });
    act('iteration-previous');
    expect(lab.page.getState().iteration).toBe(1);
  });

  it('turns views by digits, themes in a circle, and languages to the next', () => {
    for (const [key, view] of [
      ['2', 'curves'],
      ['5', 'setup'],
      ['1', 'arena'],
    ] as const) {
      actionForKey(key, actionState(lab))?.perform(context());
      expect(lab.page.getState().view).toBe(view);
    }
    const themes = [1, 2, 3].map(() => {
      act('theme');
      return lab.page.getState().theme;
    });
    expect(themes).toEqual(['light', 'dark', 'auto']);
    for (const tongue of ['en', 'zh', 'test'] as const) actionNamed('language').perform(context(tongue));
    expect(asked).toEqual(['language zh', 'language en', 'language en']);
  });
});

describe('keeping', () => {
  it('exports what is kept, and brings back what was removed', () => {
    expect(can('export')).toBe(false);
    lab.shown.setState({ source: 'kept', entry: entryOf(null) });
    act('export');
    expect(asked).toEqual(['export r1']);
    expect(can('undo')).toBe(false);
    lab.runs.store.setState({ removed: entryOf(null) });
    expect(can('undo')).toBe(true);
  });

  it('closes the notice that is there', () => {
    expect(can('dismiss')).toBe(false);
    lab.session.trouble(new Error('no'), 'settings');
    expect(actionForKey('escape', actionState(lab))?.id).toBe('dismiss');
    act('dismiss');
    expect(lab.session.store.getState().trouble).toBeNull();
  });
});

describe('finding', () => {
  const rows = ['New seed random dice', 'Reset same seed', 'Pause'];
  const search = (query: string) => found(rows, query, (row) => row);

  it('finds rows in which all words occur, in any order and case', () => {
    expect(search('SEED')).toEqual([rows[0], rows[1]]);
    expect(search('dice new')).toEqual([rows[0]]);
    expect(search('seed pause')).toEqual([]);
    expect(search('  ')).toEqual(rows);
  });
});
