// Kept runs: their list, and what a person does with them: open, go on, note, delete, export, import.

import type { RunEntry } from '../../../workers/messages/keeper-protocol.ts';
import type { RunNotes } from '../../folder/run-file.ts';
import type { SpinConfiguration } from '../../spin/configuration.ts';
import { playedDifferently } from '../../spin/former-rules.ts';
import { LabError } from '../../spin/lab-error.ts';
import type { StartWorker } from '../browser/page-workers.ts';
import { readLatestPairs, readRun } from '../record/read-run.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { Session } from '../session/session.ts';
import { readOwnFile } from '../settings/own-file.ts';
import type { SettingsStore } from '../settings/settings-store.ts';
import type { KeeperClient } from '../storage/keeper-client.ts';
import { runsHeldElsewhere } from '../storage/run-lock.ts';
import type { Tabs } from '../storage/tabs.ts';
import type { KeptList } from './kept-list.ts';
import { keptSettings } from './kept-settings.ts';
import { locked, type RunKeeping } from './run-keeping.ts';
import { RunViewer } from './run-viewer.ts';
import type { RunsState } from './runs-state.ts';
import type { ShownStore } from './shown-run.ts';

export type { RunEntry, Usage } from '../../../workers/messages/keeper-protocol.ts';
export type { RunNotes } from '../../folder/run-file.ts';
export type { RunsState } from './runs-state.ts';

/** The run that is meant is no longer there, or cannot be gone on with. */
export class NoSuchRunError extends LabError {}

/** Whom the kept runs work with. */
export interface RunsContext {
  readonly keeper: KeeperClient;
  readonly list: KeptList;
  readonly keeping: RunKeeping;
  readonly session: Session;
  readonly settings: SettingsStore;
  readonly shown: ShownStore;
  readonly startWorker: StartWorker;
  readonly tabs: Tabs;
  /** The page's own address. */
  readonly base: string;
  /** Hands a file to the person. */
  download(content: Blob, name: string): void;
}

/** How long a deleted run can be brought back. */
const UNDO_MS = 30_000;

export class KeptRuns {
  readonly store: KeptList['store'];
  readonly #context: RunsContext;
  readonly #viewer: RunViewer;
  #purge: ReturnType<typeof setTimeout> | null = null;

  constructor(context: RunsContext) {
    this.#context = context;
    this.store = context.list.store;
    this.#viewer = new RunViewer(context);
    context.tabs.onTold((id) => void this.#heard(id));
    context.list.freed.add((id) => void this.#heard(id));
  }

  /**
   * Reads the list, and shows what a visitor wants to see first: a run that is going on, else the newest, else the example. Whoever
   * follows a link wants what it says: then only runs with its settings count.
   */
  async begin(linked: SpinConfiguration | null): Promise<void> {
    await this.refresh();
    if (this.#context.shown.getState().source !== 'nothing') return;
    const { entries, playedElsewhere } = this.store.getState();
    const wanted = (entries ?? []).filter(
      ({ file }) => linked === null || playedDifferently(file.configuration, linked).length === 0,
    );
    const going = wanted.find(({ id, checkpoint }) => playedElsewhere.has(id) || checkpoint !== null);
    // A control was played behind its run, and is seen beside it.
    const first = going ?? wanted.find(({ file }) => file.configuration.control === 'none') ?? wanted[0];
    await (first === undefined ? this.showExample() : this.open(first.id));
  }

  /** Reads the list again. */
  refresh(): Promise<void> {
    return this.#context.list.refresh();
  }

  /** Shows a kept run; one that another tab plays is followed, the one at hand is shown as it goes. */
  async open(id: string): Promise<void> {
    if (id === this.#context.session.store.getState().runId) this.showLive();
    else await this.#guarded('open', async () => this.#viewer.open(await this.#entry(id)));
  }

  /** Shows the run that this tab plays, or just played. */
  showLive(): void {
    this.#viewer.showLive();
  }

  async showExample(): Promise<void> {
    await this.#guarded('open', () => this.#viewer.showExample());
  }

  /** Goes on with a kept run from its checkpoint, in this tab. What is being played is left first. */
  async resume(id: string): Promise<void> {
    const { session, settings, keeper, keeping, startWorker, base } = this.#context;
    await this.#guarded('open', async () => {
      await session.reset();
      const entry = await this.#entry(id);
      await keeping.hold(id);
      try {
        const kept = await keeper.call('resume', id);
        if (kept === null) {
          throw new NoSuchRunError('The run has no checkpoint to go on from.', 'Duplicate it and play it anew.');
        }
        const own = kept.own === null ? null : await readOwnFile(asFile(kept.own), startWorker);
        const wanted = keptSettings(entry, own);
        await keeper.call('rebase', { id, modelBase: new URL(wanted.model, base).href });
        const files = this.#viewer.files(id);
        const { record } = await readRun(files);
        await readLatestPairs(files, record);
        settings.setState({ ...wanted, threads: null });
        session.goOnWith(
          { ...settings.getState(), ...wanted },
          { log: keeping.log(id), record, snapshot: kept.snapshot },
        );
        if (wanted.configuration.arithmetic === 1) session.announce({ kind: 'former-rules' });
        this.showLive();
      } catch (error) {
        keeping.letGo(id);
        throw error;
      }
    });
  }

  async note(id: string, changes: Partial<RunNotes>): Promise<void> {
    await this.#guarded(null, async () => void (await this.#context.keeper.call('note', { id, changes })));
    this.#context.tabs.tell(id);
    await this.refresh();
  }

  async remove(id: string): Promise<void> {
    const { session, shown } = this.#context;
    await this.#guarded(null, async () => {
      if ((await runsHeldElsewhere()).has(id)) throw locked();
      if (session.store.getState().runId === id) await session.reset();
      const removed = await this.#entry(id);
      await this.#context.keeper.call('remove', id);
      this.store.setState({ removed });
      this.#purgeLater();
      await this.refresh();
      if (shown.getState().entry?.id === id) await this.#showAnother(id);
    });
    await this.refresh();
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
      const zip = new Blob([bytes.slice()], { type: 'application/zip' });
      this.#context.download(zip, `${entry.notes.name.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}.zip`);
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

  /** Deletes all runs for good; not while another tab plays one of them. */
  async clear(): Promise<void> {
    const { session } = this.#context;
    await this.#guarded(null, async () => {
      if ((await runsHeldElsewhere()).size > 0) throw locked();
      await session.reset();
      await this.#context.keeper.call('clear', null);
      this.store.setState({ removed: null });
      await this.#viewer.showExample();
    });
    await this.refresh();
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
    return (await readRun(this.#viewer.files(id))).record;
  }

  async #entry(id: string): Promise<RunEntry> {
    const entry = await this.#context.keeper.call('entry', id);
    if (entry === null)
      throw new NoSuchRunError('This run is no longer kept.', 'Choose another from the list of runs.');
    return entry;
  }

  /** A run of another tab's has changed, or been begun or left. */
  async #heard(id: string): Promise<void> {
    await this.#guarded(null, async () => void (await this.#viewer.hear(id)));
    await this.refresh();
  }

  async #showAnother(id: string): Promise<void> {
    const next = this.store.getState().entries?.find((entry) => entry.id !== id);
    await (next === undefined ? this.showExample() : this.open(next.id));
  }

  #purgeLater(): void {
    if (this.#purge !== null) clearTimeout(this.#purge);
    this.#purge = setTimeout(() => {
      this.store.setState({ removed: null });
      void this.#guarded(null, () => this.#context.keeper.call('purge', null));
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
      if (what !== null) this.store.setState({ busy: null });
    }
  }
}

const asFile = ({ name, bytes }: { readonly name: string; readonly bytes: Uint8Array }): File =>
  new File([bytes.slice()], name);
