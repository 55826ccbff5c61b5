// Before a run the page says what Start will do; after it, what came of it and what to try next; and a run that diverges is told so.

import { expect, test } from '@playwright/test';
import { look, openLab, playToTheEnd, press, reach, SHORT, savedNumbers, status } from './lab-page.ts';

const ONE = { ...SHORT, t: '1' };

test('before the start a sentence says what it will do', async ({ page }) => {
  await openLab(page);
  await expect(page.locator('.plan')).toHaveText(
    'Start plays 2 iterations on the built-in world: in each, the opponent answers 64 prompts, and the main player learns from the pairs; 8 steps in all. How long that takes it says after the first steps.',
  );
  await openLab(page, { backend: 'wasm' });
  await expect(page.locator('.plan')).toContainText(/That takes about \d+ (minutes|seconds), less on a fast machine\./);
});

test('a finished run is summed up from its numbers, and another seed is a press away', async ({ page }) => {
  await openLab(page, ONE);
  await playToTheEnd(page);
  const [before, after] = (await savedNumbers(page)).filter(({ type }) => type === 'evaluation');
  const percent = (value: unknown) => `${(100 * Number(value)).toFixed(1)}%`;
  await expect(page.locator('.notice.finished')).toContainText(
    `went from ${percent(before?.human_likeness)} to ${percent(after?.human_likeness)}`,
  );
  await expect(page.locator('.next-runs li')).toHaveCount(3);
  await press(page, 'Play with seed 1');
  await reach(page, 'running');
  await expect(page.locator('.notice.finished')).toHaveCount(0);
  await look(page, 'setup');
  await expect(page.getByRole('textbox', { name: 'Seed' })).toHaveValue('1');
});

test('a run that diverges stops at once: what happened, what was kept, what to do', async ({ page }) => {
  await openLab(page, { ...ONE, n: '192', loss: 'exponential', lambda: '100', lr: '1', warm: '0' });
  await press(page, 'Start');
  await reach(page, 'failed');
  const notice = page.getByRole('alert');
  await expect(notice).toHaveAttribute('data-error', 'DivergedError');
  await expect(notice).toContainText(/Training diverged: .* at step \d+ of iteration 0/);
  await expect(notice).toContainText('The numbers so far and the last checkpoint are kept.');
  await expect(notice).toContainText('Lower the learning rate');
  const steps = (await savedNumbers(page)).filter(({ type }) => type === 'step');
  expect(steps.length).toBeGreaterThan(0);
  expect(steps.every(({ loss }) => Number.isFinite(loss))).toBe(true);
  await expect(page.getByRole('button', { name: 'Go on from the checkpoint' })).toBeEnabled();
  await press(page, 'Reset');
  await expect(status(page)).toHaveAttribute('data-status', 'idle');
  await expect(notice).toHaveCount(0);
});

test('in Chinese, what is English says so', async ({ page }) => {
  await openLab(page, { ...ONE, lang: 'zh' });
  await press(page, '开始');
  await reach(page, 'finished');
  await expect(page.locator('.pair-list li button .quiet').first()).toHaveAttribute('lang', 'en');
  await expect(page.locator('.arena-prompt [translate=no]')).toHaveAttribute('lang', 'en');
  await look(page, 'compare');
  await expect(page.locator('.compare-table tbody tr:not(.group) [lang=en]').first()).toBeVisible();
});
