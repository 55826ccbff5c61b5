// How the run at hand is kept: begun in storage under a name, held for this tab, told to other tabs, left.

import type { RunEntry } from '../../../workers/messages/keeper-protocol.ts';
import type { Opened } from '../../../workers/messages/protocol.ts';
import { freshName } from '../../folder/fingerprint.ts';
import type { RunNotes } from '../../folder/run-file.ts';
import { LabError } from '../../spin/lab-error.ts';
import { headlineOf } from '../record/summary.ts';
import type { BegunRun } from '../session/run-host.ts';
import type { Keeping } from '../storage/keeper-client.ts';
import { holdRun } from '../storage/run-lock.ts';
import { RunLog } from '../storage/run-log.ts';
import type { Tabs } from '../storage/tabs.ts';
import { newRun } from './kept-settings.ts';
import { freshColour, runName } from './run-names.ts';

/** Another tab plays the run. */
export class RunLockedError extends LabError {}

export const locked = (): RunLockedError =>
  new RunLockedError('Another tab plays this run.', 'Go on in that tab, or close it and try again here.');

export interface RunKeepingContext {
  readonly keeper: Keeping;
  readonly tabs: Tabs;
  /** The page's own address. */
  readonly base: string;
  entries(): readonly RunEntry[];
  /** A run is in storage now. */
  onKept(entry: RunEntry): void;
  /** The run at hand is no longer kept. */
  onUnsaved(error: unknown): void;
}

export class RunKeeping {
  readonly #context: RunKeepingContext;
  /** Gives the run at hand free for other tabs. */
  #held: { readonly id: string; readonly release: () => void } | null = null;

  constructor(context: RunKeepingContext) {
    this.#context = context;
  }

  /** Keeps a run that begins. @returns null where nothing can be kept */
  async begin(run: BegunRun, opened: Opened, group: string | null): Promise<RunLog | null> {
    const { keeper, base, entries, onKept, onUnsaved } = this.#context;
    const others = entries();
    const id = freshName(10);
    const names = others.map(({ notes }) => notes.name);
    const notes: RunNotes = {
      name: runName(id, names),
      colour: freshColour(others.map(({ notes: { colour } }) => colour)),
      pinned: false,
      notes: '',
      preset: run.settings.preset,
      group,
    };
    try {
      await this.hold(id);
      onKept(await keeper.call('create', await newRun(run, opened, { id, notes, base })));
      // Asked for once there is something to lose; a browser that refuses says so in the list of runs.
      void navigator.storage?.persist?.();
      return this.log(id);
    } catch (error) {
      this.letGo();
      onUnsaved(error);
      return null;
    }
  }

  /** The log of a run that is held. */
  log(id: string): RunLog {
    const { keeper, tabs, onUnsaved } = this.#context;
    return new RunLog(keeper, id, { onTrouble: onUnsaved, onWritten: () => tabs.tell(id) });
  }

  /** The run at hand is left: what has not begun goes, the rest stays as far as it got. */
  async leave({ log, record }: BegunRun): Promise<void> {
    if (log !== null) {
      await log.settled();
      const begun = record.columns.length > 0 || record.rounds.length > 0;
      if (!begun) await this.#context.keeper.call('remove', log.id).catch(this.#context.onUnsaved);
    }
    this.letGo();
  }

  /** Tells storage how the leading measure stands. */
  measured({ log, record }: BegunRun): void {
    log?.also(() => this.#context.keeper.call('headline', { id: log.id, headline: headlineOf(record) }));
  }

  /** Takes a run for this tab. @throws RunLockedError */
  async hold(id: string): Promise<void> {
    const release = await holdRun(id);
    if (release === null) throw locked();
    this.letGo();
    this.#held = { id, release };
    this.#context.tabs.tell(id);
  }

  letGo(): void {
    if (this.#held === null) return;
    this.#held.release();
    this.#context.tabs.tell(this.#held.id);
    this.#held = null;
  }
}
