// Links: what a page is opened with, what it refuses and says, what it gives away to be opened elsewhere, and what stays through reload, back
// and forward.

import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { PARAMETER_LIST } from '../../src/spin/parameters/parameter-table.ts';
import { look, openExample } from './example-page.ts';
import { newPage } from './lab-page.ts';

const box = (page: Page, key: string) => page.locator(`[data-parameter=${key}] .number-box`);
const chosen = (page: Page, preset: string) => page.locator(`[data-preset=${preset}]`);

/** What the clipboard holds after the action under this key. */
async function copied(context: BrowserContext, page: Page, act: () => Promise<void>): Promise<string> {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await act();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/^http/);
  return page.evaluate(() => navigator.clipboard.readText());
}

test('a link opens with its settings, seed and view', async ({ page }) => {
  await openExample(page, {
    view: 'setup',
    preset: 'paper',
    seed: '7',
    lambda: '0.5,2',
    temp: '0.8',
    loss: 'hinge',
    backend: 'wasm',
    withcontrol: '1',
  });
  await expect(chosen(page, 'paper')).toHaveAttribute('aria-pressed', 'true');
  await expect(chosen(page, 'hinge')).toHaveAttribute('aria-pressed', 'true');
  await expect(box(page, 'seed')).toHaveValue('7');
  await expect(box(page, 'lambdas').nth(0)).toHaveValue('0.5');
  await expect(box(page, 'lambdas').nth(1)).toHaveValue('2');
  await expect(box(page, 'temperature')).toHaveValue('0.8');
  // Of the preset, as the link says nothing else.
  await expect(box(page, 'learningRates').nth(2)).toHaveValue('8e-5');
  await expect(page.getByRole('switch', { name: 'Also play the supervised control' })).toBeChecked();
  await expect(page.locator('[data-backend=wasm]')).toBeVisible();
});

const REFUSED: readonly (readonly [string, string, string])[] = [
  ['a number out of range', 'seed=4&batch=0', 'Batch size is between'],
  ['a text for a number', 'seed=4&lr=fast', 'Learning rate is a finite number'],
  ['a preset that there is not', 'seed=4&preset=mine', 'There is no preset “mine”.'],
  ['a back end that there is not', 'seed=4&backend=tpu', 'There is no back end “tpu”.'],
  ['more threads than it has', 'seed=4&threads=9', 'The threads a player are a whole number from 1 to 8, not “9”.'],
  [
    'a model of another host',
    'seed=4&model=https://elsewhere/m/',
    '“https://elsewhere/m/” is no folder beside this page.',
  ],
  ['a view that there is not', 'seed=4&view=nowhere', 'There is no view “nowhere”.'],
  ['a control that cannot be hidden', 'seed=4&hide=seed,me', '“seed,me” names a control that cannot be hidden.'],
  ['a lock that is neither on nor off', 'seed=4&lock=yes', 'The lock is 1 or 0, not “yes”.'],
  ['a setting given twice', 'seed=4&seed=5', '“seed” is given more than once.'],
  ['a link too long for a mail', `seed=4&other=${'x'.repeat(2000)}`, 'It is too long: 2014 characters.'],
];

test.describe('what is refused', () => {
  let page: Page;

  test.beforeAll(async ({ browser }) => {
    page = await newPage(browser);
  });

  test.afterAll(() => page.context().close());

  for (const [what, query, words] of REFUSED) {
    test(`${what} is told, and nothing of the link is taken`, async () => {
      await page.goto(`/?${query}`);
      await page.locator('[data-backend]').waitFor();
      const notice = page.locator('.link-notice');
      await expect(notice).toContainText(words);
      await look(page, 'setup');
      await expect(box(page, 'seed')).toHaveValue('0');
      await expect(chosen(page, 'default')).toHaveAttribute('aria-pressed', 'true');
      await expect(page.locator('[data-changed=true]')).toHaveCount(0);
      await notice.getByRole('button', { name: 'Go on without it' }).click();
      await expect(notice).toHaveCount(0);
    });
  }
});

test('a copied link opens the same settings, seed and view for somebody else', async ({ page, context, browser }) => {
  await openExample(page, { view: 'setup' });
  await chosen(page, 'workshop').click();
  for (const [key, text] of [
    ['seed', '12'],
    ['temperature', '0.7'],
    ['warmup', '0.25'],
  ] as const) {
    await box(page, key).fill(text);
    await box(page, key).press('Enter');
  }
  await page.locator('[data-parameter=schedule] select').selectOption('constant');
  await look(page, 'curves');
  const link = await copied(context, page, () => page.keyboard.press('c'));
  await expect(page.locator('.toast')).toContainText('The link is on the clipboard.');
  expect(link.length).toBeLessThan(2000);
  expect(Object.fromEntries(new URL(link).searchParams)).toEqual({
    view: 'curves',
    preset: 'workshop',
    seed: '12',
    temp: '0.7',
    warm: '0.25',
    sched: 'constant',
  });

  const other = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  await other.goto(link);
  await expect(other.locator('main')).toHaveAttribute('data-view', 'curves');
  await look(other, 'setup');
  await expect(chosen(other, 'workshop')).toHaveAttribute('aria-pressed', 'true');
  await expect(box(other, 'seed')).toHaveValue('12');
  await expect(box(other, 'temperature')).toHaveValue('0.7');
  await expect(box(other, 'warmup')).toHaveValue('0.25');
  await expect(other.locator('[data-parameter=schedule] select')).toHaveValue('constant');
  const changed = (one: Page) =>
    one.locator('[data-changed=true]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-parameter')));
  await look(page, 'setup');
  expect(await changed(other)).toEqual(await changed(page));
  await other.context().close();
});

test('a workshop link hides the chosen controls, locks the preset, and is no trap', async ({
  page,
  context,
  browser,
}) => {
  await openExample(page, { view: 'setup' });
  await chosen(page, 'too-fast').click();
  await page.keyboard.press('w');
  const dialog = page.locator('dialog.share');
  await dialog.getByLabel('Lock the preset').check();
  const training = dialog.locator('.hide-group').filter({ hasText: 'Hide from “Learning”' });
  await training.locator('summary').click();
  await training.getByRole('button', { name: 'Hide all of these' }).click();
  const answers = dialog.locator('.hide-group').filter({ hasText: 'Hide from “Answers”' });
  await answers.locator('summary').click();
  await answers.getByLabel('Temperature').check();
  const link = await copied(context, page, () =>
    dialog.locator('.link-field').last().getByRole('button', { name: 'Copy' }).click(),
  );
  expect(link.length).toBeLessThan(2000);
  await expect(dialog.locator('.link-field textarea').last()).toHaveValue(link);

  const pupil = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  await pupil.goto(link);
  await look(pupil, 'setup');
  await expect(pupil.locator('.settings-view')).toContainText('This page was opened by a workshop link');
  const hidden = PARAMETER_LIST.filter((row) => row.group === 'training' && row.hideable).map(({ key }) => key);
  for (const key of [...hidden, 'temperature']) await expect(pupil.locator(`[data-parameter=${key}]`)).toHaveCount(0);
  await expect(pupil.locator('[data-parameter=lambdas]')).toHaveCount(1);
  await expect(pupil.locator('[data-parameter=topK]')).toHaveCount(1);
  await expect(pupil.locator('.preset-card')).toHaveCount(1);
  await expect(chosen(pupil, 'too-fast')).toBeDisabled();
  // What is hidden holds all the same: batches of 16, as the preset has them.
  await expect(pupil.locator('.costs dd').nth(2)).toHaveText('384');
  // A reload does not open what the link closed; the plain link does.
  await pupil.reload();
  await look(pupil, 'setup');
  await expect(pupil.locator('[data-parameter=batchSize]')).toHaveCount(0);
  await pupil.keyboard.press('w');
  const plain = await pupil.locator('dialog.share .link-field textarea').first().inputValue();
  await pupil.goto(plain);
  await look(pupil, 'setup');
  await expect(pupil.locator('[data-parameter=batchSize]')).toHaveCount(1);
  await expect(chosen(pupil, 'default')).toBeEnabled();
  await pupil.context().close();
});

test('a link stays under 2,000 characters: what would be longer is not given away', async ({ page }) => {
  const values = (count: number, first: number) =>
    Array.from({ length: count }, (_, at) => (first + 1e-6 * at).toFixed(6)).join(',');
  const open = async (count: number) => {
    await page.goto(`/?t=100&lr=${values(count, 0.000111)}&lambda=${values(count, 10.100111)}`);
    await page.locator('.ribbon[data-source=example]').waitFor();
    await expect(page.locator('.link-notice')).toHaveCount(0);
  };
  const dialog = page.locator('dialog.share');
  const hideAll = async () => {
    await page.keyboard.press('w');
    for (const group of await dialog.locator('.hide-group').all()) {
      await group.locator('summary').click();
      await group.getByRole('button', { name: 'Hide all of these' }).click();
    }
    return dialog.locator('.link-field textarea').last().inputValue();
  };
  await open(50);
  const link = await hideAll();
  expect(link.length).toBeLessThan(2000);
  await page.goto(link);
  await page.locator('[data-backend]').waitFor();
  await expect(page.locator('.link-notice')).toHaveCount(0);

  await open(100);
  const longer = await hideAll();
  expect(longer.length).toBeGreaterThanOrEqual(2000);
  const [plain, workshop] = await dialog.getByRole('button', { name: 'Copy' }).all();
  await expect(plain!).toBeEnabled();
  await expect(workshop!).toBeDisabled();
  await expect(dialog).toContainText(`The link has ${longer.length.toLocaleString('en')} characters`);
});

test('back and forward go through the views, each in the address', async ({ page }) => {
  await openExample(page);
  await look(page, 'curves');
  await look(page, 'compare');
  await page.locator('.views a', { hasText: 'Setup' }).click();
  await expect(page.locator('main')).toHaveAttribute('data-view', 'setup');
  await expect(page).toHaveURL(/view=setup/);
  await page.goBack();
  await expect(page.locator('main')).toHaveAttribute('data-view', 'compare');
  await page.goBack();
  await expect(page.locator('main')).toHaveAttribute('data-view', 'curves');
  await page.goForward();
  await expect(page.locator('main')).toHaveAttribute('data-view', 'compare');
  await page.goBack();
  await page.goBack();
  await expect(page.locator('main')).toHaveAttribute('data-view', 'arena');
  await expect(page).toHaveURL((url) => !url.searchParams.has('view'));
});

test('settings changed after a step back are those of the page, not of the older address', async ({ page }) => {
  await openExample(page, { view: 'setup', seed: '3' });
  await look(page, 'curves');
  await look(page, 'setup');
  await box(page, 'seed').fill('4');
  await box(page, 'seed').press('Enter');
  await page.goBack();
  await expect(page.locator('main')).toHaveAttribute('data-view', 'curves');
  await expect(page).toHaveURL(/seed=4/);
});

test('a reload keeps view and settings, also right after a change', async ({ page }) => {
  await openExample(page);
  await look(page, 'setup');
  await chosen(page, 'paper').click();
  await box(page, 'temperature').fill('0.6');
  await box(page, 'temperature').press('Enter');
  await page.reload();
  await page.locator('.ribbon[data-source=example]').waitFor();
  await expect(page.locator('main')).toHaveAttribute('data-view', 'setup');
  await expect(chosen(page, 'paper')).toHaveAttribute('aria-pressed', 'true');
  await expect(box(page, 'temperature')).toHaveValue('0.6');
});

test('settings are remembered for the next visit; a link goes before them', async ({ page }) => {
  await openExample(page, { view: 'setup' });
  await box(page, 'temperature').fill('0.6');
  await box(page, 'temperature').press('Enter');
  await openExample(page, { view: 'setup' });
  await expect(box(page, 'temperature')).toHaveValue('0.6');
  await openExample(page, { view: 'setup', preset: 'default' });
  await expect(box(page, 'temperature')).toHaveValue('1');
});
