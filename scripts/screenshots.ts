// Pictures of the page as a person sees it, into screenshots/: before a run, in the midst of one, after it; wide and narrow, light and
// dark, both languages. Plays real runs. `npm run screenshots [query]`.

import { mkdirSync } from 'node:fs';
import { chromium, type Page } from '@playwright/test';
import { preview } from 'vite';
import { CHROME_FLAGS } from '../test/browser/chrome-flags.ts';
import { ensureChrome } from './find-chrome.ts';

const FOLDER = 'screenshots';
const QUERY = process.argv[2] ?? 'n=256&t=2&evalprompts=48&evalsamples=2&valid=16&backend=wasm';
const LOOKS = [
  { name: 'wide-light', width: 1440, height: 900, colorScheme: 'light', language: 'en' },
  { name: 'wide-dark', width: 1440, height: 900, colorScheme: 'dark', language: 'en' },
  { name: 'narrow-light', width: 360, height: 740, colorScheme: 'light', language: 'en' },
  { name: 'narrow-dark-zh', width: 360, height: 740, colorScheme: 'dark', language: 'zh' },
] as const;

async function shoot(page: Page, name: string, fullPage: boolean): Promise<void> {
  await page.screenshot({ path: `${FOLDER}/${name}.png`, fullPage });
  console.log(`${FOLDER}/${name}.png`);
}

async function main(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const server = await preview({ preview: { port: 4199, strictPort: true } });
  const browser = await chromium.launch({ executablePath: ensureChrome(), args: CHROME_FLAGS });
  try {
    for (const { name, width, height, colorScheme, language } of LOOKS) {
      const page = await browser.newPage({ viewport: { width, height }, colorScheme });
      await page.goto(`http://localhost:4199/?lang=${language}&${QUERY}`);
      await page.locator('.backend').waitFor();
      await shoot(page, `${name}-1-ready`, false);
      await page.locator('button.primary').click();
      await page.locator('[data-status=running]').waitFor({ timeout: 60_000 });
      await page.locator('.chart').first().waitFor({ timeout: 300_000 });
      await page.waitForTimeout(3000);
      await shoot(page, `${name}-2-running`, false);
      await page.locator('[data-status=finished]').waitFor({ timeout: 600_000 });
      await page.waitForTimeout(500);
      await shoot(page, `${name}-3-finished`, true);
      await page.close();
    }
  } finally {
    await browser.close();
    await server.close();
  }
}

await main();
