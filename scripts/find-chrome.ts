// Finds a Chrome or Chromium for the browser tests, or installs Debian's. Knows nothing of the tests.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { canInstall, installPackage } from './install-package.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

function usualPlaces(): string[] {
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
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
export function findChrome(): string | undefined {
  const named = process.env.CHROME_PATH;
  return [...(named === undefined ? [] : [named]), ...usualPlaces()].find((path) => existsSync(path));
}

/**
 * Like `findChrome`, but installs Debian's package where it may.
 * @throws Error with one sentence that says what to install.
 */
export function ensureChrome(): string {
  const found = findChrome();
  if (found !== undefined) return found;
  const missing = 'The browser tests need Chrome or Chromium: install one, or set CHROME_PATH to its program.';
  if (!canInstall()) throw new Error(missing);
  installPackage('chromium', missing);
  const installed = findChrome();
  if (installed === undefined) throw new Error(missing);
  return installed;
}
