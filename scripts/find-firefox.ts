// Finds a Firefox for the one test that needs another engine than Chromium's, or installs Debian's.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { browserPlan } from './browser-plan.ts';
import { canInstall, installPackage } from './install-package.ts';

const NAMES = ['firefox-esr', 'firefox'];
const PLACES = ['/Applications/Firefox.app/Contents/MacOS/firefox', 'C:\\Program Files\\Mozilla Firefox\\firefox.exe'];

/** The path of a Firefox: `FIREFOX_PATH` if set, else the usual places. Undefined where there is none. */
export function findFirefox(): string | undefined {
  const named = process.env.FIREFOX_PATH;
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...(named === undefined ? [] : [named]), ...onPath, ...PLACES].find((path) => existsSync(path));
}

/**
 * Like `findFirefox`, but installs Debian's package where it can and may, and says so first; undefined where not.
 * @throws Error where that fails
 */
export function ensureFirefox(mayInstall = true): string | undefined {
  const wanted = { browser: 'Firefox', package: 'firefox-esr', purpose: 'the tests in another browser' };
  const plan = browserPlan({ found: findFirefox(), canInstall: canInstall(), mayInstall }, wanted);
  if (plan.do === 'use') return plan.path;
  if (plan.do === 'miss') return undefined;
  console.error(plan.say);
  installPackage(wanted.package, 'Firefox could not be installed: install it, or set FIREFOX_PATH to its program.');
  return findFirefox();
}
