// What the browser tests do with the page, as a person would: open it, press its buttons, read its numbers.

import { readFile } from 'node:fs/promises';
import type { Browser, Page } from '@playwright/test';

/** What the defaults might change under a test that counts steps. */
export const PINNED = {
  batch: '16',
  micro: '16',
  answers: '32',
  epochs: '1',
  window: '1',
  lambda: '1',
  lr: '0.00005',
} as const;

/** A whole run in a few seconds: the tiny model, two iterations of four steps. */
export const SHORT = {
  ...PINNED,
  model: 'models/tiny/',
  backend: 'wasm',
  t: '2',
  n: '64',
  evalprompts: '12',
  evalsamples: '2',
  valid: '8',
  new: '24',
} as const;

/** Leaves it to the page how many threads a player has: its first start measures. */
export const MEASURED = { threads: '' } as const;

/** A page in a profile of its own, for a file's tests to share: `beforeAll` opens it once, and `afterAll` closes its context. */
export async function newPage(browser: Browser): Promise<Page> {
  return (await browser.newContext({ locale: 'en-GB' })).newPage();
}

/** One thread a player, so that no start pays for measuring; `threads` says it otherwise. */
export async function openLab(page: Page, query: Readonly<Record<string, string>> = SHORT, path = '/'): Promise<void> {
  const asked = Object.entries({ threads: '1', ...query }).filter(([name, text]) => name !== 'threads' || text !== '');
  await page.goto(`${path}?${new URLSearchParams(asked)}`);
  await page.locator('[data-backend]').waitFor();
  await shows(page);
}

/** Waits until the page has found what to show first: a kept run or the example. */
export async function shows(page: Page): Promise<void> {
  await page.locator('header input.run-name, header span.run-name:not(:empty)').waitFor();
}

export const status = (page: Page) => page.locator('[data-status]');

export async function reach(page: Page, wanted: string, timeout = 120_000): Promise<void> {
  await page.locator(`[data-status=${wanted}]`).waitFor({ timeout });
}

/** Steps done of the iteration at hand, as the page says; 0 while it does not learn. */
export async function steps(page: Page): Promise<number> {
  const [, done] = /^step (\d+) of /.exec(await page.locator('.step-words').innerText()) ?? [];
  return Number(done ?? 0);
}

export async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
}

export async function playToTheEnd(page: Page, timeout?: number): Promise<void> {
  await press(page, 'Start');
  await reach(page, 'finished', timeout);
}

/** Goes to a view by its link at the top. */
export async function look(page: Page, view: 'arena' | 'curves' | 'compare' | 'runs' | 'setup'): Promise<void> {
  await page.locator('nav.views a').nth(['arena', 'curves', 'compare', 'runs', 'setup'].indexOf(view)).click();
  await page.locator(`main[data-view=${view}]`).waitFor();
}

export type Line = { readonly type: string } & Readonly<Record<string, unknown>>;

/** The run's numbers as the page saves them. */
export async function savedLines(page: Page): Promise<Line[]> {
  const download = page.waitForEvent('download');
  // A letter is the field's own while one has the focus.
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('s');
  const text = await readFile(await (await download).path(), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** All that a run measured, without where it ran. */
export async function savedNumbers(page: Page): Promise<Line[]> {
  return (await savedLines(page)).filter(({ type }) => type !== 'environment');
}

/** Ends a worker from within, as a crash would: silently. */
export async function killWorker(page: Page, who: 'opponent' | 'player' | 'keeper'): Promise<void> {
  const worker = page.workers().find((one) => one.url().includes(`/${who}-`));
  if (worker === undefined)
    throw new Error(`There is no ${who} worker among ${page.workers().map((one) => one.url())}.`);
  await worker.evaluate(() => self.close());
}

export interface StoredRun {
  readonly finished: boolean;
  readonly checkpoint: { readonly iteration: number; readonly step: number } | null;
}

/** The runs that the browser has stored, read past the page: what it shows may be ahead of what is stored. */
export function storedRuns(page: Page): Promise<StoredRun[]> {
  return page.evaluate(
    () =>
      new Promise<StoredRun[]>((resolve, reject) => {
        const opening = indexedDB.open('spin-lab');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const all = opening.result.transaction('runs').objectStore('runs').getAll();
          all.onerror = () => reject(all.error);
          all.onsuccess = () => {
            opening.result.close();
            resolve(all.result.map(({ file, checkpoint }) => ({ finished: file.finished !== null, checkpoint })));
          };
        };
      }),
  );
}

/** Types a setting into its box in Setup, whose group may be closed. */
export async function setParameter(page: Page, key: string, text: string): Promise<void> {
  const closed = page.locator(`.parameter-group:not([open]):has([data-parameter=${key}]) > summary`);
  if ((await closed.count()) > 0) await closed.click();
  const box = page.locator(`[data-parameter=${key}] .number-box`);
  await box.fill(text);
  await box.press('Enter');
}
