// A golden model (PyTorch's numbers) on WebGPU in a real browser, with the CPU forbidden.

import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { costs } from '../../src/lab/forecast/costs.ts';
import { settingsFromQuery } from '../../src/lab/settings/settings-store.ts';
import { FULL } from './full.ts';
import type * as GpuMemory from './harness/pages/gpu-memory.ts';
import type * as Models from './harness/pages/models.ts';

declare global {
  var models: Promise<typeof Models>;
}

interface Expected {
  token_logps: { real: { policy: number[] } }[];
  grad_norms: Record<string, Record<string, number>>;
  train: { rmsprop: { loss: number; grad_norm: number }[] };
}

const expected = JSON.parse(
  readFileSync(new URL('../golden/llama-gqa/expected.json', import.meta.url), 'utf8'),
) as Expected;

let page: Page;

test.beforeAll(async ({ browser }) => {
  page = await browser.newPage();
  await page.goto('/harness/index.html?models');
  await page.evaluate(() => {
    globalThis.models = harness as unknown as Promise<typeof Models>;
  });
});

test.afterAll(() => page.close());

test('the runtime names the adapter', async () => {
  expect(await page.evaluate(async () => (await models).adapter())).toMatch(/\w/);
});

test('token log-probabilities', async () => {
  const got = await page.evaluate(async () => (await models).tokenLogps());
  got.forEach((logps, row) => {
    const want = expected.token_logps[row]!.real.policy;
    expect(logps.length).toBe(want.length);
    logps.forEach((logp, at) => {
      expect(Math.abs(logp - want[at]!)).toBeLessThan(1e-4);
    });
  });
});

test('the gradient of every parameter', async () => {
  const got = await page.evaluate(async () => (await models).gradientNorms());
  const want = expected.grad_norms['logistic@0.1']!;
  expect(Object.keys(got).sort()).toEqual(Object.keys(want).sort());
  for (const [name, norm] of Object.entries(want)) expect(Math.abs(got[name]! / norm - 1), name).toBeLessThan(1e-3);
});

test('four steps of RMSProp', async () => {
  const { losses, norms, state } = await page.evaluate(async () => (await models).train());
  expected.train.rmsprop.forEach((want, step) => {
    expect(Math.abs(losses[step]! - want.loss)).toBeLessThan(1e-4);
    expect(Math.abs(norms[step]! / want.grad_norm - 1)).toBeLessThan(1e-3);
  });
  expect(state.slice(1)).toEqual([1, 4]);
  expect(state[0]).toBeGreaterThan(20_000);
});

test('no weights cross to or from the device while training, and a step is read back once', async () => {
  const { steps, weightBytes } = await page.evaluate(async () => (await models).trafficOfSteps());
  for (const { up, down, readBacks } of steps) {
    expect(readBacks).toBe(1);
    // The loss and two log-probabilities a pair for each part of the batch, and the gradient's norm.
    expect(down).toBeLessThan(1024);
    expect(up).toBeGreaterThan(0);
    expect(up).toBeLessThan(weightBytes / 4);
  }
});

test('no keys and values cross while answers are drawn, and a chunk of tokens is read back once', async () => {
  const { traffic, cacheBytes } = await page.evaluate(async () => (await models).trafficOfAnswers());
  expect(traffic.readBacks).toBe(3);
  expect(traffic.down).toBeLessThan(2048);
  expect(traffic.up).toBeLessThan(cacheBytes / 4);
});

test('what the estimate of memory says is what the device and the runtime come to', async () => {
  await page.goto('/harness/index.html?gpu-memory');
  // Of two layers in the long run: a software adapter compiles for each.
  const sizes = { width: 128, layers: FULL ? 2 : 1, pairs: 8, promptTokens: 20, answerTokens: 8 };
  const { peakBytes, shape } = await page.evaluate(
    async (given) => (await (harness as unknown as Promise<typeof GpuMemory>)).measureTraining(given),
    sizes,
  );
  await page.goto('/harness/index.html?models');
  await page.evaluate(() => {
    globalThis.models = harness as unknown as Promise<typeof Models>;
  });
  const settings = settingsFromQuery(`batch=${sizes.pairs}&micro=${sizes.pairs}&len=28&new=8`);
  const seen = { secondsAPair: 1, tokensAPair: 36 };
  const { total } = costs(settings, shape, seen, { backend: 'webgpu', threads: 1 })!.player;
  expect(Math.abs(total / peakBytes - 1)).toBeLessThan(0.2);
});

test('answers equal those on wasm, greedy and sampled', async () => {
  const [onWebGpu, onWasm] = await page.evaluate(async () => {
    const { answers } = await models;
    return [await answers('webgpu'), await answers('wasm')];
  });
  expect(onWebGpu).toEqual(onWasm);
});
