// Finds a Chrome or Chromium for the browser tests, or installs Debian's.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
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
 * Like `findChrome`, but installs Debian's package where it may.
 * @throws Error with one sentence that says what to install.
 */
export function ensureChrome(use: Use): string {
  const found = findChrome(use);
  if (found !== undefined) return found;
  const missing =
    'Browser tests and benchmarks need Chrome or Chromium: install one, or set CHROME_PATH to its program.';
  if (!canInstall()) throw new Error(missing);
  install(use, missing);
  const installed = findChrome(use);
  if (installed === undefined) throw new Error(missing);
  return installed;
}

function install(use: Use, missing: string): void {
  if (use === 'tests') {
    try {
      installPackage(SHELL, missing);
      return;
    } catch {
      console.error(`There is no package ${SHELL}: the whole browser is taken.`);
    }
  }
  installPackage('chromium', missing);
}
