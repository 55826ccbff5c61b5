// A checkpoint's bytes: what goes in comes out bit for bit, the file is plain safetensors, and what is damaged is refused by name.

import { expect, it } from 'vitest';
import { InvalidSafetensorsError } from '../../../src/engine/models/errors.ts';
import {
  decodeCheckpoint,
  encodeCheckpoint,
  type StoredCheckpoint,
} from '../../../src/engine/models/files/checkpoint.ts';
import { readSafetensors } from '../../../src/engine/models/files/safetensors.ts';
import type { RunSnapshot } from '../../../src/engine/models/parameter-set.ts';
import { NO_CHECKS_YET } from '../../../src/spin/early-stop.ts';
import { SNAPSHOT_FORMAT } from '../../../src/spin/events.ts';
import { DEFAULTS } from '../../../src/spin/parameters/parameter-table.ts';
import { base } from '../parameters.ts';

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const SNAPSHOT: RunSnapshot = {
  formatVersion: SNAPSHOT_FORMAT,
  iteration: 1,
  configuration: DEFAULTS,
  position: { step: 3, epoch: 0, batch: 3, chunks: 2 },
  pairs: [
    {
      promptIds: [1, 2],
      realIds: [3],
      generatedIds: [4, 5],
      exampleIndex: 7,
      madeIn: 1,
      end: 'stop',
      opponent: { real: -1.2345678901234567, generated: -0.1 },
    },
  ],
  older: [],
  counts: { done: 1, identical: 0, truncated: 0, dropped: 0 },
  earlyStop: NO_CHECKS_YET,
  opponent: base(Float32Array.of(0, -0, 1e-45, 3.4e38)),
  player: {
    weights: base(Float32Array.of(1, 2, 3, 4)),
    slots: [Float32Array.of(5, 6, 7, 8), Float32Array.of(9, 10, 11, 0.1)],
    steps: 12,
  },
};
const CHECKPOINT: StoredCheckpoint = {
  snapshot: SNAPSHOT,
  files: { 'events.jsonl': 321, 'pairs/iteration-1.jsonl': 4 },
};

it('gives back what was put in', () => {
  const read = decodeCheckpoint(joined(encodeCheckpoint(CHECKPOINT)), 'checkpoint');
  expect(read).toEqual(CHECKPOINT);
  expect(Object.is(read.snapshot.opponent.values[1], -0)).toBe(true);
});

it('gives back a checkpoint at the start of an iteration, which has no player', () => {
  const start = { ...CHECKPOINT, snapshot: { ...SNAPSHOT, player: null } };
  expect(decodeCheckpoint(joined(encodeCheckpoint(start)), 'checkpoint')).toEqual(start);
});

it('is a safetensors file with aligned values', () => {
  const [head, ...values] = encodeCheckpoint(CHECKPOINT);
  expect(head!.length % 8).toBe(0);
  expect(values.map(({ length }) => length)).toEqual([16, 16, 16, 16]);
  const tensors = readSafetensors(joined([head!, ...values]), 'checkpoint');
  expect([...tensors.keys()].sort()).toEqual(['opponent', 'player', 'slot_0', 'slot_1']);
  expect([...tensors.get('slot_1')!.data]).toEqual([9, 10, 11, Math.fround(0.1)]);
});

it('writes the part of a view and no more', () => {
  const whole = Float32Array.of(9, 1, 2, 3, 4, 9);
  const part = { ...CHECKPOINT, snapshot: { ...SNAPSHOT, opponent: base(whole.subarray(1, 5)) } };
  const read = decodeCheckpoint(joined(encodeCheckpoint(part)), 'checkpoint');
  expect([...read.snapshot.opponent.values]).toEqual([1, 2, 3, 4]);
});

it('reads a file that does not begin at an aligned byte', () => {
  const bytes = joined(encodeCheckpoint(CHECKPOINT));
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  expect(decodeCheckpoint(shifted.subarray(1), 'checkpoint')).toEqual(CHECKPOINT);
});

it.each([
  ['cut short', (bytes: Uint8Array) => bytes.subarray(0, -1), /cut short/],
  [
    'of another version',
    () => joined(encodeCheckpoint({ ...CHECKPOINT, snapshot: { ...SNAPSHOT, formatVersion: 99 as never } })),
    /no checkpoint of this version/,
  ],
  ['without a state', () => Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d), /no checkpoint of this version/],
])('refuses a file %s', (_, damage, message) => {
  const bytes = damage(joined(encodeCheckpoint(CHECKPOINT)));
  const read = () => decodeCheckpoint(bytes, 'here/checkpoint.safetensors');
  expect(read).toThrow(InvalidSafetensorsError);
  expect(read).toThrow(message);
  expect(read).toThrow(/here\/checkpoint\.safetensors/);
});

it('goes in and out with its role, and refuses one that there is not', () => {
  const of = (role: string) => ({ role: role as 'base', values: Float32Array.of(1, 2) });
  const written = (role: string): Uint8Array =>
    Buffer.concat(encodeCheckpoint({ ...CHECKPOINT, snapshot: { ...SNAPSHOT, opponent: of(role), player: null } }));
  expect(decodeCheckpoint(written('adapter'), 'checkpoint').snapshot.opponent).toEqual(of('adapter'));
  expect(Buffer.from(written('base')).includes('role')).toBe(false);
  expect(() => decodeCheckpoint(written('other'), 'checkpoint')).toThrow(InvalidSafetensorsError);
});
