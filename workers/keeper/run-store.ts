// Runs as rows and files: text that grows, binaries that are replaced as a whole. Every change of a file and of its run's row is one
// transaction, so that a tab may die at any moment.

import { fingerprint } from '../../src/folder/fingerprint.ts';
import { type Binaries, freshFile, joined } from './binaries.ts';
import {
  chunksFrom,
  type FileRow,
  inTransaction,
  type KeeperDatabase,
  ofRun,
  presentRow,
  type RunRow,
  type Transaction,
} from './database.ts';
import { CorruptFileError } from './errors.ts';

/** What a change of a file changes in the run's row besides. */
type RowChange = Partial<Pick<RunRow, 'file' | 'notes' | 'checkpoint' | 'headline' | 'modelBase'>>;

/** Text of an imported file is stored in chunks of this many bytes. */
const CHUNK_BYTES = 1 << 20;

export class RunStore {
  readonly #db: KeeperDatabase;
  readonly #binaries: Binaries;

  constructor(db: KeeperDatabase, binaries: Binaries) {
    this.#db = db;
    this.#binaries = binaries;
  }

  /** All rows, removed ones too, in no order. */
  rows(): Promise<RunRow[]> {
    return inTransaction(this.#db, 'readonly', (tx) => tx.objectStore('runs').getAll());
  }

  /** @throws MissingRunError */
  row(id: string): Promise<RunRow> {
    return inTransaction(this.#db, 'readonly', (tx) => presentRow(tx, id));
  }

  /** A new run with its files. @throws ConstraintError (DOMException) where the id is taken */
  async add(row: RunRow, texts: ReadonlyMap<string, Uint8Array>, binaries: ReadonlyMap<string, Uint8Array>) {
    const stored: FileRow[] = [];
    try {
      for (const [path, bytes] of binaries) stored.push(await this.#store(row.id, path, bytes));
      const bytes = [...texts.values(), ...binaries.values()].reduce((sum, { length }) => sum + length, 0);
      return await inTransaction(this.#db, 'readwrite', async (tx) => {
        const whole = { ...row, bytes };
        await tx.objectStore('runs').add(whole);
        for (const file of stored) await tx.objectStore('files').put(file);
        for (const [path, text] of texts) await putText(tx, row.id, path, text);
        return whole;
      });
    } catch (error) {
      for (const { binary } of stored) await this.#forget(binary);
      throw error;
    }
  }

  /** @throws MissingRunError */
  change(id: string, change: RowChange): Promise<RunRow> {
    return inTransaction(this.#db, 'readwrite', async (tx) => putRow(tx, await presentRow(tx, id), 0, change));
  }

  /** Hides a run or brings it back. @returns false where there is none */
  mark(id: string, removed: boolean): Promise<boolean> {
    return inTransaction(this.#db, 'readwrite', async (tx) => {
      const row = await tx.objectStore('runs').get(id);
      if (row !== undefined) await tx.objectStore('runs').put({ ...row, removed });
      return row !== undefined;
    });
  }

  /** Adds to a text file. @throws MissingRunError */
  async append(id: string, path: string, text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    await inTransaction(this.#db, 'readwrite', async (tx) => {
      const row = await presentRow(tx, id);
      const before = (await tx.objectStore('files').get([id, path]))?.size ?? 0;
      const size = before + bytes.length;
      if (bytes.length > 0) await tx.objectStore('chunks').put(bytes, [id, path, size]);
      await tx.objectStore('files').put({ run: id, path, size, binary: null });
      await putRow(tx, row, bytes.length);
    });
  }

  /**
   * Writes a binary in place of the last one of this path, which stays until the new one is whole. It has reached the disk when this
   * returns, and all that was appended before too. @throws MissingRunError
   */
  async put(id: string, path: string, bytes: Uint8Array, change: RowChange = {}): Promise<void> {
    await this.row(id);
    const file = await this.#store(id, path, bytes);
    const write = async (tx: Transaction<'readwrite'>) => {
      const row = await presentRow(tx, id);
      const last = await tx.objectStore('files').get([id, path]);
      await tx.objectStore('files').put(file);
      await putRow(tx, row, file.size - (last?.size ?? 0), change);
      return last;
    };
    const last = await inTransaction(this.#db, 'readwrite', write, 'strict').catch(async (error: unknown) => {
      await this.#forget(file.binary);
      throw error;
    });
    await this.#forget(last?.binary);
  }

  /** Deletes one file, if it is there. @throws MissingRunError */
  async drop(id: string, path: string, change: RowChange): Promise<RunRow> {
    const { row, last } = await inTransaction(
      this.#db,
      'readwrite',
      async (tx) => {
        const last = await tx.objectStore('files').get([id, path]);
        await tx.objectStore('files').delete([id, path]);
        return { last, row: await putRow(tx, await presentRow(tx, id), -(last?.size ?? 0), change) };
      },
      'strict',
    );
    await this.#forget(last?.binary);
    return row;
  }

  /** A run's files in the order of their paths. @throws MissingRunError */
  files(id: string): Promise<FileRow[]> {
    return inTransaction(this.#db, 'readonly', async (tx) => {
      await presentRow(tx, id);
      return tx.objectStore('files').getAll(ofRun(id));
    });
  }

  /** A file's bytes from an offset on; null where there is no such file. @throws MissingRunError, CorruptFileError */
  async read(id: string, path: string, from = 0): Promise<{ bytes: Uint8Array; size: number } | null> {
    const { file, text } = await inTransaction(this.#db, 'readonly', async (tx) => {
      await presentRow(tx, id);
      const file = await tx.objectStore('files').get([id, path]);
      return { file, text: file?.binary === null ? await textFrom(tx, file, from) : null };
    });
    if (file === undefined) return null;
    if (text !== null) return { bytes: text, size: file.size };
    return { bytes: (await this.#verified(file)).subarray(from), size: file.size };
  }

  /**
   * Cuts every text file back to its size in `sizes`, deletes text files that are not in it, and what `isLate` names.
   * @throws CorruptFileError, changing nothing, where a file is shorter than that
   */
  async cut(
    id: string,
    sizes: Readonly<Record<string, number>>,
    isLate: (path: string) => boolean,
    change: RowChange = {},
  ): Promise<void> {
    const late = await inTransaction(this.#db, 'readwrite', async (tx) => {
      const row = await presentRow(tx, id);
      const files = await tx.objectStore('files').getAll(ofRun(id));
      refuseShorter(files, sizes);
      for (const file of files.filter(({ binary }) => binary === null)) await cutText(tx, file, sizes[file.path]);
      const late = files.filter(({ path, binary }) => binary !== null && isLate(path));
      for (const { path } of late) await tx.objectStore('files').delete([id, path]);
      const left = await tx.objectStore('files').getAll(ofRun(id));
      await putRow(tx, row, total(left) - row.bytes, change);
      return late;
    });
    for (const { binary } of late) await this.#forget(binary);
  }

  /** Deletes a run for good, removed or not. */
  async erase(id: string): Promise<void> {
    const files = await inTransaction(this.#db, 'readwrite', async (tx) => {
      const files = await tx.objectStore('files').getAll(ofRun(id));
      await tx.objectStore('runs').delete(id);
      await tx.objectStore('files').delete(ofRun(id));
      await tx.objectStore('chunks').delete(ofRun(id));
      return files;
    });
    for (const { binary } of files) await this.#forget(binary);
  }

  async clear(): Promise<void> {
    await inTransaction(this.#db, 'readwrite', async (tx) => {
      for (const store of ['runs', 'files', 'chunks'] as const) await tx.objectStore(store).clear();
    });
    await this.#binaries.clear();
  }

  /** Deletes binaries that no file names, as a tab that died leaves them. Only while nobody else writes. */
  async sweep(): Promise<void> {
    const files = await inTransaction(this.#db, 'readonly', (tx) => tx.objectStore('files').getAll());
    const known = new Set(files.map(({ binary }) => binary?.name));
    for (const name of await this.#binaries.names()) {
      // What a worker that has just ended still holds open is left to the next sweep.
      if (!known.has(name)) await this.#binaries.remove(name).catch(() => undefined);
    }
  }

  async #store(run: string, path: string, bytes: Uint8Array): Promise<FileRow> {
    const name = freshFile();
    await this.#binaries.write(name, bytes);
    return { run, path, size: bytes.length, binary: { name, sha256: await fingerprint(bytes) } };
  }

  /** A binary that cannot be deleted now is named by no file: the next sweep finds it. */
  async #forget(binary: FileRow['binary'] | undefined): Promise<void> {
    if (binary) await this.#binaries.remove(binary.name).catch(() => undefined);
  }

  async #verified(file: FileRow): Promise<Uint8Array> {
    const { run, path, binary } = file;
    const bytes = await this.#binaries.read(binary!.name);
    if (bytes === null) {
      // Another tab may have replaced it between the two reads.
      const now = await inTransaction(this.#db, 'readonly', (tx) => tx.objectStore('files').get([run, path]));
      if (now?.binary && now.binary.name !== binary!.name) return this.#verified(now);
      throw new CorruptFileError(path, 'the stored file is gone');
    }
    const hash = binary!.sha256 === null ? null : await fingerprint(bytes);
    if (bytes.length !== file.size || (hash !== null && hash !== binary!.sha256)) {
      throw new CorruptFileError(path, 'the stored file is damaged: it is not what was written');
    }
    return bytes;
  }
}

const total = (files: readonly FileRow[]): number => files.reduce((sum, { size }) => sum + size, 0);

async function putRow(tx: Transaction<'readwrite'>, row: RunRow, grown: number, change: RowChange = {}) {
  const changed = { ...row, ...change, bytes: row.bytes + grown, changed: new Date().toISOString() };
  await tx.objectStore('runs').put(changed);
  return changed;
}

async function putText(tx: Transaction<'readwrite'>, run: string, path: string, text: Uint8Array): Promise<void> {
  for (let at = 0; at < text.length; at += CHUNK_BYTES) {
    // A slice: a view would be stored with the whole of what it looks at.
    const chunk = text.slice(at, at + CHUNK_BYTES);
    await tx.objectStore('chunks').put(chunk, [run, path, at + chunk.length]);
  }
  await tx.objectStore('files').put({ run, path, size: text.length, binary: null });
}

async function textFrom(tx: Transaction<'readonly'>, { run, path, size }: FileRow, from: number): Promise<Uint8Array> {
  const chunks = await tx.objectStore('chunks').getAll(chunksFrom(run, path, from));
  const bytes = joined(chunks);
  // The first chunk may begin before the offset.
  return bytes.subarray(Math.max(0, from - (size - bytes.length)));
}

function refuseShorter(files: readonly FileRow[], sizes: Readonly<Record<string, number>>): void {
  const now = new Map(files.map(({ path, size }) => [path, size]));
  for (const [path, size] of Object.entries(sizes)) {
    const missing = size - (now.get(path) ?? 0);
    if (missing > 0) {
      throw new CorruptFileError(path, `${missing} bytes that the last checkpoint counts on are missing`);
    }
  }
}

/** @param size undefined: the file is deleted */
async function cutText(tx: Transaction<'readwrite'>, file: FileRow, size: number | undefined): Promise<void> {
  const { run, path } = file;
  const behind = chunksFrom(run, path, size ?? 0);
  const cursor = size === undefined ? null : await tx.objectStore('chunks').openCursor(behind);
  const begins = cursor === null ? 0 : cursor.key[2] - cursor.value.length;
  const rest = cursor !== null && begins < size! ? cursor.value.slice(0, size! - begins) : null;
  await tx.objectStore('chunks').delete(behind);
  if (rest !== null) await tx.objectStore('chunks').put(rest, [run, path, size!]);
  if (size === undefined) await tx.objectStore('files').delete([run, path]);
  else await tx.objectStore('files').put({ ...file, size });
}
