// The directory of a zip, read and checked before anything is unpacked: names, sizes and places. Format: PKWARE's APPNOTE.TXT, sections
// 4.3.7, 4.3.12 and 4.3.16.

import { InvalidZipError } from './errors.ts';

/** A file in a zip. Sizes in bytes. */
export interface ZippedFile {
  readonly path: string;
  /** 0: stored; 8: deflated. */
  readonly method: 0 | 8;
  readonly crc: number;
  readonly packed: Uint8Array;
  readonly size: number;
}

/** Bytes that a zip may have unpacked. */
export const LARGEST_ZIP = 500e6;

const END = { signature: 0x06054b50, length: 22, longestComment: 0xffff };
const ENTRY = { signature: 0x02014b50, length: 46 };
const LOCAL = { signature: 0x04034b50, length: 30 };
const ENCRYPTED = 0b1;
/** Larger numbers stand elsewhere, in the ZIP64 form. */
const ELSEWHERE = 0xffffffff;

/** @param name what messages call the zip. @throws InvalidZipError */
export function readDirectory(name: string, bytes: Uint8Array): ZippedFile[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === null) throw new InvalidZipError(name, 'this is no zip, or it is cut short');
  const count = view.getUint16(end + 10, true);
  const start = view.getUint32(end + 16, true);
  if (start === ELSEWHERE || count === 0xffff)
    throw new InvalidZipError(name, 'it has the ZIP64 form, for larger files');
  const files: ZippedFile[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + ENTRY.length > end || view.getUint32(at, true) !== ENTRY.signature) throw damaged(name);
    const file = readEntry(name, view, at, start);
    if (file !== null) files.push(file);
    at += ENTRY.length + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  checkTogether(name, files);
  return files;
}

const damaged = (name: string): InvalidZipError => new InvalidZipError(name, 'the zip is damaged or cut short');

/** Where the end record begins. Its comment reaches exactly to the end of the file. */
function findEnd(view: DataView): number | null {
  const last = view.byteLength - END.length;
  for (let at = last; at >= Math.max(0, last - END.longestComment); at--) {
    if (view.getUint32(at, true) === END.signature && view.getUint16(at + 20, true) === last - at) return at;
  }
  return null;
}

/** null for a folder. */
function readEntry(name: string, view: DataView, at: number, directory: number): ZippedFile | null {
  const path = readPath(name, view, at);
  refuseUnsafe(name, path);
  if (path.endsWith('/')) return null;
  if (view.getUint16(at + 8, true) & ENCRYPTED) throw new InvalidZipError(name, `${path} is encrypted`);
  const method = view.getUint16(at + 10, true);
  if (method !== 0 && method !== 8) throw new InvalidZipError(name, `${path} is packed by a method that is not known`);
  const [packed, size] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
  const begin = contentOf(name, view, view.getUint32(at + 42, true));
  if (begin + packed > directory || (method === 0 && packed !== size)) throw damaged(name);
  const content = new Uint8Array(view.buffer, view.byteOffset + begin, packed);
  return { path, method, crc: view.getUint32(at + 16, true), packed: content, size };
}

function readPath(name: string, view: DataView, at: number): string {
  const length = view.getUint16(at + 28, true);
  if (at + ENTRY.length + length > view.byteLength) throw damaged(name);
  return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + ENTRY.length, length));
}

function contentOf(name: string, view: DataView, local: number): number {
  if (local + LOCAL.length > view.byteLength || view.getUint32(local, true) !== LOCAL.signature) throw damaged(name);
  return local + LOCAL.length + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
}

/** Nothing is written by these paths, but a zip that tries is not one of ours. */
function refuseUnsafe(name: string, path: string): void {
  const parts = path.replace(/\/$/, '').split('/');
  const unsafe = /[\\\0]|^[A-Za-z]:/.test(path) || parts.some((part) => part === '' || part === '.' || part === '..');
  if (unsafe) throw new InvalidZipError(name, `it holds an unsafe path, ${JSON.stringify(path)}`);
}

function checkTogether(name: string, files: readonly ZippedFile[]): void {
  const twice = files.find(({ path }, i) => files.findIndex((other) => other.path === path) !== i);
  if (twice) throw new InvalidZipError(name, `it holds ${twice.path} twice`);
  const size = files.reduce((sum, file) => sum + file.size, 0);
  if (size > LARGEST_ZIP) {
    const megabytes = (size / 1e6).toFixed(0);
    throw new InvalidZipError(
      name,
      `unpacked it has ${megabytes} MB, more than the ${LARGEST_ZIP / 1e6} MB that are read`,
      'Leave out the saved models of early iterations, and zip the rest.',
    );
  }
}
