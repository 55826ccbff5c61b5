// Runs every test there is, in Node and in the browser, and ends with one line: `N passed, N failed`.
// A skipped test is neither; a runner that crashes, reports nothing or finds no test counts as one failure. `--full` adds the long ones.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { ensureChrome } from './find-chrome.ts';
import { ensureFirefox } from './find-firefox.ts';

interface Tally {
  readonly passed: number;
  readonly failed: number;
}

const UNIT_REPORT = '.tmp/unit.json';
const BROWSER_REPORT = '.tmp/browser.json';
const CRASHED: Tally = { passed: 0, failed: 1 };

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

/** What a runner says of its tests; where its exit status tells of a failure that no test shows, that is one more. */
function tally(status: number, passed: unknown, failed: unknown): Tally {
  if (typeof passed !== 'number' || typeof failed !== 'number' || passed + failed === 0) return CRASHED;
  return { passed, failed: status !== 0 && failed === 0 ? 1 : failed };
}

function unitTests(env: NodeJS.ProcessEnv): Tally {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${UNIT_REPORT}`];
  const status = run('vitest', ['run', ...reporters], env);
  const { numPassedTests, numFailedTests, testResults } = read(UNIT_REPORT);
  // A file that cannot be loaded fails no test of its own: it counts as one.
  const files = Array.isArray(testResults) ? (testResults as { status: string; assertionResults: unknown[] }[]) : [];
  const unloaded = files.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  return tally(status, numPassedTests, typeof numFailedTests === 'number' ? numFailedTests + unloaded : undefined);
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
  const { expected, flaky, unexpected } = (read(BROWSER_REPORT).stats ?? {}) as Record<string, unknown>;
  // Passed at the second try: the list above names them.
  const passed = typeof expected === 'number' && typeof flaky === 'number' ? expected + flaky : undefined;
  return tally(status, passed, unexpected);
}

function main(): void {
  const env: NodeJS.ProcessEnv = { ...process.env, FULL: process.argv.includes('--full') ? '1' : '' };
  try {
    env.CHROME_PATH = ensureChrome('tests');
    const firefox = ensureFirefox();
    if (firefox === undefined) console.error('There is no Firefox: its test is left out.');
    else env.FIREFOX_PATH = firefox;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
    return;
  }
  mkdirSync('.tmp', { recursive: true });
  for (const report of [UNIT_REPORT, BROWSER_REPORT]) rmSync(report, { force: true });
  const tallies = [unitTests(env), browserTests(env)];
  const passed = tallies.reduce((sum, each) => sum + each.passed, 0);
  const failed = tallies.reduce((sum, each) => sum + each.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

main();
