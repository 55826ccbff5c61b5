// Memory of the page over a run of many steps: what is left after a garbage collection, early in the run and at its end.

import type { Browser, CDPSession, Page } from '@playwright/test';
import { freshPage } from './page-opening.ts';
import type { Row } from './page-report.ts';

const STEPS = 10_000;
/** Early, but after every chart, worker and buffer is there. */
const EARLY = 1_000;
const MINUTES = 20;

/** One iteration: 1,000 answers, learnt from forty times over in batches of four. */
const LONG_RUN = {
  view: 'curves',
  backend: 'wasm',
  model: 'models/tiny/',
  t: '1',
  n: '1000',
  batch: '4',
  micro: '4',
  epochs: '40',
  new: '8',
  evalprompts: '4',
  evalsamples: '1',
  valid: '4',
  lambda: '1',
  lr: '0.00001',
} as const;

export async function measureMemory(browser: Browser, address: string): Promise<Row[]> {
  return freshPage(browser, async (page) => {
    const session = await page.context().newCDPSession(page);
    await page.goto(`${address}?${new URLSearchParams(LONG_RUN)}`);
    await page.locator('[data-backend]').waitFor();
    await page.keyboard.press('Space');
    const heaps: { step: number; heap: number }[] = [];
    for (const step of [100, EARLY, STEPS / 2, STEPS - 100]) {
      await reachStep(page, step);
      heaps.push({ step, heap: await heapOf(session) });
    }
    const [, early] = heaps;
    const last = heaps.at(-1)!;
    const told = heaps.map(({ step, heap }) => `${heap.toFixed(1)} MB at step ${step.toLocaleString('en')}`);
    return [
      {
        what: `The page’s heap over ${STEPS.toLocaleString('en')} steps, end to early`,
        budget: 1.25,
        measured: last.heap / early!.heap,
        unit: '×',
        note: `${told.join(', ')}; after a garbage collection, Curves open, a tiny model`,
      },
      {
        what: 'Growth of the heap a step',
        budget: null,
        measured: (1e6 * (last.heap - early!.heap)) / (last.step - early!.step),
        unit: 'bytes',
        note: 'sixteen columns of eight bytes are 128',
      },
    ];
  });
}

/** By the numbers of the status line: “step 1,234 of 10,000”. */
async function reachStep(page: Page, step: number): Promise<void> {
  await page.waitForFunction(
    (wanted) => {
      const words = document.querySelector('.step-words')?.textContent ?? '';
      const done = Number(words.replaceAll(',', '').match(/\d+/)?.[0] ?? 0);
      return done >= wanted || document.querySelector('[data-status=finished]') !== null;
    },
    step,
    { timeout: MINUTES * 60_000, polling: 250 },
  );
}

/** Megabytes that objects of the page hold after a garbage collection; its workers have heaps of their own. */
async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')!.value / 1e6;
}
