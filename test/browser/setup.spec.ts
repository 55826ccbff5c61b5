// Settings in the page: a control for every parameter of the table, what is typed wrong, presets in layers, costs, and what a run under way
// takes of a change.

import { expect, type Page, test } from '@playwright/test';
import { DEFAULTS, PARAMETER_LIST } from '../../src/spin/parameters/parameter-table.ts';
import { openExample } from './example-page.ts';
import { newPage, openLab, press, reach, SHORT, savedLines, steps } from './lab-page.ts';

const row = (page: Page, key: string) => page.locator(`[data-parameter=${key}]`);
const box = (page: Page, key: string) => row(page, key).locator('.number-box');
const chosen = (page: Page, preset: string) => page.locator(`[data-preset=${preset}]`);
const cost = (page: Page, name: string) => page.locator(`.costs dt:text-is("${name}") + dd`).first();

const openSetup = (page: Page) => openExample(page, { view: 'setup' });

async function type(page: Page, key: string, text: string, at = 0): Promise<void> {
  await box(page, key).nth(at).fill(text);
  await box(page, key).nth(at).press('Enter');
}

const values = (page: Page, key: string) =>
  box(page, key).evaluateAll((boxes) => boxes.map((one) => Number((one as HTMLInputElement).value)));

/** A closed group's controls are there, but out of sight. */
async function openGroups(page: Page): Promise<void> {
  const closed = page.locator('.parameter-group:not([open]) > summary');
  while ((await closed.count()) > 0) await closed.first().click();
}

test.describe('settings, in a page opened once', () => {
  let page: Page;

  test.beforeAll(async ({ browser }) => {
    page = await newPage(browser);
    await openSetup(page);
  });

  test.afterAll(() => page.context().close());

  /** Whatever a test has set is as at first for the next. */
  test.afterEach(async () => {
    await chosen(page, 'default').click();
    const back = page.getByRole('button', { name: 'Everything back to the preset' });
    if (await back.isEnabled()) await back.click();
    await type(page, 'seed', '0');
  });

  test('every parameter of the table has its control, at the default', async () => {
    await openGroups(page);
    await expect(page.locator('.parameter')).toHaveCount(PARAMETER_LIST.length);
    for (const parameter of PARAMETER_LIST) {
      const { key } = parameter;
      await test.step(key, async () => {
        const value = DEFAULTS[key];
        if (parameter.kind === 'boolean') {
          await expect(row(page, key).getByRole('switch')).toBeVisible();
          expect(await row(page, key).getByRole('switch').isChecked()).toBe(value);
        } else if (parameter.kind === 'choice') {
          await expect(row(page, key).getByRole('combobox')).toHaveValue(String(value));
          const options = row(page, key).locator('option');
          expect(await options.evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value))).toEqual(
            parameter.options.map((option) => String(option.value)),
          );
        } else {
          await expect(box(page, key).first()).toBeVisible();
          expect(await values(page, key)).toEqual([value].flat());
          const sliders = key === 'seed' ? 0 : [value].flat().length;
          await expect(row(page, key).getByRole('slider')).toHaveCount(sliders);
        }
      });
    }
    await expect(page.getByRole('switch', { name: 'Also play the supervised control' })).toBeVisible();
  });

  test('a slider’s keys go by ratios over a logarithmic range', async () => {
    const slider = row(page, 'lambdas').getByRole('slider');
    await slider.focus();
    const seen: number[] = [];
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft', 'End', 'Home']) {
      await page.keyboard.press(key);
      seen.push(...(await values(page, 'lambdas')));
      await expect(slider).toHaveAttribute('aria-valuetext', await box(page, 'lambdas').inputValue());
    }
    // Up, up, back, back to 1, below it; then the ends of the range.
    expect([seen[2], seen[3], seen[5], seen[6]]).toEqual([seen[0], 1, 100, 0.001]);
    expect(seen[1]).toBeGreaterThan(seen[0]!);
    // As many stops from 0.001 to 1 as from 0.1 to 100: the middle of the way is the middle of the ratios.
    const most = Number(await slider.getAttribute('max'));
    await slider.fill(String(Math.round((most * 3) / 5)));
    expect((await values(page, 'lambdas'))[0]).toBeCloseTo(1, 0);
    await slider.fill(String(Math.round(most / 5)));
    const [low] = await values(page, 'lambdas');
    expect(low).toBeGreaterThan(0.005);
    expect(low).toBeLessThan(0.02);
  });

  test('what cannot be taken is told at its control, stays typed, and changes nothing else', async () => {
    await type(page, 'temperature', '0.7');
    const steps = await cost(page, 'Training steps').innerText();
    for (const [text, words] of [
      ['0', 'Batch size is between 1 and 4096, not 0.'],
      ['2.5', 'Batch size is a whole number, not 2.5.'],
      ['many', 'Batch size is a finite number, not "many".'],
    ] as const) {
      await type(page, 'batchSize', text);
      await expect(row(page, 'batchSize').locator('.problem')).toHaveText(words);
      await expect(row(page, 'batchSize')).toContainText('The last value that fitted still holds.');
      await expect(box(page, 'batchSize')).toHaveValue(text);
      await expect(box(page, 'batchSize')).toHaveAttribute('aria-invalid', 'true');
      const ids = (await box(page, 'batchSize').getAttribute('aria-describedby'))!.split(' ');
      const described = await Promise.all(ids.map((id) => page.locator(`[id="${id}"]`).textContent()));
      expect(described.join(' ')).toContain(words);
      await expect(page.locator('[data-group=training] .problem').first()).toHaveText('1 not taken');
      expect(await cost(page, 'Training steps').innerText()).toBe(steps);
    }
    expect(await values(page, 'temperature')).toEqual([0.7]);
    await type(page, 'batchSize', '32');
    await expect(page.locator('.parameter .problem')).toHaveCount(0);
    await expect(cost(page, 'Training steps')).toHaveText(String((3 * 2048) / 32));

    // Two that fit only together: neither is lost on the way.
    await type(page, 'maxLength', '24');
    await expect(row(page, 'maxLength').locator('.problem')).toContainText('must be less than');
    await type(page, 'maxNewTokens', '16');
    await expect(page.locator('.parameter .problem')).toHaveCount(0);
    expect([await values(page, 'maxLength'), await values(page, 'maxNewTokens')]).toEqual([[24], [16]]);
  });

  test('one parameter goes back to the preset, or all of them', async () => {
    const told = page.locator('.parameters header [role=status]');
    await expect(told).toHaveText('As in the preset');
    await type(page, 'temperature', '0.7');
    await row(page, 'schedule').getByRole('combobox').selectOption('constant');
    await row(page, 'dropIdentical').getByRole('switch').click();
    await expect(told).toHaveText('3 changed');
    await row(page, 'temperature').getByRole('button', { name: 'Temperature: back to 1, as in the preset' }).click();
    expect(await values(page, 'temperature')).toEqual([1]);
    await expect(told).toHaveText('2 changed');
    await expect(row(page, 'temperature')).toHaveAttribute('data-changed', 'false');
    await expect(row(page, 'schedule')).toHaveAttribute('data-changed', 'true');
    await page.getByRole('button', { name: 'Everything back to the preset' }).click();
    await expect(told).toHaveText('As in the preset');
    await expect(page.locator('.parameter[data-changed=true]')).toHaveCount(0);
    await expect(row(page, 'schedule').getByRole('combobox')).toHaveValue('linear');
    await expect(row(page, 'dropIdentical').getByRole('switch')).not.toBeChecked();
  });

  test('a loss lies over a way to play; a preset that replaces settings gives them back', async () => {
    await chosen(page, 'paper').click();
    await chosen(page, 'hinge').click();
    for (const name of ['paper', 'hinge']) await expect(chosen(page, name)).toHaveAttribute('aria-pressed', 'true');
    await expect(page.locator('.preset-card[aria-pressed=true]')).toHaveCount(2);
    expect(await values(page, 'lambdas')).toEqual([0.1, 0.1, 5]);
    expect(await values(page, 'learningRates')).toEqual([4e-4, 4e-4, 8e-5]);
    await expect(row(page, 'window').getByRole('combobox')).toHaveValue('2');
    await expect(row(page, 'loss').getByRole('combobox')).toHaveValue('hinge');
    expect(await values(page, 'epochs')).toEqual([2]);
    // Pairs of one iteration, then of two: twice (2048 + 2 · 4096) / 64.
    await expect(cost(page, 'Training steps')).toHaveText(String((2 * (2048 + 4096 + 4096)) / 64));

    await type(page, 'temperature', '0.7');
    await type(page, 'seed', '9');
    await chosen(page, 'workshop').click();
    expect(await values(page, 'temperature')).toEqual([1]);
    expect(await values(page, 'seed')).toEqual([9]);
    await expect(chosen(page, 'hinge')).toHaveAttribute('aria-pressed', 'true');
    await expect(page.locator('.replaced')).toContainText('The preset took the place of 1 setting of yours.');
    await page.getByRole('button', { name: 'Take them back' }).click();
    await expect(chosen(page, 'paper')).toHaveAttribute('aria-pressed', 'true');
    expect(await values(page, 'temperature')).toEqual([0.7]);
    expect(await values(page, 'lambdas')).toEqual([0.1, 0.1, 5]);
  });

  test('an iteration gets a value of its own, and loses it', async () => {
    const where = () => row(page, 'lambdas').locator('.list-where').allInnerTexts();
    expect(await where()).toEqual(['All iterations']);
    await row(page, 'lambdas').getByRole('button', { name: 'Lambda: another value for the next iteration' }).click();
    expect(await values(page, 'lambdas')).toEqual([1, 1]);
    expect(await where()).toEqual(['Iteration 1', 'Iteration 2 and on']);
    await type(page, 'lambdas', '3', 1);
    await type(page, 'lambdas', 'none', 0);
    await expect(row(page, 'lambdas').locator('.problem')).toContainText('Lambda is a finite number');
    await expect(box(page, 'lambdas').nth(0)).toHaveAttribute('aria-invalid', 'true');
    await expect(box(page, 'lambdas').nth(1)).toHaveAttribute('aria-invalid', 'false');
    await type(page, 'lambdas', '0.5', 0);
    expect(await values(page, 'lambdas')).toEqual([0.5, 3]);
    await row(page, 'lambdas').getByRole('button', { name: 'Lambda: remove the value of iteration 1' }).click();
    expect(await values(page, 'lambdas')).toEqual([3]);
    expect(await where()).toEqual(['All iterations']);
    // Several at once, as they stand in a paper.
    await type(page, 'lambdas', '0.1, 0.2; 0.3');
    expect(await values(page, 'lambdas')).toEqual([0.1, 0.2, 0.3]);
  });

  test('a parameter is found by name, symbol or what it can be', async () => {
    const search = page.getByRole('searchbox', { name: 'Find a parameter' });
    const found = () =>
      page
        .locator('.parameter:visible')
        .evaluateAll((rows) => rows.map((one) => one.getAttribute('data-parameter')).sort());
    await search.fill('β₁');
    expect(await found()).toEqual(['adamBeta1']);
    await search.fill('AdamW');
    expect(await found()).toContain('optimizer');
    await search.fill('longest answer');
    expect(await found()).toContain('maxNewTokens');
    await search.fill('nothing is called so');
    await expect(page.locator('.parameters')).toContainText('No parameter is called that.');
    await search.fill('');
    await expect(page.locator('.parameter')).toHaveCount(PARAMETER_LIST.length);
  });

  test('what a run costs follows the settings', async () => {
    await openGroups(page);
    const bytes = 4 * 648_064;
    const mega = (count: number) => {
      const size = (count * bytes) / 1e6;
      return `${size.toFixed(size < 10 ? 1 : 0)} MB`;
    };
    await expect(cost(page, 'Training steps')).toHaveText('96');
    // An iteration's weights each, and a checkpoint: weights and one average of squares.
    await expect(cost(page, 'Storage, about')).toHaveText(mega(3 + 2));
    await type(page, 'iterations', '6');
    await expect(cost(page, 'Training steps')).toHaveText('192');
    await expect(cost(page, 'Storage, about')).toHaveText(mega(6 + 2));
    await row(page, 'optimizer').getByRole('combobox').selectOption('adamw');
    await expect(cost(page, 'Storage, about')).toHaveText(mega(6 + 3));
    await page.getByText('Where the memory goes').click();
    const part = (name: string) => page.locator('.costs tr', { hasText: name }).locator('td');
    // The main player's: as they are, as a step makes them, and as its kernel reads them; then the opponent's, with those of its two kernels.
    await expect(part('Weights')).toHaveText([mega(3), mega(3)]);
    await expect(part('Optimizer’s state')).toHaveText([mega(4), '–']);
    await expect(part('Gradient')).toHaveText([mega(3), '–']);
    await expect(cost(page, 'Checkpoints and base weights')).toHaveText(mega(8));
    const activations = part('Activations').first();
    const before = Number.parseFloat(await activations.innerText());
    await type(page, 'microBatch', '64');
    expect(Number.parseFloat(await activations.innerText())).toBeGreaterThan(2 * before);
    const control = page.getByRole('switch', { name: 'Also play the supervised control' });
    await expect(page.locator('.costs')).not.toContainText('supervised control');
    await control.click();
    await expect(control).toBeChecked();
    await expect(page.locator('.costs')).toContainText('The supervised control comes after it');
  });

  test('an own file takes the world’s place, and gives it back', async () => {
    const lines = Array.from({ length: 40 }, (_, i) =>
      JSON.stringify({ prompt: `Say ${i}.`, response: `Here is ${i}.` }),
    );
    await page
      .getByLabel('Open your own pairs')
      .first()
      .setInputFiles({ name: 'mine.jsonl', mimeType: 'application/jsonl', buffer: Buffer.from(lines.join('\n')) });
    await expect(page.locator('.source.data')).toContainText('mine.jsonl 40 rows');
    await expect(cost(page, 'Training steps')).toHaveText('3');
    await press(page, 'Back to the world');
    await expect(page.locator('.source.data')).toContainText('The built-in world');
    await expect(cost(page, 'Training steps')).toHaveText('96');
  });
});

/** One iteration of twelve steps, each with the same rate, checkpoints every four. */
const STEADY = { ...SHORT, t: '1', n: '96', batch: '8', micro: '8', sched: 'constant', warm: '0' };

test('a run under way takes a rate at its next checkpoint; what it cannot take it is asked about', async ({ page }) => {
  await openLab(page, { ...STEADY, view: 'setup' });
  await openGroups(page);
  await type(page, 'checkpointEvery', '4');
  await page.getByLabel('Step by').selectOption('batch');
  do {
    await press(page, 'Step');
    await reach(page, 'paused');
  } while ((await steps(page)) < 2);
  expect(await steps(page)).toBe(2);

  const notice = page.locator('.restart-notice');
  await expect(notice).toHaveCount(0);
  await type(page, 'batchSize', '4');
  await expect(notice.locator('h2')).toHaveText('Restart suggested');
  await expect(notice.locator('li')).toHaveText(['Batch size: 8 pairs → 4 pairs']);
  await expect(row(page, 'batchSize')).toContainText('Waits for a restart of the run.');
  await notice.getByRole('button', { name: 'Keep the run, put them back' }).click();
  await expect(notice).toHaveCount(0);
  expect(await values(page, 'batchSize')).toEqual([8]);

  await type(page, 'learningRates', '0.0001');
  await expect(notice).toHaveCount(0);
  await press(page, 'Go on');
  await reach(page, 'finished');
  const lines = await savedLines(page);
  const trained = lines.filter(({ type: kind }) => kind === 'step');
  expect(trained.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, at) => at));
  expect(trained.map(({ learning_rate }) => learning_rate)).toEqual([
    ...Array<number>(4).fill(0.00005),
    ...Array<number>(8).fill(0.0001),
  ]);
});

test('a run begins anew with what it could not take', async ({ page }) => {
  await openLab(page, { ...STEADY, n: '64', batch: '16', view: 'setup' });
  await press(page, 'Step');
  await reach(page, 'paused');
  await type(page, 'batchSize', '32');
  await press(page, 'Restart with these');
  await reach(page, 'finished');
  await expect(page.locator('.restart-notice')).toHaveCount(0);
  const lines = await savedLines(page);
  expect(lines[0]).toMatchObject({ type: 'environment', configuration: { batchSize: 32 } });
  expect(lines.filter(({ type: kind }) => kind === 'step').map(({ step }) => step)).toEqual([0, 1]);
});
