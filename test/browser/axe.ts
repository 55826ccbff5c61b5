// axe in the page at hand. Its binding for Playwright analyses in pieces, sends all that passed out of the page and puts it together in
// another one, which takes two to three times as long; these pages have no frames, so that one call within says the same.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { AxeResults, RunOptions } from 'axe-core';

const ENGINE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface AxeChoice {
  /** Only rules with one of these tags; otherwise all. */
  readonly tags?: readonly string[];
  readonly without?: readonly string[];
}

/** What axe finds wrong, a line for each element. */
export async function faultsOf(page: Page, { tags, without = [] }: AxeChoice): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(ENGINE);
  const options: RunOptions = {
    ...(tags !== undefined && { runOnly: [...tags] }),
    rules: Object.fromEntries(without.map((rule) => [rule, { enabled: false }])),
    resultTypes: ['violations'],
  };
  const { seen, faults } = await page.evaluate(async (asked) => {
    const { axe } = globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } };
    const { passes, violations } = await axe.run(asked);
    return {
      seen: passes.length,
      faults: violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
      ),
    };
  }, options);
  if (seen < 10) throw new Error(`axe applied only ${seen} rules to this page.`);
  return faults;
}
