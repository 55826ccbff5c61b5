// The whole story in Firefox, of which Playwright drives only a build of its own: the browser as it is installed, over WebDriver BiDi. Its
// numbers are Chromium's. It has no WebGPU on Linux, so both players work on the CPU; isolation, locks, and the private file system with
// its synchronous handles in workers are there.

import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import { type Browser, launch, type Page } from 'puppeteer-core';
import { findFirefox } from '../../scripts/find-firefox.ts';
import { type Line, openLab, playToTheEnd, SHORT, savedNumbers } from './lab-page.ts';
import { ORIGIN } from './server.ts';

const firefox = findFirefox();

test.describe.configure({ mode: 'serial' });
test.skip(firefox === undefined, 'There is no Firefox here: FIREFOX_PATH names one.');

/** Two iterations of twenty steps: a checkpoint falls into each, after step 16. */
const RUN = { ...SHORT, n: '160', batch: '8', micro: '8', threads: '1' };
const VIEWS = ['arena', 'curves', 'compare', 'runs', 'setup'];
const WAIT_MS = 120_000;

let browser: Browser;
let page: Page;
let folder: string;
const errors: string[] = [];

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spin-lab-firefox-'));
  browser = await launch({
    browser: 'firefox',
    executablePath: firefox!,
    headless: true,
    extraPrefsFirefox: {
      'browser.download.folderList': 2,
      'browser.download.dir': folder,
      'browser.download.useDownloadDir': true,
      'browser.download.always_ask_before_handling_new_types': false,
      'intl.accept_languages': 'en-GB',
    },
  });
  page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  page.on('pageerror', (error) => errors.push(String(error)));
});

test.afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

const reach = (status: string) => page.waitForSelector(`[data-status=${status}]`, { timeout: WAIT_MS });
const count = (selector: string) => page.$$eval(selector, (found) => found.length);
const textOf = (selector: string) => page.$eval(selector, (element) => element.textContent ?? '');

/** By its key, with nothing in focus that would take it. */
async function press(key: string): Promise<void> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press(key as Parameters<Page['keyboard']['press']>[0]);
}

async function look(view: string): Promise<void> {
  await press(String(VIEWS.indexOf(view) + 1));
  await page.waitForSelector(`main[data-view=${view}]`);
}

/** The file that a key has the browser save. */
async function saved(key: string, name: RegExp): Promise<Uint8Array> {
  const before = new Set(readdirSync(folder));
  await press(key);
  let file: string | undefined;
  await expect
    .poll(() => {
      const files = readdirSync(folder).filter((one) => !before.has(one));
      file = files.find((one) => name.test(one));
      return file !== undefined && !files.some((one) => one.endsWith('.part'));
    })
    .toBe(true);
  return readFile(join(folder, file!));
}

test('the recorded example is there, in a page that is isolated', async () => {
  await page.goto(`${ORIGIN}/?${new URLSearchParams(RUN)}`);
  await page.waitForSelector('.ribbon[data-source=example]');
  await page.waitForSelector('.arena-token');
  expect(await page.evaluate(() => [crossOriginIsolated, 'locks' in navigator, 'storage' in navigator])).toEqual([
    true,
    true,
    true,
  ]);
  expect(await textOf('[data-backend]')).toContain('CPU');
});

test('a run plays, shows pairs and charts, and is paused in its midst', async () => {
  await press(' ');
  await reach('running');
  await page.waitForFunction(() => /step [1-9]/.test(document.querySelector('.step-words')?.textContent ?? ''), {
    timeout: WAIT_MS,
  });
  await press(' ');
  await reach('paused');
  expect(await count('.pair-list li')).toBeGreaterThan(0);
  await page.waitForSelector('.arena-token');
  await look('curves');
  await page.waitForSelector('#chart-loss .plot svg path.recharts-line-curve');
  expect(await count('.chart-figure')).toBeGreaterThan(8);
});

test('after a reload it goes on, to Chromium’s numbers', async ({ page: chromium }) => {
  await page.reload();
  await page.waitForSelector('.ribbon[data-source=unfinished] button');
  await page.click('.ribbon[data-source=unfinished] button');
  await reach('finished');
  const numbers = linesOf(strFromU8(await saved('s', /\.jsonl$/))).filter(({ type }) => type !== 'environment');
  await openLab(chromium, RUN);
  await playToTheEnd(chromium);
  const theirs = await savedNumbers(chromium);
  expect(numbers.length).toBe(theirs.length);
  for (const [at, line] of numbers.entries()) expectClose(line, theirs[at]);
});

test('compare shows its answers, side by side', async () => {
  await look('compare');
  await page.waitForSelector('.compare-table tbody tr .answer-cell, .compare-table tbody tr td');
  expect(await count('.compare-table tbody tr')).toBeGreaterThan(11);
});

test('the run is kept: exported whole, and there after another reload', async () => {
  await look('runs');
  await page.waitForSelector('[data-standing=finished]');
  const zip = unzipSync(await saved('x', /\.zip$/));
  const events = linesOf(strFromU8(zip[Object.keys(zip).find((path) => path.endsWith('events.jsonl'))!]!));
  expect(events.filter(({ type }) => type === 'step').length).toBe(40);
  expect(Object.keys(zip).filter((path) => path.endsWith('model.safetensors')).length).toBe(2);
  await page.reload();
  await page.waitForSelector('[data-standing=finished]');
  expect(await count('.run-list .run')).toBe(1);
  expect(await count('.trouble, .unsaved')).toBe(0);
  expect(errors).toEqual([]);
});

const linesOf = (text: string): Line[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** Equal words; numbers equal to single precision's rounding. */
function expectClose(ours: unknown, theirs: unknown, name = 'line'): void {
  if (typeof ours === 'number' && typeof theirs === 'number') {
    expect(Math.abs(ours - theirs), name).toBeLessThanOrEqual(1e-5 + 1e-4 * Math.abs(theirs));
  } else if (typeof ours === 'object' && ours !== null && typeof theirs === 'object' && theirs !== null) {
    expect(Object.keys(ours), name).toEqual(Object.keys(theirs));
    const others = new Map(Object.entries(theirs));
    for (const [key, value] of Object.entries(ours)) expectClose(value, others.get(key), key);
  } else expect(ours, name).toEqual(theirs);
}
