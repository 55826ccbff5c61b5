// Finds a Chrome or Chromium for the browser tests, or installs Debian's.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { browserPlan, CHROME_MISSING } from './browser-plan.ts';
import { canInstall, installPackage } from './install-package.ts';

/** Chromium without its windows: the same engine, and a page opens in half the time. */
const SHELL = 'chromium-headless-shell';
const WHOLE = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** What a browser is for: tests take the shell where there is one, benchmarks what people use. */
export type Use = 'tests' | 'measuring';

function usualPlaces(use: Use): string[] {
  const names = use === 'tests' ? [SHELL, ...WHOLE] : WHOLE;
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  switch (process.platform) {
    case 'darwin':
      return [
        '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
        '/Applications/Chromium.app/Contents/MacOS/Chromium',
        ...onPath,
      ];
    case 'win32':
      return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((variable) => {
        const folder = process.env[variable];
        return folder === undefined ? [] : [join(folder, 'Google/Chrome/Application/chrome.exe')];
      });
    default:
      return [...onPath, '/snap/bin/chromium', '/opt/google/chrome/chrome'];
  }
}

/** The path of a Chrome or Chromium: `CHROME_PATH` if set, else the usual places. Undefined where there is none. */
export function findChrome(use: Use): string | undefined {
  const named = process.env.CHROME_PATH;
  return [...(named === undefined ? [] : [named]), ...usualPlaces(use)].find((path) => existsSync(path));
}

/**
 * Like `findChrome`, but installs Debian's package where it can and may, and says so first.
 * @throws Error with one sentence that says what to install.
 */
export function ensureChrome(use: Use, mayInstall = true): string {
  const wanted = {
    browser: 'Chrome or Chromium',
    package: use === 'tests' ? SHELL : 'chromium',
    purpose: use === 'tests' ? 'the browser tests' : 'measuring',
  };
  const plan = browserPlan({ found: findChrome(use), canInstall: canInstall(), mayInstall }, wanted);
  if (plan.do === 'use') return plan.path;
  if (plan.do === 'miss') throw new Error(CHROME_MISSING);
  console.error(plan.say);
  install(use);
  const installed = findChrome(use);
  if (installed === undefined) throw new Error(CHROME_MISSING);
  return installed;
}

function install(use: Use): void {
  if (use === 'tests') {
    try {
      installPackage(SHELL, CHROME_MISSING);
      return;
    } catch {
      console.error(`There is no package ${SHELL}: the whole browser is taken, Debian's package chromium.`);
    }
  }
  installPackage('chromium', CHROME_MISSING);
}
