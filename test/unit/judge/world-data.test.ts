// Examples of the world for a run.

import { expect, it } from 'vitest';
import { holdOut } from '../../../src/judge/held-out.ts';
import { worldData, worldExamples } from '../../../src/judge/world-data.ts';
import { WORLD } from '../../../src/world/world.ts';
import { CODEC, END } from './people.ts';

const REQUEST = { seed: 1, codec: CODEC, examples: 60, validation: 24, evaluation: 36 };

it('gives possible answers to training prompts, families in turns, none twice', async () => {
  const { examples } = await worldData(REQUEST);
  expect(new Set(examples.map(({ prompt }) => prompt.text)).size).toBe(60);
  for (const { prompt, answer, promptIds, realIds } of examples) {
    expect(WORLD.split(prompt)).toBe('train');
    expect(WORLD.logProb(prompt, answer)).toBeGreaterThan(Number.NEGATIVE_INFINITY);
    expect(String.fromCharCode(...promptIds)).toBe(prompt.text);
    expect(realIds).toEqual([...Array.from(answer, (unit) => unit.charCodeAt(0)), END]);
  }
  const families = examples.slice(0, 24).map(({ prompt }) => prompt.family);
  for (const { name } of WORLD.families) expect(families.filter((family) => family === name).length).toBe(2);
  expect(examples.map(({ index }) => index)).toEqual([...examples.keys()]);
});

it('keeps validation and evaluation apart, both held out', async () => {
  const { validation, evaluation } = await worldData(REQUEST);
  const texts = [...validation.map(({ prompt }) => prompt), ...evaluation].map(({ text }) => text);
  expect(new Set(texts).size).toBe(60);
  for (const text of texts) expect(WORLD.split(WORLD.parse(text)!)).toBe('heldout');
});

it('is a function of the seed, and a longer request only adds', async () => {
  const first = await worldData(REQUEST);
  expect(await worldData(REQUEST)).toEqual(first);
  const other = await worldData({ ...REQUEST, seed: 2 });
  expect(other.examples).not.toEqual(first.examples);
  expect(other.evaluation, 'runs are compared on the same prompts').toEqual(first.evaluation);
  expect((await worldData({ ...REQUEST, examples: 90 })).examples.slice(0, 60)).toEqual(first.examples);
});

it('begins again with other answers once every prompt of a split was given', async () => {
  const available = WORLD.promptsOf('search').flat().length;
  const examples = await worldExamples({ seed: 1, count: available + 12, split: 'search', codec: CODEC });
  const texts = examples.map(({ prompt }) => prompt.text);
  expect(new Set(texts.slice(0, available)).size).toBe(available);
  expect(new Set(texts).size).toBe(available);
});

it('holds out a tenth of given rows at most, but one of two', () => {
  const rows = Array.from({ length: 200 }, (_, i) => i);
  const { training, heldOut } = holdOut(rows, 1, 50);
  expect(heldOut.length).toBe(20);
  expect([...training, ...heldOut].sort((a, b) => a - b)).toEqual(rows);
  expect(holdOut(rows, 1, 5).heldOut).toEqual(heldOut.slice(0, 5));
  expect(holdOut(rows, 2, 50).heldOut).not.toEqual(heldOut);
  expect(holdOut([1, 2], 1, 50).heldOut.length).toBe(1);
  expect(holdOut([1], 1, 50)).toEqual({ training: [1], heldOut: [] });
});
