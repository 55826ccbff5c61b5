// A file of one's own pairs in place of the world: played on when it is good, with the command line's numbers, and refused by line
// when it is not.

import { writeFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { ofType, playOnCommandLine } from './command-line.ts';
import { look, openLab, playToTheEnd, SHORT, savedLines, savedNumbers } from './lab-page.ts';

const GOOD = Array.from({ length: 40 }, (_, i) =>
  JSON.stringify({ prompt: `Say ${i} – 说 ${i}.`, response: `Here is ${i}. 好的 🙂` }),
).join('\n');

const BAD: readonly [what: string, text: string | Buffer, name: string, words: string][] = [
  ['a line that is not JSON', `${GOOD}\n{"prompt": "a"`, 'InvalidRowError', 'pairs.jsonl, line 41: not JSON ('],
  [
    'a line that is no object',
    `["a", "b"]\n${GOOD}`,
    'InvalidRowError',
    'pairs.jsonl, line 1: this is ["a","b"], not an object.',
  ],
  [
    'a missing response',
    `${GOOD}\n\n{"prompt": "a"}`,
    'InvalidRowError',
    'pairs.jsonl, line 42: "response" is missing.',
  ],
  [
    'a response that is no text',
    `{"prompt": "a", "response": 7}\n${GOOD}`,
    'InvalidRowError',
    'pairs.jsonl, line 1: "response" is 7, not a text.',
  ],
  [
    'bytes that are no text',
    Buffer.from([0xff, 0xfe, 0x00]),
    'InvalidRowError',
    'pairs.jsonl, line 1: the line is not UTF-8.',
  ],
  ['an empty file', '', 'InvalidRowError', 'pairs.jsonl, line 1: the file holds no rows.'],
  [
    'too few rows',
    GOOD.split('\n').slice(0, 3).join('\n'),
    'OwnFileError',
    'pairs.jsonl has 3 rows; at least 8 are needed',
  ],
];

const fileOf = (text: string | Buffer) => ({
  name: 'pairs.jsonl',
  mimeType: 'application/jsonl',
  buffer: Buffer.from(text),
});

test('own pairs are played on in place of the world', async ({ page }) => {
  await openLab(page, { ...SHORT, t: '1', n: '16' });
  await look(page, 'setup');
  await page.getByLabel('Open your own pairs').first().setInputFiles(fileOf(GOOD));
  await expect(page.locator('.source.data')).toContainText('pairs.jsonl 40 rows');
  await playToTheEnd(page);
  await look(page, 'arena');
  await expect(page.locator('.pair-list li button').first()).toContainText('说');
  await expect(page.locator('.verdict')).toHaveCount(0);
  await look(page, 'compare');
  await expect(page.locator('.compare-table tbody tr:not(.group) th').first()).toContainText('Say');
  await expect(page.locator('.verdict')).toHaveCount(0);
  const evaluations = (await savedNumbers(page)).filter(({ type }) => type === 'evaluation');
  expect(evaluations.length).toBe(2);
  expect(evaluations[0]).not.toHaveProperty('human_likeness');
  expect(evaluations[0]?.nll).toBeGreaterThan(0);
});

test('a bad file is refused by line, and nothing changes', async ({ page }, info) => {
  await openLab(page);
  await look(page, 'setup');
  const notice = page.locator('.trouble');
  // One of 20 MB goes to the browser by its place on the disk: within the message it would take seconds.
  const large = info.outputPath('pairs.jsonl');
  await writeFile(large, Buffer.alloc(20_000_001, 0x20));
  const files = [
    ...BAD.map(([what, text, name, words]) => ({ what, file: fileOf(text), name, words })),
    { what: 'too large a file', file: large, name: 'OwnFileError', words: 'pairs.jsonl is larger than 20 MB.' },
  ];
  for (const { what, file, name, words } of files) {
    await test.step(what, async () => {
      await page.getByLabel('Open your own pairs').first().setInputFiles(file);
      await expect(notice).toContainText(words);
      await expect(notice).toHaveAttribute('data-error', name);
      await notice.getByRole('button', { name: 'Close' }).click();
      await expect(page.getByText('The built-in world', { exact: true })).toBeVisible();
    });
  }
});

const user = (content: string) => ({ role: 'user', content });
const assistant = (content: string) => ({ role: 'assistant', content });

/** Row `i` in one of seven layouts. */
function layout(i: number): object {
  const [prompt, response] = [`Say ${i} – 说 ${i}.`, `Here is ${i}. 好的 🙂`];
  switch (i % 7) {
    case 0:
      return { prompt, response };
    case 1:
      return { instruction: prompt, input: `Input ${i}`, output: response };
    case 2:
      return { question: prompt, answer: response };
    case 3:
      return { messages: [{ role: 'system', content: 'Be brief.' }, user(prompt), assistant(response)] };
    case 4:
      return { prompt, chosen: response, rejected: 'No.' };
    case 5:
      return { real: [user(prompt), assistant(response)], generated: [user(prompt), assistant('No.')] };
    default:
      return { prompt_ids: [0, 40 + i, 41, 42], real_ids: [50 + i, 51, 1] };
  }
}

const LONG = 'far too long '.repeat(100);
/** Rows of every layout; among them three too long, one empty and one of another vocabulary. */
const MIXED = [
  { prompt: LONG, response: 'Short.' },
  ...Array.from({ length: 30 }, (_, i) => layout(i)),
  { question: 'Short?', answer: LONG },
  { prompt: 'Nothing?', response: '' },
  { prompt_ids: [0, 40], real_ids: [5000, 1] },
  ...Array.from({ length: 30 }, (_, i) => layout(30 + i)),
  { instruction: LONG, output: LONG },
];
const NOTHING_LOST = { empty: 1, unknown_ids: 1, too_long: 0, shortened_prompts: 0, shortened_responses: 0 };

for (const { overflow, counts } of [
  { overflow: 'skip', counts: { ...NOTHING_LOST, too_long: 3 } },
  { overflow: 'truncate', counts: { ...NOTHING_LOST, shortened_prompts: 2, shortened_responses: 2 } },
]) {
  test(`rows of several layouts, the long ones ${overflow}, give the command line's numbers`, async ({
    page,
  }, info) => {
    const file = info.outputPath('mixed.jsonl');
    await writeFile(file, MIXED.map((row) => JSON.stringify(row)).join('\n'));
    // Longer examples than the tiny model has positions for.
    await openLab(page, { ...SHORT, t: '1', n: '24', batch: '8', micro: '8', len: '400', over: overflow, seed: '5' });
    await look(page, 'setup');
    await page.getByLabel('Open your own pairs').first().setInputFiles(file);
    await expect(page.locator('.source.data')).toContainText('mixed.jsonl 65 rows');
    await playToTheEnd(page);
    await look(page, 'arena');
    const [environment, ...lines] = await savedLines(page);
    const configuration = environment?.configuration as object;
    expect(configuration).toMatchObject({ maxLength: 256, overflow });
    expect(environment?.data).toMatchObject(counts);

    const more = ['--model', '.tmp/models/tiny', '--data', file];
    const asked = { ...configuration, maxLength: 400 };
    const { lines: there, said } = await playOnCommandLine(asked, info.outputPath('run'), more);
    expect(ofType(there, 'run-started')[0]).toMatchObject(counts);
    const [here, steps] = [ofType(lines, 'step'), ofType(there, 'step')];
    expect(here.length).toBe(3);
    expect(steps.length).toBe(3);
    for (const [at, step] of here.entries()) expect(steps[at]).toMatchObject(step);
    const [evaluations, judged] = [ofType(lines, 'evaluation'), ofType(there, 'evaluation')];
    expect(judged.length).toBe(evaluations.length);
    for (const [at, evaluation] of evaluations.entries()) {
      for (const name of ['prompts', 'nll', 'distinct', 'mean_length', 'ended', 'exact_match']) {
        expect(judged[at]?.[name], name).toBeCloseTo(Number(evaluation[name]), 9);
      }
    }

    const words = await page.locator('.fitted-rows').innerText();
    const [, kept] = /mixed\.jsonl: (\d+ rows kept; .+)$/m.exec(said) ?? [];
    expect(kept).toContain("1 empty, 1 with ids beyond the model's vocabulary");
    expect(words.replaceAll('’', "'")).toContain(kept);
    expect(words).toContain('The model has 256 positions: so long are examples at most, and answers 24.');
    expect(said).toContain('has 256 positions: so long are examples at most, and answers 24.');
  });
}
