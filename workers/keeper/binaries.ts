// Where large files lie: the origin private file system, or the database where a browser has none. Names are the store's own.

import { freshName } from '../../src/folder/fingerprint.ts';
import type { KeeperDatabase } from './database.ts';

/** Large files by name. A name is written once and never again. */
export interface Binaries {
  readonly kind: 'opfs' | 'database';
  /** On disk when it returns; after an error nothing is left. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** null where there is none. */
  read(name: string): Promise<Uint8Array | null>;
  /** Deletes what is there. */
  remove(name: string): Promise<void>;
  names(): Promise<string[]>;
  clear(): Promise<void>;
}

/** The file system where it can be written to, else the database: Firefox denies it in private windows, old browsers lack it. */
export async function openBinaries(db: KeeperDatabase): Promise<Binaries> {
  try {
    const binaries = await OpfsBinaries.open();
    await probe(binaries);
    return binaries;
  } catch {
    return new DatabaseBinaries(db);
  }
}

async function probe(binaries: Binaries): Promise<void> {
  // A name of its own, for two tabs may probe at once.
  const name = freshFile();
  try {
    await binaries.write(name, new Uint8Array(1));
    await binaries.remove(name);
  } catch (error) {
    // A full disk can still be read.
    if (!(error instanceof DOMException && error.name === 'QuotaExceededError')) throw error;
  }
}

const FOLDER = 'spin-lab';

/** A handle as dedicated workers have it; the page's types lack the method. */
interface SyncHandle {
  truncate(size: number): void;
  write(bytes: Uint8Array, options: { at: number }): number;
  flush(): void;
  close(): void;
}
type FileHandle = FileSystemFileHandle & { createSyncAccessHandle?(): Promise<SyncHandle> };

/** Files of the origin private file system, in a folder of their own. */
export class OpfsBinaries implements Binaries {
  readonly kind = 'opfs';
  readonly #folder: FileSystemDirectoryHandle;

  private constructor(folder: FileSystemDirectoryHandle) {
    this.#folder = folder;
  }

  static async open(): Promise<OpfsBinaries> {
    const root = await navigator.storage.getDirectory();
    return new OpfsBinaries(await root.getDirectoryHandle(FOLDER, { create: true }));
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    const file: FileHandle = await this.#folder.getFileHandle(name, { create: true });
    try {
      // Safari 16 to 25 has this way only; others are faster by it.
      if (file.createSyncAccessHandle) writeAll(await file.createSyncAccessHandle(), bytes);
      else await writeStream(file, bytes);
    } catch (error) {
      await this.remove(name).catch(() => undefined);
      throw error;
    }
  }

  async read(name: string): Promise<Uint8Array | null> {
    try {
      const file = await (await this.#folder.getFileHandle(name)).getFile();
      return new Uint8Array(await file.arrayBuffer());
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async remove(name: string): Promise<void> {
    await this.#folder.removeEntry(name).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }

  async names(): Promise<string[]> {
    const names: string[] = [];
    for await (const name of this.#folder.keys()) names.push(name);
    return names;
  }

  async clear(): Promise<void> {
    for (const name of await this.names()) await this.remove(name);
  }
}

function writeAll(access: SyncHandle, bytes: Uint8Array): void {
  try {
    access.truncate(0);
    for (let at = 0; at < bytes.length; ) {
      const written = access.write(bytes.subarray(at), { at });
      // Some browsers write less instead of throwing when there is no room.
      if (written === 0) throw new DOMException('Nothing more could be written.', 'QuotaExceededError');
      at += written;
    }
    access.flush();
  } finally {
    access.close();
  }
}

async function writeStream(file: FileSystemFileHandle, bytes: Uint8Array): Promise<void> {
  const stream = await file.createWritable();
  await stream.write(bytes as Uint8Array<ArrayBuffer>);
  await stream.close();
}

const isMissing = (error: unknown): boolean => error instanceof DOMException && error.name === 'NotFoundError';

/** Firefox refuses single values of 256 MB and more. */
const PART_BYTES = 16e6;

const partsOf = (name: string): IDBKeyRange => IDBKeyRange.bound([name], [name, []]);

/** The same in the database, in parts. */
export class DatabaseBinaries implements Binaries {
  readonly kind = 'database';
  readonly #db: KeeperDatabase;

  constructor(db: KeeperDatabase) {
    this.#db = db;
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    const tx = this.#db.transaction('parts', 'readwrite', { durability: 'strict' });
    tx.done.catch(() => undefined);
    try {
      for (let at = 0, part = 0; at === 0 || at < bytes.length; at += PART_BYTES, part++) {
        await tx.store.put(bytes.slice(at, at + PART_BYTES), [name, part]);
      }
      await tx.done;
    } catch (error) {
      throw tx.error ?? error;
    }
  }

  async read(name: string): Promise<Uint8Array | null> {
    const parts = await this.#db.getAll('parts', partsOf(name));
    return parts.length === 0 ? null : joined(parts);
  }

  async remove(name: string): Promise<void> {
    await this.#db.delete('parts', partsOf(name));
  }

  async names(): Promise<string[]> {
    const keys = await this.#db.getAllKeys('parts');
    return [...new Set(keys.map(([name]) => name))];
  }

  async clear(): Promise<void> {
    await this.#db.clear('parts');
  }
}

/** All parts in one array. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A name that no other file has. */
export const freshFile = (): string => freshName(16);
