// Runs every test there is, in Node and in the browser, and ends with one line: `N passed, N failed`.
// A skipped test is neither; a runner that crashes, reports nothing or finds no test counts as one failure. `--full` adds the long ones.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { ensureChrome } from './find-chrome.ts';

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

function numbersOf(path: string, ...keys: readonly string[]): (number | undefined)[] {
  if (!existsSync(path)) return keys.map(() => undefined);
  const report: Record<string, unknown> = JSON.parse(readFileSync(path, 'utf8'));
  const stats = (typeof report.stats === 'object' ? report.stats : report) as Record<string, unknown>;
  return keys.map((key) => (typeof stats[key] === 'number' ? stats[key] : undefined));
}

/** What a runner says of its tests; where its exit status tells of a failure that no test shows, that is one more. */
function tally(status: number, passed: number | undefined, failed: number | undefined): Tally {
  if (passed === undefined || failed === undefined || passed + failed === 0) return CRASHED;
  return { passed, failed: status !== 0 && failed === 0 ? 1 : failed };
}

function unitTests(env: NodeJS.ProcessEnv): Tally {
  const status = run(
    'vitest',
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${UNIT_REPORT}`],
    env,
  );
  const [passed, failed] = numbersOf(UNIT_REPORT, 'numPassedTests', 'numFailedTests');
  return tally(status, passed, failed);
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
  const [expected, flaky, unexpected] = numbersOf(BROWSER_REPORT, 'expected', 'flaky', 'unexpected');
  return tally(status, expected === undefined ? undefined : expected + (flaky ?? 0), unexpected);
}

function main(): void {
  const env: NodeJS.ProcessEnv = { ...process.env, FULL: process.argv.includes('--full') ? '1' : '' };
  try {
    env.CHROME_PATH = ensureChrome();
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
