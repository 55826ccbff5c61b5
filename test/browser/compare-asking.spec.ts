// What only the example's weights can answer: prompts of one's own, and the blind test beside the main player.

import { expect, test } from '@playwright/test';
import { chip, choice, openCompare, rounds, rows } from './compare-page.ts';

test('own prompts are answered by the base and every iteration, the same again with the same seed', async ({
  page,
}) => {
  await openCompare(page);
  await page.getByText('Ask your own prompts').click();
  const asked = ['What is the opposite of hot?', 'Say something about the sea.'];
  await page.getByLabel('Prompts, one a line').fill(`${asked[0]}\n\n${asked[1]}\n${asked[0]}\n`);
  const own = () =>
    rows(page).evaluateAll((all, wanted) => {
      const found = all.slice(0, wanted);
      return found.map((row) =>
        [...row.querySelectorAll('.prompt, td')].map(
          (cell) => cell.querySelector('.words')?.textContent ?? cell.textContent,
        ),
      );
    }, asked.length);
  await choice(page, 'Mark').selectOption('nothing');
  const answered = async (button: string) => {
    // Waited for from before the press on: a worker that is open answers in a moment.
    const working = page.locator('.own-status progress').waitFor();
    await page.getByRole('button', { name: button, exact: true }).click();
    await working;
    await expect(page.locator('.own-status progress')).toHaveCount(0, { timeout: 60_000 });
    await expect(page.locator('.own-status .problem')).toHaveCount(0);
    return own();
  };
  const first = await answered('Ask 2 prompts');
  expect(first.map(([prompt]) => prompt)).toEqual(asked);
  for (const [, , ...answers] of first) {
    expect(answers.length).toBe(4);
    for (const answer of answers) expect(answer?.length).toBeGreaterThan(1);
  }
  // Of the one the world knows what people say, and judges; of the other nobody knows.
  expect(first[0]?.[1]).toMatch(/\bcold\b/i);
  await expect(rows(page).nth(0).locator('.verdict')).toHaveCount(4);
  expect(first[1]?.[1]).toBe('–');
  await expect(rows(page).nth(1).locator('.verdict')).toHaveCount(0);
  expect(await answered('Ask 2 prompts')).toEqual(first);
  expect(await answered('Another seed')).not.toEqual(first);
  await page.getByLabel('Seed', { exact: true }).fill('0');
  expect(await answered('Ask 2 prompts')).toEqual(first);
  // Chosen prompts are no sample: the tally goes on without them.
  await expect(page.locator('.tally')).toContainText('128 prompts');
  await expect(chip(page, /^All/).locator('.count')).toHaveText('130');
});

/** Wilson's 95 % interval of a share, in whole percent. */
function interval(right: number, n: number): string {
  const z = 1.959964;
  const centre = (right / n + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt(((right / n) * (1 - right / n)) / n + z ** 2 / (4 * n ** 2));
  return [centre - half, centre + half].map((end) => `${Math.round(100 * end)}%`).join('–');
}

test('a blind test of ten pairs ends with two scores and their intervals', async ({ page }) => {
  await openCompare(page);
  await page.getByRole('button', { name: 'Blind test' }).click();
  const model = rounds['iteration-1'];
  const differing = model.filter(({ human, answer }) => human !== answer).length;
  await expect(page.locator('.blind')).toContainText(`${differing} pairs differ.`);
  await page.getByRole('button', { name: 'Begin' }).click();
  const question = page.locator('.question');
  await expect(question).toBeFocused();
  const CREDITS = { 'was right': 1, 'it was a tie': 0.5, 'was wrong': 0 };
  let [player, undecidable] = [0, 0];
  for (let at = 0; at < 10; at++) {
    await expect(question).toContainText(`Pair ${at + 1} of ${differing}`);
    const prompt = await question.locator('.reading-prompt').innerText();
    const texts = await question.locator('.words').allInnerTexts();
    const line = model.find((one) => one.prompt === prompt)!;
    expect([...texts].sort()).toEqual([line.human, line.answer].sort());
    if (line.fault === null) undecidable += 1;
    // Before the choice nothing tells whose is whose.
    await expect(question.locator('.human, .verdict, .who')).toHaveCount(0);
    const human = texts[0] === line.human ? '1' : '2';
    const wrong = human === '1' ? '2' : '1';
    await page.keyboard.press(at < 6 ? human : at < 9 ? wrong : '0');
    const reveal = question.locator('.reveal');
    await expect(reveal).toContainText(at < 6 ? 'Right.' : at < 9 ? 'Wrong.' : 'Counted as half.');
    await expect(question.locator('.one-answer.human .words')).toHaveText(line.human);
    await expect(reveal).toContainText(/main player was|main player it was/i, { timeout: 60_000 });
    const said = await reveal.innerText();
    player += Object.entries(CREDITS).find(([words]) => said.includes(words))![1];
    await page.keyboard.press('Enter');
  }
  const [you, theirs] = [page.locator('.blind-score dd').first(), page.locator('.blind-score dd').last()];
  await expect(you).toHaveText(`65% 6.5 of 10 ${interval(6.5, 10)}`);
  await expect(theirs).toHaveText(
    `${10 * player}% ${player % 1 === 0 ? player : player.toFixed(1)} of 10 ${interval(player, 10)}`,
  );
  if (undecidable > 0)
    await expect(page.locator('.blind-score')).toContainText(`In ${undecidable} of these pairs a human could`);
});
