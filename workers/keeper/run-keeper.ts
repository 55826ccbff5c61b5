// The keeper: stores runs as the run folders that the command line writes, gives them back, and takes them in. Its methods are the
// protocol's. Of the browser it uses only the database and the binaries that it is handed, so that it runs in Node, too.

import { decodeCheckpoint, encodeCheckpoint } from '../../src/engine/models/files/checkpoint.ts';
import { type ModelFiles, openModel, saveModel } from '../../src/engine/models/files/model-folder.ts';
import { wholeSet } from '../../src/engine/models/parameter-layout.ts';
import { type TrainableValues, trainableValues } from '../../src/engine/models/parameter-set.ts';
import { CHECKPOINT_FILE, EVENTS_FILE, modelFolder, RUN_FILE } from '../../src/folder/lines.ts';
import type { RunNotes } from '../../src/folder/run-file.ts';
import type { SpinConfiguration } from '../../src/spin/configuration.ts';
import type { CallContext, Handlers } from '../messages/channel.ts';
import type {
  Appended,
  ArrayPiece,
  KeeperProtocol,
  ModelPlace,
  NewRun,
  Resumed,
  RunEntry,
  RunPlace,
} from '../messages/keeper-protocol.ts';
import { ArraysAhead } from './arrays-ahead.ts';
import { type Binaries, freshFile, joined } from './binaries.ts';
import type { KeeperDatabase, RunRow } from './database.ts';
import { CorruptFileError, MissingRunError, ModelGoneError, RunTooLargeError, storageError } from './errors.ts';
import { headlineOf } from './headline.ts';
import { dataPath, isData, iterationOf } from './layout.ts';
import { COMPANIONS, type ModelTemplate, readTemplate } from './model-template.ts';
import { entryOf, newRow, notesFor, recordOf } from './run-row.ts';
import { RunStore } from './run-store.ts';
import { placeOf, readRunZip } from './run-zip.ts';
import { ZipWriter } from './zip.ts';
import { LARGEST_ZIP } from './zip-directory.ts';

type Calls = Handlers<KeeperProtocol>;
/** What a method needs of its call: nothing in a call from here. */
type Context = Pick<CallContext<never>, 'transfer'>;
type LongContext = CallContext<number>;

/** The share of an import that is told while it is unpacked; the rest is for storing it. */
const UNPACKING = 0.9;

export class Keeper implements Calls {
  readonly #store: RunStore;
  readonly #binaries: Binaries;
  readonly #fetchModel: (base: string) => ModelFiles;
  readonly #templates = new Map<string, ModelTemplate>();
  /** Runs that an append failed for: their files lack something. */
  readonly #gaps = new Map<string, unknown>();
  readonly #ahead = new ArraysAhead();
  #last: Promise<unknown> = Promise.resolve();

  constructor(db: KeeperDatabase, binaries: Binaries, fetchModel: (base: string) => ModelFiles) {
    this.#store = new RunStore(db, binaries);
    this.#binaries = binaries;
    this.#fetchModel = fetchModel;
  }

  /** Deletes what a tab that died half-way left behind. Only while no other keeper is at work. */
  sweep = async (): Promise<void> => {
    // Runs that were removed in a tab that was closed before it deleted them: nobody can bring them back any more.
    await this.purge();
    await this.#next(() => this.#store.sweep());
  };

  list = (): Promise<RunEntry[]> =>
    this.#next(async () => {
      const rows = (await this.#store.rows()).filter(({ removed }) => !removed);
      return rows.sort((a, b) => b.added.localeCompare(a.added)).map(entryOf);
    });

  entry = (id: string): Promise<RunEntry | null> =>
    this.#next(async () => {
      const row = await this.#store.row(id).catch((error: unknown) => {
        if (error instanceof MissingRunError) return null;
        throw error;
      });
      return row && entryOf(row);
    });

  create = ({ id, file, notes, modelBase, own }: NewRun): Promise<RunEntry> =>
    this.#next(async () => {
      await this.#templateAt(modelBase);
      const kept = own && { name: own.name, path: dataPath(own.name) };
      const row: RunRow = { ...newRow(id, file, notes), modelBase, own: kept };
      const binaries = new Map(own && kept ? [[kept.path, own.bytes]] : []);
      return entryOf(await this.#store.add(row, new Map(), binaries));
    });

  append = ({ id, path, text }: Appended): Promise<void> =>
    this.#writing(id, () =>
      this.#store.append(id, path, text).catch((error: unknown) => {
        this.#gaps.set(id, error);
        throw error;
      }),
    );

  ahead = (piece: ArrayPiece): void => this.#ahead.add(piece);

  checkpoint = ({ id, snapshot: sent }: KeeperProtocol['checkpoint']['params']): Promise<void> => {
    const snapshot = this.#ahead.snapshot(id, sent);
    return this.#writing(id, async () => {
      const texts = (await this.#store.files(id)).filter(({ binary }) => binary === null);
      const files = Object.fromEntries(texts.map(({ path, size }) => [path, size]));
      const bytes = joined(encodeCheckpoint({ snapshot, files }));
      await this.#store.put(id, CHECKPOINT_FILE, bytes, { checkpoint: placeOf(snapshot) });
    });
  };

  saveModel = ({ id, iteration, weights: sent }: KeeperProtocol['saveModel']['params']): Promise<void> => {
    const weights = this.#ahead.weights(id, sent);
    return this.#writing(id, async () => {
      const template = await this.#template(await this.#store.row(id));
      const write = (path: string, bytes: Uint8Array) =>
        this.#store.put(id, `${modelFolder(iteration)}/${path}`, bytes);
      const parameters = wholeSet(template.config, weights);
      await saveModel({ ...template, parameters }, write, { dtype: 'float32' });
    });
  };

  finish = ({ id, time }: { readonly id: string; readonly time: string }): Promise<RunEntry> =>
    this.#writing(id, async () => {
      const { file } = await this.#store.row(id);
      const change = { file: { ...file, finished: time }, checkpoint: null };
      return entryOf(await this.#store.drop(id, CHECKPOINT_FILE, change));
    });

  note = ({ id, changes }: { readonly id: string; readonly changes: Partial<RunNotes> }): Promise<RunEntry> =>
    this.#next(async () => {
      const { notes } = await this.#store.row(id);
      return entryOf(await this.#store.change(id, { notes: { ...notes, ...changes } }));
    });

  reconfigure = ({ id, configuration }: { id: string; configuration: SpinConfiguration }): Promise<RunEntry> =>
    this.#next(async () => {
      const { file } = await this.#store.row(id);
      return entryOf(await this.#store.change(id, { file: { ...file, configuration } }));
    });

  headline = ({ id, headline }: Pick<RunEntry, 'id' | 'headline'>): Promise<void> =>
    this.#next(async () => void (await this.#store.change(id, { headline })));

  rebase = ({ id, modelBase }: { readonly id: string; readonly modelBase: string }): Promise<void> =>
    this.#next(async () => void (await this.#store.change(id, { modelBase })));

  read = ({ id, path, from = 0 }: RunPlace & { readonly from?: number }): Promise<{ text: string; end: number }> =>
    this.#next(async () => {
      if (path === RUN_FILE) {
        const bytes = recordOf(await this.#store.row(id));
        return { text: decode(bytes.subarray(from)), end: bytes.length };
      }
      const found = await this.#store.read(id, path, from);
      return { text: decode(found?.bytes), end: found?.size ?? 0 };
    });

  files = (id: string): Promise<string[]> =>
    this.#next(async () => [RUN_FILE, ...(await this.#store.files(id)).map(({ path }) => path)]);

  resume = (id: string, context?: Context): Promise<Resumed | null> =>
    this.#next(async () => {
      const { checkpoint, own, modelBase, headline } = await this.#store.row(id);
      if (checkpoint === null) return null;
      const { snapshot, files } = decodeCheckpoint(await this.#required(id, CHECKPOINT_FILE), CHECKPOINT_FILE);
      await this.#store.cut(id, files, (path) => (iterationOf(path) ?? -1) >= snapshot.iteration);
      this.#gaps.delete(id);
      // The evaluation that it tells of may have been cut off.
      if (headline) {
        const events = await this.#store.read(id, EVENTS_FILE);
        await this.#store.change(id, { headline: headlineOf(decode(events?.bytes)) });
      }
      const { opponent, player } = snapshot;
      const state = player ? [player.weights.values, ...player.slots] : [];
      context?.transfer([opponent.values, ...state].map(({ buffer }) => buffer));
      return { snapshot, modelBase, own: own && { name: own.name, bytes: await this.#required(id, own.path) } };
    });

  weights = ({ id, iteration }: ModelPlace, context?: Context): Promise<TrainableValues | null> =>
    this.#next(async () => {
      const files = this.#savedModel(id, iteration);
      if ((await files.read('config.json')) === null) return null;
      const weights = trainableValues((await openModel(files, [])).parameters);
      context?.transfer([weights.values.buffer]);
      return weights;
    });

  modelFiles = ({ id, iteration }: ModelPlace, context?: Context): Promise<Map<string, Uint8Array>> =>
    this.#next(async () => {
      const found = new Map<string, Uint8Array>();
      for (const { path } of await this.#store.files(id)) {
        const name = path.slice(modelFolder(iteration).length + 1);
        if (iterationOf(path) === iteration) found.set(name, await this.#required(id, path));
      }
      context?.transfer([...found.values()].map(({ buffer }) => buffer));
      return found;
    });

  remove = (id: string): Promise<void> => this.#mark(id, true);

  restore = (id: string): Promise<void> => this.#mark(id, false);

  purge = (): Promise<void> =>
    this.#next(async () => {
      for (const { id, removed } of await this.#store.rows()) if (removed) await this.#store.erase(id);
    });

  exportRun = (id: string, { progress, signal, transfer }: LongContext): Promise<Uint8Array> =>
    this.#next(async () => {
      const row = await this.#store.row(id);
      if (row.bytes > LARGEST_ZIP) throw new RunTooLargeError(row.bytes, LARGEST_ZIP);
      const zip = new ZipWriter(new Date(row.changed));
      let done = 0;
      const onBytes = (count: number) => {
        done += count;
        progress(Math.min(1, done / Math.max(1, row.bytes)));
      };
      await zip.add(RUN_FILE, recordOf(row), { signal });
      for (const { path } of await this.#store.files(id)) {
        await zip.add(path, await this.#required(id, path), { onBytes, signal });
      }
      const bytes = zip.end();
      transfer([bytes.buffer]);
      return bytes;
    });

  importRun: Calls['importRun'] = ({ name, bytes, notes }, { progress, signal }: LongContext) =>
    this.#next(async () => {
      const run = await readRunZip(name, bytes, (share) => progress(UNPACKING * share), signal);
      const data = [...run.binaries.keys()].find(isData);
      const row: RunRow = {
        ...newRow(freshFile(), run.file, run.notes ?? notes ?? notesFor(name)),
        imported: true,
        checkpoint: run.checkpoint,
        headline: run.headline,
        own: data === undefined ? null : { name: data.slice(data.indexOf('/') + 1), path: data },
      };
      const entry = entryOf(await this.#store.add(row, run.texts, run.binaries));
      progress(1);
      return entry;
    });

  usage: Calls['usage'] = async () => {
    const storage = globalThis.navigator?.storage as StorageManager | undefined;
    const estimate = await storage?.estimate?.();
    return {
      used: estimate?.usage ?? null,
      quota: estimate?.quota ?? null,
      persisted: (await storage?.persisted?.()) ?? false,
      weights: this.#binaries.kind,
    };
  };

  clear = (): Promise<void> =>
    this.#next(async () => {
      await this.#store.clear();
      this.#gaps.clear();
    });

  /** Calls may overlap on their way here; their effects must not. */
  #next<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work).catch((error: unknown) => {
      throw storageError(error);
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** What comes after a gap must not be counted on. */
  #writing<T>(id: string, work: () => Promise<T>): Promise<T> {
    return this.#next(() => (this.#gaps.has(id) ? Promise.reject(this.#gaps.get(id)) : work()));
  }

  #mark(id: string, removed: boolean): Promise<void> {
    return this.#next(async () => {
      if (!(await this.#store.mark(id, removed))) throw new MissingRunError(id);
    });
  }

  async #required(id: string, path: string): Promise<Uint8Array> {
    const found = await this.#store.read(id, path);
    if (found === null) throw new CorruptFileError(path, 'the stored file is gone');
    return found.bytes;
  }

  async #templateAt(base: string): Promise<ModelTemplate> {
    const known = this.#templates.get(base) ?? (await readTemplate(this.#fetchModel(base)));
    this.#templates.set(base, known);
    return known;
  }

  /** Of the run's address; where that no longer answers, of the last iteration that was saved. */
  async #template({ id, modelBase }: RunRow): Promise<ModelTemplate> {
    let cause: unknown;
    if (modelBase !== null) {
      try {
        return await this.#templateAt(modelBase);
      } catch (error) {
        cause = error;
      }
    }
    // The configuration is written last: where it is, the others are.
    const saved = (await this.#store.files(id))
      .filter(({ path }) => path.endsWith('/config.json'))
      .map(({ path }) => iterationOf(path) ?? -1);
    if (saved.length === 0) throw new ModelGoneError(modelBase, cause);
    return readTemplate(this.#savedModel(id, Math.max(...saved)), COMPANIONS);
  }

  #savedModel(id: string, iteration: number): ModelFiles {
    const name = modelFolder(iteration);
    return { name, read: async (path) => (await this.#store.read(id, `${name}/${path}`))?.bytes ?? null };
  }
}

const decode = (bytes: Uint8Array | undefined): string =>
  bytes === undefined ? '' : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
