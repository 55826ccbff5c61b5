// The built-in model in the page on wasm, and the command line beside it: the same numbers for the same seed.

import { expect, test } from '@playwright/test';
import { ofType, playOnCommandLine } from './command-line.ts';
import { openLab, PINNED, playToTheEnd, savedLines } from './lab-page.ts';

const SHORTENED = {
  ...PINNED,
  backend: 'wasm',
  t: '2',
  n: '128',
  evalprompts: '24',
  evalsamples: '2',
  valid: '8',
  seed: '7',
};

const MEASURES = ['human_likeness', 'kl_forward', 'kl_reverse', 'diversity', 'nll'];

test('the built-in model plays two shortened iterations, and the command line gives the same numbers', async ({
  page,
}, info) => {
  await openLab(page, SHORTENED);
  await playToTheEnd(page, 150_000);
  const [environment, ...lines] = await savedLines(page);
  expect(environment).toMatchObject({ backend: 'wasm', threads: 1 });
  const here = ofType(lines, 'step');
  const evaluations = ofType(lines, 'evaluation');
  expect(here.length).toBe(16);
  for (const first of here.filter(({ step }) => step === 0)) expect(first.loss).toBeCloseTo(Math.LN2, 4);
  // It was trained on the world: some of what it says, a human could say.
  expect(evaluations[0]?.human_likeness).toBeGreaterThan(0.02);

  const { lines: there } = await playOnCommandLine(environment?.configuration, info.outputPath('run'));
  const steps = ofType(there, 'step');
  expect(steps.length).toBe(here.length);
  for (const [at, step] of here.entries()) expect(steps[at]).toMatchObject(step);
  const judged = ofType(there, 'evaluation');
  expect(judged.length).toBe(evaluations.length);
  for (const [at, evaluation] of evaluations.entries()) {
    // Sums of exponentials: the browser's and Node's differ in the last digit.
    for (const name of MEASURES) expect(judged[at]?.[name], name).toBeCloseTo(Number(evaluation[name]), 9);
  }
});
