// Work done ahead of whoever needs it: tasks run one after another in their order, never more than `depth` beyond what was taken.
// This is how the opponent answers while the player trains.

export class LookAhead<T> {
  readonly #tasks: readonly (() => Promise<T>)[];
  readonly #depth: number;
  readonly #results: Promise<T>[] = [];
  #taken = 0;
  #stopped = false;

  /** `depth` 0 runs each task only when it is taken. */
  constructor(tasks: readonly (() => Promise<T>)[], depth: number) {
    this.#tasks = tasks;
    this.#depth = depth;
  }

  /** Begins the first tasks. */
  start(): void {
    this.#launchUpTo(this.#taken + this.#depth);
  }

  /** The next task's result; rejects with that task's error, or with that of one before it. */
  take(): Promise<T> {
    this.#taken += 1;
    this.#launchUpTo(this.#taken + this.#depth);
    const result = this.#results[this.#taken - 1];
    if (!result) throw new RangeError(`only ${this.#tasks.length} tasks were given`);
    return result;
  }

  /** Begins no further task, and waits until the one under way has settled. */
  async stop(): Promise<void> {
    this.#stopped = true;
    // Whatever became of work that nobody waits for any more: an error in it was either taken already or concerns no result.
    await this.#results.at(-1)?.catch(() => undefined);
  }

  #launchUpTo(count: number): void {
    for (let i = this.#results.length; i < Math.min(count, this.#tasks.length); i++) {
      const task = this.#tasks[i]!;
      const previous: Promise<unknown> = this.#results.at(-1) ?? Promise.resolve();
      const result = previous.then(() => {
        if (this.#stopped) throw new Error('stopped before this task began');
        return task();
      });
      // A rejection waits here until it is taken; without this the runtime would report it as unhandled before then.
      result.catch(() => undefined);
      this.#results.push(result);
    }
  }
}
