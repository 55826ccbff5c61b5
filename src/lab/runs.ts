// Kept runs: their list, and what a person does with them: open, go on, note, delete, export, import. Knows the keeper's messages and
// the session; no view.

import { createStore } from 'zustand/vanilla';
import type { RunEntry, Usage } from '../../workers/keeper-protocol.ts';
import type { Opened } from '../../workers/protocol.ts';
import type { RunNotes } from '../folder/run-file.ts';
import { LabError } from '../spin/lab-error.ts';
import { exampleFiles, exampleRunFile } from './example.ts';
import { keptSettings, newRun } from './kept-settings.ts';
import { readOwnFile } from './own-pairs.ts';
import type { StartWorker } from './players.ts';
import { type RunFiles, readEvents, readLatestPairs, readRun } from './read-run.ts';
import { RunRecord } from './record.ts';
import type { BegunRun } from './run-host.ts';
import { holdRun, runsHeld } from './run-lock.ts';
import { type Keeping, RunLog } from './run-log.ts';
import { freshColour, runName } from './run-names.ts';
import type { Session } from './session.ts';
import type { Settings, SettingsStore } from './settings-store.ts';
import type { Shown, ShownStore } from './shown.ts';
import { headlineOf } from './summary.ts';

export type { RunEntry, Usage } from '../../workers/keeper-protocol.ts';
export type { RunNotes } from '../folder/run-file.ts';

/** Another tab plays the run. */
export class RunLockedError extends LabError {}
/** The run that is meant is no longer there. */
export class NoSuchRunError extends LabError {}

export interface RunsState {
  /** Newest first; null: still being read, or storage is denied. */
  readonly entries: readonly RunEntry[] | null;
  /** The run that was deleted last: it can be brought back. */
  readonly removed: RunEntry | null;
  readonly usage: Usage | null;
  readonly busy: { readonly what: 'export' | 'import' | 'open'; readonly share: number } | null;
  /** Runs that another tab plays. */
  readonly playedElsewhere: ReadonlySet<string>;
  /** Why nothing is kept; null where runs are. */
  readonly denied: unknown;
}

export interface RunsContext {
  readonly keeper: Keeping;
  readonly session: Session;
  readonly settings: SettingsStore;
  readonly shown: ShownStore;
  readonly startWorker: StartWorker;
  /** The page's own address. */
  readonly base: string;
  /** Hands bytes to the person as a file. */
  saveFile(name: string, bytes: Uint8Array): void;
  /** Tells other tabs of a change, and hears of theirs. */
  readonly tabs: { tell(runId: string): void; onTold(listener: (runId: string) => void): void };
}

/** How long a deleted run can be brought back. */
const UNDO_MS = 30_000;

export class Runs {
  readonly store = createStore<RunsState>(() => ({
    entries: null,
    removed: null,
    usage: null,
    busy: null,
    playedElsewhere: new Set(),
    denied: null,
  }));
  readonly #context: RunsContext;
  /** Released when the run at hand is left. */
  #release: (() => void) | null = null;
  /** What is being opened: of several, the last counts. */
  #opening = 0;
  /** Bytes read of the watched run's events. */
  #watchedEnd = 0;
  #rereading = false;
  #purge: ReturnType<typeof setTimeout> | null = null;

  constructor(context: RunsContext) {
    this.#context = context;
    context.tabs.onTold((id) => void this.#hear(id));
  }

  /** Reads the list, and shows what a visitor wants to see first: a run that is going on, else the newest, else the example. */
  async begin(preferExample: boolean): Promise<void> {
    await this.refresh();
    const { entries, playedElsewhere } = this.store.getState();
    const going = entries?.find(({ id, checkpoint }) => playedElsewhere.has(id) || checkpoint !== null);
    const first = going ?? (preferExample ? undefined : entries?.[0]);
    if (this.#context.shown.getState().source !== 'nothing') return;
    await (first === undefined ? this.showExample() : this.open(first.id));
  }

  /** Reads the list again. Where storage is denied the lab goes on without. */
  async refresh(): Promise<void> {
    const { keeper, session, shown } = this.#context;
    try {
      const [entries, usage, held] = await Promise.all([
        keeper.call('list', null),
        keeper.call('usage', null),
        runsHeld(),
      ]);
      const mine = session.store.getState().runId;
      const playedElsewhere = new Set([...held].filter((id) => id !== mine));
      this.store.setState({ entries, usage, playedElsewhere, denied: null });
      const entry = entries.find(({ id }) => id === shown.getState().entry?.id);
      if (entry !== undefined) shown.setState({ entry, file: entry.file });
    } catch (denied) {
      this.store.setState({ denied });
    }
  }

  /** Shows a kept run; one that another tab plays is followed, the one at hand is shown as it goes. */
  async open(id: string): Promise<void> {
    const { session, shown } = this.#context;
    if (id === session.store.getState().runId) {
      this.showLive();
      return;
    }
    await this.#guarded('open', async () => {
      const turn = ++this.#opening;
      const entry = await this.#entry(id);
      const watched = (await runsHeld()).has(id);
      const record = new RunRecord();
      shown.setState({ source: 'kept', entry, file: entry.file, record, loading: 0, revision: 0 });
      const read = await readRun(this.#files(id), (loading) => {
        if (turn === this.#opening) shown.setState({ loading });
      });
      if (turn !== this.#opening) return;
      this.#watchedEnd = read.end;
      const source = watched ? 'watched' : 'kept';
      shown.setState((state) => ({ source, record: read.record, loading: null, revision: state.revision + 1 }));
      await this.#readPairs(this.#files(id), read.record);
      // What was written between the reading and the listening.
      if (watched) await this.#readOn(id);
    });
  }

  /** Shows the run that this tab plays, or just played. */
  showLive(): void {
    const { session, shown } = this.#context;
    this.#opening += 1;
    const { runId } = session.store.getState();
    const entry = this.store.getState().entries?.find(({ id }) => id === runId) ?? null;
    const { revision } = shown.getState();
    shown.setState({
      source: 'live',
      entry,
      file: entry?.file ?? null,
      record: session.record,
      loading: null,
      revision: revision + 1,
    });
  }

  async showExample(): Promise<void> {
    const { shown, base } = this.#context;
    const turn = ++this.#opening;
    const files = exampleFiles(base);
    try {
      const file = await exampleRunFile(files);
      const { record } = await readRun(files);
      if (turn !== this.#opening) return;
      shown.setState((state) => ({
        source: 'example',
        entry: null,
        file,
        record,
        loading: null,
        revision: state.revision + 1,
      }));
      await this.#readPairs(files, record);
    } catch (error) {
      if (turn === this.#opening) this.#context.session.trouble(error, 'settings');
    }
  }

  /** Goes on with a kept run from its checkpoint, in this tab. What is being played is left first. */
  async resume(id: string): Promise<void> {
    const { session, settings, keeper, startWorker } = this.#context;
    await this.#guarded('open', async () => {
      await session.reset();
      const entry = await this.#entry(id);
      await this.#hold(id);
      const kept = await keeper.call('resume', id);
      if (kept === null) {
        this.#letGo();
        throw new NoSuchRunError('The run has no checkpoint to go on from.', 'Duplicate it and play it anew.');
      }
      const own = kept.own === null ? null : await readOwnFile(ownFile(kept.own), startWorker);
      const wanted: Settings = keptSettings(entry, own);
      await keeper.call('rebase', { id, modelBase: new URL(wanted.model, this.#context.base).href });
      const { record } = await readRun(this.#files(id));
      await readLatestPairs(this.#files(id), record);
      settings.setState({ ...wanted, threads: null });
      session.goOnWith(wanted, { log: this.#log(id), record, snapshot: kept.snapshot });
      this.showLive();
    }).catch((error) => {
      this.#letGo();
      throw error;
    });
  }

  /** Keeps a run that begins. @returns null where nothing can be kept */
  async keep(run: BegunRun, opened: Opened, group: string | null): Promise<RunLog | null> {
    const { keeper, base, session } = this.#context;
    const entries = this.store.getState().entries ?? [];
    const id = newId();
    const names = entries.map(({ notes }) => notes.name);
    const notes: RunNotes = {
      name: runName(id, names),
      colour: freshColour(entries.map(({ notes: { colour } }) => colour)),
      pinned: false,
      notes: '',
      preset: run.settings.preset,
      group,
    };
    try {
      await this.#hold(id);
      const entry = await keeper.call('create', await newRun(run, opened, { id, notes, base }));
      this.store.setState({ entries: [entry, ...entries] });
      if (session.record === this.#context.shown.getState().record) {
        this.#context.shown.setState({ entry, file: entry.file });
      }
      void navigator.storage?.persist?.();
      return this.#log(id);
    } catch (error) {
      this.#letGo();
      session.unsaved(error);
      return null;
    }
  }

  /** The run at hand is left: what is not worth keeping goes, the rest is as it is. */
  async left({ log, record }: BegunRun): Promise<void> {
    if (log !== null) {
      await log.settled();
      const begun = record.columns.length > 0 || record.rounds.length > 0;
      if (!begun) await this.#context.keeper.call('remove', log.id).catch(() => undefined);
    }
    this.#letGo();
    await this.refresh();
  }

  /** Tells storage how the leading measure stands. */
  measured({ log, record }: BegunRun): void {
    if (log === null) return;
    const headline = headlineOf(record);
    log.also(() => this.#context.keeper.call('headline', { id: log.id, headline }));
  }

  async note(id: string, changes: Partial<RunNotes>): Promise<void> {
    await this.#guarded(null, async () => void (await this.#context.keeper.call('note', { id, changes })));
    this.#context.tabs.tell(id);
    await this.refresh();
  }

  async remove(id: string): Promise<void> {
    const { session, shown } = this.#context;
    await this.#guarded(null, async () => {
      if ((await runsHeld()).has(id) && session.store.getState().runId !== id) throw locked();
      if (session.store.getState().runId === id) await session.reset();
      const removed = await this.#entry(id);
      await this.#context.keeper.call('remove', id);
      this.store.setState({ removed });
      this.#purgeLater();
    });
    await this.refresh();
    if (shown.getState().entry?.id === id) await this.begin(false).then(() => this.#showAnother(id));
  }

  async undoRemove(): Promise<void> {
    const { removed } = this.store.getState();
    if (removed === null) return;
    await this.#guarded(null, () => this.#context.keeper.call('restore', removed.id));
    this.store.setState({ removed: null });
    await this.refresh();
  }

  /** Hands the run's folder to the person as a zip. */
  async exportRun(id: string): Promise<void> {
    await this.#guarded('export', async (onProgress) => {
      const entry = await this.#entry(id);
      const bytes = await this.#context.keeper.call('exportRun', id, { onProgress });
      this.#context.saveFile(`${entry.notes.name.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}.zip`, bytes);
    });
  }

  /** Takes in a zip of a run folder, and shows it. */
  async importFile(file: File): Promise<void> {
    await this.#guarded('import', async (onProgress) => {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const call = { name: file.name, bytes, notes: null };
      const entry = await this.#context.keeper.call('importRun', call, { onProgress });
      await this.refresh();
      await this.open(entry.id);
    });
  }

  /** Deletes all runs for good. */
  async clear(): Promise<void> {
    const { session } = this.#context;
    await this.#guarded(null, async () => {
      await session.reset();
      await this.#context.keeper.call('clear', null);
      this.store.setState({ removed: null });
    });
    await this.refresh();
    await this.showExample();
  }

  /** Takes a run's settings for the next run. */
  async duplicate(id: string): Promise<void> {
    await this.#guarded(null, async () => {
      const { settings } = this.#context;
      const wanted = keptSettings(await this.#entry(id), settings.getState().own);
      settings.setState({ ...wanted, threads: null, backend: settings.getState().backend });
    });
  }

  /** A run's record, to be looked at beside another. */
  async load(id: string): Promise<RunRecord> {
    return (await readRun(this.#files(id))).record;
  }

  #files(id: string): RunFiles {
    return { read: (path, from = 0) => this.#context.keeper.call('read', { id, path, from }) };
  }

  #log(id: string): RunLog {
    const { keeper, session, tabs } = this.#context;
    return new RunLog(keeper, id, {
      onTrouble: (error) => session.unsaved(error),
      onWritten: () => tabs.tell(id),
    });
  }

  async #entry(id: string): Promise<RunEntry> {
    const entry = await this.#context.keeper.call('entry', id);
    if (entry === null)
      throw new NoSuchRunError('This run is no longer kept.', 'Choose another from the list of runs.');
    return entry;
  }

  async #hold(id: string): Promise<void> {
    const release = await holdRun(id);
    if (release === null) throw locked();
    this.#release?.();
    this.#release = release;
    this.#context.tabs.tell(id);
  }

  #letGo(): void {
    this.#release?.();
    this.#release = null;
  }

  /** Another tab has written to a run, or begun or left one. */
  async #hear(id: string): Promise<void> {
    const { entry, source } = this.#context.shown.getState();
    if (entry?.id !== id || (source !== 'watched' && source !== 'kept')) return this.refresh();
    const held = (await runsHeld()).has(id);
    if (held && source === 'kept') return this.open(id);
    if (source === 'watched') await this.#readOn(id);
    if (!held) this.#context.shown.setState({ source: 'kept' });
    await this.refresh();
  }

  async #readOn(id: string): Promise<void> {
    if (this.#rereading) return;
    this.#rereading = true;
    try {
      const { record } = this.#context.shown.getState();
      const { end, count } = await readEvents(this.#files(id), record, this.#watchedEnd);
      this.#watchedEnd = end;
      if (count > 0) this.#context.shown.setState((state: Shown) => ({ revision: state.revision + 1 }));
    } finally {
      this.#rereading = false;
    }
  }

  async #readPairs(files: RunFiles, record: RunRecord): Promise<void> {
    await readLatestPairs(files, record);
    const { shown } = this.#context;
    if (shown.getState().record === record) shown.setState((state) => ({ revision: state.revision + 1 }));
  }

  async #showAnother(id: string): Promise<void> {
    const next = this.store.getState().entries?.find((entry) => entry.id !== id);
    await (next === undefined ? this.showExample() : this.open(next.id));
  }

  #purgeLater(): void {
    if (this.#purge !== null) clearTimeout(this.#purge);
    this.#purge = setTimeout(() => {
      this.store.setState({ removed: null });
      void this.#context.keeper.call('purge', null).catch(() => undefined);
    }, UNDO_MS);
  }

  /** Does something with storage; tells what goes wrong, and how far it is. */
  async #guarded(
    what: NonNullable<RunsState['busy']>['what'] | null,
    act: (onProgress: (share: number) => void) => Promise<void>,
  ): Promise<void> {
    const onProgress = (share: number): void => {
      if (what !== null) this.store.setState({ busy: { what, share } });
    };
    onProgress(0);
    try {
      await act(onProgress);
    } catch (error) {
      this.#context.session.trouble(error, 'settings');
    } finally {
      this.store.setState({ busy: null });
    }
  }
}

const locked = (): RunLockedError =>
  new RunLockedError('Another tab plays this run.', 'Go on in that tab, or close it and try again here.');

const ownFile = ({ name, bytes }: { readonly name: string; readonly bytes: Uint8Array }): File =>
  new File([bytes.slice()], name);

/** 80 random bits; `randomUUID` is not there on a page without https. */
const newId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => byte.toString(16).padStart(2, '0')).join('');
