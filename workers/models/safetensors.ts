// The safetensors format: eight bytes of header length, a JSON header, then the values. Knows no model.
// Format: https://huggingface.co/docs/safetensors (little-endian; offsets count from the end of the header; no gaps, no overlaps).

import { dims, InvalidSafetensorsError, shown } from './errors.ts';
import { isObject } from './fields.ts';
import { fromBfloat16, fromFloat16, toFloat16 } from './halves.ts';
import { topLevelKeys } from './json-keys.ts';

/** A tensor in memory, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

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

/** Tensors not yet decoded, from one file or several. */
export interface StoredTensors {
  /** What messages call the whole: the file, or the index of its shards. */
  readonly file: string;
  readonly entries: ReadonlyMap<string, TensorEntry>;
  /** Decodes a tensor of F32, F16 or BF16 into `target`, which has its number of values. */
  copy(name: string, target: Float32Array): void;
}

export type SavedDtype = 'float32' | 'float16';

const LENGTH_BYTES = 8;
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

/** One file's tensors, its header checked. @throws InvalidSafetensorsError */
export function openSafetensors(bytes: Uint8Array, file: string): StoredTensors {
  const { tensors } = readHeader(bytes, file);
  return { file, entries: tensors, copy: (name, target) => decode(bytes, tensors.get(name)!, name, target) };
}

/**
 * The tensors that an index (model.safetensors.index.json) spreads over several files.
 * @param read one shard's bytes, or null where it is not there
 * @throws InvalidSafetensorsError
 */
export async function openSharded(
  index: unknown,
  file: string,
  read: (path: string) => Promise<Uint8Array | null>,
): Promise<StoredTensors> {
  const weightMap = readWeightMap(index, file);
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const shards = new Map<string, StoredTensors>();
  for (const shard of new Set(weightMap.values())) {
    const bytes = await read(shard);
    if (bytes === null) {
      throw new InvalidSafetensorsError(file, null, `the shard ${shard} is not there`, `Put ${shard} beside ${file}.`);
    }
    shards.set(shard, openSafetensors(bytes, folder + shard));
  }
  const entries = new Map<string, TensorEntry>();
  for (const [name, shard] of weightMap) {
    const entry = shards.get(shard)!.entries.get(name);
    if (!entry) throw new InvalidSafetensorsError(folder + shard, name, `${file} says it is here, but it is not`);
    entries.set(name, entry);
  }
  refuseStrays(shards, weightMap);
  return { file, entries, copy: (name, target) => shards.get(weightMap.get(name)!)!.copy(name, target) };
}

function readWeightMap(index: unknown, file: string): ReadonlyMap<string, string> {
  const map = isObject(index) ? index.weight_map : undefined;
  if (!isObject(map)) throw new InvalidSafetensorsError(file, null, `"weight_map" is ${shown(map)}, not an object`);
  const entries = Object.entries(map);
  for (const [name, shard] of entries) {
    // A shard lies beside its index: a path could reach outside the model's folder.
    if (typeof shard !== 'string' || !/^[\w.-]+$/.test(shard) || shard.startsWith('.')) {
      throw new InvalidSafetensorsError(file, name, `its shard is ${shown(shard)}, not a file name`);
    }
  }
  return new Map(entries as [string, string][]);
}

/** A shard's tensor that the index gives to another shard, or to none, is one too many. */
function refuseStrays(shards: ReadonlyMap<string, StoredTensors>, weightMap: ReadonlyMap<string, string>): void {
  for (const [shard, { entries, file }] of shards) {
    for (const name of entries.keys()) {
      const owner = weightMap.get(name);
      if (owner === shard) continue;
      const what = owner === undefined ? 'the index does not name it' : `the index gives it to ${owner}`;
      throw new InvalidSafetensorsError(file, name, what);
    }
  }
}

function decode(bytes: Uint8Array, entry: TensorEntry, name: string, target: Float32Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + entry.begin, entry.end - entry.begin);
  switch (entry.dtype) {
    case 'F32':
      target.set(new Float32Array(aligned(bytes, entry)));
      return;
    case 'F16':
      for (let i = 0; i < target.length; i++) target[i] = fromFloat16(view.getUint16(2 * i, true));
      return;
    case 'BF16':
      for (let i = 0; i < target.length; i++) target[i] = fromBfloat16(view.getUint16(2 * i, true));
      return;
    default:
      refuseDtype(entry, name);
  }
}

/** A tensor's bytes on their own: a view of floats must begin at a multiple of four bytes, a tensor in a file need not. */
function aligned(bytes: Uint8Array, entry: TensorEntry): ArrayBuffer {
  const copy = new Uint8Array(entry.end - entry.begin);
  copy.set(bytes.subarray(entry.begin, entry.end));
  return copy.buffer;
}

/** Refuses a tensor whose values cannot be read, before room for them is made. */
export function checkDtype(entry: TensorEntry, name: string): void {
  if (!['F32', 'F16', 'BF16'].includes(entry.dtype)) refuseDtype(entry, name);
}

function refuseDtype(entry: TensorEntry, name: string): never {
  throw new InvalidSafetensorsError(
    entry.file,
    name,
    `its dtype is ${entry.dtype}; F32, F16 and BF16 can be read`,
    'Save the model as float32, float16 or bfloat16.',
  );
}

/** Every tensor of a file, decoded. */
export function readSafetensors(bytes: Uint8Array, file: string): Map<string, Tensor> {
  const stored = openSafetensors(bytes, file);
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of stored.entries) {
    checkDtype(entry, name);
    const data = new Float32Array(elements(entry.shape));
    stored.copy(name, data);
    tensors.set(name, { shape: entry.shape, data });
  }
  return tensors;
}

/** A file with these tensors in alphabetical order, as PyTorch's writer lays them out, its data beginning at a multiple of eight. */
export function writeSafetensors(tensors: ReadonlyMap<string, Tensor>, dtype: SavedDtype): Uint8Array {
  const unit = dtype === 'float32' ? 4 : 2;
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  const ordered = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  let end = 0;
  for (const [name, { shape, data }] of ordered) {
    if (elements(shape) !== data.length)
      throw new RangeError(`${name}: ${data.length} values for shape ${dims(shape)}`);
    const begin = end;
    end += data.length * unit;
    header[name] = { dtype: dtype === 'float32' ? 'F32' : 'F16', shape, data_offsets: [begin, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const start = LENGTH_BYTES + Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(start + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - LENGTH_BYTES), true);
  bytes.fill(0x20, LENGTH_BYTES, start);
  bytes.set(json, LENGTH_BYTES);
  writeValues(ordered, dtype, bytes.buffer, start);
  return bytes;
}

function writeValues(
  tensors: readonly [string, Tensor][],
  dtype: SavedDtype,
  buffer: ArrayBuffer,
  start: number,
): void {
  let at = start;
  for (const [, { data }] of tensors) {
    if (dtype === 'float32') {
      new Float32Array(buffer, at, data.length).set(data);
      at += data.byteLength;
    } else {
      const halves = new Uint16Array(buffer, at, data.length);
      for (let i = 0; i < data.length; i++) halves[i] = toFloat16(data[i]!);
      at += halves.byteLength;
    }
  }
}
