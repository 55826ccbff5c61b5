// A file of one's own prompts and human responses. What the page asks of it is here: its size and how many rows it has; its rows are
// read in the opponent's worker.

import type { OpponentProtocol, RowFile } from '../../../workers/messages/protocol.ts';
import { fingerprint } from '../../folder/fingerprint.ts';
import { LabError } from '../../spin/lab-error.ts';
import { byWorkers, type StartWorker } from '../browser/page-workers.ts';

/** A file that is too large or too small for the page. */
export class OwnFileError extends LabError {}

export interface OwnFile extends RowFile {
  /** Of its bytes; null where the browser computes none. */
  readonly sha256: string | null;
  readonly rows: number;
}

/** Larger files would fill the memory of a tab. */
const MOST_BYTES = 20_000_000;
const FEWEST_ROWS = 8;

/** Reads a file in a worker of its own, so that neither the page nor a run waits. @throws OwnFileError; InvalidRowError by name */
export async function readOwnFile(file: File, start: StartWorker): Promise<OwnFile> {
  if (file.size > MOST_BYTES) {
    throw new OwnFileError(
      `${file.name} is larger than ${MOST_BYTES / 1e6} MB.`,
      'Take a part of it: a few thousand rows are plenty here.',
    );
  }
  const read: RowFile = { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
  const rows = await byWorkers<OpponentProtocol, number>([start('opponent')], (opponent) =>
    opponent!.call('check', read),
  );
  needRows(rows, `${file.name} has ${rows} rows`);
  return { ...read, rows, sha256: await fingerprint(read.bytes) };
}

/** @param found how many there are, in words. @throws OwnFileError */
export function needRows(rows: number, found: string): void {
  if (rows >= FEWEST_ROWS) return;
  throw new OwnFileError(`${found}; at least ${FEWEST_ROWS} are needed, some of them to measure on.`, 'Add more rows.');
}
