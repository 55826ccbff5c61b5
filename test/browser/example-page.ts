// The page with its recorded example, as somebody finds it who has never been here: no run, nothing kept. Opens views, reads the example's
// files, asks axe.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { VIEWS, type ViewName } from '../../src/lab/settings/page-store.ts';
import { faultsOf } from './axe.ts';
import type { Line } from './lab-page.ts';

/** What there is in a view once it is there. */
const CONTENT: Readonly<Record<ViewName, string>> = {
  arena: '.arena-token',
  curves: '#chart-loss .plot svg path',
  compare: '.compare-table',
  runs: '.runs-view',
  setup: '.parameters',
};

export async function openExample(page: Page, query: Readonly<Record<string, string>> = {}): Promise<void> {
  await page.goto(`/?${new URLSearchParams(query)}`);
  await page.locator('.ribbon[data-source=example]').waitFor();
  await page.locator('[data-backend]').waitFor();
}

/** Goes to a view by its tab and waits for what is in it. */
export async function look(page: Page, view: ViewName): Promise<void> {
  await page.locator('.views a').nth(VIEWS.indexOf(view)).click();
  await there(page, view);
}

/** Waits for a view and for what is in it. */
export async function there(page: Page, view: ViewName): Promise<void> {
  await page.locator(`main[data-view=${view}]`).waitFor();
  await page.locator(CONTENT[view]).first().waitFor({ state: 'attached' });
}

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds wrong, a line for each element. Motion is let come to rest first: what is half faded in has no colours of its own. What has
 * scrolled under the transport is too small to press. */
export async function violations(page: Page): Promise<string[]> {
  await atRest(page);
  await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }));
  return faultsOf(page, { tags: STANDARDS });
}

export async function atRest(page: Page): Promise<void> {
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((animation) => animation.effect?.getTiming().iterations !== Number.POSITIVE_INFINITY)
        .map((animation) => animation.finished.catch(() => undefined)),
    ),
  );
}

/** The lines of one of the example's files. */
export function exampleLines(path: string): Line[] {
  const text = readFileSync(resolve(import.meta.dirname, '../../public/examples/first-run', path), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

export const exampleSteps = (): Line[] => exampleLines('events.jsonl').filter(({ type }) => type === 'step');

/** Gives an element the focus by the Tab key alone. */
export async function tabTo(page: Page, selector: string, most = 300): Promise<void> {
  for (let presses = 0; presses < most; presses++) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)) return;
    await page.keyboard.press('Tab');
  }
  expect(selector, 'reached by Tab').toBe('not reached');
}
