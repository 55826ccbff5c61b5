// A run on disk: run.json, events.jsonl, pairs/, answers/, models/ and the last checkpoint, from which a run cut off at any moment goes
// on as if nothing had happened. Knows files, not what the events mean.

import { appendFile, mkdir, open, readdir, rm, stat, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SpinConfiguration } from '../../src/spin/configuration.ts';
import { LabError } from '../../src/spin/lab-error.ts';
import { differences, PARAMETERS } from '../../src/spin/parameters.ts';
import type { Checkpoint, RunSnapshot } from '../models/checkpoint.ts';
import { isObject } from '../models/fields.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.ts';
import { folderWriter, readRequired } from './model-files.ts';
import type { Environment } from './open.ts';

/** A folder that a run cannot begin in or go on from. */
export class RunFolderError extends LabError {}

export const RUN_FORMAT = 1;

/** run.json. */
export interface RunRecord {
  readonly format_version: typeof RUN_FORMAT;
  readonly configuration: SpinConfiguration;
  readonly environment: Environment;
  readonly model: { readonly folder: string; readonly sha256: string; readonly parameters: number };
  readonly data: { readonly source: string; readonly sha256: string | null };
  /** Times of day. `finished` is null until then. */
  readonly started: string;
  readonly finished: string | null;
}

const RECORD = 'run.json';
const CHECKPOINT = 'checkpoint.safetensors';
const EVENTS = 'events.jsonl';
/** Folders whose files grow while a run goes on. */
const GROWING = ['pairs', 'answers'] as const;
const OTHER_FOLDER = 'Choose another --out.';

export class RunFolder {
  readonly path: string;
  private record: RunRecord;
  private readonly sizes: Map<string, number>;
  private readonly unsynced = new Set<string>();

  private constructor(path: string, record: RunRecord, sizes: Readonly<Record<string, number>>) {
    this.path = path;
    this.record = record;
    this.sizes = new Map(Object.entries(sizes));
  }

  /**
   * Begins a run in a new or empty folder, or goes on with one begun by the same request.
   * @throws RunFolderError for a folder of something else, or of a run with other settings
   */
  static async open(
    path: string,
    request: RunRecord,
  ): Promise<{ folder: RunFolder; snapshot: RunSnapshot | null; finished: boolean; begunOn: Environment }> {
    const begun = await readRecord(path);
    if (begun === null) {
      const folder = new RunFolder(path, request, {});
      await folder.writeRecord();
      return { folder, snapshot: null, finished: false, begunOn: request.environment };
    }
    refuseOther(path, begun, request);
    if (begun.finished !== null) {
      return { folder: new RunFolder(path, begun, {}), snapshot: null, finished: true, begunOn: begun.environment };
    }
    const checkpoint = (await exists(join(path, CHECKPOINT))) ? await readLast(join(path, CHECKPOINT)) : null;
    const folder = new RunFolder(path, begun, checkpoint?.files ?? {});
    await folder.cutBack(checkpoint);
    return { folder, snapshot: checkpoint?.snapshot ?? null, finished: false, begunOn: begun.environment };
  }

  async appendEvent(event: object): Promise<void> {
    await this.append(EVENTS, [event]);
  }

  /** Adds lines of JSON to a file of the run. */
  async append(file: string, lines: readonly object[]): Promise<void> {
    const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const place = join(this.path, file);
    if (!this.sizes.has(file)) await mkdir(dirname(place), { recursive: true });
    await appendFile(place, bytes);
    this.sizes.set(file, (this.sizes.get(file) ?? 0) + bytes.length);
    this.unsynced.add(file);
  }

  modelFolder(iteration: number): string {
    return join(this.path, 'models', `iteration-${iteration}`);
  }

  /** All lines so far reach the disk before the checkpoint that counts on them. */
  async checkpoint(snapshot: RunSnapshot): Promise<void> {
    for (const file of this.unsynced) {
      const handle = await open(join(this.path, file), 'r+');
      await handle.sync().finally(() => handle.close());
    }
    this.unsynced.clear();
    await writeCheckpoint(join(this.path, CHECKPOINT), { snapshot, files: Object.fromEntries(this.sizes) });
  }

  /** The run is over: it is marked so, and the checkpoint is no longer needed. */
  async finish(time: string): Promise<void> {
    this.record = { ...this.record, finished: time };
    await this.writeRecord();
    await rm(join(this.path, CHECKPOINT), { force: true });
  }

  private writeRecord(): Promise<void> {
    return folderWriter(this.path)(RECORD, Buffer.from(`${JSON.stringify(this.record, null, 2)}\n`));
  }

  /** Takes away all that was written after the checkpoint, so that nothing comes twice. */
  private async cutBack(checkpoint: Checkpoint | null): Promise<void> {
    for (const folder of GROWING) {
      for (const name of await namesIn(join(this.path, folder))) {
        if (!this.sizes.has(`${folder}/${name}`)) await rm(join(this.path, folder, name));
      }
    }
    if (!this.sizes.has(EVENTS)) await rm(join(this.path, EVENTS), { force: true });
    for (const name of await namesIn(join(this.path, 'models'))) {
      const iteration = Number(/^iteration-(\d+)$/.exec(name)?.[1] ?? Number.NaN);
      if (iteration >= (checkpoint?.snapshot.iteration ?? 0))
        await rm(join(this.path, 'models', name), { recursive: true });
    }
    for (const [file, size] of this.sizes) await cutFile(join(this.path, file), size);
  }
}

async function cutFile(place: string, size: number): Promise<void> {
  const now = (await exists(place)) ? (await stat(place)).size : 0;
  if (now < size) {
    throw new RunFolderError(
      `${place}: ${size - now} bytes that the last checkpoint counts on are missing.`,
      OTHER_FOLDER,
    );
  }
  await truncate(place, size);
}

/** null where a run can begin: there is no such folder, or nothing is in it. */
async function readRecord(path: string): Promise<RunRecord | null> {
  if (!(await exists(path))) return null;
  if (!(await stat(path)).isDirectory())
    throw new RunFolderError(`${path}: this is a file, not a folder.`, OTHER_FOLDER);
  const names = await namesIn(path);
  if (!names.includes(RECORD)) {
    // A run cut off at its very first file leaves a part of it.
    if (names.every((name) => name === `${RECORD}.part`)) return null;
    throw new RunFolderError(
      `${path}: this is no run folder, for it holds ${names[0]} and no ${RECORD}.`,
      OTHER_FOLDER,
    );
  }
  const place = join(path, RECORD);
  const record = parse(await readRequired(place));
  if (record?.format_version === RUN_FORMAT && isObject(record.configuration) && isObject(record.model)) {
    return record as unknown as RunRecord;
  }
  throw new RunFolderError(`${place}: this is no record of a run of this version.`, OTHER_FOLDER);
}

function parse(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isObject(json) ? json : null;
  } catch {
    return null;
  }
}

function refuseOther(path: string, begun: RunRecord, request: RunRecord): void {
  const settings = differences(begun.configuration, request.configuration).map((key) =>
    PARAMETERS[key].name.toLowerCase(),
  );
  const others = [
    ...settings,
    ...(begun.model.sha256 === request.model.sha256 ? [] : [`the model (${begun.model.folder})`]),
    ...(begun.data.sha256 === request.data.sha256 ? [] : [`the data (${begun.data.source})`]),
    ...(begun.environment.backend === request.environment.backend
      ? []
      : [`the back end (${begun.environment.backend})`]),
    ...(begun.environment.threads === request.environment.threads ? [] : [`threads (${begun.environment.threads})`]),
  ];
  if (others.length === 0) return;
  throw new RunFolderError(
    `${path}: this run was begun with another choice of ${others.join(', ')}.`,
    'Give the command that it was begun with, or another --out.',
  );
}

async function readLast(place: string): Promise<Checkpoint> {
  try {
    return await readCheckpoint(place);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    throw new RunFolderError(error.message, 'Begin a new run with another --out.', { cause: error });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

async function namesIn(path: string): Promise<string[]> {
  return (await exists(path)) ? (await readdir(path)).sort() : [];
}
