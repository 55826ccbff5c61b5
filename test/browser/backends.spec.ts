// Where and on what the page plays: on WebGPU, in a sub-folder, without isolation headers, and what it says of each.

import { expect, test } from '@playwright/test';
import { look, MEASURED, openLab, playToTheEnd, press, reach, SHORT, savedLines, storedRuns } from './lab-page.ts';
import { ORIGIN } from './server.ts';

test('a tiny model plays one whole iteration on WebGPU', async ({ page }) => {
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await openLab(page, {
    ...SHORT,
    backend: 'webgpu',
    t: '1',
    n: '8',
    batch: '8',
    micro: '8',
    answers: '8',
    evalprompts: '2',
    evalsamples: '1',
    valid: '2',
    new: '4',
    len: '64',
  });
  await playToTheEnd(page, 170_000);
  const [environment, ...lines] = await savedLines(page);
  expect(environment).toMatchObject({ backend: 'webgpu' });
  expect(environment?.adapter).not.toBe('');
  const [first] = lines.filter(({ type }) => type === 'step');
  expect(first?.loss).toBeCloseTo(Math.LN2, 4);
  expect(lines.filter(({ type }) => type === 'evaluation').length).toBe(2);
  expect(requests.filter((url) => url.endsWith('.wasm') && !/jspi|asyncify/.test(url))).toEqual([]);
});

test('a software adapter is not taken by itself, and the page says why and what to do', async ({ page }) => {
  await openLab(page, { ...SHORT, backend: 'auto' });
  await page.locator('button.backend').click();
  await expect(page.locator('.panel:popover-open')).toContainText(
    /is software and slower than the CPU|found no graphics adapter/,
  );
  await expect(page.locator('.panel:popover-open')).toContainText('Turn on graphics acceleration');
});

test('the back end can be switched', async ({ page }) => {
  await openLab(page);
  await expect(page.locator('[data-backend]')).toHaveAttribute('data-backend', 'wasm');
  await look(page, 'setup');
  await page.getByLabel('Back end', { exact: true }).selectOption('webgpu');
  await expect(page.locator('[data-backend]')).toHaveAttribute('data-backend', 'webgpu');
});

test('without isolation headers it plays with one thread and says so', async ({ page }) => {
  await openLab(page, { ...SHORT, t: '1' }, '/plain/');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  await playToTheEnd(page);
  await expect(page.locator('button.backend')).toHaveText('CPU · 1 thread a player');
  await page.locator('button.backend').click();
  await expect(page.locator('.panel:popover-open')).toContainText('served without isolation headers');
});

test('the first start measures how many threads are fastest, plays with so many, and the browser remembers', async ({
  page,
}) => {
  // Whatever the machine has: on fewer there is nothing to choose.
  await page.addInitScript(() => Object.defineProperty(navigator, 'hardwareConcurrency', { value: 4 }));
  const probes: string[] = [];
  page.on('worker', (worker) => {
    if (worker.url().includes('/thread-probe-')) probes.push(worker.url());
  });
  const query = { ...SHORT, ...MEASURED, t: '1', n: '16' };
  const panel = page.locator('.panel:popover-open');
  await openLab(page, query);
  const chip = page.locator('button.backend');
  await expect(chip).toHaveText('CPU');
  await press(page, 'Start');
  await expect(page.locator('.status-words')).toHaveText('Measuring how many threads pay');
  await reach(page, 'finished');
  const measured = probes.length;
  // Two for each number that was tried.
  expect(measured).toBeGreaterThanOrEqual(2);
  expect(measured % 2).toBe(0);
  const stored = JSON.parse((await page.evaluate(() => localStorage.getItem('spin-lab.threads'))) ?? 'null');
  expect(stored.cores).toBe(4);
  expect(stored.rates.length).toBe(measured / 2);
  const [environment] = await savedLines(page);
  expect(environment).toMatchObject({ backend: 'wasm', threads: stored.threads });
  await chip.click();
  await expect(panel).toContainText('a player, measured: ');
  await page.keyboard.press('Escape');
  // A run that is left before it is stored as finished is one to go on with.
  await expect.poll(async () => (await storedRuns(page)).map(({ finished }) => finished)).toEqual([true]);

  await openLab(page, query);
  await expect(chip).toContainText('a player');
  await press(page, 'Start');
  await reach(page, 'finished');
  expect((await savedLines(page))[0]).toMatchObject({ threads: stored.threads });
  expect(probes.length).toBe(measured);

  await chip.click();
  await panel.getByRole('button', { name: 'Measure again' }).click();
  await expect(panel.getByRole('status')).toContainText('a player, measured: ');
  await expect.poll(() => probes.length).toBeGreaterThan(measured);
});

test('it plays from any sub-folder, and asks no other host for anything', async ({ page }) => {
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await openLab(page, { ...SHORT, t: '1' }, '/some/sub folder/');
  await playToTheEnd(page);
  const outside = requests.filter(
    (url) => !url.startsWith(`${ORIGIN}/some/sub%20folder/`) && !/^(data|blob):/.test(url),
  );
  expect(outside).toEqual([]);
});

test('a model that is not there is a named error with advice, and the page stays usable', async ({ page }) => {
  await openLab(page, { ...SHORT, model: 'models/none/' });
  await page.getByRole('button', { name: 'Start' }).click();
  await reach(page, 'failed');
  const notice = page.getByRole('alert');
  await expect(notice).toHaveAttribute('data-error', 'MissingFileError');
  await expect(notice).toContainText('there is no such file');
  await expect(notice).toContainText('Nothing had begun; your settings are kept.');
  await expect(page.getByRole('button', { name: 'Start' })).toBeEnabled();
});
