// The last line of `npm test`: what passed and what failed over both runners, and nothing that was skipped.

import { expect, it } from 'vitest';
import { browserTally, CRASHED, lastLine, unitTally } from '../../../scripts/tally.ts';

const unit = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 3, numTotalTests: 10, testResults: [] };
const browser = { stats: { expected: 4, skipped: 2, unexpected: 0, flaky: 1 } };

it('counts no skipped test, and as passed what passed at the second try', () => {
  expect(unitTally(0, unit)).toEqual({ passed: 7, failed: 0 });
  expect(browserTally(0, browser)).toEqual({ passed: 5, failed: 0 });
  expect(lastLine([unitTally(0, unit), browserTally(0, browser)]).line).toBe('12 passed, 0 failed');
});

it('counts a failure wherever one shows: a test, a file that cannot be loaded, an exit status', () => {
  expect(unitTally(1, { ...unit, numFailedTests: 2 })).toEqual({ passed: 7, failed: 2 });
  expect(unitTally(1, { ...unit, testResults: [{ status: 'failed', assertionResults: [] }] }).failed).toBe(1);
  expect(unitTally(1, unit).failed).toBe(1);
  expect(browserTally(1, { stats: { ...browser.stats, unexpected: 3 } }).failed).toBe(3);
  expect(browserTally(1, browser).failed).toBe(1);
});

it('counts a runner without a report, or without a test, as one failure', () => {
  for (const report of [{}, { numPassedTests: 0, numFailedTests: 0 }]) expect(unitTally(0, report)).toEqual(CRASHED);
  for (const report of [{}, { stats: { expected: 0, flaky: 0, unexpected: 0 } }])
    expect(browserTally(0, report)).toEqual(CRASHED);
  expect(lastLine([{ passed: 3, failed: 0 }, CRASHED]).line).toBe('3 passed, 1 failed');
});
