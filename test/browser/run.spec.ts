// A run in the page on wasm: whole, paused, stepped, reset, and gone on with after a worker's death. The numbers are always the same.

import { expect, type Page, test } from '@playwright/test';
import {
  killWorker,
  type Line,
  look,
  openLab,
  playToTheEnd,
  press,
  reach,
  SHORT,
  savedLines,
  savedNumbers,
} from './lab-page.ts';

test.describe.configure({ mode: 'serial' });

/** Long enough to be caught in its midst: two iterations of twelve steps. */
const RUN = { ...SHORT, n: '96', batch: '8', micro: '8' };

let page: Page;
let whole: readonly Line[];

test.beforeAll(async ({ browser }) => {
  page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  await openLab(page, RUN);
});

test.afterAll(() => page.close());

/** By phases: past the base's evaluation, to where the first iteration's prompts have all been answered. */
async function toTheMidst(): Promise<void> {
  await page.getByLabel('Step by').selectOption('phase');
  for (let phase = 0; phase < 2; phase++) {
    await press(page, 'Step');
    await reach(page, 'paused');
  }
  await page.getByLabel('Step by').selectOption('batch');
}

test('a whole run shows its curves, pairs, answers and measures', async () => {
  await playToTheEnd(page);
  await expect(page.locator('.pair-list li button .said')).not.toHaveCount(0);
  await expect(page.locator('fieldset.arena-tokens .arena-token').first()).toBeVisible();
  await look(page, 'curves');
  await expect(page.locator('#chart-loss .plot path').first()).toBeAttached();
  await expect(page.locator('.measures-table tbody tr')).toHaveCount(3);
  await look(page, 'compare');
  await expect(page.locator('.compare-table tbody tr:not(.group)')).toHaveCount(12);
  await expect(page.locator('.compare-table thead th')).toHaveText([
    /Prompt/,
    /Human/,
    /Base/,
    /iteration 1/,
    /iteration 2/,
  ]);
  await expect(page.locator('.trouble, .unsaved')).toHaveCount(0);
  whole = await savedNumbers(page);
  const steps = whole.filter(({ type }) => type === 'step');
  expect(steps.length).toBe(24);
  // The player starts as its opponent: ln 2, and no pair is told apart (DESIGN: ties are ties).
  for (const first of steps.filter(({ step }) => step === 0)) {
    expect(first.loss).toBeCloseTo(Math.LN2, 4);
    expect(first['rewards/accuracies']).toBe(0);
  }
  expect(whole.filter(({ type }) => type === 'evaluation').length).toBe(3);
});

test('both players were at work at the same time', async () => {
  await look(page, 'curves');
  const both = Number(await page.locator('[data-both]').getAttribute('data-both'));
  expect(both).toBeGreaterThan(0);
});

test('after a reset the same run is played again, through pauses and steps', async () => {
  await press(page, 'Reset');
  await reach(page, 'idle');
  await toTheMidst();
  // In slow motion, so that it is still in its midst when it is paused.
  await press(page, 'Slow motion');
  await press(page, 'Go on');
  await press(page, 'Pause');
  await reach(page, 'paused');
  await press(page, 'Slow motion');
  for (let i = 0; i < 2; i++) {
    await press(page, 'Step');
    await reach(page, 'paused');
  }
  await press(page, 'Go on');
  await reach(page, 'finished');
  expect(await savedNumbers(page)).toEqual(whole);
});

for (const who of ['opponent', 'player'] as const) {
  test(`the run goes on when the ${who}'s worker is killed`, async () => {
    await press(page, 'Reset');
    await reach(page, 'idle');
    await toTheMidst();
    await press(page, 'Go on');
    await killWorker(page, who);
    await reach(page, 'finished');
    await expect(page.locator('.status')).toContainText('started anew 1 time');
    expect(await savedNumbers(page)).toEqual(whole);
  });
}

test('a step by iteration ends with its evaluation', async () => {
  await press(page, 'Reset');
  await reach(page, 'idle');
  await look(page, 'curves');
  await page.getByLabel('Step by').selectOption('iteration');
  for (const rounds of [1, 2]) {
    await press(page, 'Step');
    await reach(page, 'paused');
    await expect(page.locator('.measures-table tbody tr')).toHaveCount(rounds);
  }
});

test('another seed is another run', async () => {
  await openLab(page, { ...RUN, seed: '1' });
  await playToTheEnd(page);
  expect((await savedNumbers(page))[0]).not.toEqual(whole[0]);
  expect((await savedLines(page))[0]).toMatchObject({
    type: 'environment',
    backend: 'wasm',
    configuration: { seed: 1 },
  });
});
