// What a person does with kept runs: name, note, pin, duplicate, delete and bring back, take out as a zip and in again, elsewhere and on
// the command line, and delete all of them.

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { readCheckpoint } from '../../src/cli/run-folder/checkpoint-file.ts';
import { readRunFile } from '../../src/folder/run-file.ts';
import { runOnCommandLine } from './command-line.ts';
import { type Line, look, openLab, playToTheEnd, press, reach, SHORT, savedNumbers, shows } from './lab-page.ts';

test.describe.configure({ mode: 'serial' });

const RUN = { ...SHORT, n: '64', batch: '8', micro: '8' };
const EXAMPLE = 'public/examples/first-run';

let context: BrowserContext;
let page: Page;
let numbers: readonly Line[];
/** What the page showed of the run when it had just been played. */
let played: Awaited<ReturnType<typeof told>>;
/** The finished run's folder, as it left the browser. */
let exported: string;

test.beforeAll(async ({ browser }) => {
  context = await browser.newContext({ locale: 'en-GB' });
  page = await context.newPage();
  await openLab(page, RUN);
});

test.afterAll(() => context.close());

const rows = (on: Page = page) => on.locator('.run-list .run');
const nameIn = (row: ReturnType<typeof rows>) => row.locator('input.run-name');

async function chooseMore(name: string, what: string, on: Page = page): Promise<void> {
  await on.getByRole('button', { name: `More for ${name}` }).click();
  await on.locator('.run-menu:visible').getByRole('button', { name: what, exact: true }).click();
}

async function importZip(on: Page, name: string, bytes: Uint8Array): Promise<void> {
  await look(on, 'runs');
  const file = { name, mimeType: 'application/zip', buffer: Buffer.from(bytes) };
  await on.locator('main input[type=file][accept*=zip]').setInputFiles(file);
}

/** All that the page shows of the shown run in numbers and words: the loss chart's table, the measures, the answers. */
async function told(on: Page) {
  await look(on, 'curves');
  if ((await on.locator('#chart-loss .chart-table').count()) === 0) {
    await on.locator('#chart-loss .chart-menu').click();
    await on.locator('#chart-loss').getByRole('button', { name: 'Show as table' }).click();
  }
  const loss = await on.locator('#chart-loss .chart-table').innerText();
  const measures = await on.locator('.measures-table').innerText();
  await look(on, 'compare');
  const answers = await on.locator('.compare-table').innerText();
  return { loss, measures, answers };
}

test('a run is kept under a name; the name, a note and a pin last', async () => {
  await playToTheEnd(page);
  numbers = await savedNumbers(page);
  await look(page, 'runs');
  await expect(rows()).toHaveCount(1);
  await expect(page.locator('[data-standing]')).toHaveAttribute('data-standing', 'finished');
  await expect(nameIn(rows())).toHaveValue(/^\p{L}+ \p{L}+( \d+)?$/u);
  await nameIn(rows()).fill('first try');
  await nameIn(rows()).press('Enter');
  await page.locator('.run-notes summary').click();
  await page.getByLabel('Notes on').fill('Does it learn?');
  await page.getByLabel('Notes on').blur();
  await chooseMore('first try', 'Pin to the top');
  await expect(rows()).toContainText('Pinned');
  played = await told(page);
  await look(page, 'runs');
  await page.reload();
  await shows(page);
  await expect(nameIn(rows())).toHaveValue('first try');
  await expect(rows()).toContainText('Pinned');
  await expect(rows()).toContainText('Does it learn?');
  await expect(page.locator('header input.run-name')).toHaveValue('first try');
});

test('read back after a reload it shows what it showed', async () => {
  expect(await told(page)).toEqual(played);
  const steps = numbers.filter(({ type }) => type === 'step');
  expect(played.loss.split('\n').length).toBe(steps.length + 1);
});

test('duplicated with a change, it is another run that says what it changed', async () => {
  await look(page, 'runs');
  await page.getByLabel('Find a run').fill('no such words');
  await expect(page.getByText('No run has all of these words.')).toBeVisible();
  await page.getByLabel('Find a run').fill('LEARN first');
  await expect(rows()).toHaveCount(1);
  await chooseMore('first try', 'Duplicate with changes');
  await expect(page.locator('main')).toHaveAttribute('data-view', 'setup');
  await expect(page.getByRole('textbox', { name: 'Seed' })).toHaveValue('0');
  await page.getByRole('textbox', { name: 'Seed' }).fill('3');
  await page.getByRole('textbox', { name: 'Seed' }).press('Enter');
  await playToTheEnd(page);
  await look(page, 'runs');
  await expect(rows()).toHaveCount(2);
  // The pinned one stays on top.
  await expect(nameIn(rows().first())).toHaveValue('first try');
  await expect(rows().nth(1)).toContainText('Since first try: Seed 0 → 3');
  await page.getByLabel('Choose first try').check();
  await page.getByLabel(/^Choose (?!first try)/).check();
  await press(page, 'Compare settings');
  await expect(page.locator('dialog tbody tr').first()).toHaveText(/Seed\s*3\s*0/);
  await page.keyboard.press('Escape');
});

test('a deleted run can be brought back', async () => {
  const before = await rows().count();
  await chooseMore('first try', 'Delete');
  await expect(rows()).toHaveCount(before - 1);
  await expect(page.locator('.run-deleted')).toContainText('“first try” is deleted.');
  await page.locator('.run-deleted').getByRole('button', { name: 'Undo' }).click();
  await expect(rows()).toHaveCount(before);
  await expect(nameIn(rows().first())).toHaveValue('first try');
  await page.getByRole('button', { name: 'Open first try' }).click();
  await expect(page.locator('header input.run-name')).toHaveValue('first try');
});

test('taken out as a zip and in again on another profile it shows the same', async ({ browser }, info) => {
  await look(page, 'runs');
  const download = page.waitForEvent('download');
  await chooseMore('first try', 'Export as a zip');
  const file = await download;
  expect(file.suggestedFilename()).toBe('first-try.zip');
  const zip = await readFile(await file.path());
  exported = join(info.project.outputDir, 'exported-run');
  await writeFolder(exported, unzipSync(zip));

  const other = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  await openLab(other, {});
  await importZip(other, 'first-try.zip', zip);
  await expect(other.locator('header input.run-name')).toHaveValue('first try');
  await expect(rows(other)).toContainText('Imported');
  await expect(rows(other)).toContainText('Does it learn?');
  expect(await told(other)).toEqual(played);
  await other.context().close();
});

test('the zip is a run folder that the command line reads', async () => {
  const names = await readdir(exported);
  expect(names.sort()).toEqual(['answers', 'events.jsonl', 'models', 'pairs', 'run.json', 'tokens']);
  const record = readRunFile(await readFile(join(exported, 'run.json'), 'utf8'), 'run.json');
  expect(record.configuration).toMatchObject({ seed: 0, examplesPerIteration: 64, iterations: 2 });
  expect(record.finished).not.toBeNull();
  // Judged there, the first iteration's model has the measures that the page told.
  const { lines: judged } = await runOnCommandLine([
    ...['evaluate', '--model', join(exported, 'models/iteration-0'), '--backend', 'wasm', '--seed', '0'],
    ...['--prompts', RUN.evalprompts, '--samples', RUN.evalsamples, '--max-new-tokens', RUN.new],
  ]);
  const isFirst = ({ type, moment, iteration }: Line) => type === 'evaluation' && moment === 'after' && iteration === 0;
  const told = numbers.find(isFirst);
  expect(judged.map(({ type }) => type)).toContain('evaluation');
  const [there] = judged.filter(({ type }) => type === 'evaluation');
  for (const measure of ['human_likeness', 'nll', 'kl_forward', 'diversity']) {
    expect(there?.[measure], measure).toBeCloseTo(Number(told?.[measure]), 6);
  }
});

test('a run left in its midst goes out with its checkpoint, and on elsewhere', async ({ browser }) => {
  await openLab(page, { ...RUN, seed: '5' });
  await page.getByLabel('Step by').selectOption('iteration');
  for (let step = 0; step < 2; step++) {
    await press(page, 'Step');
    await reach(page, 'paused');
  }
  const name = await page.locator('header input.run-name').inputValue();
  await look(page, 'runs');
  const download = page.waitForEvent('download');
  await chooseMore(name, 'Export as a zip');
  const zip = await readFile(await (await download).path());
  const files = unzipSync(zip);
  await writeFolder(`${exported}-unfinished`, files);
  const { snapshot } = await readCheckpoint(join(`${exported}-unfinished`, 'checkpoint.safetensors'));
  expect(snapshot.player?.weights.values.length ?? snapshot.opponent.values.length).toBeGreaterThan(0);
  await press(page, 'Go on');
  await reach(page, 'finished');

  const other = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  await openLab(other, {});
  await importZip(other, 'half.zip', zip);
  await other.locator('.ribbon[data-source=unfinished]').getByRole('button', { name: 'Resume' }).click();
  await reach(other, 'finished');
  expect(await savedNumbers(other)).toEqual(await savedNumbers(page));
  await other.context().close();
});

test('a folder that the command line wrote comes in', async () => {
  await importZip(page, 'first-run.zip', zipSync(await readFolder(EXAMPLE)));
  await expect(page.locator('header input.run-name')).toHaveValue('first-run');
  await look(page, 'curves');
  const steps = (await readFile(join(EXAMPLE, 'events.jsonl'), 'utf8')).match(/"type":"step"/g)?.length;
  await expect(page.locator('#chart-loss .cursor-layer')).toHaveAttribute('aria-valuemax', String(steps));
  await look(page, 'compare');
  await expect(page.locator('.compare-table thead')).toContainText('After iteration 3');
});

test('what is no run is refused in words, and nothing changes', async () => {
  await look(page, 'runs');
  const before = await rows().count();
  const notice = page.locator('.trouble');
  const example = await readFolder(EXAMPLE);
  const zip = zipSync({ 'run.json': example['run.json']!, 'events.jsonl': example['events.jsonl']! });
  for (const [what, bytes, error, words] of [
    ['no zip', strToU8('this is no zip'), 'InvalidZipError', 'broken.zip'],
    ['cut off', zip.subarray(0, zip.length / 2), 'InvalidZipError', 'broken.zip'],
    ['no run', zipSync({ 'notes.txt': strToU8('nothing') }), 'InvalidZipError', 'run.json'],
    ['another format', zipSync({ 'run.json': strToU8('{"format_version": 99}') }), 'RunFormatError', 'run.json'],
  ] as const) {
    await test.step(what, async () => {
      await importZip(page, 'broken.zip', bytes);
      await expect(notice).toHaveAttribute('data-error', error);
      await expect(notice).toContainText(words);
      await notice.getByRole('button', { name: 'Close' }).click();
      await expect(rows()).toHaveCount(before);
    });
  }
});

test('what is stored is told, and all of it can be deleted', async () => {
  await expect(page.locator('.storage')).toContainText(/The \d+ runs take [\d.,]+ MB\./);
  await expect(page.locator('.storage')).toContainText(/used by this site, .+ left/);
  await press(page, 'Delete all runs');
  await press(page, 'Keep them');
  await expect(rows()).not.toHaveCount(0);
  await press(page, 'Delete all runs');
  await press(page, 'Delete for good');
  await expect(rows()).toHaveCount(0);
  await expect(page.locator('main')).toContainText('No run is kept yet.');
  await expect(page.locator('header .run-name')).toHaveText('Recorded example');
  await page.reload();
  await shows(page);
  await expect(page.locator('main')).toContainText('No run is kept yet.');
  const left = await page.evaluate(async () => {
    const names: string[] = [];
    for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
    return names;
  });
  expect(left.length).toBeLessThanOrEqual(1);
});

async function writeFolder(place: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(place, path)), { recursive: true });
    await writeFile(join(place, path), bytes);
  }
}

async function readFolder(place: string): Promise<Record<string, Uint8Array>> {
  const found = await readdir(place, { recursive: true, withFileTypes: true });
  const paths = found.filter((one) => one.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const files = await Promise.all(
    paths.map(async (path) => [path.slice(place.length + 1), new Uint8Array(await readFile(path))] as const),
  );
  return Object.fromEntries(files);
}
