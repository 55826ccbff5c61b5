// Other runs beside the shown one: those that a person lays over its curves, and its supervised control, found by itself.

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RunEntry } from '../../../workers/messages/keeper-protocol.ts';
import type { SpinConfiguration } from '../../spin/configuration.ts';
import { playedDifferently } from '../../spin/former-rules.ts';
import type { ParameterKey } from '../../spin/parameters/parameter-kinds.ts';
import type { Round, RunRecord } from '../record/run-record.ts';
import { controlOf } from './control-of.ts';
import type { Shown } from './shown-run.ts';

export interface Overlay {
  readonly id: string;
  readonly name: string;
  /** Index into the runs' own palette. */
  readonly colour: number;
  readonly record: RunRecord;
  readonly configuration: SpinConfiguration;
  readonly group: string | null;
  /** Parameters in which it differs from the shown run. */
  readonly differs: readonly ParameterKey[];
}

export interface OverlaysState {
  readonly runs: readonly Overlay[];
  /** The evaluations of the shown run's supervised control; null where there is none. */
  readonly control: readonly Round[] | null;
  readonly controlId: string | null;
}

/** The kept runs, as far as overlays need them. */
export interface LoadableRuns {
  readonly store: Pick<StoreApi<{ readonly entries: readonly RunEntry[] | null }>, 'getState' | 'subscribe'>;
  /** A run's record, read from where it is kept. */
  load(id: string): Promise<RunRecord>;
}

type ShownRun = Pick<StoreApi<Shown>, 'getState' | 'subscribe'>;

export class Overlays {
  readonly store = createStore<OverlaysState>(() => ({ runs: [], control: null, controlId: null }));
  readonly #kept: LoadableRuns;
  readonly #shown: ShownRun;
  /** Asked for and not taken back, in that order; some may still be loading. */
  readonly #wanted = new Map<string, RunRecord | null>();
  /** The control that is shown or being loaded. */
  #controlId: string | null = null;

  constructor(kept: LoadableRuns, shown: ShownRun) {
    this.#kept = kept;
    this.#shown = shown;
    kept.store.subscribe((now, before) => {
      if (now.entries !== before.entries) this.#look();
    });
    shown.subscribe((now, before) => {
      if (now.file !== before.file || configurationOf(now) !== configurationOf(before)) this.#look();
    });
    this.#look();
  }

  /** Lays a kept run over the shown one. Rejects with what loading it rejects with; then it is not laid over. */
  async add(id: string): Promise<void> {
    if (this.#wanted.has(id)) return;
    this.#wanted.set(id, null);
    try {
      const record = await this.#kept.load(id);
      if (this.#wanted.has(id)) this.#wanted.set(id, record);
    } catch (error) {
      this.#wanted.delete(id);
      throw error;
    } finally {
      this.#publish();
    }
  }

  remove(id: string): void {
    this.#wanted.delete(id);
    this.#publish();
  }

  clear(): void {
    this.#wanted.clear();
    this.#publish();
  }

  /** After a change of the list or of the shown run. */
  #look(): void {
    const entries = this.#entries();
    for (const id of this.#wanted.keys()) if (!entries.some((entry) => entry.id === id)) this.#wanted.delete(id);
    this.#publish();
    const { file } = this.#shown.getState();
    const found = file === null ? null : (controlOf(file, entries)?.id ?? null);
    if (found === this.#controlId) return;
    this.#controlId = found;
    this.store.setState({ control: null, controlId: null });
    if (found !== null) void this.#loadControl(found);
  }

  /** A control that cannot be read is as good as none: the run itself tells of it when it is opened. */
  async #loadControl(id: string): Promise<void> {
    const record = await this.#kept.load(id).catch(() => null);
    if (record !== null && this.#controlId === id) this.store.setState({ control: record.rounds, controlId: id });
  }

  #publish(): void {
    const shown = configurationOf(this.#shown.getState());
    const entries = this.#entries();
    const runs = [...this.#wanted].flatMap(([id, record]): Overlay[] => {
      const entry = entries.find((one) => one.id === id);
      if (entry === undefined || record === null) return [];
      const { configuration } = entry.file;
      const { name, colour, group } = entry.notes;
      const differs = shown === null ? [] : playedDifferently(shown, configuration);
      return [{ id, name, colour, record, configuration, group, differs }];
    });
    this.store.setState({ runs });
  }

  #entries(): readonly RunEntry[] {
    return this.#kept.store.getState().entries ?? [];
  }
}

const configurationOf = ({ file, record }: Shown): SpinConfiguration | null =>
  file?.configuration ?? record.configuration;
