// A tab that nobody sees, and a machine that slept: the run goes on, and the page says so.

import { expect, type Page, test } from '@playwright/test';
import { openLab, playToTheEnd, press, reach, SHORT, savedNumbers } from './lab-page.ts';

const RUN = { ...SHORT, n: '96', batch: '8', micro: '8' };

/** Lets the test hide the page, move its clock, and see what it asks of the screen. */
async function withReins(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const reins = { hidden: false, skew: 0, locks: 0 };
    Object.assign(window, { reins });
    Object.defineProperty(document, 'hidden', { get: () => reins.hidden });
    const now = Date.now.bind(Date);
    Date.now = () => now() + reins.skew;
    Object.defineProperty(navigator, 'wakeLock', {
      value: {
        request: async () => {
          reins.locks += 1;
          const release = async () => {
            reins.locks -= 1;
          };
          return Object.assign(new EventTarget(), { released: false, release });
        },
      },
    });
  });
}

type Reins = { hidden: boolean; skew: number; locks: number };

const set = (page: Page, changes: Partial<Reins>): Promise<void> =>
  page.evaluate((given) => {
    Object.assign((window as unknown as { reins: Reins }).reins, given);
    document.dispatchEvent(new Event('visibilitychange'));
  }, changes);

const locks = (page: Page): Promise<number> => page.evaluate(() => (window as unknown as { reins: Reins }).reins.locks);

/** Counts how often what the run's steps move is drawn anew, from now on. */
async function countChanges(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const seen = { changes: 0 };
    Object.assign(window, { seen });
    const place = document.querySelector('.step-words');
    if (place === null) throw new Error('There are no step words.');
    new MutationObserver((changes) => {
      seen.changes += changes.filter(({ target }) => /\d+ .*\d+/.test(target.textContent ?? '')).length;
    }).observe(place, { childList: true, characterData: true, subtree: true });
  });
  return () => page.evaluate(() => (window as unknown as { seen: { changes: number } }).seen.changes);
}

test('a hidden tab plays on without drawing, and shows all when it is seen again', async ({ page, browser }) => {
  await withReins(page);
  await openLab(page, RUN);
  await press(page, 'Start');
  await reach(page, 'running');
  await set(page, { hidden: true });
  const drawn = await countChanges(page);
  await reach(page, 'finished');
  // The status words change with the status; the sparklines, which move with each step, stand still.
  expect(await drawn()).toBe(0);
  await set(page, { hidden: false });
  const numbers = await savedNumbers(page);
  expect(numbers.filter(({ type }) => type === 'step').length).toBe(24);

  const seen = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  await openLab(seen, RUN);
  const drawnWhenSeen = await countChanges(seen);
  await playToTheEnd(seen);
  expect(await drawnWhenSeen()).toBeGreaterThan(0);
  expect(await savedNumbers(seen)).toEqual(numbers);
});

test('the screen is kept awake while a run plays, and let go when it rests', async ({ page }) => {
  await withReins(page);
  await openLab(page, RUN);
  expect(await locks(page)).toBe(0);
  await press(page, 'Slow motion');
  await press(page, 'Start');
  await reach(page, 'running');
  await expect.poll(() => locks(page)).toBe(1);
  await press(page, 'Pause');
  await expect.poll(() => locks(page)).toBe(0);
});

test('a machine that slept is noticed, and said', async ({ page }) => {
  await withReins(page);
  await openLab(page, { ...RUN, n: '2048' });
  await press(page, 'Start');
  await reach(page, 'running');
  await set(page, { skew: 600_000 });
  await expect(page.locator('[aria-live=polite]').filter({ hasText: 'The machine was asleep' }).first()).toBeAttached({
    timeout: 20_000,
  });
  await expect(page.locator('[data-status=running]')).toBeVisible();
});
