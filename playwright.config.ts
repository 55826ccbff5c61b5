// The browser tests: the built page in a real Chrome or Chromium, two files at a time. What takes longest runs with `FULL=1`.

import { defineConfig } from '@playwright/test';
import { findChrome } from './scripts/find-chrome.ts';
import { CHROME_FLAGS } from './test/browser/chrome-flags.ts';
import { ORIGIN } from './test/browser/server.ts';

export default defineConfig({
  testDir: 'test/browser',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  workers: 2,
  // On a machine whose cores are taken, the browser itself is now and then too late; what needed its second try is named at the end.
  retries: 1,
  forbidOnly: process.env.CI !== undefined,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['json', { outputFile: '.tmp/browser.json' }]],
  use: {
    baseURL: ORIGIN,
    browserName: 'chromium',
    locale: 'en-GB',
    launchOptions: { executablePath: findChrome('tests') ?? 'chromium', args: CHROME_FLAGS },
    trace: 'off',
  },
  webServer: { command: 'npx tsx test/browser/server.ts', url: `${ORIGIN}/health`, reuseExistingServer: false },
});
