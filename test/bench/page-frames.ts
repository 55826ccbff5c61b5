// Frames and tasks of the page with charts in sight: while it rests, while it rests and two workers do nothing but keep the cores busy,
// and while it trains. The middle one says what of the difference is the machine's.

import type { Browser, Page } from '@playwright/test';
import { freshPage, taskRows } from './page-opening.ts';
import { median, quantileOf, type Row } from './page-report.ts';
import { type Tasks, tasksDuring } from './page-tasks.ts';

const WATCHED_MS = 20_000;
/** The page is promised to stay quick with as many charts live as this. */
const CHARTS = 4;
const VIEWS = ['arena', 'curves', 'compare', 'runs', 'setup', 'curves'];

interface Watched {
  /** Between animation frames, ms. */
  readonly frames: readonly number[];
  readonly tasks: Tasks;
}

export async function measureFrames(browser: Browser, address: string): Promise<Row[]> {
  return freshPage(browser, async (page) => {
    await page.goto(`${address}?backend=wasm`);
    await page.locator('.arena-view .face-off').waitFor();
    const turning = await tasksDuring(browser, page, () => throughTheViews(page));
    await page.mouse.move(0, 0);
    const idle = await watched(browser, page);
    const busy = await whileBusy(page, () => watched(browser, page));
    await page.keyboard.press('Space');
    await page.waitForFunction(() => document.querySelector('.step-words')?.textContent !== '', null, {
      timeout: 60_000,
    });
    await page.waitForFunction((wanted) => document.querySelectorAll('.plot svg').length >= wanted, CHARTS);
    const charts = await page.locator('.plot svg').count();
    const training = await watched(browser, page);
    const turningBeside = await tasksDuring(browser, page, () => throughTheViews(page));
    return [
      ...taskRows('Through all views with the recorded example', turning),
      ...frameRows(idle, busy, training, charts),
      ...taskRows('Curves while training', training.tasks),
      ...taskRows('Through all views while training', turningBeside),
    ];
  });
}

/** By the tabs, each until it stands still. */
async function throughTheViews(page: Page): Promise<void> {
  for (const view of VIEWS) {
    await page
      .locator(`a[href*="view=${view}"], nav a`)
      .filter({ hasText: new RegExp(`^${view}$`, 'i') })
      .first()
      .click();
    await page.waitForTimeout(3000);
  }
}

async function watched(browser: Browser, page: Page): Promise<Watched> {
  let frames: readonly number[] = [];
  const tasks = await tasksDuring(browser, page, async () => {
    frames = await page.evaluate(framesFor, WATCHED_MS);
  });
  return { frames, tasks };
}

/** In the page: the times between animation frames, in ms. */
function framesFor(time: number): Promise<number[]> {
  return new Promise((resolve) => {
    const frames: number[] = [];
    let last = performance.now();
    const end = last + time;
    const next = (now: number) => {
      frames.push(now - last);
      last = now;
      if (now < end) requestAnimationFrame(next);
      else resolve(frames.slice(1));
    };
    requestAnimationFrame(next);
  });
}

/** With as many busy workers as there are players, which send and share nothing. */
async function whileBusy<T>(page: Page, action: () => Promise<T>): Promise<T> {
  await page.evaluate(() => {
    const source = URL.createObjectURL(new Blob(['for (;;);'], { type: 'text/javascript' }));
    Object.assign(globalThis, { busyWorkers: [new Worker(source), new Worker(source)] });
  });
  try {
    return await action();
  } finally {
    await page.evaluate(() => {
      const { busyWorkers } = globalThis as unknown as { busyWorkers: Worker[] };
      for (const worker of busyWorkers) worker.terminate();
    });
  }
}

function frameRows(idle: Watched, busy: Watched, training: Watched, charts: number): Row[] {
  const words = ({ frames, tasks }: Watched) =>
    `median ${median(frames).toFixed(1)} ms, 95 % within ${quantileOf(frames, 0.95).toFixed(1)} ms, ${tasks.long} tasks over 50 ms by the clock, the longest ${tasks.longestMs.toFixed(0)} ms`;
  const note = `${charts} charts live, ${WATCHED_MS / 1000} s each. Idle: ${words(idle)}. Idle beside two busy workers: ${words(busy)}. Training: ${words(training)}`;
  const p95 = (of: Watched) => quantileOf(of.frames, 0.95);
  return [
    {
      what: 'Median frame, training to idle',
      budget: 1.1,
      measured: median(training.frames) / median(idle.frames),
      unit: '×',
      note,
    },
    {
      what: '95th percentile of frames, training to idle',
      budget: null,
      measured: p95(training) / p95(idle),
      unit: '×',
    },
    {
      what: '95th percentile of frames, training to idle beside busy workers',
      budget: null,
      measured: p95(training) / p95(busy),
      unit: '×',
    },
  ];
}
