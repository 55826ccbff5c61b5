// Pictures of the page as a person sees it, into screenshots/: every view, before a run (the recorded example), in the midst of one and
// after it; wide and narrow, light and dark, in both languages. Plays real runs. `npm run screenshots [query]`; `npm run screenshots
// example` only looks at the recorded example; `npm run screenshots readme` makes docs/lab.png alone, in the midst of a default run.

import { mkdirSync } from 'node:fs';
import { type Browser, chromium, type Page } from '@playwright/test';
import { preview } from 'vite';
import { VIEWS } from '../src/lab/settings/page-store.ts';
import { CHROME_FLAGS } from '../test/browser/chrome-flags.ts';
import { ensureChrome } from './find-chrome.ts';

const FOLDER = 'screenshots';
const PORT = 4199;
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

type Look = (typeof LOOKS)[number];

const nameOf = ({ size, colorScheme, language }: Look): string => `${FOLDER}/${size}-${colorScheme}-${language}`;

async function open(browser: Browser, { size, colorScheme, language }: Look, query: string): Promise<Page> {
  const page = await browser.newPage({ viewport: SIZES[size], colorScheme });
  await page.goto(`http://localhost:${PORT}/?lang=${language}&${query}`);
  await page.locator('[data-backend]').waitFor();
  await page.waitForTimeout(2000);
  return page;
}

async function shoot(page: Page, path: string, fullPage: boolean): Promise<void> {
  await page.screenshot({ path, fullPage });
  console.log(path);
}

/** Every view as it is now, whole. Charts are drawn when they come into sight, one after the other. */
async function shootViews(page: Page, name: string): Promise<void> {
  for (const [at, view] of VIEWS.entries()) {
    await page.keyboard.press(String(at + 1));
    await page.waitForTimeout(1000);
    for (let times = 0; times < 10; times++) {
      await page.mouse.wheel(0, 700);
      await page.waitForTimeout(view === 'curves' ? 500 : 60);
    }
    await page.evaluate(() => scrollTo(0, 0));
    await page.waitForTimeout(500);
    await shoot(page, `${name}-${view}.png`, true);
  }
  await page.keyboard.press('1');
}

async function shootRun(browser: Browser, look: Look): Promise<void> {
  const page = await open(browser, look, ASKED);
  await page.keyboard.press(' ');
  await page.locator('[data-status=running]').waitFor({ timeout: 120_000 });
  await page
    .getByText(/learning|学习/)
    .first()
    .waitFor({ timeout: 300_000 });
  await page.waitForTimeout(3000);
  await shoot(page, `${nameOf(look)}-running.png`, false);
  await page.locator('[data-status=finished]').waitFor({ timeout: 600_000 });
  await page.waitForTimeout(1000);
  await shootViews(page, `${nameOf(look)}-finished`);
  await page.close();
}

async function shootExample(browser: Browser, look: Look): Promise<void> {
  const page = await open(browser, look, '');
  await shootViews(page, `${nameOf(look)}-example`);
  await page.close();
}

async function shootReadme(browser: Browser): Promise<void> {
  const page = await open(browser, README, 'backend=wasm');
  await page.keyboard.press(' ');
  await page.getByText('Iteration 3 of 3, learning').waitFor({ timeout: 1_800_000 });
  await page.waitForTimeout(4000);
  await shoot(page, 'docs/lab.png', false);
  await page.close();
}

async function main(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const server = await preview({ preview: { port: PORT, strictPort: true } });
  const browser = await chromium.launch({ executablePath: ensureChrome('measuring'), args: CHROME_FLAGS });
  try {
    if (ASKED === 'readme') await shootReadme(browser);
    else for (const look of LOOKS) await (ASKED === 'example' ? shootExample : shootRun)(browser, look);
  } finally {
    await browser.close();
    await server.close();
  }
}

await main();
