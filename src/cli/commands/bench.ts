// `bench`: the benchmarks, each of their tables as a line. They run in a browser, as a program of their own; this starts it and hands its
// lines on.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { LabError } from '../../spin/lab-error.ts';
import type { Command, Io } from '../command.ts';
import { openEnvironment } from '../open.ts';

/** What can be measured alone. */
export const BENCH_PARTS = ['training', 'webgpu', 'answering', 'growth', 'starting', 'page'] as const;
export type BenchPart = (typeof BENCH_PARTS)[number];

/** The benchmarks could not be run to their end. */
class BenchFailedError extends LabError {}

const PROGRAM = fileURLToPath(new URL('../../../test/bench/bench.ts', import.meta.url));

export const benchCommand: Command = {
  summary: 'the benchmarks in a browser, beside other trainers; one line a table',
  options: {
    parts: { value: 'LIST', help: `some of ${BENCH_PARTS.join(', ')}, with commas between; left out: all` },
    out: { value: 'FILE', help: 'where all numbers go as JSON', default: '.tmp/bench.json' },
  },
  async run(options, io) {
    const parts = options.text('parts')?.split(',') ?? [];
    const wrong = parts.find((part) => !BENCH_PARTS.includes(part as BenchPart));
    if (wrong !== undefined) options.refuse(`--parts has ${wrong}, which is none of ${BENCH_PARTS.join(', ')}`);
    const out = options.required('out');
    await openEnvironment(options, io, null);
    await runProgram([...parts, '--lines', '--out', out], io);
  },
};

function runProgram(args: readonly string[], io: Io): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  createInterface({ input: child.stdout }).on('line', (line) => {
    // The page's build writes here too: only the tables are JSON.
    if (line.startsWith('{')) io.line(JSON.parse(line) as object);
    else io.say(line);
  });
  createInterface({ input: child.stderr }).on('line', (line) => io.say(line));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve();
      else reject(new BenchFailedError(`The benchmarks ended with status ${status}.`, 'See the messages above.'));
    });
  });
}
