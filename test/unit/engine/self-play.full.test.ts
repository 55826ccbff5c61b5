// Self-play on the real model and the built-in world: one iteration of the default preset, and the same without learning.

import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type ExperimentRow, experiment } from '../../../scripts/experiment.ts';
import type { SpinConfiguration } from '../../../src/spin/configuration.ts';
import { presetConfiguration } from '../../../src/spin/presets.ts';

const BASE = fileURLToPath(new URL('../../../public/models/spin-small', import.meta.url));

async function play(changes: Partial<SpinConfiguration>): Promise<ExperimentRow[]> {
  const rows: ExperimentRow[] = [];
  const configuration = { ...presetConfiguration('default'), iterations: 1, seed: 6, ...changes };
  const judged = { heldOut: 'heldout', judgeSeed: 12, prompts: 180, samples: 8 } as const;
  for await (const row of experiment({ base: BASE, configuration, ...judged, backend: 'native', threads: 1 })) {
    rows.push(row);
  }
  return rows;
}

test('one iteration of the default preset brings the model nearer to the world’s people', {
  timeout: 300_000,
}, async () => {
  const [base, after] = await play({});
  // docs/self-play-results.md: 0.465 to 0.593 on average over ten runs, and no run below 0.577.
  expect(base!.report.human_likeness!).toBeGreaterThan(0.4);
  expect(base!.report.human_likeness!).toBeLessThan(0.7);
  expect(after!.report.human_likeness! - base!.report.human_likeness!).toBeGreaterThan(0.06);
  expect(after!.report.kl_forward!).toBeLessThan(base!.report.kl_forward!);
  expect(after!.report.diversity! / base!.report.diversity!).toBeGreaterThan(0.9);
  expect(after!.last!.loss).toBeLessThan(Math.LN2);
});

test('without a learning rate to speak of nothing changes, and the loss stays at ln 2', {
  timeout: 300_000,
}, async () => {
  const [base, after] = await play({ learningRates: [1e-9], examplesPerIteration: 256 });
  expect(Math.abs(after!.report.human_likeness! - base!.report.human_likeness!)).toBeLessThan(0.01);
  expect(Math.abs(after!.report.nll! - base!.report.nll!)).toBeLessThan(1e-4);
  expect(Math.abs(after!.last!.loss - Math.LN2)).toBeLessThan(1e-4);
  expect(after!.last!['rewards/accuracies']).toBe(0);
});
