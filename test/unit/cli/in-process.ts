// The command line without a process of its own: what it writes is caught, and it can be interrupted or die at a chosen line.

import type { Io } from '../../../src/cli/command.ts';
import { runCommandLine } from '../../../src/cli/command-line.ts';

export type Line = Readonly<Record<string, unknown>>;

export interface Outcome {
  readonly status: number;
  readonly lines: readonly Line[];
  readonly messages: readonly string[];
}

export interface Fate {
  /** Interrupted as by Ctrl-C when this many lines are out. */
  readonly interruptAfter?: number;
  /** Dead when this many lines are out: nothing is tidied up. */
  readonly dieAfter?: number;
}

class Died extends Error {}

export async function spin(args: readonly string[], { interruptAfter, dieAfter }: Fate = {}): Promise<Outcome> {
  const lines: Line[] = [];
  const messages: string[] = [];
  const stop = new AbortController();
  const io: Io = {
    line: (value) => {
      lines.push(JSON.parse(JSON.stringify(value)) as Line);
      if (lines.length === interruptAfter) stop.abort();
      if (lines.length === dieAfter) throw new Died();
    },
    say: (text) => void messages.push(text),
    interruptible: () => stop.signal,
  };
  const status = await runCommandLine(args, io);
  return { status, lines, messages };
}

/** The lines of a run that went well, the environment's left out. */
export async function linesOf(args: readonly string[]): Promise<Line[]> {
  const { status, lines, messages } = await spin(args);
  if (status !== 0) throw new Error(`status ${status}: ${messages.join(' | ')}`);
  return lines.slice(1);
}
