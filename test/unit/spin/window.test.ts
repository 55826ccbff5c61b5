// Which examples and pairs an iteration takes, in which order and chunks; what fits the longest length.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitAnswer, fitExamples } from '../../../src/spin/fitting.ts';
import { chunksOf, examplesOf, firstEpoch, isIdentical, laterEpoch, nextOlder } from '../../../src/spin/window.ts';
import { logitsOf, pairOf, SHORT, tabularExamples } from './tabular.ts';

const LOGITS = logitsOf([1, 1, 1, 1]);
const DATA = tabularExamples(10, 2, [0.4, 0.3, 0.2, 0.1]);
const indices = (iteration: number, fresh: boolean): number[] =>
  examplesOf({ ...SHORT, examplesPerIteration: 4, freshExamples: fresh }, DATA, iteration).map(({ index }) => index);

describe('examples of an iteration', () => {
  it('fresh ones do not come again before a new order begins', () => {
    expect(new Set([...indices(0, true), ...indices(1, true)]).size).toBe(8);
    expect(new Set(indices(2, true)).size).toBe(4);
    expect(indices(2, true)).not.toEqual(indices(0, true));
  });
  it('otherwise they are the same in each', () => {
    expect(indices(5, false)).toEqual(indices(0, false));
  });
  it('are all of the data where it has fewer', () => {
    const all = examplesOf({ ...SHORT, examplesPerIteration: 99 }, DATA, 3);
    expect(all.map(({ index }) => index).sort((a, b) => a - b)).toEqual(DATA.map(({ index }) => index));
  });
});

it('chunks hold all items in their order, with the size asked for in examples', () => {
  const sizes = fc.record({ examples: fc.nat(30), older: fc.nat(30), size: fc.integer({ min: 1, max: 9 }) });
  fc.assert(
    fc.property(sizes, ({ examples, older, size }) => {
      const pairs = Array.from({ length: older }, (_, i) => pairOf(0, 1, LOGITS, i));
      const items = firstEpoch(1, 0, tabularExamples(examples, 1, [1]), pairs);
      const chunks = chunksOf(items, size);
      expect(chunks.flat()).toEqual(items);
      const counts = chunks.map((chunk) => chunk.filter(({ example }) => example).length);
      expect(counts.slice(0, -1).every((count) => count === size)).toBe(true);
      expect(chunks.length).toBe(items.length === 0 ? 0 : Math.max(1, Math.ceil(examples / size)));
    }),
  );
});

it('a later epoch has the same pairs in another order', () => {
  const pairs = Array.from({ length: 20 }, (_, i) => pairOf(0, 1, LOGITS, i));
  const second = laterEpoch(3, 0, 1, pairs);
  expect(second).not.toEqual(pairs);
  expect(laterEpoch(3, 0, 2, pairs)).not.toEqual(second);
  expect(new Set(second)).toEqual(new Set(pairs));
});

it('windows of 1, 2 and all hand on nothing, the last pairs, and all pairs', () => {
  const [older, made] = [[pairOf(0, 1, LOGITS, 1)], [pairOf(0, 2, LOGITS, 2)]];
  expect(nextOlder(1, older, made)).toEqual([]);
  expect(nextOlder(2, older, made)).toEqual(made);
  expect(nextOlder('all', older, made)).toEqual([...older, ...made]);
});

it('answers are identical only with the same tokens to the end', () => {
  const pair = pairOf(1, 1, LOGITS);
  expect(isIdentical(pair)).toBe(true);
  expect(isIdentical({ ...pair, generatedIds: [1, 1] })).toBe(false);
  expect(isIdentical({ ...pair, generatedIds: [2] })).toBe(false);
});

describe('the longest length', () => {
  const examples = [
    { index: 0, promptIds: [1, 2], realIds: [3, 4] },
    { index: 1, promptIds: [1, 2], realIds: [3, 4, 5] },
    { index: 2, promptIds: [1, 2, 3, 4], realIds: [5] },
  ];
  it('skips what is longer', () => {
    expect(fitExamples(examples, 4, 'skip')).toEqual({ examples: examples.slice(0, 1), skipped: 2, truncated: 0 });
  });
  it('cuts responses, and skips a prompt that leaves no room', () => {
    const cut = fitExamples(examples, 4, 'truncate');
    expect(cut.examples.map(({ realIds }) => realIds)).toEqual([
      [3, 4],
      [3, 4],
    ]);
    expect(cut).toMatchObject({ skipped: 1, truncated: 1 });
  });
  it('marks an answer that it cuts', () => {
    const answer = { ids: [5, 6, 7], tokenLogps: [-1, -2, -3], end: 'stop' as const };
    expect(fitAnswer(answer, 2)).toEqual({ ids: [5, 6], tokenLogps: [-1, -2], end: 'length' });
    expect(fitAnswer(answer, 3)).toBe(answer);
  });
});
