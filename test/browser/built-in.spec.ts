// The built-in model in the page on wasm, and the command line beside it: the same numbers for the same seed.

import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { type Line, openLab, PINNED, playToTheEnd, savedLines } from './lab-page.ts';

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

/** The command line's events for the configuration that the page saved with its numbers. */
async function commandLine(configuration: unknown, folder: string): Promise<Line[]> {
  await writeFile(`${folder}.json`, JSON.stringify(configuration));
  const play = ['workers/node/main.ts', 'play', '--backend', 'wasm', '--config', `${folder}.json`, '--out', folder];
  const { stdout } = await promisify(execFile)('npx', ['--no-install', 'tsx', ...play], { maxBuffer: 1 << 26 });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

test('the built-in model plays two shortened iterations, and the command line gives the same numbers', async ({
  page,
}, info) => {
  await openLab(page, SHORTENED);
  await playToTheEnd(page, 150_000);
  const [environment, ...lines] = await savedLines(page);
  expect(environment).toMatchObject({ backend: 'wasm', threads: 1 });
  const here = lines.filter(({ type }) => type === 'step');
  const evaluations = lines.filter(({ type }) => type === 'evaluation');
  expect(here.length).toBe(16);
  for (const first of here.filter(({ step }) => step === 0)) expect(first.loss).toBeCloseTo(Math.LN2, 4);
  // It was trained on the world: some of what it says, a human could say.
  expect(evaluations[0]?.human_likeness).toBeGreaterThan(0.02);

  const there = await commandLine(environment?.configuration, info.outputPath('run'));
  const steps = there.filter(({ type }) => type === 'step');
  expect(steps.length).toBe(here.length);
  for (const [at, step] of here.entries()) expect(steps[at]).toMatchObject(step);
  const judged = there.filter(({ type }) => type === 'evaluation');
  expect(judged.length).toBe(evaluations.length);
  for (const [at, evaluation] of evaluations.entries()) {
    // Sums of exponentials: the browser's and Node's differ in the last digit.
    for (const name of MEASURES) expect(judged[at]?.[name], name).toBeCloseTo(Number(evaluation[name]), 9);
  }
});
