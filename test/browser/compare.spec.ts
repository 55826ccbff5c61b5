// Answers side by side in the page: what it says of the recorded example is counted again here from the example's own files.

import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import {
  COLUMNS,
  chip,
  choice,
  choosePair,
  count,
  numberOf,
  openCompare,
  outcomes,
  prompts,
  type Round,
  rounds,
  rows,
} from './compare-page.ts';
import { newPage } from './lab-page.ts';

let page: Page;

test.beforeAll(async ({ browser }) => {
  page = await newPage(browser);
});

test.afterAll(() => page.context().close());

test('columns are chosen, two at least, and carry their own answers', async () => {
  await openCompare(page);
  const head = page.locator('.compare-table thead th');
  await expect(head).toHaveText([
    /^Prompt/,
    /Human/,
    /Base/,
    /After iteration 1/,
    /After iteration 2/,
    /After iteration 3/,
  ]);
  const boxes = page.locator('fieldset.chips:not(.modes)').first();
  for (const name of ['Base', 'After iteration 1', 'After iteration 2']) await boxes.getByLabel(name).uncheck();
  await expect(head).toHaveText([/^Prompt/, /Human/, /After iteration 3/]);
  for (const name of ['Human', 'After iteration 3']) await expect(boxes.getByLabel(name)).toBeDisabled();
  await choice(page, 'Order').selectOption('as asked');
  await choice(page, 'Mark').selectOption('nothing');
  const cells = await rows(page).evaluateAll((all) =>
    all.map((row) => [...row.querySelectorAll('.prompt, .words')].map(({ textContent }) => textContent)),
  );
  expect(cells.length).toBeGreaterThan(0);
  cells.forEach((texts, at) => {
    const { prompt, human, answer } = rounds['iteration-2'][at]!;
    expect(texts).toEqual([prompt, human, answer]);
  });
  await boxes.getByLabel('Base').check();
  await expect(head).toHaveCount(4);
  await expect(boxes.getByLabel('Human')).toBeEnabled();
});

test('wins, losses and ties of every two columns are those of a recount', async () => {
  await openCompare(page);
  for (const [b, a] of [
    ['iteration-2', 'base'],
    ['iteration-0', 'iteration-1'],
    ['base', 'iteration-1'],
  ] as const) {
    await choosePair(page, b, a);
    const all = outcomes(a, b);
    const [wins, losses, ties] = [numberOf(all, 'win'), numberOf(all, 'loss'), numberOf(all, 'tie')];
    const tally = page.locator('.tally');
    await expect(tally).toContainText(`Wins ${wins}, losses ${losses}, ties ${ties}.`);
    const told =
      /minus losses: ([+−]?[\d.]+) percentage points \(95 % interval ([+−]?[\d.]+) to ([+−]?[\d.]+); 128 prompts\)/;
    const [, ...numbers] = told.exec(await tally.innerText()) ?? [];
    const [value, low, high] = numbers.map((text) => Number(text.replace('−', '-')));
    expect(value).toBeCloseTo((100 * (wins - losses)) / count, 1);
    // The bootstrap's interval of a mean is, for so many prompts, near the normal one.
    const mean = (wins - losses) / count;
    const half = 196 * Math.sqrt(((wins + losses) / count - mean ** 2) / count);
    expect(Math.abs(Number(low) - (100 * mean - half))).toBeLessThan(1.5);
    expect(Math.abs(Number(high) - (100 * mean + half))).toBeLessThan(1.5);
  }
});

test('chips count the rows that they show, and add up', async () => {
  await openCompare(page);
  await choice(page, 'Order').selectOption('as asked');
  const all = outcomes('base', 'iteration-2');
  const wanted = {
    Better: (at: number) => all[at] === 'win',
    Worse: (at: number) => all[at] === 'loss',
    Changed: (at: number) => rounds.base[at]?.answer !== rounds['iteration-2'][at]?.answer,
    Unchanged: (at: number) => rounds.base[at]?.answer === rounds['iteration-2'][at]?.answer,
  };
  await expect(chip(page, /^All/).locator('.count')).toHaveText(String(count));
  for (const [name, passes] of Object.entries(wanted)) {
    const left = rounds.base.filter((_, at) => passes(at)).map(({ prompt }) => prompt);
    await expect(chip(page, new RegExp(`^${name}`)).locator('.count')).toHaveText(String(left.length));
    await chip(page, new RegExp(`^${name}`)).click();
    await expect(page.getByText(`${left.length} rows`, { exact: true })).toBeVisible();
    expect(await prompts(page)).toEqual(left);
  }
  await chip(page, /^All/).click();
  // By family, then by a text in prompt or answer.
  const told = choice(page, 'Family').locator('option');
  const families = (await told.allInnerTexts()).slice(1).map((words) => Number(/\((\d+)\)$/.exec(words)?.[1]));
  expect(families.reduce((sum, n) => sum + n, 0)).toBe(count);
  await choice(page, 'Family').selectOption({ value: 'rhymes' });
  expect(await prompts(page)).toEqual(rounds.base.filter(({ family }) => family === 'rhymes').map((one) => one.prompt));
  await choice(page, 'Family').selectOption({ value: '' });
  await page.getByLabel('Find text').fill('THE GARDEN');
  const holds = (text: string) => text.toLowerCase().includes('the garden');
  const found = rounds.base.filter(({ prompt, human }, at) =>
    [prompt, human, ...Object.values(rounds).map((round) => round[at]!.answer)].some(holds),
  );
  expect(found.length).toBeGreaterThan(3);
  await expect(page.getByText(`${found.length} rows`, { exact: true })).toBeVisible();
  expect(await prompts(page)).toEqual(found.map(({ prompt }) => prompt));
});

/** The column's answers as the table writes them, in pieces, marked or not; what was left out there is none of them. */
async function piecesOf(page: Page, column: number): Promise<{ marked: boolean; text: string }[][]> {
  return rows(page).evaluateAll(
    (all, at) =>
      all.map((row) =>
        [...(row.querySelectorAll('td')[at]?.querySelector('.words')?.childNodes ?? [])]
          .filter(({ nodeName }) => nodeName !== 'DEL')
          .map(({ nodeName, textContent }) => ({ marked: nodeName === 'MARK', text: textContent ?? '' })),
      ),
    column,
  );
}

const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];

/** Length of the longest common subsequence. */
function common<T>(one: readonly T[], other: readonly T[]): number {
  let row = new Array<number>(other.length + 1).fill(0);
  for (const a of one) {
    const above = row;
    row = [0];
    other.forEach((b, at) => {
      row.push(a === b ? above[at]! + 1 : Math.max(above[at + 1]!, row[at]!));
    });
  }
  return row.at(-1)!;
}

test('differences are the fewest there can be; inverted, the matches are marked', async () => {
  await openCompare(page);
  await choice(page, 'Order').selectOption('as asked');
  await choice(page, 'Compared with').selectOption('Base');
  const LAST = 4;
  const differing = await piecesOf(page, LAST);
  await page.getByLabel('Mark what is the same instead').check();
  const matching = await piecesOf(page, LAST);
  expect(differing.length).toBeGreaterThan(20);
  let marks = 0;
  differing.forEach((pieces, at) => {
    const { answer } = rounds['iteration-2'][at]!;
    const kept = common(wordsOf(rounds.base[at]!.answer), wordsOf(answer));
    const words = (of: typeof pieces, marked: boolean) =>
      of.filter((piece) => piece.marked === marked).flatMap(({ text }) => wordsOf(text));
    for (const of of [pieces, matching[at]!]) expect(of.map(({ text }) => text).join('')).toBe(answer);
    expect(words(pieces, false).length).toBe(kept);
    expect(words(matching[at]!, true)).toEqual(words(pieces, false));
    expect(words(matching[at]!, false)).toEqual(words(pieces, true));
    marks += words(pieces, true).length;
  });
  expect(marks).toBeGreaterThan(20);
  await choice(page, 'Mark').selectOption('differences in tokens');
  const byToken = await piecesOf(page, LAST);
  byToken.forEach((pieces, at) => {
    const { tokens } = rounds['iteration-2'][at]!;
    expect(pieces.map(({ text }) => text).join('')).toBe(tokens.join(''));
  });
});

test('each token is marked by its own log-probability; under an answer stand its verdict and their sum', async () => {
  await openCompare(page);
  await choice(page, 'Order').selectOption('as asked');
  await choice(page, 'Mark').selectOption('log-probability of each token');
  const told = await rows(page).evaluateAll((all) =>
    all.map((row) => {
      const cell = row.querySelectorAll('td')[4]!;
      return {
        tokens: [...cell.querySelectorAll<HTMLElement>('.token')].map((token) => ({
          text: token.textContent,
          logp: token.title,
          surprising: token.classList.contains('surprising'),
          strength: Number(token.style.getPropertyValue('--strength')),
        })),
        possible: cell.querySelector('.verdict.good') !== null,
        impossible: cell.querySelector('.verdict.bad') !== null,
        sum: cell.querySelector('.logp')?.textContent,
      };
    }),
  );
  expect(told.length).toBeGreaterThan(20);
  told.forEach((cell, at) => {
    const { tokens, token_logps: logps, logp, fault } = rounds['iteration-2'][at]!;
    expect(cell.tokens.map(({ text }) => text)).toEqual(tokens);
    cell.tokens.forEach((token, i) => {
      expect(token.logp).toBe(logps[i]!.toFixed(2).replace('-', '−'));
      expect(token.surprising).toBe(logps[i]! < -2);
      expect(token.strength).toBeCloseTo(Math.min(1, -logps[i]! / 4), 3);
    });
    expect([cell.possible, cell.impossible]).toEqual([fault === null, fault !== null]);
    expect(cell.sum).toBe(`log p ${logp.toFixed(1).replace('-', '−')}`);
    expect(logps.reduce((sum, one) => sum + one, 0)).toBeCloseTo(logp, 3);
  });
});

test('a star outlasts a reload, and comes back by keys', async () => {
  await openCompare(page);
  await choice(page, 'Order').selectOption('as asked');
  await rows(page).nth(2).getByRole('button', { name: 'Star' }).click();
  await expect(chip(page, /Starred/).locator('.count')).toHaveText('1');
  await page.reload();
  await rows(page).first().waitFor();
  await chip(page, /Starred/).click();
  expect(await prompts(page)).toEqual([rounds.base[2]!.prompt]);
  await chip(page, /Starred/).click();

  await choice(page, 'Order').selectOption('as asked');
  await page.getByRole('button', { name: 'One by one' }).click();
  const reading = page.locator('.reading');
  await expect(reading).toBeFocused();
  await expect(reading).toContainText('1 of 128');
  for (const [key, at] of [
    ['j', 2],
    ['ArrowRight', 3],
    ['j', 4],
    ['k', 3],
    ['ArrowLeft', 2],
  ] as const) {
    await page.keyboard.press(key);
    await expect(reading).toContainText(`${at} of 128`);
    await expect(reading.locator('.reading-prompt p')).toHaveText(rounds.base[at - 1]!.prompt);
  }
  const words = {
    win: 'The second answer beats the first.',
    loss: 'The first answer beats the second.',
    tie: 'A tie.',
  };
  await expect(reading).toContainText(words[outcomes('base', 'iteration-2')[1]!]);
  const star = reading.getByRole('button', { name: 'Star' });
  await page.keyboard.press('s');
  await expect(star).toHaveAttribute('aria-pressed', 'true');
  await expect(chip(page, /Starred/).locator('.count')).toHaveText('2');
  await page.keyboard.press('s');
  await expect(star).toHaveAttribute('aria-pressed', 'false');
});

/** RFC 4180. */
function parseCsv(text: string): string[][] {
  const fields = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g;
  const table: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(fields)) {
    table.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end !== ',') table.push([]);
  }
  return table.slice(0, -1);
}

test('the table is saved whole, as CSV and as JSON lines', async () => {
  await openCompare(page);
  await choice(page, 'Order').selectOption('as asked');
  const saved = async (button: string) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: button }).click(),
    ]);
    return readFile(await download.path(), 'utf8');
  };
  const [head, ...lines] = parseCsv(await saved('Save as CSV'));
  expect(head).toEqual(['prompt', 'family', 'own', ...COLUMNS.flatMap((key) => [key, `${key} logp`, `${key} fault`])]);
  const cells = (at: number) =>
    (Object.keys(rounds) as Round[]).flatMap((round) => {
      const { answer, logp, fault } = rounds[round][at]!;
      return [answer, String(logp), fault ?? ''];
    });
  expect(lines).toEqual(
    rounds.base.map(({ prompt, family, human }, at) => [prompt, family, 'false', human, '', '', ...cells(at)]),
  );
  const objects = (await saved('Save as JSON lines'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(objects.length).toBe(count);
  objects.forEach((object, at) => {
    expect(object.prompt).toBe(rounds.base[at]!.prompt);
    expect(Object.keys(object.answers)).toEqual([...COLUMNS]);
    for (const round of Object.keys(rounds) as Round[]) {
      const { answer, logp, fault, tokens, token_logps } = rounds[round][at]!;
      expect(object.answers[round]).toEqual({ answer, logp, end: 'stop', fault, tokens, token_logps });
    }
  });
});
