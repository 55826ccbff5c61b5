// What an update of a chart costs after 1,000 steps and after 100,000, in one browser: the ratio says whether a long run slows the page.
// `npx tsx test/bench/charts.ts`; prints one JSON line, and ends with status 1 where a long run costs half as much again as a short one.

import { chromium } from '@playwright/test';
import { build, preview } from 'vite';
import { ensureChrome } from '../../scripts/find-chrome.ts';
import { CHROME_FLAGS } from '../browser/chrome-flags.ts';

const SHORT = 1_000;
const LONG = 100_000;
const UPDATES = 60;
/** In turns, so that whatever else the machine does meets both; the round with the middle ratio counts. */
const ROUNDS = 3;
const MOST_RATIO = 1.5;

interface Cost {
  /** Milliseconds, medians over the updates: from the record to what is to be drawn, and with the drawing. */
  readonly prepared: number;
  readonly drawn: number;
}

type Harness = Promise<{ updateCost(steps: number, updates: number): Cost }>;

async function measure(address: string) {
  const browser = await chromium.launch({ executablePath: ensureChrome('measuring'), args: CHROME_FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${address}?charts`);
    const cost = (steps: number) =>
      page.evaluate(
        ([count, updates]) => (globalThis.harness as Harness).then(({ updateCost }) => updateCost(count, updates)),
        [steps, UPDATES] as const,
      );
    // The first one is for the compiler.
    await cost(SHORT);
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [short, long] = [await cost(SHORT), await cost(LONG)];
      rounds.push({ short, long, ratio: long.drawn / short.drawn });
    }
    return rounds.sort((a, b) => a.ratio - b.ratio)[(ROUNDS - 1) / 2]!;
  } finally {
    await browser.close();
  }
}

const outDir = `${process.cwd()}/.tmp/bench-harness`;
await build({ mode: 'harness', logLevel: 'warn', build: { outDir } });
const server = await preview({ mode: 'harness', logLevel: 'warn', build: { outDir }, preview: { port: 4197 } });
try {
  const { short, long, ratio } = await measure('http://localhost:4197/');
  console.log(JSON.stringify({ steps: [SHORT, LONG], updates: UPDATES, short, long, ratio }));
  if (ratio > MOST_RATIO) process.exitCode = 1;
} finally {
  await server.close();
}
