// Several runs in a row: a group over seeds, and the supervised control behind its run. What waits outlasts a reload.

import { expect, type Page, test } from '@playwright/test';
import { look, openLab, press, reach, SHORT, shows, status } from './lab-page.ts';

/** Long enough to be seen at it: one iteration of twelve steps. */
const ONE = { ...SHORT, t: '1', n: '96', batch: '8', micro: '8' };

const rows = (page: Page) => page.locator('.run-list .run:not(.run-group > .run)');
const waiting = (page: Page) => page.locator('.queue-items li');

/** A run that is to be met in its midst plays slowly until the page is loaded anew. */
const slowly = (page: Page) => press(page, 'Slow motion');

async function queueSeeds(page: Page, seeds: string, count: number): Promise<void> {
  await look(page, 'runs');
  await page.getByLabel('Seeds', { exact: true }).fill(seeds);
  await press(page, `Queue ${count} runs`);
}

test('runs over seeds are played one after the other, kept as a group, and drawn as a band', async ({ page }) => {
  await openLab(page, ONE);
  await queueSeeds(page, '0-2', 3);
  await expect(page.locator('.queue')).toContainText('Now: Seed 0');
  await expect(waiting(page)).toHaveText([/^Seed 1/, /^Seed 2/]);
  await expect(page.locator('.queue')).toContainText('Now: Seed 1');
  await expect(page.locator('.queue')).toContainText('Now: Seed 2');
  await expect(page.locator('.queue')).not.toContainText('Now:', { timeout: 60_000 });
  await expect(status(page)).toHaveAttribute('data-status', 'finished');
  const group = page.locator('.run-group');
  await expect(group).toHaveCount(1);
  await expect(group).toContainText('3 runs');
  await expect(group).toContainText('differing in: Seed');
  await expect(group).toContainText(/Median .+, from .+ to .+, 3 runs/);
  await group.getByRole('button', { name: /^▸? ?Group / }).click();
  await expect(rows(page)).toHaveCount(3);
  await expect(page.locator('.run-list [data-standing=finished]')).toHaveCount(3);

  await group.getByLabel(/^In Curves: all of group/).check();
  await look(page, 'curves');
  await expect(page.locator('.legend')).toContainText('(median and quartiles)');
  await expect(page.locator('#chart-loss .plot svg path.recharts-area-area').first()).toBeAttached();
  await expect(page.locator('.differences')).toContainText('Seed');
});

test('a queue that waits outlasts a reload, and goes on when told to', async ({ page }) => {
  await openLab(page, ONE);
  await slowly(page);
  await queueSeeds(page, '4, 5, 6', 3);
  await reach(page, 'running');
  await page.reload();
  await shows(page);
  await look(page, 'runs');
  await expect(waiting(page)).toHaveText([/^Seed 5/, /^Seed 6/]);
  await expect(page.locator('.queue-halted')).toContainText('The page was loaded anew, and the queue waits for you.');
  await page.getByRole('button', { name: 'Take out Seed 6' }).click();
  await expect(waiting(page)).toHaveCount(1);
  // The one that was cut off goes on as what it is: a run of the group.
  const ribbon = page.locator('.ribbon[data-source=unfinished]');
  if (await ribbon.isVisible()) await ribbon.getByRole('button', { name: 'Resume' }).click();
  else await press(page, 'Start');
  await reach(page, 'finished');
  await page.locator('.queue-halted').getByRole('button', { name: 'Go on' }).click();
  await expect(page.locator('.queue')).toContainText('Now: Seed 5');
  await expect(page.locator('.queue')).not.toContainText('Now:', { timeout: 60_000 });
  await expect(page.locator('.run-list [data-standing=finished]').first()).toBeVisible();
  await expect(page.locator('.run-group')).toContainText('2 runs');
});

test('a run of the queue that is reset halts it', async ({ page }) => {
  await openLab(page, ONE);
  await slowly(page);
  await queueSeeds(page, '7, 8', 2);
  await reach(page, 'running');
  await press(page, 'Reset');
  await expect(page.locator('.queue-halted')).toContainText('The queue halted because the run was stopped: Seed 7.');
  await reach(page, 'idle');
  await press(page, 'Empty the queue');
  await expect(waiting(page)).toHaveCount(0);
});

test('the supervised control plays by itself behind its run, and stands beside it', async ({ page }) => {
  await openLab(page, { ...ONE, t: '2' });
  await look(page, 'setup');
  await page.getByRole('switch', { name: 'Also play the supervised control' }).check();
  await press(page, 'Start');
  await reach(page, 'running');
  const name = await page.locator('header input.run-name').inputValue();
  // The control plays, the run stays.
  await expect(page.locator('.ribbon[data-source=elsewhere]')).toContainText('A run is being played meanwhile');
  await expect(page.locator('header input.run-name')).toHaveValue(name);
  await reach(page, 'finished');
  await expect(page.locator('header input.run-name')).toHaveValue(name);
  await look(page, 'curves');
  await expect(page.locator('.legend')).toContainText('supervised control');
  await expect(page.locator('.measures-table tbody th')).toHaveText([
    'Base',
    /iteration 1/,
    /iteration 2/,
    'Control, after iteration 1',
    'Control, after iteration 2',
  ]);
  const likeness = page.locator('#chart-human-likeness');
  await likeness.locator('.chart-menu').click();
  await likeness.getByRole('button', { name: 'Show as table' }).click();
  await expect(likeness.locator('.chart-table')).toContainText('supervised control');
  await expect(likeness.locator('.plot svg [stroke="var(--control)"]').first()).toBeAttached();
  await look(page, 'compare');
  await expect(page.locator('.compare-table thead th').last()).toContainText('Supervised control');
  await expect(page.locator('.compare-table tbody tr:not(.group)').first().locator('td').last()).not.toBeEmpty();
  await look(page, 'runs');
  await expect(page.locator('.run-list .run')).toHaveCount(2);
  await page.reload();
  await shows(page);
  await expect(page.locator('header input.run-name')).toHaveValue(name);
  await look(page, 'compare');
  await expect(page.locator('.compare-table thead th').last()).toContainText('Supervised control');
});
