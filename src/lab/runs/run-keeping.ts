// How the run at hand is kept: begun in storage under a name, held for this tab, told to other tabs, left.

import type { RunEntry } from '../../../workers/messages/keeper-protocol.ts';
import type { Opened } from '../../../workers/messages/protocol.ts';
import { freshName } from '../../folder/fingerprint.ts';
import type { RunNotes } from '../../folder/run-file.ts';
import { LabError } from '../../spin/lab-error.ts';
import { Listeners } from '../browser/listeners.ts';
import { headlineOf } from '../record/summary.ts';
import type { RunShelf } from '../session/collaborators.ts';
import type { RunAtHand } from '../session/run-at-hand.ts';
import type { KeeperClient } from '../storage/keeper-client.ts';
import { holdRun } from '../storage/run-lock.ts';
import { RunLog } from '../storage/run-log.ts';
import type { Tabs } from '../storage/tabs.ts';
import type { KeptList } from './kept-list.ts';
import { newRun } from './kept-settings.ts';
import { freshColour, runName } from './run-names.ts';
import type { ShownStore } from './shown-run.ts';

/** Another tab plays the run. */
export class RunLockedError extends LabError {}

export const locked = (): RunLockedError =>
  new RunLockedError('Another tab plays this run.', 'Go on in that tab, or close it and try again here.');

export interface RunKeepingContext {
  readonly keeper: KeeperClient;
  readonly tabs: Tabs;
  /** The page's own address. */
  readonly base: string;
  readonly list: Pick<KeptList, 'entries' | 'add' | 'refresh'>;
  readonly shown: ShownStore;
}

export class RunKeeping implements RunShelf {
  readonly #context: RunKeepingContext;
  readonly #unsaved = new Listeners<[error: unknown]>();
  /** Gives the run at hand free for other tabs. */
  #held: { readonly id: string; readonly release: () => void } | null = null;

  constructor(context: RunKeepingContext) {
    this.#context = context;
  }

  /** Keeps a run that begins. @returns null where nothing can be kept */
  async begin(run: RunAtHand, opened: Opened): Promise<RunLog | null> {
    const { keeper, base, list } = this.#context;
    const others = list.entries;
    const id = freshName(10);
    const names = others.map(({ notes }) => notes.name);
    const notes: RunNotes = {
      name: runName(id, names),
      colour: freshColour(others.map(({ notes: { colour } }) => colour)),
      pinned: false,
      notes: '',
      preset: run.settings.preset,
      group: run.group,
    };
    try {
      await this.hold(id);
      this.#show(run, await keeper.call('create', newRun(run, opened, { id, notes, base })));
      // Asked for once there is something to lose; a browser that refuses says so in the list of runs.
      void navigator.storage?.persist?.();
      return this.log(id);
    } catch (error) {
      this.letGo(id);
      this.#unsaved.tell(error);
      return null;
    }
  }

  /** The log of a run that is held. */
  log(id: string): RunLog {
    const { keeper, tabs } = this.#context;
    return new RunLog(keeper, id, {
      onTrouble: (error) => this.#unsaved.tell(error),
      onWritten: () => tabs.tell(id),
    });
  }

  onUnsaved(listener: (error: unknown) => void): void {
    this.#unsaved.add(listener);
  }

  /** The run is over: other tabs may have it. */
  async ended({ log }: RunAtHand): Promise<void> {
    await log?.settled();
    if (log !== null) this.letGo(log.id);
    await this.#context.list.refresh();
  }

  /** The run is left: what has not begun goes, the rest stays as far as it got. */
  async leave({ log, record }: RunAtHand): Promise<void> {
    if (log !== null) {
      await log.settled();
      const begun = record.columns.length > 0 || record.rounds.length > 0;
      if (!begun) {
        await this.#context.keeper.call('remove', log.id).catch((error: unknown) => this.#unsaved.tell(error));
      }
      this.letGo(log.id);
    }
    await this.#context.list.refresh();
  }

  /** Tells storage how the leading measure stands. */
  measured({ log, record }: RunAtHand): void {
    log?.also(() => this.#context.keeper.call('headline', { id: log.id, headline: headlineOf(record) }));
  }

  /** Takes a run for this tab. @throws RunLockedError */
  async hold(id: string): Promise<void> {
    const release = await holdRun(id);
    if (release === null) throw locked();
    if (this.#held !== null) this.letGo(this.#held.id);
    this.#held = { id, release };
    this.#context.tabs.tell(id);
  }

  /** Nothing where this tab has gone on to another run. */
  letGo(id: string): void {
    if (this.#held?.id !== id) return;
    this.#held.release();
    this.#context.tabs.tell(id);
    this.#held = null;
  }

  #show(run: RunAtHand, entry: RunEntry): void {
    const { list, shown } = this.#context;
    list.add(entry);
    if (run.record === shown.getState().record) shown.setState({ entry, file: entry.file });
  }
}
