// The golden model folders of test/golden, for the tests beside this file.

import { readFileSync } from 'node:fs';

export type GoldenModel = 'llama-gqa' | 'gpt2';

export function goldenBytes(model: GoldenModel, file: string): Uint8Array {
  return readFileSync(new URL(`../../golden/${model}/policy/${file}`, import.meta.url));
}

export function goldenConfig(model: GoldenModel): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(goldenBytes(model, 'config.json'))) as Record<string, unknown>;
}

/** What `act` throws; fails the test where it throws nothing. */
export function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
