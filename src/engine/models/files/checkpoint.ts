// A run's checkpoint as one safetensors file: the weights and optimizer state as tensors, all else as JSON in its metadata, so that
// Python opens it too. Bytes to snapshot and back.

import { SNAPSHOT_FORMAT } from '../../../spin/events.ts';
import { InvalidSafetensorsError } from '../errors.ts';
import { isObject } from '../fields.ts';
import type { PartRole, RunSnapshot } from '../parameter-set.ts';
import { LENGTH_BYTES, readHeader, type SafetensorsHeader } from './safetensors-header.ts';

/** A snapshot, and how many bytes each file of the run had when it was taken. */
export interface StoredCheckpoint {
  readonly snapshot: RunSnapshot;
  readonly files: Readonly<Record<string, number>>;
}

/** Header lengths are rounded up to this many bytes, so that the values after it are aligned. */
const ALIGNMENT = 8;
const NO_CHECKPOINT = 'Open the run with the version that wrote it, or begin a new one.';

/** The file's bytes in parts, in order. Weights and state are not copied: their parts are views of the snapshot's own arrays. */
export function encodeCheckpoint({ snapshot, files }: StoredCheckpoint): Uint8Array[] {
  const { opponent, player, ...rest } = snapshot;
  const tensors: [string, Float32Array][] = [['opponent', opponent.values]];
  if (player !== null) {
    tensors.push(
      ['player', player.weights.values],
      ...player.slots.map((slot, i): [string, Float32Array] => [`slot_${i}`, slot]),
    );
  }
  // Without a role it is the base, as all were before there were others.
  const role = opponent.role === 'base' ? {} : { role: opponent.role };
  const state = { ...rest, ...role, player: player && { steps: player.steps, slots: player.slots.length }, files };
  return [
    headOf(tensors, JSON.stringify(state)),
    ...tensors.map(([, data]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ];
}

function headOf(tensors: readonly (readonly [string, Float32Array])[], state: string): Uint8Array {
  let at = 0;
  const entries = tensors.map(([name, { length, byteLength }]) => {
    const begin = at;
    at += byteLength;
    return [name, { dtype: 'F32', shape: [length], data_offsets: [begin, at] }] as const;
  });
  const json = new TextEncoder().encode(JSON.stringify({ __metadata__: { state }, ...Object.fromEntries(entries) }));
  const length = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const head = new Uint8Array(LENGTH_BYTES + length).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(json, LENGTH_BYTES);
  return head;
}

/** @param path what messages call the file. @throws InvalidSafetensorsError for what is damaged or of another version */
export function decodeCheckpoint(bytes: Uint8Array, path: string): StoredCheckpoint {
  const header = readHeader(bytes, path);
  const tensor = (name: string): Float32Array => floats(bytes, header, name, path);
  const { player, files, role = 'base', ...rest } = stateOf(header, path);
  const state = player && {
    weights: { role, values: tensor('player') },
    slots: Array.from({ length: player.slots }, (_, i) => tensor(`slot_${i}`)),
    steps: player.steps,
  };
  return { snapshot: { ...rest, opponent: { role, values: tensor('opponent') }, player: state }, files };
}

interface State extends Omit<RunSnapshot, 'opponent' | 'player'> {
  readonly role?: PartRole;
  readonly player: { readonly steps: number; readonly slots: number } | null;
  readonly files: Readonly<Record<string, number>>;
}

function stateOf({ metadata }: SafetensorsHeader, path: string): State {
  const state = parsed(metadata.state ?? 'null');
  const whole =
    isObject(state) &&
    isObject(state.position) &&
    isObject(state.files) &&
    Array.isArray(state.pairs) &&
    [undefined, 'base', 'adapter'].includes(state.role as PartRole | undefined);
  if (whole && state.formatVersion === SNAPSHOT_FORMAT) return state as unknown as State;
  throw new InvalidSafetensorsError(path, null, 'this is no checkpoint of this version', NO_CHECKPOINT);
}

/** null for what is no JSON: refused together with everything else that is no state. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function floats(bytes: Uint8Array, { tensors }: SafetensorsHeader, name: string, path: string): Float32Array {
  const entry = tensors.get(name);
  if (entry?.dtype !== 'F32') throw new InvalidSafetensorsError(path, name, 'it is missing', NO_CHECKPOINT);
  // A copy of its own, as a view would keep the whole file in memory; made by the plain constructor, for a Buffer's slice is a view.
  return new Float32Array(Uint8Array.from(bytes.subarray(entry.begin, entry.end)).buffer);
}
