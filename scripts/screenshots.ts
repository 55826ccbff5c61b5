// Pictures of the page as a person sees it, into screenshots/: before a run, in the midst of one, after it; wide and narrow, light and
// dark, in both languages. Plays real runs. `npm run screenshots [query]`; `npm run screenshots readme` makes docs/lab.png alone, from a
// whole run of the default preset.

import { mkdirSync } from 'node:fs';
import { type Browser, chromium, type Page } from '@playwright/test';
import { preview } from 'vite';
import { CHROME_FLAGS } from '../test/browser/chrome-flags.ts';
import { ensureChrome } from './find-chrome.ts';

const FOLDER = 'screenshots';
const [ASKED = 'n=256&t=2&evalprompts=48&evalsamples=2&valid=16&backend=wasm'] = process.argv.slice(2);
const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 360, height: 740 } } as const;
const LOOKS = [
  { size: 'wide', colorScheme: 'light', language: 'en' },
  { size: 'wide', colorScheme: 'dark', language: 'zh' },
  { size: 'narrow', colorScheme: 'light', language: 'zh' },
  { size: 'narrow', colorScheme: 'dark', language: 'en' },
] as const;
/** Of the README's picture. */
const README = { size: 'wide', colorScheme: 'light', language: 'en' } as const;
const README_HEIGHT = 1200;

type Look = (typeof LOOKS)[number];

async function open(browser: Browser, { size, colorScheme, language }: Look, query: string): Promise<Page> {
  const page = await browser.newPage({ viewport: SIZES[size], colorScheme });
  await page.goto(`http://localhost:4199/?lang=${language}&${query}`);
  await page.locator('.backend summary').waitFor();
  return page;
}

/** Charts are drawn when they come into sight, one after the other. */
async function scrollThrough(page: Page): Promise<void> {
  for (let times = 0; times < 8; times++) {
    await page.mouse.wheel(0, 600);
    await page.waitForTimeout(400);
  }
  await page.evaluate(() => scrollTo(0, 0));
  await page.waitForTimeout(1500);
}

async function shoot(page: Page, path: string, fullPage: boolean): Promise<void> {
  await page.screenshot({ path, fullPage });
  console.log(path);
}

async function shootRun(browser: Browser, look: Look): Promise<void> {
  const name = `${FOLDER}/${look.size}-${look.colorScheme}-${look.language}`;
  const page = await open(browser, look, ASKED);
  await shoot(page, `${name}-1-ready.png`, true);
  await page.locator('button.primary').click();
  await page.locator('.chart').first().waitFor({ timeout: 300_000 });
  await page.waitForTimeout(3000);
  await shoot(page, `${name}-2-running.png`, false);
  await page.locator('[data-status=finished]').waitFor({ timeout: 600_000 });
  await shoot(page, `${name}-3-finished.png`, false);
  await scrollThrough(page);
  await shoot(page, `${name}-4-whole.png`, true);
  await page.close();
}

async function shootReadme(browser: Browser): Promise<void> {
  const page = await open(browser, README, 'backend=wasm');
  const began = Date.now();
  await page.locator('button.primary').click();
  await page.getByText('Iteration 3 of 3, evaluating').waitFor({ timeout: 1_800_000 });
  await page.setViewportSize({ ...SIZES.wide, height: README_HEIGHT });
  await page.waitForTimeout(2000);
  await shoot(page, 'docs/lab.png', false);
  await page.locator('[data-status=finished]').waitFor({ timeout: 600_000 });
  console.log(`played in ${Math.round((Date.now() - began) / 1000)} s`);
}

async function main(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const server = await preview({ preview: { port: 4199, strictPort: true } });
  const browser = await chromium.launch({ executablePath: ensureChrome(), args: CHROME_FLAGS });
  try {
    if (ASKED === 'readme') await shootReadme(browser);
    else for (const look of LOOKS) await shootRun(browser, look);
  } finally {
    await browser.close();
    await server.close();
  }
}

await main();
