// Long work in short pieces: counts what is done, stops when asked to, and lets a page breathe.

import type { Watch } from './judged.ts';

/** A page drops no frame if nothing holds its thread for longer. */
const BREATH_MS = 12;

export class Steps {
  readonly #watch: Watch;
  /** Else nobody waits for the thread: a hundred breaths are half a second. */
  readonly #watched: boolean;
  #done = 0;
  #total = 0;
  #since = performance.now();

  constructor(watch: Watch) {
    this.#watch = watch;
    this.#watched = watch.signal !== undefined || watch.onProgress !== undefined;
  }

  /** More work is known of. */
  expect(count: number): void {
    this.#total += count;
  }

  /** `count` pieces are done. Rejects where the watcher wants no more. */
  async finish(count: number): Promise<void> {
    this.#done += count;
    this.#watch.onProgress?.({ done: this.#done, total: this.#total });
    await this.breathe();
  }

  /** Gives the thread to others if it was held for long. */
  async breathe(): Promise<void> {
    this.#watch.signal?.throwIfAborted();
    if (!this.#watched || performance.now() - this.#since < BREATH_MS) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#since = performance.now();
  }
}
