// Brings a run before the views: the one that is played, a kept one, one that another tab plays, or the recorded example.

import type { RunEntry } from '../../../workers/messages/keeper-protocol.ts';
import { type RunFiles, readEvents, readLatestPairs, readRun } from '../record/read-run.ts';
import { RunRecord } from '../record/run-record.ts';
import type { Session } from '../session/session.ts';
import type { KeeperClient } from '../storage/keeper-client.ts';
import { runsHeldElsewhere } from '../storage/run-lock.ts';
import { exampleFiles, exampleRunFile } from './example.ts';
import type { KeptList } from './kept-list.ts';
import type { ShownStore } from './shown-run.ts';

export interface RunViewerContext {
  readonly keeper: KeeperClient;
  readonly session: Session;
  readonly shown: ShownStore;
  /** The page's own address. */
  readonly base: string;
  readonly list: Pick<KeptList, 'entries'>;
}

export class RunViewer {
  readonly #context: RunViewerContext;
  /** What is being opened: of several, the last counts. */
  #turn = 0;
  /** Bytes read of the watched run's events. */
  #end = 0;
  #reading = false;

  constructor(context: RunViewerContext) {
    this.#context = context;
  }

  files(id: string): RunFiles {
    return { read: (path, from = 0) => this.#context.keeper.call('read', { id, path, from }) };
  }

  /** Shows a kept run; one that another tab plays is followed. @throws what storage throws */
  async open(entry: RunEntry): Promise<void> {
    const { shown } = this.#context;
    const turn = ++this.#turn;
    const watched = (await runsHeldElsewhere()).has(entry.id);
    if (turn !== this.#turn) return;
    const files = this.files(entry.id);
    shown.setState({ source: 'kept', entry, file: entry.file, record: new RunRecord(), loading: 0, revision: 0 });
    const { record, end } = await readRun(files, (loading) => {
      if (turn === this.#turn) shown.setState({ loading });
    });
    if (turn !== this.#turn) return;
    this.#end = end;
    shown.setState({ source: watched ? 'watched' : 'kept', record, loading: null });
    this.#publish(record);
    await readLatestPairs(files, record);
    this.#publish(record);
    // What was written between the reading and the listening.
    if (watched) await this.readOn(entry.id);
  }

  /** Shows the run that this tab plays, or just played. */
  showLive(): void {
    const { session, shown, list } = this.#context;
    this.#turn += 1;
    const { runId } = session.store.getState();
    const entry = list.entries.find(({ id }) => id === runId) ?? null;
    const { record } = session;
    shown.setState({ source: 'live', entry, file: entry?.file ?? null, record, loading: null });
    this.#publish(record);
  }

  /** @throws ExampleMissingError, RunFormatError */
  async showExample(): Promise<void> {
    const { shown, base } = this.#context;
    const turn = ++this.#turn;
    const files = exampleFiles(base);
    const file = await exampleRunFile(files);
    const { record } = await readRun(files);
    if (turn !== this.#turn) return;
    shown.setState({ source: 'example', entry: null, file, record, loading: null });
    this.#publish(record);
    await readLatestPairs(files, record);
    this.#publish(record);
  }

  /** Another tab has written to a run, or begun or left one. Returns whether it is the shown one. */
  async hear(id: string): Promise<boolean> {
    const { entry, source } = this.#context.shown.getState();
    if (entry?.id !== id || (source !== 'watched' && source !== 'kept')) return false;
    const held = (await runsHeldElsewhere()).has(id);
    if (source === 'watched') await this.readOn(id);
    else if (held) await this.open(entry);
    if (!held) this.#context.shown.setState({ source: 'kept' });
    return true;
  }

  /** Reads what was written since. A run that was taken back to a checkpoint is read anew. */
  async readOn(id: string): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      const { record, entry } = this.#context.shown.getState();
      const { end, count } = await readEvents(this.files(id), record, this.#end);
      const cut = end < this.#end;
      this.#end = end;
      if (count > 0) this.#publish(record);
      if (cut && entry !== null) await this.open(entry);
    } finally {
      this.#reading = false;
    }
  }

  #publish(record: RunRecord): void {
    const { shown } = this.#context;
    if (shown.getState().record === record) shown.setState(({ revision }) => ({ revision: revision + 1 }));
  }
}
