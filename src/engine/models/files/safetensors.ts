// Tensors out of safetensors files, one or several, and into one. The header is read in safetensors-header.ts.

import { dims, InvalidSafetensorsError, shown } from '../errors.ts';
import { isObject } from '../fields.ts';
import { copyBfloat16, copyFloat16, toFloat16 } from './halves.ts';
import { elements, LENGTH_BYTES, readHeader, type TensorEntry } from './safetensors-header.ts';

/** A tensor in memory, row-major. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
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
  switch (entry.dtype) {
    case 'F32':
      target.set(new Float32Array(aligned(bytes, entry)));
      return;
    case 'F16':
      copyFloat16(new Uint16Array(aligned(bytes, entry)), target);
      return;
    case 'BF16':
      copyBfloat16(new Uint16Array(aligned(bytes, entry)), target);
      return;
    default:
      refuseDtype(entry, name);
  }
}

/** A tensor's bytes on their own: a view of numbers must begin at a multiple of their size, a tensor in a file need not. */
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
export function readSafetensors(bytes: Uint8Array, file: string): Map<string, HostTensor> {
  const stored = openSafetensors(bytes, file);
  const tensors = new Map<string, HostTensor>();
  for (const [name, entry] of stored.entries) {
    checkDtype(entry, name);
    const data = new Float32Array(elements(entry.shape));
    stored.copy(name, data);
    tensors.set(name, { shape: entry.shape, data });
  }
  return tensors;
}

/** A file with these tensors in alphabetical order, as PyTorch's writer lays them out, its data beginning at a multiple of eight. */
export function writeSafetensors(tensors: ReadonlyMap<string, HostTensor>, dtype: SavedDtype): Uint8Array {
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
  tensors: readonly [string, HostTensor][],
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
