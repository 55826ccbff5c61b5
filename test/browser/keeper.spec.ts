// The keeper on the browser's own storage: a run survives the death of its worker at any moment, and damage is noticed.

import { expect, type Page, test } from '@playwright/test';
import type * as Keeper from './harness/pages/keeper.ts';

declare global {
  var keeperPage: Promise<typeof Keeper>;
}

let page: Page;

test.beforeAll(async ({ browser }) => {
  page = await browser.newPage();
  await page.goto('/harness/index.html?keeper');
  await page.evaluate(() => {
    globalThis.keeperPage = harness as Promise<typeof Keeper>;
  });
});

test.afterAll(() => page.close());

test('a new worker goes on from the checkpoint of one that was ended', async () => {
  const { usage, ...found } = await page.evaluate(async () => (await keeperPage).crash());
  const files = ['checkpoint.safetensors', 'events.jsonl'];
  const model = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'];
  expect(found).toEqual({
    step: 2,
    opponent: [2],
    events: '{"type":"é"}\n',
    files: ['run.json', ...files, ...model.map((name) => `models/iteration-0/${name}`)],
    weightsBack: true,
    stored: 5,
  });
  expect(usage.weights).toBe('opfs');
  expect(usage.quota).toBeGreaterThan(usage.used!);
  expect(usage.used).toBeGreaterThan(12_000);
});

for (const ms of [0, 5, 15, 40, 100, 400]) {
  test(`ended ${ms} ms into writing a checkpoint, one whole checkpoint is there and nothing else`, async () => {
    const { written, step, values, stored } = await page.evaluate(
      async (after) => (await keeperPage).killedWhileWriting(after),
      ms,
    );
    if (written) expect(step).toBe(2);
    expect([1, 2]).toContain(step);
    expect(values).toEqual([step]);
    expect(stored).toBe(1);
  });
}

test('a changed byte is noticed by name', async () => {
  expect(await page.evaluate(async () => (await keeperPage).damage())).toMatch(
    /^CorruptFileError: checkpoint\.safetensors: .*damaged/,
  );
});

test('a run goes out, everything is deleted, and it comes in again', async () => {
  const { bytes, ...outcome } = await page.evaluate(async () => (await keeperPage).thereAndBack());
  expect(outcome).toEqual({ left: 0, imported: true, same: true, step: 2, renamed: true });
  expect(bytes).toBeGreaterThan(12_000);
});

test('large files are kept whole by both kinds of storage', async () => {
  expect(await page.evaluate(async () => (await keeperPage).binariesInPage())).toEqual([
    { kind: 'opfs', same: true, names: ['one'], gone: null },
    { kind: 'database', same: true, names: ['one'], gone: null },
  ]);
});
