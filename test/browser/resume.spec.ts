// A run that is left in its midst is offered to be gone on with, and its numbers are then those of a run that was never left: after a
// pause and a reload, after its tab was closed, killed at work, or led elsewhere.

import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import {
  type Line,
  look,
  openLab,
  playToTheEnd,
  press,
  reach,
  SHORT,
  savedNumbers,
  setParameter,
  steps,
  storedRuns,
} from './lab-page.ts';

test.describe.configure({ mode: 'serial' });

/** Two iterations of eight steps, with a checkpoint after every fourth. */
const RUN = { ...SHORT, batch: '8', micro: '8', view: 'setup' };
const EVERY = 4;

let whole: readonly Line[];
let context: BrowserContext;
let page: Page;

test.beforeAll(async ({ browser }) => {
  const unbroken = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  await openRun(unbroken);
  await playToTheEnd(unbroken);
  whole = await savedNumbers(unbroken);
  await unbroken.context().close();
  expect(whole.filter(({ type }) => type === 'step').length).toBe(16);
});

test.beforeEach(async ({ browser }) => {
  context = await browser.newContext({ locale: 'en-GB' });
  page = await context.newPage();
  await openRun(page);
});

test.afterEach(() => context.close());

async function openRun(on: Page): Promise<void> {
  await openLab(on, RUN);
  await setParameter(on, 'checkpointEvery', String(EVERY));
}

/** The first checkpoint past the start is not only made but stored. */
const stored = (on: Page): Promise<void> =>
  expect.poll(async () => (await storedRuns(on)).map(({ checkpoint }) => checkpoint?.step)).toEqual([EVERY]);

/** Plays until so many steps of the first iteration are done, and pauses. */
async function playTo(step: number): Promise<void> {
  await page.getByLabel('Step by').selectOption('phase');
  do {
    await press(page, 'Step');
    await reach(page, 'paused');
  } while (!(await page.locator('.status-words').innerText()).includes('iteration 1'));
  await page.getByLabel('Step by').selectOption('batch');
  while ((await steps(page)) < step) {
    await press(page, 'Step');
    await reach(page, 'paused');
  }
}

/** Has it play in the midst of the first iteration, so slowly that it is there still when it is left. */
async function playInTheMidst(): Promise<void> {
  await playTo(EVERY + 1);
  await press(page, 'Slow motion');
  await press(page, 'Go on');
  await reach(page, 'running');
}

/** What the page offers, taken: the run plays to its end with the numbers of one that was never left. */
async function resumeTo(from: Page, where: string | RegExp): Promise<void> {
  const ribbon = from.locator('.ribbon[data-source=unfinished]');
  await expect(ribbon).toContainText(where);
  await expect(ribbon).toContainText('It can go on exactly where it was.');
  await ribbon.getByRole('button', { name: 'Resume' }).click();
  await reach(from, 'finished');
  expect(await savedNumbers(from)).toEqual(whole);
  await expect(from.locator('.trouble, .unsaved')).toHaveCount(0);
  await look(from, 'runs');
  await expect(from.locator('.run-list .run')).toHaveCount(1);
  await expect(from.locator('[data-standing]')).toHaveAttribute('data-standing', 'finished');
}

test('paused past a checkpoint, the page loaded anew', async () => {
  await playTo(EVERY + 1);
  await stored(page);
  await page.reload();
  await resumeTo(page, `This run stopped in iteration 1, after step ${EVERY}.`);
});

test('paused, the tab closed and another opened', async () => {
  await playTo(EVERY + 1);
  await stored(page);
  await page.close();
  page = await context.newPage();
  await openLab(page, {});
  await resumeTo(page, `after step ${EVERY}.`);
});

for (const [how, leave] of [
  ['closed', () => page.close()],
  ['killed', () => killTab(page)],
] as const) {
  test(`the tab ${how} while the run plays`, async () => {
    await playInTheMidst();
    await leave();
    page = await context.newPage();
    await openLab(page, {});
    await resumeTo(page, /stopped in iteration \d, after step \d+\./);
  });
}

test('left for another site and come back while the run plays', async () => {
  await playInTheMidst();
  await page.goto('about:blank');
  await page.goBack();
  await resumeTo(page, /stopped in iteration \d, after step \d+\./);
});

/** As a crash: the page's process ends at once and says nothing. */
async function killTab(tab: Page): Promise<void> {
  const crashed = tab.waitForEvent('crash');
  await tab.goto('chrome://crash').catch(() => undefined);
  await crashed;
  await tab.close();
}
