// What the runners' reports add up to. A skipped test is neither passed nor failed; a runner that crashes, reports nothing or finds no
// test counts as one failure.

export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

export const CRASHED: Tally = { passed: 0, failed: 1 };

type Report = Readonly<Record<string, unknown>>;

/** Of Vitest's JSON report. A file that cannot be loaded fails no test of its own: it counts as one. */
export function unitTally(status: number, report: Report): Tally {
  const { numPassedTests, numFailedTests, testResults } = report;
  const files = Array.isArray(testResults) ? (testResults as { status: string; assertionResults: unknown[] }[]) : [];
  const unloaded = files.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  return tally(status, numPassedTests, typeof numFailedTests === 'number' ? numFailedTests + unloaded : undefined);
}

/** Of Playwright's JSON report. What passed at the second try passed: its list names it. */
export function browserTally(status: number, report: Report): Tally {
  const { expected, flaky, unexpected } = (report.stats ?? {}) as Report;
  const passed = typeof expected === 'number' && typeof flaky === 'number' ? expected + flaky : undefined;
  return tally(status, passed, unexpected);
}

/** Where a runner's exit status tells of a failure that no test shows, that is one more. */
function tally(status: number, passed: unknown, failed: unknown): Tally {
  if (typeof passed !== 'number' || typeof failed !== 'number' || passed + failed === 0) return CRASHED;
  return { passed, failed: status !== 0 && failed === 0 ? 1 : failed };
}

/** The one line that all of them come to. */
export function lastLine(tallies: readonly Tally[]): Tally & { readonly line: string } {
  const passed = tallies.reduce((sum, each) => sum + each.passed, 0);
  const failed = tallies.reduce((sum, each) => sum + each.failed, 0);
  return { passed, failed, line: `${passed} passed, ${failed} failed` };
}
