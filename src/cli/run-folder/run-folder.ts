// A run on disk: run.json, events.jsonl, pairs/, answers/, tokens/, models/ and the last checkpoint, from which a run cut off at any moment goes
// on as if nothing had happened.

import { appendFile, mkdir, open, readdir, rm, stat, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StoredCheckpoint } from '../../engine/models/files/checkpoint.ts';
import type { RunSnapshot } from '../../engine/models/parameter-set.ts';
import { CHECKPOINT_FILE, EVENTS_FILE, modelFolder, RUN_FILE } from '../../folder/lines.ts';
import { RUN_FORMAT, type RunEnvironment, type RunFile, readRunFile } from '../../folder/run-file.ts';
import { LabError } from '../../spin/lab-error.ts';
import { differences, PARAMETERS } from '../../spin/parameters/parameter-table.ts';
import { folderWriter, readRequired } from '../model-files.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.ts';

/** A folder that a run cannot begin in or go on from. */
export class RunFolderError extends LabError {}

/** Folders whose files grow while a run goes on. */
const GROWING = ['pairs', 'answers', 'tokens'] as const;
const OTHER_FOLDER = 'Choose another --out.';

export class RunFolder {
  readonly path: string;
  #record: RunFile;
  readonly #sizes: Map<string, number>;
  readonly #unsynced = new Set<string>();

  private constructor(path: string, record: RunFile, sizes: Readonly<Record<string, number>>) {
    this.path = path;
    this.#record = record;
    this.#sizes = new Map(Object.entries(sizes));
  }

  /**
   * Begins a run in a new or empty folder, or goes on with one begun by the same request.
   * @throws RunFolderError for a folder of something else, or of a run with other settings
   */
  static async open(
    path: string,
    request: RunFile,
  ): Promise<{ folder: RunFolder; snapshot: RunSnapshot | null; finished: boolean; begunOn: RunEnvironment }> {
    const begun = await readRecord(path);
    if (begun === null) {
      const folder = new RunFolder(path, request, {});
      await folder.#writeRecord();
      return { folder, snapshot: null, finished: false, begunOn: request.environment };
    }
    refuseOther(path, begun, request);
    if (begun.finished !== null) {
      return { folder: new RunFolder(path, begun, {}), snapshot: null, finished: true, begunOn: begun.environment };
    }
    const checkpoint = (await exists(join(path, CHECKPOINT_FILE))) ? await readLast(join(path, CHECKPOINT_FILE)) : null;
    const folder = new RunFolder(path, begun, checkpoint?.files ?? {});
    await folder.#cutBack(checkpoint);
    return { folder, snapshot: checkpoint?.snapshot ?? null, finished: false, begunOn: begun.environment };
  }

  /** What was begun here; null where nothing was. @throws RunFolderError, RunFormatError */
  static begun(path: string): Promise<RunFile | null> {
    return readRecord(path);
  }

  async appendEvent(event: object): Promise<void> {
    await this.append(EVENTS_FILE, [event]);
  }

  /** Adds lines of JSON to a file of the run. */
  async append(file: string, lines: readonly object[]): Promise<void> {
    const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const place = join(this.path, file);
    if (!this.#sizes.has(file)) await mkdir(dirname(place), { recursive: true });
    await appendFile(place, bytes);
    this.#sizes.set(file, (this.#sizes.get(file) ?? 0) + bytes.length);
    this.#unsynced.add(file);
  }

  modelFolder(iteration: number): string {
    return join(this.path, modelFolder(iteration));
  }

  /** All lines so far reach the disk before the checkpoint that counts on them. */
  async checkpoint(snapshot: RunSnapshot): Promise<void> {
    for (const file of this.#unsynced) {
      const handle = await open(join(this.path, file), 'r+');
      await handle.sync().finally(() => handle.close());
    }
    this.#unsynced.clear();
    await writeCheckpoint(join(this.path, CHECKPOINT_FILE), { snapshot, files: Object.fromEntries(this.#sizes) });
  }

  /** The run is over: it is marked so, and the checkpoint is no longer needed. */
  async finish(time: string): Promise<void> {
    // What is written from here on has this version's format, whatever the run was begun in: what an older one lacks is optional.
    this.#record = { ...this.#record, format_version: RUN_FORMAT, finished: time };
    await this.#writeRecord();
    await rm(join(this.path, CHECKPOINT_FILE), { force: true });
  }

  #writeRecord(): Promise<void> {
    return folderWriter(this.path)(RUN_FILE, Buffer.from(`${JSON.stringify(this.#record, null, 2)}\n`));
  }

  /** Takes away all that was written after the checkpoint, so that nothing comes twice. */
  async #cutBack(checkpoint: StoredCheckpoint | null): Promise<void> {
    for (const folder of GROWING) {
      for (const name of await namesIn(join(this.path, folder))) {
        if (!this.#sizes.has(`${folder}/${name}`)) await rm(join(this.path, folder, name));
      }
    }
    if (!this.#sizes.has(EVENTS_FILE)) await rm(join(this.path, EVENTS_FILE), { force: true });
    for (const name of await namesIn(join(this.path, 'models'))) {
      const iteration = Number(/^iteration-(\d+)$/.exec(name)?.[1] ?? Number.NaN);
      if (iteration >= (checkpoint?.snapshot.iteration ?? 0))
        await rm(join(this.path, 'models', name), { recursive: true });
    }
    for (const [file, size] of this.#sizes) await cutFile(join(this.path, file), size);
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
async function readRecord(path: string): Promise<RunFile | null> {
  if (!(await exists(path))) return null;
  if (!(await stat(path)).isDirectory())
    throw new RunFolderError(`${path}: this is a file, not a folder.`, OTHER_FOLDER);
  const names = await namesIn(path);
  if (!names.includes(RUN_FILE)) {
    // A run cut off at its very first file leaves a part of it.
    if (names.every((name) => name === `${RUN_FILE}.part`)) return null;
    throw new RunFolderError(
      `${path}: this is no run folder, for it holds ${names[0]} and no ${RUN_FILE}.`,
      OTHER_FOLDER,
    );
  }
  const place = join(path, RUN_FILE);
  return readRunFile(new TextDecoder().decode(await readRequired(place)), place);
}

function refuseOther(path: string, begun: RunFile, request: RunFile): void {
  const settings = differences(begun.configuration, request.configuration).map((key) =>
    PARAMETERS[key].name.toLowerCase(),
  );
  const others = [
    ...settings,
    ...(sameModel(begun.model, request.model) ? [] : [`the model (${begun.model.folder})`]),
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

/** Where nobody computed a fingerprint the number of parameters must do. */
function sameModel(begun: RunFile['model'], request: RunFile['model']): boolean {
  return begun.sha256 === null ? begun.parameters === request.parameters : begun.sha256 === request.sha256;
}

async function readLast(place: string): Promise<StoredCheckpoint> {
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
