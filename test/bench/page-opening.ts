// From an empty profile to a page that shows something, and from Start to something played.

import { gzipSync } from 'node:zlib';
import type { Browser, Page } from '@playwright/test';
import { median, type Row } from './page-report.ts';
import { type Tasks, tasksDuring } from './page-tasks.ts';

const VISITS = 5;
/** What is not the shell: the runtime, models and the recorded example. */
const NO_SHELL = /\/(runtime|models|examples)\//;

/** Runs `use` with a page of a fresh profile. */
export async function freshPage<T>(browser: Browser, use: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
  try {
    // The bench's compiler names functions by this helper, in those that it sends to the page too.
    await context.addInitScript('globalThis.__name = (value) => value');
    return await use(await context.newPage());
  } finally {
    await context.close();
  }
}

/** Waits for an element; resolves to the page's clock, ms since the navigation began. */
const seenAt = (page: Page, selector: string): Promise<number> =>
  page
    .waitForFunction((wanted) => document.querySelector(wanted) !== null && performance.now(), selector)
    .then(async (time) => (await time.jsonValue()) as number);

export async function measureOpening(browser: Browser, address: string): Promise<Row[]> {
  const visit = () =>
    freshPage(browser, async (page) => {
      await page.goto(address);
      const example = await seenAt(page, '.arena-view .face-off');
      const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]!.startTime);
      return { paint, example, files: await filesBefore(page, paint) };
    });
  // The first one warms the server.
  await visit();
  const visits = [];
  for (let at = 0; at < VISITS; at++) visits.push(await visit());
  const files = [...new Set(visits.flatMap((one) => one.files))].filter((file) => !NO_SHELL.test(file));
  const sizes = await Promise.all(files.map(async (file) => gzipSync(await bytesOf(file), { level: 9 }).length));
  const shell = sizes.reduce((sum, size) => sum + size, 0) / 1000;
  const note = `median of ${VISITS} fresh profiles, warm server`;
  return [
    {
      what: 'First contentful paint',
      budget: 1500,
      measured: median(visits.map(({ paint }) => paint)),
      unit: 'ms',
      note,
    },
    {
      what: 'Recorded example in sight',
      budget: 2500,
      measured: median(visits.map(({ example }) => example)),
      unit: 'ms',
      note: `${note}; “at once” is taken as a second after the first paint`,
    },
    {
      what: 'Shell, gzipped',
      budget: 500,
      measured: shell,
      unit: 'kB',
      note: `${files.length} files until the first paint`,
    },
  ];
}

/** Addresses of all that had arrived by a time. */
function filesBefore(page: Page, time: number): Promise<string[]> {
  return page.evaluate((until) => {
    const resources = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
    return [location.href, ...resources.filter(({ responseEnd }) => responseEnd <= until).map(({ name }) => name)];
  }, time);
}

const bytesOf = async (address: string): Promise<Uint8Array> =>
  new Uint8Array(await (await fetch(address)).arrayBuffer());

/** Milliseconds since Start at which each was first seen. */
interface Seen {
  readonly running: number;
  readonly answers: number;
  readonly first: number;
  readonly step: number;
  readonly second: number;
}

const MARKS: Readonly<Record<keyof Seen, { readonly selector: string; readonly text?: string }>> = {
  running: { selector: '[data-status=running]' },
  answers: { selector: '.arena-answering .generated' },
  first: { selector: '.status-words', text: 'Iteration 1' },
  step: { selector: '.step-words', text: 'step' },
  second: { selector: '.status-words', text: 'Iteration 2' },
};

/** The built-in model with the default settings, from Start to the second iteration. */
export async function measureStart(browser: Browser, address: string): Promise<Row[]> {
  return freshPage(browser, async (page) => {
    await page.goto(`${address}?backend=wasm`);
    await seenAt(page, '.arena-view .face-off');
    let seen: Seen | undefined;
    const tasks = await tasksDuring(browser, page, async () => {
      seen = await page.evaluate(watchStart, MARKS);
    });
    return startRows(seen!, tasks);
  });
}

function startRows({ running, answers, first, step, second }: Seen, tasks: Tasks): Row[] {
  const s = (time: number) => time / 1000;
  const note = 'default settings, wasm';
  return [
    { what: 'Start → first event', budget: 5, measured: s(running), unit: 's', note },
    { what: 'Start → first answer drawn on the page', budget: 5, measured: s(answers), unit: 's', note },
    { what: 'Start → first training step', budget: null, measured: s(step), unit: 's', note },
    { what: 'One iteration, its evaluation included', budget: 60, measured: s(second - first), unit: 's', note },
    ...taskRows('From Start to the second iteration, in the Arena', tasks),
  ];
}

export function taskRows(where: string, { long, longestMs, ownLong, ownLongestMs, collectionMs }: Tasks): Row[] {
  const note = `${long} tasks over 50 ms by the clock, the longest ${longestMs.toFixed(0)} ms; the longest garbage collection ${collectionMs.toFixed(0)} ms of processor time`;
  return [
    { what: `${where}: tasks that work for over 50 ms`, budget: 0, measured: ownLong, unit: '', note },
    { what: `${where}: the longest task’s work`, budget: 50, measured: ownLongestMs, unit: 'ms' },
  ];
}

/** In the page: presses Start and notes when each mark is first there, at the change itself. */
function watchStart(marks: typeof MARKS): Promise<Seen> {
  return new Promise((resolve) => {
    const seen = new Map<string, number>();
    const began = performance.now();
    const look = () => {
      for (const [name, { selector, text = '' }] of Object.entries(marks)) {
        const found = !seen.has(name) && document.querySelector(selector)?.textContent?.includes(text);
        if (found) seen.set(name, performance.now() - began);
      }
      if (seen.size < Object.keys(marks).length) return;
      observer.disconnect();
      resolve(Object.fromEntries(seen) as unknown as Seen);
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    document.querySelector<HTMLButtonElement>('.transport .controls button')!.click();
  });
}
