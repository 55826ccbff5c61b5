// What a command of the command line is, and what it may do to the outside: lines of JSON, messages, being stopped.

import type { Options, OptionTable } from './usage.ts';

export interface Io {
  /** One line of JSON on standard output. */
  line(value: object): void;
  /** A message or a sign of progress on standard error. */
  say(text: string): void;
  /** A command that must end in order asks for this: aborted when the person wants no more. Until then, that ends the program. */
  interruptible(): AbortSignal;
}

export interface Command {
  readonly summary: string;
  /** Besides the common ones. */
  readonly options: OptionTable;
  run(options: Options, io: Io): Promise<void>;
}

/** Says how far long work is, at most every two seconds. */
export class CommandProgress {
  readonly #io: Io;
  #last = Date.now();

  constructor(io: Io) {
    this.#io = io;
  }

  report(text: () => string): void {
    if (Date.now() - this.#last < 2000) return;
    this.#last = Date.now();
    this.#io.say(text());
  }
}
