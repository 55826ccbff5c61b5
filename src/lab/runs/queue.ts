// Runs that wait for their turn: each is played when the one before it has ended, and they outlast a reload. How a run is played, and
// when the page is free for one, is said by whoever makes the queue.

import { createStore } from 'zustand/vanilla';
import { freshName } from '../../folder/fingerprint.ts';
import type { SpinConfiguration } from '../../spin/configuration.ts';
import { validateWritten } from '../../spin/former-rules.ts';
import { guarded, type KeptTexts } from '../browser/browser-storage.ts';
import { type Trouble, troubleOf } from '../players/trouble.ts';
import { runName } from './run-names.ts';

/** A run that waits. */
export interface QueuedRun {
  readonly id: string;
  /** The preset that its settings were taken from, as in a run's notes. */
  readonly preset: string;
  readonly configuration: SpinConfiguration;
  /** Runs queued together share a group: a name of its own. */
  readonly group: string | null;
}

/** Why nothing is taken from the queue although the page is free; it goes on when a person says so. */
export type Halt =
  | { readonly why: 'reloaded' }
  | { readonly why: 'stopped'; readonly run: QueuedRun }
  | { readonly why: 'failed'; readonly run: QueuedRun; readonly trouble: Trouble };

export interface QueueState {
  readonly items: readonly QueuedRun[];
  /** The queue's run that is being played. */
  readonly playing: QueuedRun | null;
  readonly halted: Halt | null;
}

/** What the queue needs of the page. */
export interface QueueHost {
  /** Plays a run to its end. `stopped`: a person ended it before. Rejects with the error that ended it. */
  play(run: QueuedRun): Promise<'finished' | 'stopped'>;
  /** Nothing is being played, and nobody is in the midst of a run. */
  free(): boolean;
  /** Calls when `free` may have changed. */
  onChange(listener: () => void): void;
  /** The preset that the settings come from now. */
  preset(): string;
  /** Names that runs and groups have already. */
  names(): readonly string[];
  /** null where the browser keeps nothing: then the queue lasts as long as the page. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem'> | null;
}

export const QUEUE_KEY = 'spin-lab.queue';

export class Queue {
  readonly store = createStore<QueueState>(() => ({ items: [], playing: null, halted: null }));
  readonly #host: QueueHost;
  readonly #stored: KeptTexts;

  constructor(host: QueueHost) {
    this.#host = host;
    this.#stored = guarded(host.storage);
    const items = this.#items();
    this.store.setState({ items, halted: items.length > 0 ? { why: 'reloaded' } : null });
    host.onChange(() => this.#next());
  }

  /** Queues runs, as one group or each for itself. The first begins at once if the page is free and the queue is not halted. */
  add(configurations: readonly SpinConfiguration[], asGroup: boolean): void {
    const items = this.#items();
    const preset = this.#host.preset();
    const groups = items.flatMap(({ group }) => group ?? []);
    const group = asGroup ? runName(freshName(8), [...this.#host.names(), ...groups]) : null;
    this.#keep([
      ...items,
      ...configurations.map((configuration) => ({ id: freshName(8), preset, configuration, group })),
    ]);
    this.#next();
  }

  /** Takes a waiting run out. The one that is being played is not in the queue any more. */
  remove(id: string): void {
    this.#keep(this.#items().filter((item) => item.id !== id));
  }

  clear(): void {
    this.#keep([]);
  }

  /** Goes on with the next run after a halt. @param again first plays once more the run at which the queue was halted. */
  goOn(again = false): void {
    const { halted } = this.store.getState();
    if (halted === null) return;
    this.store.setState({ halted: null });
    if (again && halted.why !== 'reloaded') this.#keep([{ ...halted.run, id: freshName(8) }, ...this.#items()]);
    this.#next();
  }

  /** Looks again at what is stored: another tab may have added runs or taken some. */
  reread(): void {
    this.store.setState({ items: this.#items() });
    this.#next();
  }

  #next(): void {
    const { playing, halted } = this.store.getState();
    if (playing !== null || halted !== null || !this.#host.free()) return;
    const [run, ...items] = this.#items();
    if (run === undefined) return;
    this.#keep(items);
    this.store.setState({ playing: run });
    void this.#play(run);
  }

  async #play(run: QueuedRun): Promise<void> {
    let halted: Halt | null = null;
    try {
      if ((await this.#host.play(run)) === 'stopped') halted = { why: 'stopped', run };
    } catch (error) {
      halted = { why: 'failed', run, trouble: troubleOf(error, 'settings') };
    }
    this.store.setState({ playing: null, halted });
    this.#next();
  }

  /** The waiting runs. What is stored counts: two tabs share it, and neither plays what the other has taken. */
  #items(): readonly QueuedRun[] {
    return readQueue(this.#stored.read(QUEUE_KEY) ?? '[]');
  }

  #keep(items: readonly QueuedRun[]): void {
    this.#stored.write(QUEUE_KEY, JSON.stringify(items));
    // Nothing waits any more for leave to go on.
    const over = items.length === 0 && this.store.getState().halted?.why === 'reloaded';
    this.store.setState({ items, ...(over && { halted: null }) });
  }
}

/** Reads a stored queue; what is no queued run, or has settings that are not valid, is left out. */
export function readQueue(text: string): readonly QueuedRun[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return [];
  }
  return Array.isArray(json) ? json.flatMap(readItem) : [];
}

function readItem(item: unknown): QueuedRun[] {
  const { id, preset, configuration, group } = (item ?? {}) as Partial<Record<keyof QueuedRun, unknown>>;
  if (typeof id !== 'string' || typeof preset !== 'string' || (group !== null && typeof group !== 'string')) return [];
  const validated = validateWritten(configuration);
  return validated.ok ? [{ id, preset, configuration: validated.configuration, group }] : [];
}
