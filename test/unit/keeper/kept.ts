// For the tests beside this file: keepers on a database in memory, called over a real MessageChannel; a run and a snapshot to keep.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { base } from '../parameters.ts';
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import type { ModelFiles } from '../../../src/engine/models/files/model-folder.ts';
import type { RunSnapshot } from '../../../src/engine/models/parameter-set.ts';
import { EVENTS_FILE } from '../../../src/folder/lines.ts';
import type { RunFile, RunNotes } from '../../../src/folder/run-file.ts';
import { NO_CHECKS_YET } from '../../../src/spin/early-stop.ts';
import { SNAPSHOT_FORMAT } from '../../../src/spin/events.ts';
import { DEFAULTS } from '../../../src/spin/parameters/parameter-table.ts';
import type { Binaries } from '../../../workers/keeper/binaries.ts';
import { type KeeperDatabase, openDatabase } from '../../../workers/keeper/database.ts';
import { Keeper } from '../../../workers/keeper/run-keeper.ts';
import { Channel, serve } from '../../../workers/messages/channel.ts';
import type { KeeperProtocol, NewRun } from '../../../workers/messages/keeper-protocol.ts';
import { scratch, tinyModel } from '../cli/tiny-model.ts';

/** Large files in memory. `trouble` is thrown by the next writes, after a part has been written. */
export class MemoryBinaries implements Binaries {
  readonly kind = 'opfs';
  readonly files = new Map<string, Uint8Array>();
  trouble: Error | null = null;

  async write(name: string, bytes: Uint8Array): Promise<void> {
    if (this.trouble) throw this.trouble;
    // A copy by the plain constructor: a Buffer's slice is a view.
    this.files.set(name, Uint8Array.from(bytes));
  }
  read = async (name: string): Promise<Uint8Array | null> => this.files.get(name)?.slice() ?? null;
  remove = async (name: string): Promise<void> => void this.files.delete(name);
  names = async (): Promise<string[]> => [...this.files.keys()];
  clear = async (): Promise<void> => this.files.clear();
}

const ports: MessagePort[] = [];
export const closeAll = (): void => {
  for (const port of ports.splice(0)) port.close();
};

/** A browser's storage: keepers come and go on it. `offline` makes the models' addresses fail. */
export class Profile {
  readonly binaries = new MemoryBinaries();
  offline = false;
  db: KeeperDatabase | null = null;
  /** The last one that was opened, without a channel. */
  last: Keeper | null = null;
  readonly #factory: IDBFactory;

  /** @param factory of databases that are there already */
  constructor(factory = new IDBFactory()) {
    this.#factory = factory;
  }

  async keeper(binaries: (db: KeeperDatabase) => Binaries = () => this.binaries): Promise<Channel<KeeperProtocol>> {
    globalThis.indexedDB = this.#factory;
    this.db = await openDatabase();
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    this.last = new Keeper(this.db, binaries(this.db), (base) => this.#files(base));
    serve<KeeperProtocol>(port2, this.last);
    return new Channel<KeeperProtocol>(port1);
  }

  #files(base: string): ModelFiles {
    const read = async (path: string): Promise<Uint8Array | null> => {
      if (this.offline) throw new Error('no network');
      return readFile(join(base, path)).catch(() => null);
    };
    return { name: base, read };
  }
}

export const NOTES: RunNotes = {
  name: 'green heron',
  colour: 3,
  pinned: true,
  notes: 'λ halved — 试一试',
  preset: 'default',
  group: null,
};

export const FILE: RunFile = {
  format_version: 2,
  configuration: DEFAULTS,
  environment: {
    version: '0.1.0',
    runtime: 'onnxruntime-web',
    runtime_version: '1.30.0',
    backend: 'wasm',
    adapter: '',
    threads: 1,
    browser: 'Chromium',
    seed: 0,
  },
  model: { folder: 'the built-in model', sha256: null, parameters: 5 },
  data: { source: 'the built-in world', sha256: null },
  started: '2026-01-02T03:04:05.000Z',
  finished: null,
};

export const newRun = (id: string, modelBase: string, changes: Partial<NewRun> = {}): NewRun => ({
  id,
  file: FILE,
  notes: NOTES,
  modelBase,
  own: null,
  ...changes,
});

export const modelHere = (): Promise<string> => tinyModel(scratch());

export function snapshotAt(iteration: number, step: number): RunSnapshot {
  return {
    formatVersion: SNAPSHOT_FORMAT,
    configuration: DEFAULTS,
    iteration,
    position: { step, epoch: 0, batch: step, chunks: 1 },
    opponent: base(Float32Array.of(1, -2.5, Math.PI, iteration, step)),
    player: {
      weights: base(Float32Array.of(5, 4, 3, 2, 1 / 3)),
      slots: [new Float32Array(5).fill(0.25), Float32Array.of(1e-30, 0, -0, 7, 8)],
      steps: step,
    },
    pairs: [],
    older: [],
    counts: { done: 4, identical: 0, truncated: 1, dropped: 0 },
    earlyStop: NO_CHECKS_YET,
  };
}

type Caller = Channel<KeeperProtocol>;

export const append = (keeper: Caller, id: string, path: string, text: string): Promise<void> =>
  keeper.call('append', { id, path, text });

export const event = (keeper: Caller, id: string, line: object): Promise<void> =>
  append(keeper, id, EVENTS_FILE, `${JSON.stringify(line)}\n`);

/** The text of each text file of a run. */
export async function textsOf(keeper: Caller, id: string): Promise<Record<string, string>> {
  const paths = (await keeper.call('files', id)).filter((path) => path.endsWith('.jsonl') && !path.startsWith('data/'));
  const texts = await Promise.all(paths.map((path) => keeper.call('read', { id, path })));
  return Object.fromEntries(paths.map((path, i) => [path, texts[i]!.text]));
}

/** What a promise was rejected with. */
export async function refusal(promise: Promise<unknown>): Promise<{ name: string; message: string; advice?: string }> {
  return promise.then(
    () => {
      throw new Error('It was not refused.');
    },
    (error: Error & { advice?: string }) => error,
  );
}
