// The charts of a run in the page: their tables, files and lines are the numbers of the recorded example's own events. Two short runs stand
// beside each other at the end.

import { readFile } from 'node:fs/promises';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { exampleLines, exampleSteps, openExample } from './example-page.ts';
import { newPage, openLab, playToTheEnd, SHORT, savedNumbers } from './lab-page.ts';

/** What the world's runs have charts of, in their order. */
const CHARTS = [
  'loss',
  'rewards',
  'logps',
  'margin',
  'accuracy',
  'learning-rate',
  'gradient',
  'throughput',
  'margins',
  'ratios',
  'human-likeness',
  'kl-forward',
  'kl-reverse',
  'diversity',
  'nll',
];

const events = exampleLines('events.jsonl');
const steps = exampleSteps();
const losses = steps.map(({ loss }) => Number(loss));

const chart = (page: Page, id: string) => page.locator(`#chart-${id}`);
const cursor = (page: Page, id: string) => chart(page, id).locator('.cursor-layer');
const line = (page: Page, id: string) => chart(page, id).locator('path.recharts-line-curve');

async function openCurves(page: Page): Promise<void> {
  await openExample(page, { view: 'curves' });
  await drawn(page, 'loss');
}

async function drawn(page: Page, id: string): Promise<void> {
  await chart(page, id).scrollIntoViewIfNeeded();
  await expect(chart(page, id).locator('.plot svg path').first()).toBeAttached();
}

async function choose(page: Page, id: string, item: string): Promise<void> {
  await chart(page, id).locator('.chart-menu').click();
  await chart(page, id).getByRole('button', { name: item }).click();
}

async function fileOf(page: Page, id: string, item: string): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), choose(page, id, item)]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** Rows of cells; no field of these files has a comma or a line's end in it. */
async function csvOf(page: Page, id: string): Promise<string[][]> {
  const { bytes } = await fileOf(page, id, 'Download CSV');
  const text = bytes.toString('utf8');
  expect(text.startsWith('\ufeff')).toBe(true);
  return text
    .slice(1)
    .trimEnd()
    .split('\r\n')
    .map((row) => row.split(','));
}

async function smooth(page: Page, beta: number): Promise<void> {
  await page.getByLabel('Smoothing').fill(String(beta));
}

/** The values that a line is drawn through, read off the marks of its axis. */
async function valuesOf(path: Locator, scale: 'linear' | 'log' = 'linear'): Promise<number[]> {
  const { d, marks } = await path.evaluate((element) => ({
    d: element.getAttribute('d') ?? '',
    marks: [...(element.closest('svg') as SVGSVGElement).querySelectorAll('.recharts-yAxis-tick-labels text')].map(
      (text) => [Number(text.textContent), Number(text.getAttribute('y'))] as const,
    ),
  }));
  const [inner, outer] = scale === 'log' ? [Math.log, Math.exp] : [Number, Number];
  const [[low, bottom], [high, top]] = [marks[0]!, marks.at(-1)!];
  const ys = [...d.matchAll(/[ML][\d.]+,([\d.]+)/g)].map(([, y]) => Number(y));
  return ys.map((y) => outer(inner(low) + ((y - bottom) / (top - bottom)) * (inner(high) - inner(low))));
}

/** Within what is rounded away of a pixel. */
function expectNear(values: readonly number[], wanted: readonly number[]): void {
  expect(values.length).toBe(wanted.length);
  const far = values.filter((value, at) => Math.abs(value - wanted[at]!) > 1e-5);
  expect(far).toEqual([]);
}

/** The exponential average without the pull of its zero start, begun anew with each iteration. */
function averaged(beta: number): number[] {
  let [sum, weight] = [0, 0];
  return losses.map((loss, at) => {
    if (steps[at]?.iteration !== steps[at - 1]?.iteration) [sum, weight] = [0, 0];
    sum = beta * sum + (1 - beta) * loss;
    weight = beta * weight + (1 - beta);
    return sum / weight;
  });
}

test.describe('in the recorded example, opened once', () => {
  let page: Page;

  test.beforeAll(async ({ browser }) => {
    page = await newPage(browser);
    await openCurves(page);
  });

  test.afterAll(() => page.context().close());

  test('every chart of a run in the world is there, and drawn once it is in sight', async () => {
    const ids = await page.locator('.chart-figure').evaluateAll((figures) => figures.map(({ id }) => id));
    expect(ids).toEqual(CHARTS.map((id) => `chart-${id}`));
    for (const id of CHARTS) {
      await drawn(page, id);
      await expect(chart(page, id).locator('.readout')).toContainText(/\d/);
    }
  });

  test('table and CSV of the loss are the numbers of the run’s own file', async () => {
    await choose(page, 'loss', 'Show as table');
    await expect(chart(page, 'loss').locator('thead th')).toHaveText([
      'iteration',
      'step',
      'loss',
      'seconds',
      'tokens_total',
      'run',
    ]);
    const told = await chart(page, 'loss')
      .locator('tbody tr')
      .evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)));
    expect(told.length).toBe(steps.length);
    // The latest first, with five digits.
    told.reverse().forEach((cells, at) => {
      expect(cells.slice(0, 2).map(Number)).toEqual([steps[at]?.iteration, steps[at]?.step]);
      expect(Math.abs(Number(cells[2]) - losses[at]!)).toBeLessThanOrEqual(0.5e-5);
    });

    const [head, ...rows] = await csvOf(page, 'loss');
    expect(head).toEqual(['iteration', 'step', 'loss', 'seconds', 'tokens_total', 'run']);
    expect(rows.map((row) => row.slice(0, 3).map(Number))).toEqual(
      steps.map(({ iteration, step, loss }) => [iteration, step, loss]),
    );
    let tokens = 0;
    const begin = Date.parse(String(events[0]?.time));
    rows.forEach((row, at) => {
      tokens += Number(steps[at]?.tokens);
      expect(Number(row[4])).toBe(tokens);
      // The command line works without a pause: seconds of work are those since the run began.
      expect(Number(row[3])).toBeCloseTo((Date.parse(String(steps[at]?.time)) - begin) / 1000, 1);
    });
  });

  test('without smoothing the line is the numbers; with it their average, the numbers faint behind it and in the file', async () => {
    await smooth(page, 0);
    await expect(line(page, 'loss')).toHaveCount(1);
    expectNear(await valuesOf(line(page, 'loss')), losses);
    const before = (await csvOf(page, 'loss')).map(String);

    await smooth(page, 0.9);
    await expect(line(page, 'loss')).toHaveCount(2);
    const [faint, smoothed] = [line(page, 'loss').first(), line(page, 'loss').last()];
    await expect(faint).toHaveAttribute('stroke-opacity', '0.35');
    expectNear(await valuesOf(faint), losses);
    expectNear(await valuesOf(smoothed), averaged(0.9));
    expect((await csvOf(page, 'loss')).map(String)).toEqual(before);
    // What the cursor reads is the line that is looked at.
    await expect(chart(page, 'loss').locator('.readout')).toContainText(averaged(0.9).at(-1)!.toFixed(3));
  });

  test('on a logarithmic axis the line goes through the same numbers; what has no place there is told', async () => {
    await smooth(page, 0);
    await expect(line(page, 'loss')).toHaveCount(1);
    await page.getByLabel('Logarithmic').check();
    // The chart is drawn anew in its turn: until then its line may be the old one, or gone.
    await expect(async () => expectNear(await valuesOf(line(page, 'loss'), 'log'), losses)).toPass();
    // The rate begins at 0; log-probabilities are never above it.
    await drawn(page, 'learning-rate');
    await expect(chart(page, 'learning-rate')).toContainText('Values of 0 or less have no place');
    await drawn(page, 'logps');
    await expect(chart(page, 'logps')).toContainText('this axis stays linear');
    await page.getByLabel('Logarithmic').uncheck();
    await expect(page.locator('.chart-note')).toHaveCount(0);
  });

  test('across go steps, seconds of work or tokens', async () => {
    const begin = Date.parse(String(events[0]?.time));
    const seconds = (Date.parse(String(steps.at(-1)?.time)) - begin) / 1000;
    const tokens = steps.reduce((sum, one) => sum + Number(one.tokens), 0);
    const axes = [
      ['seconds of work', seconds, `${Math.round(seconds)} s`],
      ['tokens trained on', tokens, `${tokens.toLocaleString('en')} tokens`],
      ['steps', steps.length, `step ${steps.length}`],
    ] as const;
    for (const [name, last, words] of axes) {
      await page.getByLabel('Across').selectOption(name);
      await expect(async () => {
        await cursor(page, 'loss').focus();
        await page.keyboard.press('End');
        await expect(cursor(page, 'loss')).toHaveAttribute('aria-valuetext', new RegExp(`^${words}: `), {
          timeout: 500,
        });
      }).toPass();
      expect(Number(await cursor(page, 'loss').getAttribute('aria-valuenow'))).toBeCloseTo(last, 1);
      expect(Number(await cursor(page, 'loss').getAttribute('aria-valuemax'))).toBeGreaterThanOrEqual(last);
    }
  });

  test('arrows on one chart read all others at the same step; plus, minus and a button zoom them', async () => {
    // A pointer that rests over a chart moves the cursor, too.
    await page.mouse.move(1, 1);
    await smooth(page, 0);
    await expect(line(page, 'loss')).toHaveCount(1);
    await cursor(page, 'loss').focus();
    await page.keyboard.press('Home');
    for (let at = 1; at < 5; at++) await page.keyboard.press('ArrowRight');
    await expect(chart(page, 'loss').locator('.readout')).toHaveText(`step 5${losses[4]!.toFixed(3)}`);
    const { grad_norm: norm } = steps[4] as Record<string, unknown>;
    await expect(chart(page, 'gradient').locator('.readout')).toContainText('step 5');
    // It is drawn anew, without the average, in its turn.
    const read = async () => Number(await chart(page, 'gradient').locator('.readout span').last().innerText());
    await expect.poll(async () => Math.abs((await read()) - Number(norm))).toBeLessThan(0.01);

    const ends = (id: string) =>
      cursor(page, id).evaluate((layer) => [layer.ariaValueMin, layer.ariaValueMax].map(Number));
    const whole = await ends('gradient');
    expect(whole).toEqual([0, steps.length]);
    for (let at = 5; at < 48; at++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('+');
    // A chart out of sight is not drawn anew.
    await chart(page, 'gradient').scrollIntoViewIfNeeded();
    await expect.poll(() => ends('gradient')).toEqual([24, 72]);
    await chart(page, 'loss').scrollIntoViewIfNeeded();
    await page.keyboard.press('+');
    await expect.poll(() => ends('loss')).toEqual([36, 60]);
    await page.keyboard.press('-');
    await expect.poll(() => ends('loss')).toEqual([24, 72]);
    // The stretch, and a step beyond each of its ends.
    expectNear(await valuesOf(line(page, 'loss')), losses.slice(22, 73));
    await page.getByRole('button', { name: 'Show the whole run', exact: true }).first().click();
    await chart(page, 'gradient').scrollIntoViewIfNeeded();
    await expect.poll(() => ends('gradient')).toEqual(whole);
    await expect(page.getByRole('button', { name: 'Show the whole run', exact: true })).toHaveCount(0);
  });

  test('a chart goes as a picture that stands by itself', async () => {
    const width = await chart(page, 'rewards')
      .locator('.plot')
      .evaluate(({ clientWidth }) => clientWidth);
    const svg = await fileOf(page, 'rewards', 'Download SVG');
    expect(svg.name).toMatch(/rewards\.svg$/);
    const text = svg.bytes.toString('utf8');
    // Nothing in it is fetched, or taken from the page's styles.
    expect(text).not.toMatch(/href|@import|var\(|class=|url\((?!&quot;#|"?#)/);
    const parsed = await page.evaluate((source) => {
      const { documentElement } = new DOMParser().parseFromString(source, 'image/svg+xml');
      const said = [...documentElement.querySelectorAll('text')].map(({ textContent }) => textContent);
      return { root: documentElement.nodeName, said, lines: documentElement.querySelectorAll('path').length };
    }, text);
    expect(parsed.root).toBe('svg');
    for (const words of ['Rewards', 'human answers', 'opponent’s answers', 'steps'])
      expect(parsed.said).toContain(words);
    expect(parsed.lines).toBeGreaterThanOrEqual(4);

    const { name, bytes } = await fileOf(page, 'rewards', 'Download PNG');
    expect(name).toMatch(/rewards\.png$/);
    expect([...bytes.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const [wide, high] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    expect(wide).toBe(2 * (width + 32));
    expect(wide / high).toBeCloseTo(
      Number(/width="(\d+)"/.exec(text)?.[1]) / Number(/height="(\d+)"/.exec(text)?.[1]),
      5,
    );
  });

  test('the table of measures is the run’s evaluations', async () => {
    const evaluations = events.filter(({ type }) => type === 'evaluation');
    const percent = (value: number) => `${(100 * value).toFixed(1)}%`;
    const plain = (value: number) => value.toFixed(2);
    const measures = [
      ['human_likeness', percent],
      ['kl_forward', plain],
      ['kl_reverse', plain],
      ['diversity', percent],
      ['nll', plain],
    ] as const;
    const table = page.locator('.measures-table');
    await expect(table.locator('tbody th')).toHaveText([
      'Base',
      'After iteration 1',
      'After iteration 2',
      'After iteration 3',
    ]);
    const told = await table
      .locator('tbody tr')
      .evaluateAll((rows) =>
        rows.map((row) =>
          [...row.querySelectorAll('td')].map((cell) => cell.innerText.split('\n').slice(-2).join(' ')),
        ),
      );
    const digits = (cell: string) => cell.match(/[\d.]+%?/g);
    expect(told.map((cells) => cells.map(digits))).toEqual(
      evaluations.map((line) =>
        measures.map(([name, words]) =>
          [line[name], ...(line[`${name}_ci95`] as readonly number[])].map((value) => words(Number(value))),
        ),
      ),
    );
  });
});

test('a chart that a link names is brought into sight', async ({ page }) => {
  await openExample(page, { view: 'curves', chart: 'diversity' });
  await expect(chart(page, 'diversity')).toBeInViewport();
  await expect(chart(page, 'diversity')).toBeFocused();
  await expect(chart(page, 'loss')).not.toBeInViewport();
});

test('a kept run is laid over another, and what differs is said', async ({ page }) => {
  const one = { ...SHORT, t: '1', n: '32', batch: '8', micro: '8' };
  await openLab(page, { ...one, seed: '5' });
  await playToTheEnd(page);
  const first = (await savedNumbers(page)).filter(({ type }) => type === 'step');
  const firstName = await page.locator('header input.run-name').inputValue();
  await openLab(page, { ...one, seed: '6', view: 'curves' });
  await playToTheEnd(page);
  const second = (await savedNumbers(page)).filter(({ type }) => type === 'step');
  const secondName = await page.locator('header input.run-name').inputValue();
  expect(secondName).not.toBe(firstName);

  await page.getByRole('button', { name: 'Other runs: 0' }).click();
  const other = page.getByRole('checkbox', { name: firstName });
  await other.click();
  await expect(other).toBeChecked();
  await expect(page.locator('.differences li')).toHaveText([`${firstName}: Seed 5 (here 6)`]);
  await expect(page.locator('.legend')).toContainText(firstName);
  await page.keyboard.press('Escape');
  await smooth(page, 0);
  const [ours, theirs] = [second, first].map((of) => of.map(({ loss }) => Number(loss)));
  // Before it is drawn anew the chart has two lines, too: the run's numbers and their average.
  await expect(async () => {
    await expect(line(page, 'loss')).toHaveCount(2, { timeout: 500 });
    expectNear(await valuesOf(line(page, 'loss').first()), ours!);
    expectNear(await valuesOf(line(page, 'loss').last()), theirs!);
  }).toPass();
  const [, ...rows] = await csvOf(page, 'loss');
  expect(rows.map((row) => [Number(row[2]), row[5]])).toEqual([
    ...second.map(({ loss }) => [loss, secondName]),
    ...first.map(({ loss }) => [loss, firstName]),
  ]);
});
