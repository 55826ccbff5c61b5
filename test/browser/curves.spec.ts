// The charts of a run in the page: their tables, files and lines are the numbers of the recorded example's own events. Two short runs stand
// beside each other at the end.

import { readFile } from 'node:fs/promises';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { exampleLines, exampleSteps, look, openExample } from './example-page.ts';
import { openLab, playToTheEnd, SHORT, savedNumbers } from './lab-page.ts';

/** What the world's runs have charts of, in their order. */
const CHARTS = [
  'loss',
  'rewards',
  'logps',
  'margin',
  'accuracy',
  'learning-rate',
  'gradient',
  'throughput',
  'margins',
  'ratios',
  'human-likeness',
  'kl-forward',
  'kl-reverse',
  'diversity',
  'nll',
];

const events = exampleLines('events.jsonl');
const steps = exampleSteps();
const losses = steps.map(({ loss }) => Number(loss));

const chart = (page: Page, id: string) => page.locator(`#chart-${id}`);
const cursor = (page: Page, id: string) => chart(page, id).locator('.cursor-layer');
const line = (page: Page, id: string) => chart(page, id).locator('path.recharts-line-curve');

async function openCurves(page: Page): Promise<void> {
  await openExample(page, { view: 'curves' });
  await drawn(page, 'loss');
}

async function drawn(page: Page, id: string): Promise<void> {
  await chart(page, id).scrollIntoViewIfNeeded();
  await expect(chart(page, id).locator('.plot svg path').first()).toBeAttached();
}

async function choose(page: Page, id: string, item: string): Promise<void> {
  await chart(page, id).locator('.chart-menu').click();
  await chart(page, id).getByRole('button', { name: item }).click();
}

async function fileOf(page: Page, id: string, item: string): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), choose(page, id, item)]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** Rows of cells; no field of these files has a comma or a line's end in it. */
async function csvOf(page: Page, id: string): Promise<string[][]> {
  const { bytes } = await fileOf(page, id, 'Download CSV');
  const text = bytes.toString('utf8');
  expect(text.startsWith('\ufeff')).toBe(true);
  return text
    .slice(1)
    .trimEnd()
    .split('\r\n')
    .map((row) => row.split(','));
}

async function smooth(page: Page, beta: number): Promise<void> {
  await page.getByLabel('Smoothing').fill(String(beta));
}

/** The values at the ends of a line's strokes, read off the marks of its axis. */
async function valuesOf(path: Locator): Promise<number[]> {
  const { d, marks } = await path.evaluate((element) => ({
    d: element.getAttribute('d') ?? '',
    marks: [
      ...(element.closest('svg') as SVGSVGElement).querySelectorAll('.recharts-yAxis-tick-labels text, .yAxis text'),
    ].map((text) => [Number(text.textContent?.replace('−', '-')), Number(text.getAttribute('y'))] as const),
  }));
  const [[low, bottom], [high, top]] = [marks[0]!, marks.at(-1)!];
  const ys = [...d.matchAll(/[ML]\s*[\d.]+,([\d.]+)/g)].map(([, y]) => Number(y));
  return ys.map((y) => low + ((y - bottom) / (top - bottom)) * (high - low));
}

test('every chart of a run in the world is there, and drawn once it is in sight', async ({ page }) => {
  await openCurves(page);
  const ids = await page.locator('.chart-figure').evaluateAll((figures) => figures.map(({ id }) => id));
  expect(ids).toEqual(CHARTS.map((id) => `chart-${id}`));
  for (const id of CHARTS) {
    await drawn(page, id);
    await expect(chart(page, id).locator('.readout')).toContainText(/\d/);
  }
});

test('table and CSV of the loss are the numbers of the run’s own file', async ({ page }) => {
  await openCurves(page);
  await choose(page, 'loss', 'Show as table');
  await expect(chart(page, 'loss').locator('thead th')).toHaveText([
    'iteration',
    'step',
    'loss',
    'seconds',
    'tokens_total',
    'run',
  ]);
  const told = await chart(page, 'loss')
    .locator('tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)));
  expect(told.length).toBe(steps.length);
  // The latest first, with five digits.
  told.reverse().forEach((cells, at) => {
    expect(cells.slice(0, 2).map(Number)).toEqual([steps[at]?.iteration, steps[at]?.step]);
    expect(Math.abs(Number(cells[2]) - losses[at]!)).toBeLessThanOrEqual(0.5e-5);
  });

  const [head, ...rows] = await csvOf(page, 'loss');
  expect(head).toEqual(['iteration', 'step', 'loss', 'seconds', 'tokens_total', 'run']);
  expect(rows.map((row) => row.slice(0, 3).map(Number))).toEqual(
    steps.map(({ iteration, step, loss }) => [iteration, step, loss]),
  );
  let tokens = 0;
  const begin = Date.parse(String(events[0]?.time));
  rows.forEach((row, at) => {
    tokens += Number(steps[at]?.tokens);
    expect(Number(row[4])).toBe(tokens);
    // The command line works without a pause: seconds of work are those since the run began.
    expect(Number(row[3])).toBeCloseTo((Date.parse(String(steps[at]?.time)) - begin) / 1000, 1);
  });
});
