// The palette: every action is found in it by its name and by another word, and done from there; what cannot be done says why.

import { expect, type Page, test } from '@playwright/test';
import type { ActionId } from '../../src/lab/actions/action-kinds.ts';
import { ACTIONS } from '../../src/lab/actions/action-table.ts';
import { VIEWS } from '../../src/lab/settings/page-store.ts';
import { EN } from '../../src/text/en.ts';
import { speechOf } from '../../src/text/language.ts';
import { openExample } from './example-page.ts';
import { openLab, reach, SHORT } from './lab-page.ts';

/** A run long enough to be stopped in its midst. */
const RUN = { ...SHORT, n: '128', batch: '8', micro: '8' };
const speech = speechOf('en', EN);

const slow = (page: Page) => page.locator('.controls > [data-action=slow]');
const unit = (page: Page) => page.getByLabel('Step by');
const view = (page: Page) => page.locator('main').getAttribute('data-view');

/** Types into the palette and takes what comes first, once that is the action. */
async function doByPalette(page: Page, id: ActionId): Promise<void> {
  await page.keyboard.press('Control+k');
  const { keywords, label } = wordsOf(id);
  await page.locator('dialog.palette input').fill(label);
  const option = page.locator(`dialog.palette [role=option][id$="-${id}"]`);
  await expect(option, `${id} is found by “${label}”`).toBeVisible();
  await page.locator('dialog.palette input').fill(keywords.split(' ')[0]!);
  await expect(option, `${id} is found by “${keywords.split(' ')[0]}”`).toBeVisible();
  await page.locator('dialog.palette input').fill(label);
  for (let at = 0; at < 10 && (await option.getAttribute('aria-selected')) !== 'true'; at++)
    await page.keyboard.press('ArrowDown');
  await expect(option).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
}

function wordsOf(id: ActionId): { readonly label: string; readonly keywords: string } {
  const key =
    id === 'resume' ? 'action.resume-kept' : id.startsWith('view-') ? id.replace('view-', 'view.') : `action.${id}`;
  return {
    label: id === 'theme' ? 'Theme' : speech.say(key as 'action.start'),
    keywords: speech.say(`keywords.${id}`),
  };
}

test('every action is found in the palette by its name and by another word, and done from there', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openLab(page, RUN);
  const done = new Set<ActionId>(['palette']);
  const act = async (id: ActionId, seen: () => Promise<void>) => {
    await doByPalette(page, id);
    await seen();
    done.add(id);
  };
  const reaches = (wanted: string) => () => reach(page, wanted);
  for (const name of VIEWS) {
    await act(`view-${name}`, () => expect.poll(() => view(page)).toBe(name));
  }
  for (const one of ['batch', 'phase', 'iteration', 'answer'] as const) {
    await act(`step-${one}`, () => expect(unit(page)).toHaveValue(one));
  }
  // The smallest unit but one: in slow motion a larger one would take its time.
  await act('step-unit', () => expect(unit(page)).toHaveValue('batch'));
  await act('help', () => expect(page.locator('dialog.help')).toBeVisible());
  await page.keyboard.press('Escape');
  await act('share', () => expect(page.locator('dialog.share')).toBeVisible());
  await page.keyboard.press('Escape');
  await act('copy-link', () => expect(page.locator('.toast')).toContainText('on the clipboard'));
  await act('theme', () => expect(page.locator('html')).toHaveAttribute('data-theme', 'light'));
  await act('iteration-previous', () => expect(page.locator('.timeline [aria-pressed=true]')).toContainText('2'));
  await act('iteration-next', () => expect(page.locator('.timeline [aria-pressed=true]')).toHaveCount(0));
  await page.keyboard.press(',');
  await act('follow', () => expect(page.locator('.timeline [aria-pressed=true]')).toHaveCount(0));
  await act('slow', () => expect(slow(page)).toHaveAttribute('aria-pressed', 'true'));
  await act('start', reaches('running'));
  await act('pause', reaches('paused'));
  await act('step', reaches('paused'));
  await act('save', async () => undefined);
  await act('example', () => expect(page.locator('[data-source=elsewhere]')).toBeVisible());
  await page.getByRole('button', { name: 'Show the run being played' }).click();
  await act('end', reaches('finished'));
  await act('export', () => page.waitForEvent('download').then(() => undefined));
  await act('import', async () => undefined);
  await act('reset', reaches('idle'));
  await act('seed', () => expect.poll(() => page.url()).toContain('seed=1'));
  await doByPalette(page, 'language');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh');
  done.add('language');
  // What needs a state of its own: a removed run, one left in its midst, a notice.
  const others: readonly ActionId[] = ['undo', 'resume', 'dismiss'];
  expect(
    ACTIONS.map(({ id }) => id)
      .filter((id) => !done.has(id))
      .sort(),
  ).toEqual([...others].sort());
});

test('what cannot be done now says why, and is not done', async ({ page }) => {
  await openExample(page);
  await page.keyboard.press('Control+k');
  await page.locator('dialog.palette input').fill('Undo');
  const option = page.locator('dialog.palette [role=option][id$="-undo"]');
  await expect(option).toHaveAttribute('aria-disabled', 'true');
  await expect(option).toContainText('No run was removed just now.');
  await page.keyboard.press('Enter');
  await expect(page.locator('dialog.palette')).toBeVisible();
});
