// Paths of the arena's small curves, against coordinates worked out by hand.

import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../src/lab/record/run-record.ts';
import { tokenWords, visibleSpace } from '../../../src/views/arena/arena-words.ts';
import { boundaries, estimates, estimatesPath, linePath, spread } from '../../../src/views/arena/spark-paths.ts';

/** 3 units are left free above and below: values go from 13 down to 3. */
const FRAME = { width: 100, height: 16 };

describe('a line', () => {
  it('goes through each row, from left to right, upwards', () => {
    const buckets = [
      { from: 0, to: 0, first: 0, second: 0 },
      { from: 1, to: 1, first: 10, second: 10 },
      { from: 2, to: 2, first: 5, second: 5 },
    ];
    expect(linePath(buckets, [0, 10], 3, FRAME)).toBe('M0.0 13.0L50.0 3.0L100.0 8.0');
  });
  it('takes both values of a bucket of several rows', () => {
    expect(linePath([{ from: 0, to: 3, first: 10, second: 0 }], [0, 10], 5, FRAME)).toBe('M0.0 3.0L75.0 13.0');
  });
  it('breaks where there is no number', () => {
    const buckets = [0, Number.NaN, 10, 10].map((value, row) => ({ from: row, to: row, first: value, second: value }));
    expect(linePath(buckets, [0, 10], 5, FRAME)).toBe('M0.0 13.0M50.0 3.0L75.0 3.0');
  });
});

describe('the range', () => {
  it('is from the least to the greatest number', () => {
    expect(spread([3, Number.NaN, -1, 2])).toEqual([-1, 3]);
  });
  it('is never empty', () => {
    expect(spread([])).toEqual([0, 1]);
    expect(spread([2, 2])).toEqual([1.5, 2.5]);
  });
});

it('iterations end between their last step and the next one’s first; the last has no next', () => {
  const finished = [{ steps: 2 }, { steps: 3 }] as unknown as RunRecord['finished'];
  expect(boundaries(finished, 6, 11, FRAME)).toBe('M15.0 0V16M45.0 0V16');
  expect(boundaries(finished, 5, 11, FRAME)).toBe('M15.0 0V16');
});

describe('estimates', () => {
  const rounds = [
    { measures: { nll: 2, nll_ci95: [1, 3] } },
    { measures: { nll: 1, nll_ci95: [null, 1.5] } },
    { measures: { nll: null } },
  ];
  it('are read from flat fields, NaN where there is nothing', () => {
    expect(estimates(rounds, 'nll')).toEqual([
      { value: 2, low: 1, high: 3 },
      { value: 1, low: Number.NaN, high: 1.5 },
      { value: Number.NaN, low: Number.NaN, high: Number.NaN },
    ]);
  });
  it('become points, a line, and the intervals that are known', () => {
    const paths = estimatesPath(estimates(rounds, 'nll'), 4, FRAME);
    expect(paths.points).toBe('M12.5 8.0h0M37.5 13.0h0');
    expect(paths.line).toBe('M12.5 8.0L37.5 13.0');
    expect(paths.intervals).toBe('M12.5 13.0V3.0');
  });
});

describe('a token in words', () => {
  const tokens = [{ text: 'Is' }, { text: ' it' }, { text: '\n' }, { text: '  ' }, { text: '<|end|>' }];
  it('leaves its space to stand before it', () => {
    expect(tokenWords(tokens, 0)).toEqual({ space: '', word: 'Is' });
    expect(tokenWords(tokens, 1)).toEqual({ space: ' ', word: 'it' });
  });
  it('shows what is nothing but space, and the end', () => {
    expect(tokenWords(tokens, 2).word).toBe('⏎');
    expect(tokenWords(tokens, 3).word).toBe('␣␣');
    expect(tokenWords(tokens, 4)).toEqual({ space: ' ', word: '∎' });
    expect(visibleSpace(' a\tb')).toBe('␣a⇥b');
  });
});
