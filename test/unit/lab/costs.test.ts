// What a run takes of memory and storage: arrays counted by hand, the rest beside what was measured.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { heapBytes } from '../../../src/engine/runtime/runtime-memory.ts';
import { BUILT_IN_SHAPE, costs, storageBytes } from '../../../src/lab/forecast/costs.ts';
import { settingsFromQuery } from '../../../src/lab/settings/settings-store.ts';

const FOLDER = new URL('../../../public/models/spin-small/', import.meta.url);

/** The number of parameters from the header of a safetensors file. */
function parametersIn(file: URL): number {
  const bytes = readFileSync(file);
  const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString());
  return Object.entries<{ shape: number[] }>(header)
    .filter(([name]) => name !== '__metadata__')
    .reduce((sum, [, { shape }]) => sum + shape.reduce((product, size) => product * size, 1), 0);
}

describe('costs', () => {
  it('are of the model that is there', () => {
    const config = JSON.parse(readFileSync(new URL('config.json', FOLDER), 'utf8'));
    expect(BUILT_IN_SHAPE).toEqual({
      parameters: parametersIn(new URL('model.safetensors', FOLDER)),
      layers: config.num_hidden_layers,
      width: config.hidden_size,
      heads: config.num_attention_heads,
      keyWidth: config.num_key_value_heads * config.head_dim,
      inner: config.intermediate_size,
      innerKept: 4,
      vocabulary: config.vocab_size,
      kernel: true,
    });
  });

  it('count arrays of four bytes a parameter', () => {
    const one = 4 * BUILT_IN_SHAPE.parameters;
    const rmsprop = costs(settingsFromQuery('t=5'), null)!;
    // What a step reads and what it writes, and what the kernel reads; the gradient, as the kernel and as the update have it, with a room.
    expect(rmsprop.player).toMatchObject({ weights: 3 * one, optimizer: 2 * one, gradient: 3 * one, cache: 0 });
    // As the runtime holds them, and as the kernels that answer and score have them.
    expect(rmsprop.opponent).toMatchObject({ weights: 3 * one, optimizer: 0, gradient: 0 });
    const onDevice = costs(settingsFromQuery('t=5'), null, null, { backend: 'webgpu', threads: 1 })!;
    expect(onDevice.opponent.weights).toBe(one);
    // What a step reads and what it writes; the gradient so far, with the next share, and zeros.
    expect(onDevice.player).toMatchObject({ weights: 2 * one, optimizer: 2 * one, gradient: 3 * one, cache: 0 });
    // Weights and optimizer's state of two checkpoints, and the base's weights twice.
    expect(rmsprop.copies).toBe(6 * one);
    expect(storageBytes(settingsFromQuery('t=5'), null)).toBe(7 * one);
    const adamw = costs(settingsFromQuery('t=5&opt=adamw'), null)!;
    expect(adamw.player.optimizer).toBe(4 * one);
    expect(adamw.copies).toBe(8 * one);
    expect(storageBytes(settingsFromQuery('t=5&opt=adamw'), null)).toBe(8 * one);
  });

  it('are not known of a model that was not opened', () => {
    expect(costs(settingsFromQuery('model=models/other/'), null)).toBeNull();
    expect(storageBytes(settingsFromQuery('model=models/other/'), null)).toBeNull();
    expect(costs(settingsFromQuery('model=models/other/'), BUILT_IN_SHAPE)).not.toBeNull();
  });

  it('are of all that a worker holds', () => {
    const { player, opponent, copies, memory } = costs(settingsFromQuery(''), null)!;
    for (const { total, ...parts } of [player, opponent]) {
      expect(Object.values(parts).reduce((sum, bytes) => sum + bytes, 0)).toBeCloseTo(total, 0);
    }
    expect(memory).toBe(player.total + opponent.total + copies);
  });

  it('know that a batch has no more pairs at once than it has', () => {
    const activations = (query: string) => costs(settingsFromQuery(query), null)!.player.activations;
    expect(activations('batch=8&micro=64')).toBe(activations('batch=8&micro=8'));
    expect(activations('batch=64&micro=64')).toBeGreaterThan(3.5 * activations('batch=64&micro=16'));
  });
});

it('a WebAssembly memory grows by a fifth at a time, from 16 MiB', () => {
  expect(heapBytes(1)).toBe(2 ** 24);
  expect(heapBytes(2 ** 24 + 1)).toBe(Math.ceil((1.2 * 2 ** 24) / 65_536) * 65_536);
  expect(heapBytes(1e9) / 1e9).toBeLessThan(1.11);
});
