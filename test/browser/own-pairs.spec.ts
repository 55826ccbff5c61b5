// A file of one's own pairs in place of the world: played on when it is good, refused by line when it is not.

import { expect, test } from '@playwright/test';
import { openLab, playToTheEnd, SHORT, savedNumbers } from './lab-page.ts';

const GOOD = Array.from({ length: 40 }, (_, i) =>
  JSON.stringify({ prompt: `Say ${i} – 说 ${i}.`, response: `Here is ${i}. 好的 🙂` }),
).join('\n');

const BAD: readonly [what: string, text: string, words: string][] = [
  ['a line that is not JSON', `${GOOD}\n{"prompt": "a"`, 'pairs.jsonl, line 41 is not JSON.'],
  ['a line that is no object', `["a", "b"]\n${GOOD}`, 'pairs.jsonl, line 1 is not a JSON object.'],
  ['a missing response', `${GOOD}\n\n{"prompt": "a"}`, 'pairs.jsonl, line 42 has no "response".'],
  [
    'a response that is no text',
    `{"prompt": "a", "response": 7}\n${GOOD}`,
    'pairs.jsonl, line 1: "response" is not text.',
  ],
  ['an empty response', `{"prompt": "a", "response": " "}\n${GOOD}`, 'pairs.jsonl, line 1: "response" is empty.'],
  ['too few pairs', GOOD.split('\n').slice(0, 3).join('\n'), 'pairs.jsonl has 3 pairs; at least 8 are needed'],
  ['an empty file', '', 'pairs.jsonl has 0 pairs'],
];

const fileOf = (text: string | Buffer) => ({
  name: 'pairs.jsonl',
  mimeType: 'application/jsonl',
  buffer: Buffer.from(text),
});

test('own pairs are played on in place of the world', async ({ page }) => {
  await openLab(page, { ...SHORT, t: '1', n: '16' });
  await page.getByLabel('Open your own pairs').first().setInputFiles(fileOf(GOOD));
  await expect(page.getByText('pairs.jsonl: 40 pairs')).toBeVisible();
  await playToTheEnd(page);
  await expect(page.locator('.pair .prompt').first()).toContainText('说');
  await expect(page.locator('.answers-table tbody th').first()).toContainText('Say');
  await expect(page.locator('.verdict')).toHaveCount(0);
  const evaluations = (await savedNumbers(page)).filter(({ type }) => type === 'evaluation');
  expect(evaluations.length).toBe(2);
  expect(evaluations[0]).not.toHaveProperty('human_likeness');
  expect(evaluations[0]?.nll).toBeGreaterThan(0);
});

test('a bad file is refused by line, and nothing changes', async ({ page }) => {
  await openLab(page);
  const notice = page.locator('.trouble');
  for (const [what, text, words] of BAD) {
    await test.step(what, async () => {
      await page.getByLabel('Open your own pairs').first().setInputFiles(fileOf(text));
      await expect(notice).toContainText(words);
      await expect(notice).toHaveAttribute('data-error', 'OwnPairsError');
      await notice.getByRole('button', { name: 'Close' }).click();
      await expect(page.getByText('The built-in world')).toBeVisible();
    });
  }
  await page
    .getByLabel('Open your own pairs')
    .first()
    .setInputFiles(fileOf(Buffer.from([0xff, 0xfe, 0x00])));
  await expect(notice).toContainText('pairs.jsonl is not UTF-8 text.');
});
