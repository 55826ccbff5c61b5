// The page's budgets alone: `npm run bench:page [-- opening start frames memory history]`. Prints a table, and ends with status 1 where a
// budget is missed by more than the margin.

import { cpus, loadavg } from 'node:os';
import { measurePage, PAGE_PARTS } from './page.ts';
import { isOver, MARGIN, tableOf } from './page-report.ts';

/** Whatever else runs on the machine takes time from the page. */
const [loadBefore = 0] = loadavg();

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !PAGE_PARTS.includes(name));
if (unknown.length > 0) {
  throw new Error(`There is no part ${unknown.join(', ')}: choose among ${PAGE_PARTS.join(', ')}.`);
}
const rows = await measurePage(asked.length > 0 ? asked : PAGE_PARTS);
console.log(
  `${cpus().length} cores, load ${loadBefore.toFixed(1)} before the start, headless Chromium, ${new Date().toISOString().slice(0, 10)}\n\n${tableOf(rows)}`,
);
if (rows.some(isOver)) {
  console.error(`A budget is missed by more than ${100 * MARGIN} %.`);
  process.exitCode = 1;
}
