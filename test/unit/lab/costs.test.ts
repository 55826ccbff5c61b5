// What a run takes of memory and storage: arrays counted by hand, the rest beside what was measured.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BUILT_IN_SHAPE, costs } from '../../../src/lab/costs.ts';
import { settingsFromQuery } from '../../../src/lab/settings-store.ts';

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
      vocabulary: config.vocab_size,
    });
  });

  it('count arrays of four bytes a parameter', () => {
    const rmsprop = costs(settingsFromQuery('t=5&model=models/other/'), 1000);
    expect(rmsprop).toEqual({
      weights: 8000,
      gradient: 4000,
      optimizer: 4000,
      working: null,
      // Weights and optimizer of two checkpoints.
      checkpoints: 16_000,
      memory: 32_000,
      // Five iterations, and a checkpoint.
      storage: 28_000,
    });
    const adamw = costs(settingsFromQuery('t=5&opt=adamw&model=models/other/'), 1000);
    expect(adamw).toMatchObject({ optimizer: 8000, checkpoints: 24_000, storage: 32_000 });
    expect(costs(settingsFromQuery('model=models/other/'), null)).toBeNull();
  });

  it('grow with the pairs at once as a process did', () => {
    const working = (micro: number) => costs(settingsFromQuery(`batch=256&micro=${micro}`), null)!.working!;
    // Peak of the command line on the CPU with 16, 64 and 256 pairs at once: 515, 681 and 1263 MB.
    const aPair = (working(256) - working(16)) / 240;
    const measured = (1_262_924_000 - 515_244_000) / 240;
    expect(aPair / measured).toBeGreaterThan(0.7);
    expect(aPair / measured).toBeLessThan(1.4);
  });

  it('know that a batch has no more pairs at once than it has', () => {
    const working = (query: string) => costs(settingsFromQuery(query), null)!.working;
    expect(working('batch=8&micro=64')).toBe(working('batch=8&micro=8'));
  });
});
