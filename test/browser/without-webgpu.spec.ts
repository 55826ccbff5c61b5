// Browsers without WebGPU, real ones: one that finds no adapter, and a page over plain http, where no browser offers WebGPU. The page
// says which it is and what to do, plays on the CPU, and answers a wish for WebGPU with an error that has a name.

import { type Browser, chromium, expect, type Page, test } from '@playwright/test';
import { findChrome } from '../../scripts/find-chrome.ts';
import { CHROME_FLAGS } from './chrome-flags.ts';
import { look, openLab, playToTheEnd, press, reach, SHORT } from './lab-page.ts';
import { ORIGIN } from './server.ts';

/** A name that is not localhost, so that the browser does not trust the address. */
const PLAIN_HTTP = ORIGIN.replace('127.0.0.1', 'lab.test');
const FLAGS = CHROME_FLAGS.filter((flag) => flag !== '--enable-unsafe-webgpu');

let browser: Browser;
let page: Page;

test.beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: findChrome('tests') ?? 'chromium',
    args: [...FLAGS, '--host-resolver-rules=MAP lab.test 127.0.0.1'],
  });
});

test.beforeEach(async () => {
  page = await browser.newPage({ locale: 'en-GB' });
});

test.afterEach(() => page.close());
test.afterAll(() => browser.close());

for (const { where, origin, why, advice, error } of [
  {
    where: 'no adapter is found',
    origin: ORIGIN,
    why: 'found no graphics adapter',
    advice: 'Turn on graphics acceleration',
    error: 'found no graphics adapter for it',
  },
  {
    where: 'the page comes over plain http',
    origin: PLAIN_HTTP,
    why: 'The CPU is used because WebGPU needs',
    advice: 'an address with https, or localhost',
    error: 'offers no WebGPU here',
  },
]) {
  test(`where ${where}, the page says so and plays on the CPU`, async () => {
    await openLab(page, { ...SHORT, backend: 'auto', t: '1' }, `${origin}/`);
    await page.locator('button.backend').click();
    await expect(page.locator('.panel:popover-open')).toContainText(why);
    await expect(page.locator('.panel:popover-open')).toContainText(advice);
    await page.locator('button.backend').click();
    await playToTheEnd(page);
    await expect(page.locator('button.backend')).toContainText('CPU');
  });

  test(`where ${where}, a wish for WebGPU is a named error, and the CPU a choice away`, async () => {
    await openLab(page, { ...SHORT, backend: 'webgpu' }, `${origin}/`);
    await press(page, 'Start');
    await reach(page, 'failed');
    const notice = page.getByRole('alert');
    await expect(notice).toHaveAttribute('data-error', 'RuntimeUnavailableError');
    await expect(notice).toContainText(error);
    await expect(notice).toContainText('go on with the CPU');
    await expect(notice).toContainText('Nothing had begun; your settings are kept.');
    await look(page, 'setup');
    await page.getByLabel('Back end', { exact: true }).selectOption('wasm');
    await press(page, 'Start');
    await reach(page, 'running');
  });
}
