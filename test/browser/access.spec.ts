// The page for everyone: no axe violations in either theme, before and after a run; by keyboard alone; on a phone; in both languages.

import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { openLab, playToTheEnd, reach, SHORT, status } from './lab-page.ts';

async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
  );
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in the ${colorScheme} theme`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await openLab(page, { ...SHORT, t: '1' });
    expect(await violations(page)).toEqual([]);
    await page.locator('.backend summary').click();
    expect(await violations(page)).toEqual([]);
    await page.locator('.backend summary').click();
    await playToTheEnd(page);
    await page.locator('.latest-steps summary').click();
    expect(await violations(page)).toEqual([]);
  });
}

test('a run can be started, paused, stepped and reset by keyboard, and is told in words', async ({ page }) => {
  await openLab(page);
  const live = page.locator('[aria-live=polite]');
  await page.keyboard.press('Space');
  await reach(page, 'running');
  await page.keyboard.press('Space');
  await reach(page, 'paused');
  await expect(live).toHaveText('Paused.');
  await page.keyboard.press('n');
  await reach(page, 'paused');
  await page.keyboard.press('r');
  await reach(page, 'idle');
  await expect(live).toHaveText('Reset. The next start plays the same run again.');
});

test('keys that are typed into a field are the field’s', async ({ page }) => {
  await openLab(page);
  await page.getByLabel('Seed').fill('');
  await page.getByLabel('Seed').pressSequentially('4 2');
  await expect(status(page)).toHaveAttribute('data-status', 'idle');
});

for (const width of [360, 768, 1440]) {
  test(`nothing overflows at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 740 });
    await openLab(page, { ...SHORT, t: '1' });
    const scrollWidth = () => page.evaluate(() => document.documentElement.scrollWidth);
    expect(await scrollWidth()).toBe(width);
    await playToTheEnd(page);
    expect(await scrollWidth()).toBe(width);
    for (const button of await page.locator('.controls button:visible').all()) {
      expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(40);
    }
  });
}

test('the page speaks Chinese when asked to', async ({ page }) => {
  await openLab(page, { ...SHORT, lang: 'zh' });
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh');
  await expect(page.getByRole('button', { name: '开始' })).toBeVisible();
  await page.getByLabel('语言').selectOption('en');
  await expect(page.getByRole('button', { name: 'Start' })).toBeVisible();
});

test('settings out of range are refused in words', async ({ page }) => {
  await openLab(page);
  await page.getByRole('textbox', { name: 'Iterations' }).fill('0');
  await page.getByRole('textbox', { name: 'Iterations' }).press('Enter');
  await expect(page.locator('.problem')).toContainText('Iterations is between 1 and 100, not 0.');
});
