// The recorded example: a run folder that the command line wrote, served beside the page as it is.

import { RUN_FILE } from '../../folder/lines.ts';
import { type RunFile, readRunFile } from '../../folder/run-file.ts';
import { LabError } from '../../spin/lab-error.ts';
import type { RunFiles } from '../record/read-run.ts';

export const EXAMPLE_FOLDER = 'examples/first-run/';

/** The example did not arrive. */
export class ExampleMissingError extends LabError {}

export function exampleFiles(base: string): RunFiles {
  return {
    read: async (path, from = 0) => {
      const text = await fetchText(new URL(EXAMPLE_FOLDER + path, base).href);
      const bytes = new TextEncoder().encode(text);
      return { text: from === 0 ? text : new TextDecoder().decode(bytes.subarray(from)), end: bytes.length };
    },
  };
}

/** '' where there is no such file. @throws ExampleMissingError where the server cannot be reached */
async function fetchText(address: string): Promise<string> {
  try {
    const response = await fetch(address);
    // Some servers answer with the page itself where there is no such file.
    const missing = !response.ok || response.headers.get('content-type')?.startsWith('text/html');
    return missing ? '' : await response.text();
  } catch (cause) {
    throw new ExampleMissingError(
      'The recorded example could not be fetched.',
      'Check the connection and reload the page; Start works without it.',
      { cause },
    );
  }
}

export async function exampleRunFile(files: RunFiles): Promise<RunFile> {
  return readRunFile((await files.read(RUN_FILE)).text, RUN_FILE);
}
