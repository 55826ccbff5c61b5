// The command line beside the page: the same run, played by `play` on wasm.

import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Line } from './lab-page.ts';

export interface CommandLineRun {
  readonly lines: readonly Line[];
  /** What it said on standard error. */
  readonly said: string;
}

/** Plays a configuration into `folder`; `more` are further options. */
export async function playOnCommandLine(
  configuration: unknown,
  folder: string,
  more: readonly string[] = [],
): Promise<CommandLineRun> {
  await writeFile(`${folder}.json`, JSON.stringify(configuration));
  const play = ['play', '--backend', 'wasm', '--config', `${folder}.json`, '--out', folder];
  return runOnCommandLine([...play, ...more]);
}

/** Runs a command to its end; rejects where it fails. */
export async function runOnCommandLine(words: readonly string[]): Promise<CommandLineRun> {
  const command = ['--no-install', 'tsx', 'src/cli/spin.ts', ...words];
  const { stdout, stderr } = await promisify(execFile)('npx', command, { maxBuffer: 1 << 26 });
  const lines = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  return { lines, said: stderr };
}

export const ofType = (lines: readonly Line[], wanted: string): Line[] => lines.filter(({ type }) => type === wanted);
