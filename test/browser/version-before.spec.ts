// What version 0.1 left behind (test/fixtures/version-0.1) in this one: its zip, its storage and its link open, show the numbers that they
// have, and go on to those that it itself went on to.

import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { bytesOf, jsonOf, keptStorage, type Line, linesOf } from '../fixtures/read-version.ts';
import { look, openLab, playToTheEnd, reach, savedNumbers, shows } from './lab-page.ts';

/** All that the version before measured from the run's first event to its last. */
const WHOLE = linesOf('run.page.jsonl');
/** Steps that it had told of when it was left: 12 of the first iteration and 18 of the second. */
const TOLD = 30;

let context: BrowserContext;
let page: Page;

test.beforeEach(async ({ browser }) => {
  context = await browser.newContext({ locale: 'en-GB' });
  page = await context.newPage();
});

test.afterEach(() => context.close());

/** What a browser's own mathematics has a part in, such as intervals, may differ in the last digit between browsers; a step may not. */
function expectNumbers(found: readonly Line[]): void {
  const ofSteps = (lines: readonly Line[]) => lines.filter(({ type }) => type === 'step');
  expect(ofSteps(found)).toEqual(ofSteps(WHOLE));
  expect(found.map(rounded)).toEqual(WHOLE.map(rounded));
}

const rounded = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, one) => (typeof one === 'number' ? Number(one.toPrecision(10)) : one)));

async function goesOnToItsEnd(): Promise<void> {
  const ribbon = page.locator('.ribbon[data-source=unfinished]');
  await expect(ribbon).toContainText('This run stopped in iteration 2, after step 16.');
  await expect(ribbon).toContainText('It was begun by a version before 0.2 and keeps its rules');
  await look(page, 'curves');
  await page.locator('#chart-loss .chart-menu').click();
  await page.locator('#chart-loss').getByRole('button', { name: 'Show as table' }).click();
  // The last step first: iteration, step and loss, to five digits.
  const [, ...rows] = (await page.locator('#chart-loss .chart-table').innerText()).split('\n');
  const told = rows.map((row) => row.split('\t').slice(0, 3).map(Number)).reverse();
  const steps = WHOLE.filter(({ type }) => type === 'step').slice(0, TOLD);
  expect(told).toEqual(
    steps.map(({ iteration, step, loss }) => [iteration, step, Number(Number(loss).toPrecision(5))]),
  );
  await ribbon.getByRole('button', { name: 'Resume' }).click();
  await reach(page, 'finished');
  expectNumbers(await savedNumbers(page));
  await expect(page.locator('.trouble, .unsaved')).toHaveCount(0);
}

test('a zip of the version before is taken in, shows its numbers, and goes on to its end', async () => {
  await openLab(page, {});
  await look(page, 'runs');
  const file = { name: 'run.zip', mimeType: 'application/zip', buffer: Buffer.from(bytesOf('run.zip')) };
  await page.locator('main input[type=file][accept*=zip]').setInputFiles(file);
  await expect(page.locator('.run-list .run')).toContainText('Imported');
  await goesOnToItsEnd();
});

test('a run that lies in the storage of the version before goes on to its end', async () => {
  await page.goto('/health');
  const kept = keptStorage();
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const stores = kept.stores.map(({ rows, ...store }) => ({
    ...store,
    rows: rows.map(({ key, value }) => ({ key, value: value instanceof Uint8Array ? base64(value) : value })),
  }));
  const files = Object.entries(kept.files).map(([name, bytes]) => [name, base64(bytes)] as const);
  const storage = { version: kept.version, stores, files };
  await page.evaluate(`(${fillStorage})(${JSON.stringify(storage)})`);
  await openLab(page, {});
  await goesOnToItsEnd();
});

test('a link of the version before opens with its settings, and plays to the numbers that it had', async () => {
  const { link } = jsonOf<{ link: string }>('link.json');
  await page.goto(`${link}&threads=1`);
  await page.locator('[data-backend=wasm]').waitFor();
  await shows(page);
  await expect(page.locator('main')).toHaveAttribute('data-view', 'curves');
  await expect(page.locator('.link-notice')).toHaveCount(0);
  await playToTheEnd(page);
  expectNumbers(await savedNumbers(page));
});

interface Filling {
  readonly version: number;
  readonly stores: readonly {
    readonly name: string;
    readonly keyPath: string | string[] | null;
    readonly rows: readonly { readonly key: IDBValidKey; readonly value: unknown }[];
  }[];
  readonly files: readonly (readonly [name: string, base64: string])[];
}

/** Runs in the page: database and large files as they were, without any code of the lab. */
async function fillStorage({ version, stores, files }: Filling): Promise<void> {
  const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  await new Promise<void>((done, failed) => {
    const request = indexedDB.open('spin-lab', version);
    request.onupgradeneeded = () => {
      for (const { name, keyPath, rows } of stores) {
        const store = request.result.createObjectStore(name, { keyPath });
        for (const { key, value } of rows) {
          store.put(typeof value === 'string' ? bytesOf(value) : value, keyPath === null ? key : undefined);
        }
      }
    };
    request.onerror = () => failed(request.error);
    request.onsuccess = () => {
      request.result.close();
      done();
    };
  });
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle('spin-lab', { create: true });
  for (const [name, base64] of files) {
    const stream = await (await folder.getFileHandle(name, { create: true })).createWritable();
    await stream.write(bytesOf(base64));
    await stream.close();
  }
}
