// The charts over made-up numbers, in a page of their own: axe, cursor and zoom by keys and pointer, tables, and files to take away.

import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { faultsOf } from './axe.ts';
import { LOOKS } from './full.ts';
import { newPage } from './lab-page.ts';

type Shown = Readonly<Record<string, unknown>>;
type Harness = Promise<{ show(shown: Shown): Promise<void>; play(steps: number): void }>;

async function show(page: Page, shown: Shown): Promise<void> {
  await page.goto('/harness/index.html?charts');
  await page.evaluate((what) => (globalThis.harness as Harness).then((charts) => charts.show(what)), shown);
  await expect(page.locator('#chart-loss .plot svg path').first()).toBeAttached();
}

let page: Page;

test.beforeAll(async ({ browser }) => {
  page = await newPage(browser);
});

test.afterAll(() => page.context().close());

const cursor = (page: Page, chart: string) => page.locator(`#chart-${chart} .cursor-layer`);

async function choose(page: Page, chart: string, item: string): Promise<void> {
  await page.locator(`#chart-${chart} .chart-menu`).click();
  await page.locator(`#chart-${chart}`).getByRole('button', { name: item }).click();
}

async function fileOf(page: Page, chart: string, item: string): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), choose(page, chart, item)]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'latin1') };
}

for (const { colorScheme, lang: language } of LOOKS) {
  test(`axe finds nothing in ${language}, ${colorScheme}`, async () => {
    await page.emulateMedia({ colorScheme });
    await show(page, { steps: 400, language, overlays: 1, group: 3 });
    await page.locator('#chart-loss .chart-menu').click();
    await page.locator('#chart-loss .chart-menu-items button').first().click();
    expect(await faultsOf(page, { without: ['landmark-one-main', 'page-has-heading-one', 'region'] })).toEqual([]);
  });
}

test('arrows move a cursor that all charts share, and it tells the values', async () => {
  await show(page, { steps: 400 });
  await cursor(page, 'loss').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(cursor(page, 'loss')).toHaveAttribute('aria-valuenow', '3');
  await expect(page.locator('.cursor')).toHaveCount(8);
  await expect(page.locator('#chart-rewards .readout')).toContainText('step 3');
  await expect(cursor(page, 'rewards')).toHaveAttribute(
    'aria-valuetext',
    /^step 3: human answers .+, opponent’s answers /,
  );
  await page.keyboard.press('Escape');
  await expect(page.locator('.cursor')).toHaveCount(0);
});

test('plus, minus and 0 zoom all charts; so does dragging', async () => {
  await show(page, { steps: 400 });
  const ends = async () => [
    Number(await cursor(page, 'accuracy').getAttribute('aria-valuemin')),
    Number(await cursor(page, 'accuracy').getAttribute('aria-valuemax')),
  ];
  await cursor(page, 'loss').focus();
  await page.keyboard.press('+');
  await expect.poll(ends).toEqual([200, 400]);
  await page.keyboard.press('-');
  await expect.poll(ends).toEqual([0, 400]);
  const box = (await cursor(page, 'loss').boundingBox())!;
  await page.mouse.move(box.x + 0.25 * box.width, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.75 * box.width, box.y + 60, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => (await ends()).map((end) => Math.round(end / 5))).toEqual([20, 60]);
  await cursor(page, 'loss').focus();
  await page.keyboard.press('0');
  await expect.poll(ends).toEqual([0, 400]);
});

test('a table has at most 200 rows and says so; the CSV file has all of them', async () => {
  await show(page, { steps: 1000 });
  await choose(page, 'loss', 'Show as table');
  await expect(page.locator('#chart-loss tbody tr')).toHaveCount(200);
  await expect(page.locator('#chart-loss')).toContainText('200 of 1,000 rows');
  const { name, text } = await fileOf(page, 'loss', 'Download CSV');
  expect(name).toBe('quiet-heron-loss.csv');
  const lines = text.trimEnd().split('\r\n');
  expect(lines.length).toBe(1001);
  expect(lines[1]).toMatch(/^0,0,0\.\d+,0,800,quiet heron$/);
});

test('an SVG file stands by itself and is light on a dark page', async () => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await show(page, { steps: 400 });
  for (const chart of ['rewards', 'margins', 'ratios', 'human-likeness']) {
    const { text } = await fileOf(page, chart, 'Download SVG');
    expect(text).toMatch(/^<svg/);
    expect(text).not.toMatch(/var\(|light-dark|class=|NaN/);
    // The ground: the light palette's white.
    expect(text.match(/<rect[^>]*>/)?.[0]).toContain('fill="rgb(255, 255, 255)"');
    expect(text).toContain('quiet heron');
  }
});

test('a PNG file is a picture of twice the chart’s size', async () => {
  await show(page, { steps: 400 });
  const { text } = await fileOf(page, 'loss', 'Download PNG');
  const bytes = Buffer.from(text, 'latin1');
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
  const width = await page
    .locator('#chart-loss .plot svg')
    .first()
    .evaluate((svg) => svg.clientWidth);
  expect(bytes.readUInt32BE(16)).toBe(2 * (width + 32));
});

test('new steps are drawn, within a second', async () => {
  await show(page, { steps: 100 });
  await expect(cursor(page, 'loss')).toHaveAttribute('aria-valuemax', '100');
  await page.evaluate(() => (globalThis.harness as Harness).then((charts) => charts.play(50)));
  await expect(cursor(page, 'loss')).toHaveAttribute('aria-valuemax', '150', { timeout: 2000 });
});
