// Bytes into a zip and out of one, a piece at a time, so that progress is told and an abort is heard.

import { Inflate, Zip, ZipDeflate, type ZipInputFile, ZipPassThrough } from 'fflate';
import { joined } from './binaries.ts';
import { crc32 } from './crc32.ts';
import { InvalidZipError } from './errors.ts';
import type { ZippedFile } from './zip-directory.ts';

export interface ZipWork {
  /** Hears how many bytes, unpacked, were done since the last time. */
  readonly onBytes?: (count: number) => void;
  readonly signal?: AbortSignal | undefined;
}

const PIECE = 1 << 20;

/** Lets messages in. @throws the signal's reason */
async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  signal?.throwIfAborted();
}

/** Makes a zip file by file. Weights, which hardly shrink, are stored; all else is deflated. */
export class ZipWriter {
  readonly #zip: Zip;
  readonly #chunks: Uint8Array[] = [];
  readonly #time: Date;
  #error: Error | null = null;

  /** @param time that every file is given, within the years 1980 to 2099 */
  constructor(time: Date) {
    this.#time = time;
    this.#zip = new Zip((error, chunk) => {
      if (error) this.#error = error;
      else this.#chunks.push(chunk);
    });
  }

  /** @throws the signal's reason */
  async add(path: string, bytes: Uint8Array, { onBytes, signal }: ZipWork = {}): Promise<void> {
    const file: ZipInputFile & { push(chunk: Uint8Array, final?: boolean): void } = path.endsWith('.safetensors')
      ? new ZipPassThrough(path)
      : new ZipDeflate(path);
    file.mtime = this.#time;
    this.#zip.add(file);
    let at = 0;
    do {
      const piece = bytes.subarray(at, at + PIECE);
      at += PIECE;
      file.push(piece, at >= bytes.length);
      if (this.#error) throw this.#error;
      onBytes?.(piece.length);
      await breathe(signal);
    } while (at < bytes.length);
  }

  end(): Uint8Array {
    this.#zip.end();
    if (this.#error) throw this.#error;
    return joined(this.#chunks);
  }
}

/** A file's bytes, checked against its size and checksum. @throws InvalidZipError; the signal's reason */
export async function unpack(name: string, file: ZippedFile, { onBytes, signal }: ZipWork = {}): Promise<Uint8Array> {
  const damaged = () => new InvalidZipError(name, `${file.path} is damaged in the zip`);
  const chunks: Uint8Array[] = [];
  let [size, crc] = [0, 0];
  const take = (chunk: Uint8Array) => {
    size += chunk.length;
    // A few bytes may claim to be few and unpack to many: stop before they fill the memory.
    if (size > file.size) throw damaged();
    crc = crc32(chunk, crc);
    chunks.push(chunk);
    onBytes?.(chunk.length);
  };
  const inflate = file.method === 8 ? new Inflate((chunk) => take(chunk)) : null;
  let at = 0;
  do {
    const piece = file.packed.subarray(at, at + PIECE);
    at += PIECE;
    if (inflate === null) take(piece);
    else push(inflate, piece, at >= file.packed.length, damaged);
    await breathe(signal);
  } while (at < file.packed.length);
  if (size !== file.size || crc !== file.crc) throw damaged();
  return joined(chunks);
}

function push(inflate: Inflate, piece: Uint8Array, final: boolean, damaged: () => Error): void {
  try {
    inflate.push(piece, final);
  } catch (error) {
    throw error instanceof InvalidZipError ? error : damaged();
  }
}
