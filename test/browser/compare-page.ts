// What tests of the Compare view share: the recorded example's own answers, and how the view is opened and read.

import type { Page } from '@playwright/test';
import { exampleLines, openExample } from './example-page.ts';

export const COLUMNS = ['human', 'base', 'iteration-0', 'iteration-1', 'iteration-2'] as const;
export type Round = Exclude<(typeof COLUMNS)[number], 'human'>;

export interface Answer {
  readonly prompt: string;
  readonly human: string;
  readonly answer: string;
  readonly logp: number;
  readonly ids: readonly number[];
  readonly tokens: readonly string[];
  readonly token_logps: readonly number[];
  readonly family: string;
  readonly fault: string | null;
}

export const answersOf = (round: Round) => exampleLines(`answers/${round}.jsonl`) as unknown as readonly Answer[];
export const rounds: Readonly<Record<Round, readonly Answer[]>> = {
  base: answersOf('base'),
  'iteration-0': answersOf('iteration-0'),
  'iteration-1': answersOf('iteration-1'),
  'iteration-2': answersOf('iteration-2'),
};
export const count = rounds.base.length;

export type Outcome = 'win' | 'loss' | 'tie';

/** What somebody would give beats what nobody would; two of a kind are a tie. */
export function outcomes(a: Round, b: Round): Outcome[] {
  return rounds[b].map(({ fault }, at) => {
    const [before, after] = [rounds[a][at]?.fault === null, fault === null];
    return before === after ? 'tie' : after ? 'win' : 'loss';
  });
}

export const numberOf = (all: readonly Outcome[], kind: Outcome) => all.filter((one) => one === kind).length;

export const rows = (page: Page) => page.locator('.compare-table tbody tr:not(.group)');
export const chip = (page: Page, name: RegExp) => page.locator('.filter-bar .chip-button').filter({ hasText: name });

export const choice = (page: Page, name: string) => page.getByRole('combobox', { name, exact: true });

export async function openCompare(page: Page): Promise<void> {
  await openExample(page, { view: 'compare' });
  await rows(page).first().waitFor();
}

/** Prompts of the rows, all of them, in the table's order. */
export async function prompts(page: Page): Promise<string[]> {
  const more = page.locator('button.more');
  while (await more.isVisible()) await more.click();
  return rows(page).locator('th .prompt').allInnerTexts();
}

export async function choosePair(page: Page, b: string, a: string): Promise<void> {
  // One that the other holds cannot be chosen: over a third.
  await choice(page, 'do against').selectOption('human');
  await choice(page, 'How did').selectOption(b);
  await choice(page, 'do against').selectOption(a);
}
