// The header of a safetensors file: eight bytes of length, then JSON with every tensor's name, type, shape and place. Checks all of it
// before any value is touched. Format: https://huggingface.co/docs/safetensors (little-endian; offsets count from the end of the header; no
// gaps, no overlaps).

import { dims, InvalidSafetensorsError, shown } from '../errors.ts';
import { isObject } from '../fields.ts';
import { topLevelKeys } from './json-keys.ts';

/** Where a tensor lies in its file. `begin` and `end` count bytes from the file's start. */
export interface TensorEntry {
  readonly file: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
}

/** The header's length stands in the file's first eight bytes. */
export const LENGTH_BYTES = 8;
/** The format's own limit on its header. */
const MAX_HEADER = 100_000_000;

/** Bytes a value takes, for every type whose values fill whole bytes. */
const VALUE_BYTES: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
};

/** Reads and checks names, types, shapes and offsets. Allocates nothing for the values. @throws InvalidSafetensorsError */
export function readHeader(bytes: Uint8Array, file: string): SafetensorsHeader {
  const length = headerLength(bytes, file);
  const start = LENGTH_BYTES + length;
  const json = headerJson(bytes.subarray(LENGTH_BYTES, start), file);
  const tensors = new Map<string, TensorEntry>();
  let metadata: Readonly<Record<string, string>> = {};
  for (const [name, value] of Object.entries(json)) {
    if (name === '__metadata__') metadata = readMetadata(value, file);
    else tensors.set(name, readEntry(name, value, start, bytes.byteLength, file));
  }
  checkCoverage(tensors, start, bytes.byteLength, file);
  return { metadata, tensors };
}

function headerLength(bytes: Uint8Array, file: string): number {
  if (bytes.byteLength < LENGTH_BYTES) {
    throw new InvalidSafetensorsError(file, null, `the file ends after ${bytes.byteLength} bytes, inside its first 8`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER)) {
    throw new InvalidSafetensorsError(
      file,
      null,
      `the header's length is given as ${length} bytes, more than the format allows`,
    );
  }
  const present = bytes.byteLength - LENGTH_BYTES;
  if (Number(length) > present) {
    throw new InvalidSafetensorsError(
      file,
      null,
      `the file is cut short: its header takes ${length} bytes, ${present} are there`,
    );
  }
  return Number(length);
}

function headerJson(header: Uint8Array, file: string): Record<string, unknown> {
  let text: string;
  let json: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(header);
    json = JSON.parse(text);
  } catch (cause) {
    throw new InvalidSafetensorsError(file, null, `the header is not JSON (${(cause as Error).message})`);
  }
  if (!isObject(json)) throw new InvalidSafetensorsError(file, null, `the header is ${shown(json)}, not an object`);
  // JSON.parse keeps the last of two equal keys and says nothing.
  const seen = new Set<string>();
  for (const key of topLevelKeys(text)) {
    if (seen.has(key)) throw new InvalidSafetensorsError(file, key, 'the header names it twice');
    seen.add(key);
  }
  return json;
}

function readMetadata(value: unknown, file: string): Readonly<Record<string, string>> {
  if (!isObject(value) || !Object.values(value).every((text) => typeof text === 'string')) {
    throw new InvalidSafetensorsError(
      file,
      null,
      `the header's "__metadata__" is ${shown(value)}, not an object of texts`,
    );
  }
  return value as Record<string, string>;
}

function readEntry(name: string, value: unknown, start: number, size: number, file: string): TensorEntry {
  const refuse = (what: string): never => {
    throw new InvalidSafetensorsError(file, name, what);
  };
  if (!isObject(value)) return refuse(`its entry is ${shown(value)}, not an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string') return refuse(`its dtype is ${shown(dtype)}, not a text`);
  if (!isCounts(shape)) return refuse(`its shape is ${shown(shape)}, not a list of whole numbers`);
  if (!isCounts(offsets) || offsets.length !== 2)
    return refuse(`its data_offsets are ${shown(offsets)}, not two whole numbers`);
  const [from, to] = offsets as [number, number];
  if (from > to) return refuse(`its data_offsets ${dims(offsets)} run backwards`);
  if (start + to > size)
    return refuse(`the file is cut short: its data ends at byte ${start + to}, the file at ${size}`);
  const unit = Object.hasOwn(VALUE_BYTES, dtype) ? VALUE_BYTES[dtype]! : null;
  if (unit !== null && elements(shape) * unit !== to - from) {
    return refuse(
      `its shape ${dims(shape)} of ${dtype} takes ${elements(shape) * unit} bytes, its data_offsets hold ${to - from}`,
    );
  }
  return { file, dtype, shape, begin: start + from, end: start + to };
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((n) => typeof n === 'number' && Number.isSafeInteger(n) && n >= 0);
}

/** Every byte after the header belongs to exactly one tensor. */
function checkCoverage(tensors: ReadonlyMap<string, TensorEntry>, start: number, size: number, file: string): void {
  let reached = start;
  let before = '';
  for (const [name, entry] of [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)) {
    if (entry.begin < reached) throw new InvalidSafetensorsError(file, name, `its data overlaps that of "${before}"`);
    if (entry.begin > reached)
      throw new InvalidSafetensorsError(file, name, `${entry.begin - reached} unclaimed bytes lie before it`);
    reached = entry.end;
    before = name;
  }
  if (reached !== size)
    throw new InvalidSafetensorsError(file, null, `${size - reached} bytes after the last tensor belong to none`);
}

/** The number of values of a shape; 1 for a scalar's [ ]. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
