// A run folder out of a zip: found, checked, and sorted into what the keeper stores.

import { isObject } from '../../src/engine/models/fields.ts';
import { decodeCheckpoint } from '../../src/engine/models/files/checkpoint.ts';
import type { RunSnapshot } from '../../src/engine/models/parameter-set.ts';
import { CHECKPOINT_FILE, EVENTS_FILE, RUN_FILE } from '../../src/folder/lines.ts';
import { type RunFile, type RunNotes, readRunFile } from '../../src/folder/run-file.ts';
import type { RunEntry } from '../messages/keeper-protocol.ts';
import { InvalidZipError } from './errors.ts';
import { headlineOf } from './headline.ts';
import { kindOf } from './layout.ts';
import { unpack, type ZipWork } from './zip.ts';
import { readDirectory, type ZippedFile } from './zip-directory.ts';

export interface UnpackedRun {
  /** Without its notes. */
  readonly file: RunFile;
  readonly notes: RunNotes | null;
  readonly texts: ReadonlyMap<string, Uint8Array>;
  readonly binaries: ReadonlyMap<string, Uint8Array>;
  readonly checkpoint: RunEntry['checkpoint'];
  readonly headline: RunEntry['headline'];
}

/**
 * Files that are no part of a run folder are left out, and so is the checkpoint of a finished run.
 * @param onShare hears the share of bytes that are unpacked. @throws InvalidZipError, RunFormatError, InvalidSafetensorsError
 */
export async function readRunZip(
  name: string,
  bytes: Uint8Array,
  onShare: (share: number) => void,
  signal?: AbortSignal,
): Promise<UnpackedRun> {
  const files = runFolder(name, readDirectory(name, bytes));
  const total = [...files.values()].reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const onBytes = (count: number) => {
    done += count;
    onShare(done / Math.max(1, total));
  };
  const work: ZipWork = { signal, onBytes };
  const record = new TextDecoder().decode(await unpack(name, files.get(RUN_FILE)!, work));
  const { lab, ...file } = readRunFile(record, `${name}/${RUN_FILE}`);
  const [texts, binaries] = [new Map<string, Uint8Array>(), new Map<string, Uint8Array>()];
  for (const [path, zipped] of files) {
    if (path === RUN_FILE || (path === CHECKPOINT_FILE && file.finished !== null)) continue;
    (kindOf(path) === 'text' ? texts : binaries).set(path, await unpack(name, zipped, work));
  }
  const checkpoint = binaries.get(CHECKPOINT_FILE);
  return {
    file,
    notes: readNotes(lab),
    texts,
    binaries,
    checkpoint: checkpoint ? placeOf(decodeCheckpoint(checkpoint, `${name}/${CHECKPOINT_FILE}`).snapshot) : null,
    headline: readHeadline(name, texts.get(EVENTS_FILE)),
  };
}

/** Where a run goes on. */
export const placeOf = ({ iteration, position }: RunSnapshot): { iteration: number; step: number } => ({
  iteration,
  step: position.step,
});

/** The files of the one run, by their paths in its folder: run.json lies at the top, or in one folder. */
function runFolder(name: string, files: readonly ZippedFile[]): Map<string, ZippedFile> {
  const records = files.map(({ path }) => path).filter((path) => /^([^/]+\/)?run\.json$/.test(path));
  const top = records.includes(RUN_FILE) ? RUN_FILE : records[0];
  if (top === undefined) throw new InvalidZipError(name, `it holds no run: there is no ${RUN_FILE}`);
  if (top !== RUN_FILE && records.length > 1) {
    throw new InvalidZipError(name, `it holds ${records.length} runs`, 'Zip each run folder by itself.');
  }
  const prefix = top.slice(0, -RUN_FILE.length);
  const within = files
    .filter(({ path }) => path.startsWith(prefix))
    .map((file): [string, ZippedFile] => [file.path.slice(prefix.length), file]);
  return new Map(within.filter(([path]) => kindOf(path) !== null));
}

/** The notes of run.json, where they are whole. */
function readNotes(lab: unknown): RunNotes | null {
  if (!isObject(lab)) return null;
  const { name, colour, pinned, notes, preset, group } = lab;
  const whole =
    typeof name === 'string' &&
    typeof colour === 'number' &&
    Number.isSafeInteger(colour) &&
    colour >= 0 &&
    typeof pinned === 'boolean' &&
    typeof notes === 'string' &&
    typeof preset === 'string' &&
    (group === null || typeof group === 'string');
  return whole ? { name, colour, pinned, notes, preset, group } : null;
}

function readHeadline(name: string, events: Uint8Array | undefined): RunEntry['headline'] {
  try {
    return events === undefined ? null : headlineOf(new TextDecoder().decode(events));
  } catch {
    throw new InvalidZipError(name, `${EVENTS_FILE} is damaged: one of its lines is not JSON`);
  }
}
