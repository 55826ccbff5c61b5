// Holds a run up while it is paused, and lets its last event stand for a while in slow motion.

/** Slow motion: how long each batch of answers and each step is left standing. */
const SLOW_MS = 900;

export class Gate {
  readonly #held: () => { readonly paused: boolean; readonly slow: boolean };
  #slowUntil = 0;
  #wake: (() => void) | null = null;

  /** @param held how the run is held up now; looked at again at each `look` */
  constructor(held: () => { readonly paused: boolean; readonly slow: boolean }) {
    this.#held = held;
  }

  /** What just happened is left standing in slow motion. */
  stand(): void {
    this.#slowUntil = performance.now() + SLOW_MS;
  }

  /** Something has changed that may let the run pass. */
  look(): void {
    this.#wake?.();
  }

  /** Resolves when the run may go on, or is aborted. */
  async pass(signal: AbortSignal): Promise<void> {
    for (;;) {
      const { paused, slow } = this.#held();
      const left = slow ? this.#slowUntil - performance.now() : 0;
      if (signal.aborted || (!paused && left <= 0)) break;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (!paused) setTimeout(resolve, left);
      });
    }
    this.#wake = null;
  }
}
