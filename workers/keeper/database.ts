// The tables of kept runs in IndexedDB: one row a run, one a file, and text in chunks.

import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB } from 'idb';
import type { RunEntry } from '../messages/keeper-protocol.ts';
import { MissingRunError, openingError, storageError } from './errors.ts';

/** A run's row: all that the list of runs shows, so that no file is read for it. */
export interface RunRow extends RunEntry {
  readonly modelBase: string | null;
  /** Own data: its name as it was given, and its path in the run folder. */
  readonly own: { readonly name: string; readonly path: string } | null;
  /** When the run came to be here: created or imported; ISO. */
  readonly added: string;
  readonly removed: boolean;
}

/** A file of a run. Text lies in chunks; a binary lies where `Binaries` put it. */
export interface FileRow {
  readonly run: string;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** `name` within `Binaries`. `sha256` in hexadecimal; null where the browser computes none. */
  readonly binary: { readonly name: string; readonly sha256: string | null } | null;
}

interface KeeperSchema extends DBSchema {
  runs: { key: string; value: RunRow };
  files: { key: [run: string, path: string]; value: FileRow };
  /** `end` is the byte offset behind the chunk, so that a read from an offset is one range. */
  chunks: { key: [run: string, path: string, end: number]; value: Uint8Array };
  /** Parts of large files, where there is no file system of the origin. */
  parts: { key: [name: string, index: number]; value: Uint8Array };
}

export type KeeperDatabase = IDBPDatabase<KeeperSchema>;
export type Transaction<Mode extends IDBTransactionMode> = IDBPTransaction<
  KeeperSchema,
  ('runs' | 'files' | 'chunks')[],
  Mode
>;

const VERSION = 1;

/** @throws StorageDeniedError, StorageFullError */
export async function openDatabase(name = 'spin-lab'): Promise<KeeperDatabase> {
  try {
    const db: KeeperDatabase = await openDB<KeeperSchema>(name, VERSION, {
      upgrade: (db, oldVersion) => {
        if (oldVersion < 1) {
          db.createObjectStore('runs', { keyPath: 'id' });
          db.createObjectStore('files', { keyPath: ['run', 'path'] });
          db.createObjectStore('chunks');
          db.createObjectStore('parts');
        }
      },
      // A newer version in another tab must not wait for this one.
      blocking: () => db.close(),
    });
    return db;
  } catch (error) {
    throw openingError(error);
  }
}

/**
 * All of `work` or nothing of it. `strict`: it has reached the disk when this returns, and all transactions before it too.
 * @throws what `work` throws; StorageFullError, StorageDeniedError
 */
export async function inTransaction<T, Mode extends 'readonly' | 'readwrite'>(
  db: KeeperDatabase,
  mode: Mode,
  work: (tx: Transaction<Mode>) => Promise<T>,
  durability: IDBTransactionDurability = 'default',
): Promise<T> {
  let tx: Transaction<Mode> | null = null;
  try {
    tx = db.transaction(['runs', 'files', 'chunks'], mode, { durability });
    tx.done.catch(() => undefined);
    const result = await work(tx);
    await tx.done;
    return result;
  } catch (error) {
    // A request cut off by a full disk says "aborted"; the transaction knows why.
    const why = tx?.error ?? error;
    abort(tx);
    throw storageError(why);
  }
}

function abort(tx: { abort(): void } | null): void {
  try {
    tx?.abort();
  } catch {
    // It has ended already.
  }
}

/** Everything of one run in `files` or `chunks`: an array sorts behind every text and number. */
export const ofRun = (id: string): IDBKeyRange => IDBKeyRange.bound([id], [id, []]);

/** Chunks of a file that end behind `from`. */
export const chunksFrom = (id: string, path: string, from: number): IDBKeyRange =>
  IDBKeyRange.bound([id, path, from], [id, path, Number.POSITIVE_INFINITY], true);

/** @throws MissingRunError also for a run that was removed */
export async function presentRow(tx: Transaction<'readonly' | 'readwrite'>, id: string): Promise<RunRow> {
  const row = await tx.objectStore('runs').get(id);
  if (row === undefined || row.removed) throw new MissingRunError(id);
  return row;
}
