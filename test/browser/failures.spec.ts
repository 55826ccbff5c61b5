// What can go wrong while a run is played: what the page then says, what it has kept, and how it goes on.

import { expect, type Page, test, type Worker } from '@playwright/test';
import { FULL } from './full.ts';
import {
  killWorker,
  type Line,
  look,
  openLab,
  playToTheEnd,
  press,
  reach,
  SHORT,
  savedNumbers,
  shows,
  steps,
} from './lab-page.ts';

/** Two iterations of twenty steps, each with a checkpoint in its midst. */
const RUN = { ...SHORT, n: '80', batch: '4', micro: '4' };
const DIVERGING = {
  ...SHORT,
  ...{ t: '1', n: '96', batch: '8', micro: '8', loss: 'exponential', lambda: '100', lr: '0.002', warm: '0' },
};

const trouble = (page: Page) => page.locator('.trouble');
const unsaved = (page: Page) => page.locator('.unsaved');
const stepsOf = (lines: readonly Line[]) => lines.filter(({ type }) => type === 'step');

let whole: Line[] | null = null;

/** The numbers of a run of `RUN` to which nothing happened. */
async function unbroken(page: Page): Promise<Line[]> {
  if (whole === null) {
    const context = await page.context().browser()!.newContext({ locale: 'en-GB' });
    const quiet = await context.newPage();
    await openLab(quiet, RUN);
    await playToTheEnd(quiet);
    whole = await savedNumbers(quiet);
    await context.close();
  }
  return whole;
}

async function learns(page: Page): Promise<void> {
  await expect.poll(() => steps(page), { intervals: [50] }).toBeGreaterThan(0);
}

test('a run that diverges stops at once, keeps what was good, and goes on at half the rate', async ({ page }) => {
  await openLab(page, DIVERGING);
  await press(page, 'Start');
  await reach(page, 'failed');
  const before = stepsOf(await savedNumbers(page));
  expect(before.length).toBeGreaterThan(0);
  expect(before.every(({ loss, grad_norm }) => Number.isFinite(loss) && Number.isFinite(grad_norm))).toBe(true);
  await expect(trouble(page)).toHaveAttribute('data-error', 'DivergedError');
  await expect(trouble(page)).toContainText('The numbers so far and the last checkpoint are kept.');
  const first = Number(DIVERGING.lr);
  let rate = first;
  while ((await page.locator('.status-words').getAttribute('data-status')) === 'failed') {
    expect(rate).toBeGreaterThan(1e-6);
    await press(page, 'Go on at half the rate');
    rate /= 2;
    await page.locator('[data-status=failed], [data-status=finished]').waitFor();
  }
  const after = stepsOf(await savedNumbers(page));
  expect(after.length).toBe(12);
  expect(after.at(-1)?.learning_rate).toBeLessThan(first);
  await look(page, 'setup');
  expect(Number(await page.getByRole('textbox', { name: 'Learning rate, ' }).inputValue())).toBe(rate);
});

test('when storage is full the run plays on, says that it is not kept, and gives its numbers away', async ({
  page,
}) => {
  const all = await unbroken(page);
  await openLab(page, RUN);
  const { setQuota } = await quotas(page);
  // In slow motion, so that it is not over before there is no room any more.
  await press(page, 'Slow motion');
  await press(page, 'Start');
  await learns(page);
  await setQuota(1);
  await press(page, 'Slow motion');
  await expect(unsaved(page)).toContainText('This run is no longer being kept');
  await reach(page, 'finished');
  await expect(unsaved(page)).toHaveAttribute('data-error', 'StorageFullError');
  await unsaved(page).locator('summary').click();
  await expect(unsaved(page)).toContainText('It plays on in this tab, and what was kept before is safe.');
  expect(await savedNumbers(page)).toEqual(all);
  // With room again the run is offered from where it was kept, and has the same end.
  await setQuota(null);
  await page.reload();
  await shows(page);
  await page.locator('.ribbon[data-source=unfinished]').getByRole('button', { name: 'Resume' }).click();
  await reach(page, 'finished');
  expect(await savedNumbers(page)).toEqual(all);
  await expect(unsaved(page)).toHaveCount(0);
});

test('when storage is full from the start the run is played all the same', async ({ page }) => {
  await openLab(page, { ...SHORT, t: '1' });
  const { setQuota } = await quotas(page);
  await setQuota(1);
  await playToTheEnd(page);
  await expect(unsaved(page)).toHaveAttribute('data-error', 'StorageFullError');
  expect(stepsOf(await savedNumbers(page)).length).toBe(4);
  // The next one is kept again.
  await setQuota(null);
  await press(page, 'Play again');
  await reach(page, 'running');
  await reach(page, 'finished');
  await expect(unsaved(page)).toHaveCount(0);
  await look(page, 'runs');
  await expect(page.locator('[data-standing=finished]')).toHaveCount(1);
});

test('where the browser keeps nothing the lab says so and plays', async ({ page }) => {
  await beforeScript(
    page,
    'keeper',
    'IDBFactory.prototype.open = () => { throw new DOMException("no", "SecurityError"); };',
  );
  await openLab(page, { ...SHORT, t: '1' });
  await expect(unsaved(page)).toContainText('Runs are not kept in this browser');
  await expect(unsaved(page)).toHaveAttribute('data-error', 'StorageDeniedError');
  await playToTheEnd(page);
  expect(stepsOf(await savedNumbers(page)).length).toBe(4);
  await look(page, 'runs');
  await expect(page.locator('.runs-denied')).toContainText('What you play now lasts as long as this tab.');
});

test('when the keeper dies the run plays on, and nothing that was stored is lost', async ({ page }) => {
  const all = await unbroken(page);
  await openLab(page, RUN);
  // Past the checkpoint after 16 steps, so that there is one to go on from.
  await page.getByLabel('Step by').selectOption('iteration');
  await press(page, 'Step');
  await reach(page, 'paused');
  await press(page, 'Go on');
  await killWorker(page, 'keeper');
  await reach(page, 'finished');
  expect(await savedNumbers(page)).toEqual(all);
  // A run that is left before it is stored as finished is one to go on with.
  await look(page, 'runs');
  await page.locator('[data-standing=finished]').or(unsaved(page)).first().waitFor();
  const told = await unsaved(page).count();
  await look(page, 'arena');
  await page.reload();
  await shows(page);
  const ribbon = page.locator('.ribbon[data-source=unfinished]');
  // Said to be unsaved, or saved to its end: nothing between.
  expect(await ribbon.count()).toBe(told);
  if (told > 0) {
    await ribbon.getByRole('button', { name: 'Resume' }).click();
    await reach(page, 'finished');
    expect(await savedNumbers(page)).toEqual(all);
  }
  await look(page, 'curves');
  await expect(page.locator('#chart-loss .cursor-layer')).toHaveAttribute('aria-valuemax', '40');
});

test('when a model cannot be fetched the error is clear, and Start works once it can', async ({ page }) => {
  await openLab(page, { ...SHORT, t: '1' });
  await page.route('**/models/tiny/model.safetensors', (route) => route.abort('internetdisconnected'));
  await press(page, 'Start');
  await reach(page, 'failed');
  await expect(trouble(page)).toHaveAttribute('data-error', 'DownloadError');
  await expect(trouble(page)).toContainText('Nothing had begun; your settings are kept.');
  await page.unrouteAll();
  await playToTheEnd(page);
  await expect(trouble(page)).toHaveCount(0);
});

test('when the graphics adapter is lost the run goes on from its last state', async ({ page }) => {
  test.skip(!FULL, 'It plays on a software adapter, for minutes.');
  test.slow();
  await beforeScript(page, 'player', KEEP_DEVICE);
  await openLab(page, {
    ...SHORT,
    ...{ backend: 'webgpu', t: '1', n: '48', evalprompts: '2', evalsamples: '1', valid: '2', new: '8', len: '64' },
  });
  await press(page, 'Start');
  await expect.poll(() => steps(page), { intervals: [50], timeout: 150_000 }).toBeGreaterThan(0);
  await workerOf(page, 'player').evaluate(() => (self as unknown as { device: GPUDevice }).device.destroy());
  await reach(page, 'finished', 170_000);
  await expect(page.locator('.status')).toContainText('A worker was started anew');
  await expect(trouble(page)).toHaveCount(0);
  const played = stepsOf(await savedNumbers(page));
  expect(played.map(({ step }) => step)).toEqual([0, 1, 2]);
  expect(played.every(({ loss }) => Number.isFinite(loss))).toBe(true);
});

const KEEP_DEVICE = `
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (...wanted) {
    return (self.device = await requestDevice.apply(this, wanted));
  };
`;

function workerOf(page: Page, who: string): Worker {
  return page.workers().find((one) => one.url().includes(`/${who}-`))!;
}

/** Has a worker run a script before its own. */
async function beforeScript(page: Page, who: string, script: string): Promise<void> {
  await page.route(new RegExp(`/${who}-[^/]*\\.js$`), async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${script}\n${await response.text()}` });
  });
}

/** Sets how many bytes the page's site may store; null: as many as the browser gives. */
async function quotas(page: Page): Promise<{ setQuota(bytes: number | null): Promise<void> }> {
  const client = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  return {
    setQuota: async (bytes) => {
      await client.send('Storage.overrideQuotaForOrigin', { origin, ...(bytes !== null && { quotaSize: bytes }) });
    },
  };
}
