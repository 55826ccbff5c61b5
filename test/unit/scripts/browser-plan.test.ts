// Which browser `npm test` takes: what is there is used; what is missing is installed only where that can and may be, and is said first.

import { expect, it } from 'vitest';
import { browserPlan, CHROME_MISSING, FIREFOX_MISSING } from '../../../scripts/browser-plan.ts';

const WANTED = { browser: 'Chrome or Chromium', package: 'chromium-headless-shell', purpose: 'the browser tests' };

it('uses what is there, and never installs beside it', () => {
  for (const canInstall of [true, false]) {
    for (const mayInstall of [true, false]) {
      const machine = { found: '/usr/bin/chromium', canInstall, mayInstall };
      expect(browserPlan(machine, WANTED)).toEqual({ do: 'use', path: '/usr/bin/chromium' });
    }
  }
});

it('says in one line what it will install, why, and how to leave it', () => {
  const plan = browserPlan({ found: undefined, canInstall: true, mayInstall: true }, WANTED);
  expect(plan.do).toBe('install');
  const { say } = plan as { say: string };
  for (const part of [
    'Chrome or Chromium',
    'chromium-headless-shell',
    'will be installed',
    'the browser tests',
    '--no-install',
  ])
    expect(say).toContain(part);
  expect(say).not.toContain('\n');
});

it.each([
  ['told not to', { canInstall: true, mayInstall: false }],
  ['on a machine where it cannot', { canInstall: false, mayInstall: true }],
])('%s, it installs nothing', (_, machine) => {
  expect(browserPlan({ found: undefined, ...machine }, WANTED)).toEqual({ do: 'miss' });
});

it('names in one sentence what to install where one is missed', () => {
  expect(CHROME_MISSING).toMatch(/^[^.]*Chrome or Chromium: install one, or set CHROME_PATH[^.]*\.$/);
  expect(FIREFOX_MISSING).toMatch(/^[^.]*Firefox[^.]*install one, or set FIREFOX_PATH[^.]*\.$/);
});
