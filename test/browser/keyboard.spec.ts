// Everything by keyboard: each key of the action table does its action, the help sheet lists them, and every view is worked without a pointer.

import { expect, type Page, test } from '@playwright/test';
import { ACTIONS } from '../../src/lab/actions/action-table.ts';
import { VIEWS } from '../../src/lab/settings/page-store.ts';
import { look, openExample, tabTo } from './example-page.ts';
import { newPage, openLab, reach, SHORT, status } from './lab-page.ts';

/** A run long enough to be stopped in its midst. */
const RUN = { ...SHORT, n: '128', batch: '8', micro: '8' };

const slow = (page: Page) => page.locator('.controls > [data-action=slow]');
const unit = (page: Page) => page.getByLabel('Step by');
const view = (page: Page) => page.locator('main').getAttribute('data-view');
const focused = (page: Page, selector: string) =>
  page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector);

test('space starts, pauses and goes on; N steps, U takes the next unit, M slows down, E goes to the end, R resets, D takes a new seed', async ({
  page,
}) => {
  await openLab(page, RUN);
  await page.keyboard.press('u');
  await expect(unit(page)).toHaveValue('phase');
  await page.keyboard.press('n');
  await reach(page, 'paused');
  await expect(page.locator('.status')).toContainText('Paused in iteration 1 of 2');
  await page.keyboard.press(' ');
  await reach(page, 'running');
  await page.keyboard.press('m');
  await expect(slow(page)).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press(' ');
  await reach(page, 'paused');
  await page.keyboard.press('e');
  await expect(slow(page)).toHaveAttribute('aria-pressed', 'false');
  await reach(page, 'finished');
  await page.keyboard.press('r');
  await reach(page, 'idle');
  await page.keyboard.press('d');
  await page.keyboard.press('5');
  await expect(page.locator('[data-parameter=seed] .number-box')).toHaveValue('1');
});

test('S saves the numbers, X exports the run, O shows the example, Z brings a removed run back, I asks for a file', async ({
  page,
}) => {
  await openLab(page, { ...SHORT, t: '1' });
  await page.keyboard.press(' ');
  await reach(page, 'finished');
  const name = await page.locator('input.run-name').inputValue();
  for (const [key, file] of [
    ['s', /\.jsonl$/],
    ['x', /\.zip$/],
  ] as const) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press(key)]);
    expect(download.suggestedFilename()).toMatch(file);
  }
  // While it still takes a download in, a busy browser may refuse a chooser: then a person presses again.
  await expect(async () => {
    const asked = page.waitForEvent('filechooser', { timeout: 5000 });
    await page.keyboard.press('i');
    expect((await asked).isMultiple()).toBe(false);
  }).toPass();
  await page.keyboard.press('r');
  await reach(page, 'idle');
  await page.keyboard.press('o');
  await expect(page.locator('.ribbon[data-source=example]')).toBeVisible();
  await page.keyboard.press('4');
  const run = page.locator('.run-list .run');
  await expect(run).toHaveCount(1);
  await tabTo(page, '.run-list .run-actions button[popovertarget]');
  await page.keyboard.press('Enter');
  await tabTo(page, '.run-menu button:last-child');
  await page.keyboard.press('Enter');
  await expect(run).toHaveCount(0);
  await page.keyboard.press('z');
  await expect(run).toHaveCount(1);
  await expect(run.locator('input[type=text], input:not([type])').first()).toHaveValue(name);
});

test('Escape closes the notice of what went wrong', async ({ page }) => {
  await openLab(page, { ...SHORT, t: '1', n: '192', loss: 'exponential', lambda: '100', lr: '1', warm: '0' });
  await page.keyboard.press(' ');
  await reach(page, 'failed');
  await expect(page.locator('.trouble')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('.trouble')).toHaveCount(0);
});

test.describe('in the recorded example, opened once', () => {
  let page: Page;

  test.beforeAll(async ({ browser }) => {
    page = await newPage(browser);
    await openExample(page);
  });

  test.afterAll(() => page.context().close());

  test('1 to 5 open the views; the heading has the focus', async () => {
    for (const [at, name] of [...VIEWS.entries()].reverse()) {
      await page.keyboard.press(String(at + 1));
      await expect.poll(() => view(page)).toBe(name);
      if (at < VIEWS.length - 1) await expect.poll(() => focused(page, '#view-title')).toBe(true);
    }
  });

  test('comma and point go through the iterations, F follows again', async () => {
    await page.keyboard.press('1');
    const pressed = page.locator('.timeline button[aria-pressed=true]');
    await page.keyboard.press(',');
    await expect(pressed).toContainText('Iteration 2');
    await expect(page.locator('.pair-place')).toContainText('Iteration 2');
    await page.keyboard.press(',');
    await expect(pressed).toContainText('Iteration 1');
    await page.keyboard.press('.');
    await expect(pressed).toContainText('Iteration 2');
    await page.keyboard.press('f');
    await expect(pressed).toHaveCount(0);
    await expect(page.locator('.pair-place')).toContainText('Iteration 3');
  });

  test('C copies the link, W shares, K and Ctrl K open the palette, ? the help, T turns the theme, L the language', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.keyboard.press('1');
    await page.keyboard.press('c');
    await expect(page.locator('.toast')).toContainText('The link is on the clipboard.');
    for (const [key, dialog] of [
      ['w', 'share'],
      ['k', 'palette'],
      ['Control+k', 'palette'],
      ['?', 'help'],
    ] as const) {
      await page.keyboard.press(key);
      await expect(page.locator(`dialog.${dialog}[open]`), key).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(page.locator('dialog[open]')).toHaveCount(0);
    }
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme ?? 'auto');
    const before = await theme();
    const seen = new Set([before]);
    for (let at = 0; at < 3; at++) {
      await page.keyboard.press('t');
      if (at < 2) await expect.poll(theme).not.toBe([...seen].at(-1));
      seen.add(await theme());
    }
    expect([...seen].sort()).toEqual(['auto', 'dark', 'light']);
    await expect.poll(theme).toBe(before);
    await page.keyboard.press('l');
    await expect(page.getByRole('button', { name: '开始', exact: true })).toBeVisible();
    await page.keyboard.press('l');
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  });

  test('the help sheet lists every action that has a key, with its keys', async () => {
    await page.keyboard.press('1');
    await page.keyboard.press('?');
    const rows = await page
      .locator('dialog.help dl > div')
      .evaluateAll((divs) => divs.map((div) => [...div.querySelectorAll('kbd')].map((kbd) => kbd.textContent)));
    const keyed = ACTIONS.filter(({ keys }) => keys.length > 0);
    expect(rows.length).toBe(keyed.length);
    expect(rows.map((keys) => keys.length)).toEqual(
      // In the order of the groups, as the sheet has them.
      (['run', 'look', 'keep', 'page'] as const).flatMap((group) =>
        keyed.filter((action) => action.group === group).map(({ keys }) => keys.length),
      ),
    );
    await page.keyboard.press('Escape');
  });

  test('Arena: arrows walk along the tokens, Enter leads into the details, Escape back', async () => {
    await page.keyboard.press('1');
    await tabTo(page, '.face-side.real .arena-token');
    const tokens = page.locator('.face-side.real .arena-token');
    await page.keyboard.press('ArrowRight');
    await expect(tokens.nth(1)).toBeFocused();
    await page.keyboard.press('End');
    await expect(tokens.last()).toBeFocused();
    await page.keyboard.press('Home');
    await expect(tokens.first()).toBeFocused();
    await expect(page.locator('.token-details')).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page.locator('.token-details')).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(tokens.first()).toBeFocused();
    await tabTo(page, '.scrubber input');
    const step = page.locator('.scrubber .at');
    const last = await step.textContent();
    await page.keyboard.press('Home');
    await expect(step).toHaveText(/^Step 0 of/);
    await page.keyboard.press('End');
    await expect(step).toHaveText(last!);
    await tabTo(page, '.pair-list li:nth-child(3) button');
    await page.keyboard.press('Enter');
    await expect(page.locator('.pair-list li:nth-child(3) button')).toHaveAttribute('aria-pressed', 'true');
  });

  test('Curves: the cursor, the options of a chart and its table', async () => {
    await look(page, 'curves');
    await page.locator('#chart-loss .cursor-layer').waitFor();
    await tabTo(page, '#chart-loss .cursor-layer');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await expect(page.locator('#chart-loss .cursor-layer')).toHaveAttribute('aria-valuetext', /^step 2: .*0\.69/);
    await page.keyboard.press('Shift+Tab');
    await expect(page.locator('#chart-loss .chart-menu')).toBeFocused();
    await page.keyboard.press('Enter');
    await tabTo(page, '#chart-loss .chart-menu-items button');
    await page.keyboard.press('Enter');
    await expect(page.locator('#chart-loss .chart-table')).toBeVisible();
  });

  test('Compare: chips, stars and reading one by one', async () => {
    await look(page, 'compare');
    await tabTo(page, '.filter-bar .chip-button:nth-child(2)');
    await page.keyboard.press('Enter');
    await expect(page.locator('.filter-bar .chip-button').nth(1)).toHaveAttribute('aria-pressed', 'true');
    await tabTo(page, '.compare-table .star');
    await page.keyboard.press('Enter');
    await expect(page.locator('.filter-bar .chip-button').last().locator('.count')).toHaveText('1');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await expect(page.locator('.reading')).toBeFocused();
    await page.keyboard.press('j');
    await expect(page.locator('.reading-steps')).toContainText('2 of');
    await page.keyboard.press('k');
    await expect(page.locator('.reading-steps')).toContainText('1 of');
  });

  test('Setup: sliders, boxes and presets', async () => {
    await look(page, 'setup');
    await tabTo(page, '[data-preset=paper]');
    await page.keyboard.press('Enter');
    await expect(page.locator('[data-preset=paper]')).toHaveAttribute('aria-pressed', 'true');
    await tabTo(page, '[data-parameter=temperature] .slider');
    await page.keyboard.press('ArrowLeft');
    await expect(page.locator('[data-parameter=temperature] .number-box')).not.toHaveValue('1');
    await tabTo(page, '[data-parameter=temperature] .number-box');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('0.65');
    await page.keyboard.press('Enter');
    await expect(page.locator('[data-parameter=temperature]')).toHaveAttribute('data-changed', 'true');
    await tabTo(page, '[data-parameter=temperature] .parameter-reset');
    await page.keyboard.press('Enter');
    await expect(page.locator('[data-parameter=temperature] .number-box')).toHaveValue('1');
    await expect(status(page)).toHaveAttribute('data-status', 'idle');
  });

  test('single keys can be turned off, and Ctrl K still works', async () => {
    await page.keyboard.press('1');
    await page.keyboard.press('?');
    await page.locator('dialog.help input[type=checkbox]').uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('2');
    await page.keyboard.press('k');
    await expect(page.locator('dialog[open]')).toHaveCount(0);
    expect(await view(page)).toBe('arena');
    await page.keyboard.press('Control+k');
    await expect(page.locator('dialog.palette')).toBeVisible();
  });
});
