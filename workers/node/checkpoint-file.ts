// A run's checkpoint as one safetensors file: the weights and optimizer state as tensors, all else as JSON in its metadata, so that
// Python opens it too. Knows no run folder.

import { open, rename } from 'node:fs/promises';
import { SNAPSHOT_FORMAT, type Snapshot } from '../../src/spin/events.ts';
import type { PlayerState } from '../engine/trainer.ts';
import { InvalidSafetensorsError } from '../models/errors.ts';
import { isObject } from '../models/fields.ts';
import { readHeader, type SafetensorsHeader } from '../models/safetensors-header.ts';
import { readRequired } from './model-files.ts';

export type RunSnapshot = Snapshot<Float32Array, PlayerState>;

/** A snapshot, and how long each file of the run was when it was taken. */
export interface Checkpoint {
  readonly snapshot: RunSnapshot;
  readonly files: Readonly<Record<string, number>>;
}

/** Header lengths are rounded up to this many bytes, so that the values after it are aligned. */
const ALIGNMENT = 8;

/** Writes beside the file's place, then moves: the last checkpoint stays until the new one is whole. */
export async function writeCheckpoint(path: string, { snapshot, files }: Checkpoint): Promise<void> {
  const { opponent, player, ...rest } = snapshot;
  const tensors: [string, Float32Array][] = [['opponent', opponent]];
  if (player !== null) {
    tensors.push(
      ['player', player.weights],
      ...player.slots.map((slot, i): [string, Float32Array] => [`slot_${i}`, slot]),
    );
  }
  const state = { ...rest, player: player && { steps: player.steps, slots: player.slots.length }, files };
  const header = headerOf(tensors, JSON.stringify(state));
  const handle = await open(`${path}.part`, 'w');
  try {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    await handle.writeFile(length);
    await handle.writeFile(header);
    for (const [, data] of tensors) await handle.writeFile(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.part`, path);
}

function headerOf(tensors: readonly (readonly [string, Float32Array])[], state: string): Buffer {
  let at = 0;
  const entries = tensors.map(([name, { length, byteLength }]) => {
    const begin = at;
    at += byteLength;
    return [name, { dtype: 'F32', shape: [length], data_offsets: [begin, at] }] as const;
  });
  const json = Buffer.from(JSON.stringify({ __metadata__: { state }, ...Object.fromEntries(entries) }));
  return Buffer.concat([json, Buffer.alloc((ALIGNMENT - (json.length % ALIGNMENT)) % ALIGNMENT, ' ')]);
}

/** @throws MissingFileError, InvalidSafetensorsError */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const bytes = await readRequired(path);
  const header = readHeader(bytes, path);
  const tensor = (name: string): Float32Array => floats(bytes, header, name, path);
  const { player, files, ...rest } = stateOf(header, path);
  const state = player && {
    weights: tensor('player'),
    slots: Array.from({ length: player.slots }, (_, i) => tensor(`slot_${i}`)),
    steps: player.steps,
  };
  return { snapshot: { ...rest, opponent: tensor('opponent'), player: state }, files };
}

interface State extends Omit<RunSnapshot, 'opponent' | 'player'> {
  readonly player: { readonly steps: number; readonly slots: number } | null;
  readonly files: Readonly<Record<string, number>>;
}

function stateOf({ metadata }: SafetensorsHeader, path: string): State {
  const state = parsed(metadata.state ?? 'null');
  const whole = isObject(state) && isObject(state.position) && isObject(state.files) && Array.isArray(state.pairs);
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

const NO_CHECKPOINT = 'Open the run with the version that wrote it, or begin a new one with another --out.';

function floats(bytes: Uint8Array, { tensors }: SafetensorsHeader, name: string, path: string): Float32Array {
  const entry = tensors.get(name);
  if (entry?.dtype !== 'F32') throw new InvalidSafetensorsError(path, name, 'it is missing', NO_CHECKPOINT);
  // A copy of its own: a Buffer's slice would share the whole file's memory.
  return new Float32Array(Uint8Array.from(bytes.subarray(entry.begin, entry.end)).buffer);
}
