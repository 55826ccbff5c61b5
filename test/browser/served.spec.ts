// The page comes up wherever a static host puts it.

import { expect, test } from '@playwright/test';

for (const [address, isolated] of [
  ['/', true],
  ['/some/sub folder/', true],
  ['/plain/', false],
] as const) {
  test(`${address} shows the lab ${isolated ? 'with' : 'without'} isolation`, async ({ page }) => {
    await page.goto(address);
    await expect(page.getByText('SPIN Lab', { exact: true })).toBeVisible();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolated);
  });
}
