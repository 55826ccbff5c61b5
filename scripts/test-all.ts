// Runs every test there is, in Node and in the browser, and ends with one line: `N passed, N failed`.
// A skipped test is neither; a runner that crashes, reports nothing or finds no test counts as one failure. `--full` adds the long ones;
// `--no-install` leaves a browser that is missing where the system's packages are.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { FIREFOX_MISSING } from './browser-plan.ts';
import { ensureChrome } from './find-chrome.ts';
import { ensureFirefox } from './find-firefox.ts';
import { browserTally, CRASHED, lastLine, type Tally, unitTally } from './tally.ts';

const UNIT_REPORT = '.tmp/unit.json';
const BROWSER_REPORT = '.tmp/browser.json';

/** Runs a program of node_modules/.bin and gives its exit status. */
function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): number {
  const done = spawnSync('npx', ['--no-install', program, ...args], {
    stdio: 'inherit',
    env,
    shell: process.platform === 'win32',
  });
  return done.status ?? 1;
}

function read(path: string): Record<string, unknown> {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}

function unitTests(env: NodeJS.ProcessEnv): Tally {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${UNIT_REPORT}`];
  const status = run('vitest', ['run', ...reporters], env);
  return unitTally(status, read(UNIT_REPORT));
}

function browserTests(env: NodeJS.ProcessEnv): Tally {
  if (run('vite', ['build', '--logLevel', 'warn'], env) !== 0) return CRASHED;
  if (
    existsSync('test/browser/harness') &&
    run('vite', ['build', '--mode', 'harness', '--logLevel', 'warn'], env) !== 0
  ) {
    return CRASHED;
  }
  const status = run('playwright', ['test'], env);
  return browserTally(status, read(BROWSER_REPORT));
}

function main(): void {
  const env: NodeJS.ProcessEnv = { ...process.env, FULL: process.argv.includes('--full') ? '1' : '' };
  try {
    const mayInstall = !process.argv.includes('--no-install');
    env.CHROME_PATH = ensureChrome('tests', mayInstall);
    const firefox = ensureFirefox(mayInstall);
    if (firefox === undefined) console.error(FIREFOX_MISSING);
    else env.FIREFOX_PATH = firefox;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
    return;
  }
  mkdirSync('.tmp', { recursive: true });
  for (const report of [UNIT_REPORT, BROWSER_REPORT]) rmSync(report, { force: true });
  const { line, failed } = lastLine([unitTests(env), browserTests(env)]);
  console.log(line);
  process.exitCode = failed === 0 ? 0 : 1;
}

main();
