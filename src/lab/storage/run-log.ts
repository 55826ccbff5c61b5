// A run's way into storage: its lines, checkpoints and models, in order, behind the loop's back. A checkpoint and all after it are held
// back until a step has shown that it is good.

import type { TrainableValues, TrainingState } from '../../engine/models/parameter-set.ts';
import { EVENTS_FILE, type EventLine, toLine } from '../../folder/lines.ts';
import type { SpinConfiguration } from '../../spin/configuration.ts';
import type { Snapshot } from '../../spin/events.ts';
import type { KeeperClient } from './keeper-client.ts';
import { sendCheckpoint, sendModel } from './send-arrays.ts';

export interface LogHost {
  /** Something could not be stored: from now on nothing is, and the run goes on without. */
  onTrouble(error: unknown): void;
  /** Something was stored: whoever watches may look. */
  onWritten(): void;
}

type Task = { readonly path?: string; text?: string; readonly run: (text: string) => Promise<void> };

/** Lines that come within this time are stored together. */
const GATHER_MS = 150;

export class RunLog {
  readonly id: string;
  readonly #keeper: KeeperClient;
  readonly #host: LogHost;
  /** Waiting to be stored. */
  #tasks: Task[] = [];
  /** What follows a checkpoint that no step has confirmed, the checkpoint itself first. */
  #held: Task[] | null = null;
  #heldSnapshot: Snapshot<TrainableValues, TrainingState> | null = null;
  #working: Promise<void> | null = null;
  #failed = false;

  constructor(keeper: KeeperClient, id: string, host: LogHost) {
    this.#keeper = keeper;
    this.id = id;
    this.#host = host;
  }

  /** The checkpoint that is held back, if one is. */
  get pending(): Snapshot<TrainableValues, TrainingState> | null {
    return this.#heldSnapshot;
  }

  event(line: EventLine): void {
    this.append(EVENTS_FILE, [line]);
  }

  append(path: string, lines: readonly object[]): void {
    const text = lines.map(toLine).join('');
    const tasks = this.#held ?? this.#tasks;
    const last = tasks.at(-1);
    if (last?.path === path && last.text !== undefined) last.text += text;
    else this.#add({ path, text, run: (all) => this.#keeper.call('append', { id: this.id, path, text: all }) });
  }

  /** Lines that are still being made; what is told after them is stored after them. */
  appendLater(path: string, lines: Promise<readonly object[]>): void {
    this.#add({
      run: async () => {
        const text = (await lines).map(toLine).join('');
        await this.#keeper.call('append', { id: this.id, path, text });
      },
    });
  }

  checkpoint(snapshot: Snapshot<TrainableValues, TrainingState>): void {
    this.confirm();
    this.#held = [{ run: () => sendCheckpoint(this.#keeper, this.id, snapshot) }];
    this.#heldSnapshot = snapshot;
  }

  /** All was finite since the last checkpoint. */
  confirm(): void {
    const held = this.#held;
    this.#held = null;
    this.#heldSnapshot = null;
    for (const task of held ?? []) this.#add(task);
  }

  saveModel(iteration: number, weights: TrainableValues): void {
    this.#add({ run: () => sendModel(this.#keeper, this.id, iteration, weights) });
  }

  finish(time: string): void {
    // The checkpoint that is held back would be written to be dropped.
    this.#held = this.#held?.slice(1) ?? null;
    this.confirm();
    this.#add({ run: async () => void (await this.#keeper.call('finish', { id: this.id, time })) });
  }

  reconfigure(configuration: SpinConfiguration): void {
    this.also(() => this.#keeper.call('reconfigure', { id: this.id, configuration }));
  }

  /** Any other change of the run in storage, in its place among the lines. */
  also(run: () => Promise<unknown>): void {
    this.#add({ run: async () => void (await run()) });
  }

  /** Goes back to the checkpoint that is held back, or else to the one last stored. */
  async rewind(toPending: boolean): Promise<void> {
    if (toPending && this.#held !== null) {
      this.#held = this.#held.slice(0, 1);
      return;
    }
    this.#held = null;
    this.#heldSnapshot = null;
    await this.settled();
    if (!this.#failed) await this.#keeper.call('resume', this.id).catch((error) => this.#fail(error));
  }

  /** Resolves when all that may be stored is. */
  async settled(): Promise<void> {
    while (this.#working !== null) await this.#working;
  }

  #add(task: Task): void {
    if (this.#failed) return;
    if (this.#held !== null) {
      this.#held.push(task);
      return;
    }
    this.#tasks.push(task);
    this.#working ??= this.#work();
  }

  async #work(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
    try {
      for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) {
        const { text = '' } = task;
        // What is being stored takes no more lines.
        delete task.text;
        await task.run(text);
      }
      this.#host.onWritten();
    } catch (error) {
      this.#fail(error);
    }
    this.#working = null;
  }

  #fail(error: unknown): void {
    this.#failed = true;
    this.#tasks = [];
    this.#held = null;
    this.#host.onTrouble(error);
  }
}
