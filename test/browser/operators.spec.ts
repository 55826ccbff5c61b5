// Every operator and every gradient on WebGPU, with the CPU forbidden, against wasm.

import { expect, type Page, test } from '@playwright/test';
import type * as Operators from './harness/pages/operators.ts';

declare global {
  var operators: Promise<typeof Operators>;
}

/**
 * WebGPU allows its exp and tanh an error of some units in the last place of float32 (WGSL, section 15.7.4); sums run in another order.
 */
const TOLERANCE = 2e-5;

let page: Page;

test.beforeAll(async ({ browser }) => {
  page = await browser.newPage();
  await page.goto('/harness/index.html?operators');
  await page.evaluate(() => {
    globalThis.operators = harness as Promise<typeof Operators>;
  });
});

test.afterAll(() => page.close());

test('there is a WebGPU adapter, and it says what it is', async () => {
  const adapter = await page.evaluate(async () => (await operators).adapter());
  expect(adapter).not.toBeNull();
  test.info().annotations.push({ type: 'adapter', description: JSON.stringify(adapter) });
  expect(`${adapter?.vendor}${adapter?.architecture}${adapter?.description}`).not.toBe('');
});

test('a node that WebGPU does not take is an error', async () => {
  expect(await page.evaluate(async () => (await operators).giveItLogSoftmax())).toContain('fallback to CPU EP');
});

test('every operator and gradient runs on WebGPU alone, as on wasm', async () => {
  const comparisons = await page.evaluate(async () => {
    const { compare, refused } = await operators;
    return compare().catch(async (error: Error) => {
      throw new Error([error.message, ...(await refused())].join('\n'));
    });
  });
  expect(comparisons.length).toBeGreaterThan(150);
  expect(comparisons.filter(({ error }) => !(error < TOLERANCE))).toEqual([]);
});

test('the norm of a million numbers is that of double precision', async () => {
  expect(await page.evaluate(async () => (await operators).normError())).toBeLessThan(1e-6);
});

test('a step whose weight decay spares many runs of parameters is that of wasm', async () => {
  expect(await page.evaluate(async () => (await operators).decayError())).toBeLessThan(TOLERANCE);
});
