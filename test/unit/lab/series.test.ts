// What charts draw of a column: thinning, smoothing, medians, bins. By hand, by closed form, and by looking at every row.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Columns } from '../../../src/lab/record/columns.ts';
import {
  type Bucket,
  bucketSize,
  bucketsOf,
  evenRows,
  firstRow,
  histogram,
  medianBands,
  nearestRow,
  quantile,
  Smoothed,
  Thinned,
} from '../../../src/lab/record/series.ts';

function filled(values: readonly number[], iteration: (row: number) => number = () => 0) {
  const columns = new Columns(['value', 'iteration']);
  for (const [row, value] of values.entries()) columns.push({ value, iteration: iteration(row) });
  return columns;
}

const thinned = (values: readonly number[], limit: number): Bucket[] =>
  new Thinned(filled(values), 'value', limit).buckets();

const numbers = fc.array(
  fc.oneof(
    { weight: 9, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
    { weight: 1, arbitrary: fc.constant(Number.NaN) },
  ),
  { maxLength: 600 },
);

describe('thinning', () => {
  it('leaves as many rows as there are points, and then pairs them', () => {
    expect(thinned([3, 1, 2, 5], 4)).toEqual([
      { from: 0, to: 0, first: 3, second: 3 },
      { from: 1, to: 1, first: 1, second: 1 },
      { from: 2, to: 2, first: 2, second: 2 },
      { from: 3, to: 3, first: 5, second: 5 },
    ]);
    // Five rows are too many for four points: buckets of two would give six, buckets of four give four.
    expect(thinned([3, 1, 2, 5, 4], 4)).toEqual([
      { from: 0, to: 3, first: 1, second: 5 },
      { from: 4, to: 4, first: 4, second: 4 },
    ]);
  });

  it('passes over rows without a number', () => {
    const { NaN: none } = Number;
    expect(thinned([none, 7, none, -2, none], 4)).toEqual([
      { from: 0, to: 3, first: 7, second: -2 },
      { from: 4, to: 4, first: none, second: none },
    ]);
  });

  it('gives, row by row, what looking at all rows gives', () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: 2, max: 20 }), (list, half) => {
        const columns = new Columns(['value']);
        const kept = new Thinned(columns, 'value', 2 * half);
        for (const value of list) {
          columns.push({ value });
          if (value > 0) kept.buckets();
        }
        expect(kept.buckets()).toEqual(bucketsOf(columns.column('value'), 0, list.length, 2 * half));
      }),
    );
  });

  it('keeps both extremes within the limit, and the buckets are all rows', () => {
    fc.assert(
      fc.property(numbers, (list) => {
        const buckets = thinned(list, 40);
        const size = bucketSize(list.length, 40);
        expect(buckets.length * Math.min(2, size)).toBeLessThanOrEqual(40);
        expect(buckets.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, at) => from + at))).toEqual(
          list.map((_, row) => row),
        );
        const known = list.filter((value) => !Number.isNaN(value));
        const drawn = buckets.flatMap(({ first, second }) => [first, second]).filter((value) => !Number.isNaN(value));
        expect(Math.max(...drawn)).toBe(Math.max(...known));
        expect(Math.min(...drawn)).toBe(Math.min(...known));
      }),
    );
  });

  it('begins anew when rows were forgotten, though as many have come again', () => {
    const columns = filled([1, 2, 3, 4, 5, 6]);
    const kept = new Thinned(columns, 'value', 4);
    kept.buckets();
    columns.truncate(2);
    for (const value of [30, 40, 50, 60]) columns.push({ value, iteration: 0 });
    expect(kept.buckets()).toEqual([
      { from: 0, to: 3, first: 1, second: 40 },
      { from: 4, to: 5, first: 50, second: 60 },
    ]);
  });
});

describe('smoothing', () => {
  const smoothed = (values: readonly number[], beta: number, iteration?: (row: number) => number) => [
    ...new Smoothed(filled(values, iteration), 'value', 'iteration', beta).values(),
  ];

  it('is the weighted mean with weights βᵏ', () => {
    const values = [4, -1, 2.5, 8, 0.25];
    const beta = 0.7;
    const expected = values.map((_, row) => {
      const weights = values.slice(0, row + 1).map((_, at) => beta ** (row - at));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      return weights.reduce((sum, weight, at) => sum + weight * values[at]!, 0) / total;
    });
    smoothed(values, beta).forEach((value, row) => {
      expect(value).toBeCloseTo(expected[row]!, 12);
    });
  });

  it('leaves a constant as it is, and β = 0 leaves everything', () => {
    for (const value of smoothed([-3, -3, -3, -3], 0.99)) expect(value).toBeCloseTo(-3, 12);
    expect(smoothed([5, 1, 9], 0)).toEqual([5, 1, 9]);
  });

  it('begins anew with each iteration', () => {
    expect(smoothed([1, 1, 9, 9], 0.9, (row) => Math.floor(row / 2))[2]).toBeCloseTo(9, 12);
  });

  it('keeps the average where there is no number', () => {
    const { NaN: none } = Number;
    expect(smoothed([none, 2, none, 4], 0.5)).toEqual([none, 2, 2, (0.5 * 2 + 4) / 1.5]);
  });

  it('goes on as rows come, and back when they are forgotten', () => {
    const columns = filled([1, 5, 2]);
    const kept = new Smoothed(columns, 'value', 'iteration', 0.6);
    kept.values();
    for (let row = 0; row < 400; row++) columns.push({ value: row, iteration: row < 200 ? 0 : 1 });
    expect([...kept.values()]).toEqual([...new Smoothed(columns, 'value', 'iteration', 0.6).values()]);
    columns.truncate(2);
    columns.push({ value: -7, iteration: 0 });
    expect([...kept.values()]).toEqual(smoothed([1, 5, -7], 0.6));
  });
});

describe('several runs', () => {
  it('are the median and the quartiles of those that have a number there', () => {
    const runs = [[1, 10], [2, 20], [3, 30], [4, Number.NaN], [5]].map((run) => Float64Array.from(run));
    expect(medianBands(runs, [0, 1, 2])).toEqual([
      { median: 3, low: 2, high: 4 },
      { median: 20, low: 15, high: 25 },
      { median: Number.NaN, low: Number.NaN, high: Number.NaN },
    ]);
  });

  it('have quantiles between neighbours', () => {
    expect(quantile(Float64Array.from([0, 10]), 0.25)).toBe(2.5);
    expect(quantile(Float64Array.from([7]), 0.9)).toBe(7);
  });
});

describe('a histogram', () => {
  it('counts what is in a bin, its lower edge with it, and nothing outside', () => {
    expect(histogram(Float64Array.from([-1, -0.5, -0.25, 0, 0.49, 0.5, 1, Number.NaN]), -0.5, 0.5, 3)).toEqual([
      2, 2, 1,
    ]);
  });
});

describe('rows', () => {
  it('evenly apart end with the last', () => {
    expect(evenRows(10, 4)).toEqual([0, 3, 6, 9]);
    expect(evenRows(9, 4)).toEqual([2, 5, 8]);
    expect(evenRows(3, 4)).toEqual([0, 1, 2]);
    expect(evenRows(0, 4)).toEqual([]);
  });

  it('are found by their x', () => {
    const xs = Float64Array.from([1, 2, 4, 8]);
    expect([0, 2.9, 3.1, 6, 99].map((x) => nearestRow(xs, x))).toEqual([0, 1, 2, 2, 3]);
    expect([0, 2, 2.1, 99].map((x) => firstRow(xs, x))).toEqual([0, 1, 2, 4]);
    expect(nearestRow(new Float64Array(), 1)).toBe(-1);
  });
});
