// The bootstrap interval against the exact bootstrap distribution, against the normal interval, and against values that leave no choice.

import { expect, test } from 'vitest';
import { bootstrapMean } from '../../../src/lab/compare/bootstrap.ts';
import { mean } from '../../../src/world/estimates.ts';

/** `count` values: `wins` times 1, `losses` times −1, else 0. */
const outcomes = (wins: number, losses: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => (i < wins ? 1 : i < wins + losses ? -1 : 0));

/**
 * Without any drawing: the sum of `count` draws of −1, 0 and 1 with the shares of the values, by repeated convolution. Gives the
 * quantile of the mean.
 */
function idealQuantile(wins: number, losses: number, count: number, share: number): number {
  const up = wins / count;
  const down = losses / count;
  let sums = Float64Array.from({ length: 2 * count + 1 }, (_, i) => (i === count ? 1 : 0));
  for (let i = 0; i < count; i++) {
    sums = sums.map((p, at) => p * (1 - up - down) + (sums[at - 1] ?? 0) * up + (sums[at + 1] ?? 0) * down);
  }
  let below = 0;
  const at = sums.findIndex((p) => {
    below += p;
    return below >= share;
  });
  return (at - count) / count;
}

test.each([
  [40, 15, 128],
  [5, 60, 128],
  [3, 2, 12],
  [500, 300, 1000],
])('%i wins and %i losses in %i: the exact bootstrap quantiles, to one step of the mean', (wins, losses, count) => {
  const { value, low, high } = bootstrapMean(outcomes(wins, losses, count), 7);
  expect(value).toBeCloseTo((wins - losses) / count, 12);
  expect(Math.abs(low - idealQuantile(wins, losses, count, 0.025))).toBeLessThan(1.01 / count);
  expect(Math.abs(high - idealQuantile(wins, losses, count, 0.975))).toBeLessThan(1.01 / count);
});

test('with many values it is the normal interval', () => {
  const values = outcomes(600, 420, 2000);
  const drawn = bootstrapMean(values, 3);
  const normal = mean(values);
  const width = normal.high - normal.low;
  expect(Math.abs(drawn.low - normal.low)).toBeLessThan(0.05 * width);
  expect(Math.abs(drawn.high - normal.high)).toBeLessThan(0.05 * width);
});

test('every index is drawn equally often, also where several are read from one number', () => {
  const count = 50;
  // Value k at place k alone: the mean of means finds whether a place is preferred.
  const values = Array.from({ length: count }, (_, i) => i);
  const { low, high, value } = bootstrapMean(values, 11, 20_000);
  const error = Math.sqrt((count ** 2 - 1) / 12 / count);
  expect(value).toBe(24.5);
  expect((low + high) / 2).toBeCloseTo(24.5, 0);
  expect((high - low) / (2 * 1.96 * error)).toBeGreaterThan(0.97);
  expect((high - low) / (2 * 1.96 * error)).toBeLessThan(1.03);
});

test('equal values leave no width; the same seed gives the same interval, another one another', () => {
  expect(bootstrapMean([1, 1, 1], 5)).toEqual({ value: 1, low: 1, high: 1, count: 3 });
  expect(bootstrapMean([-1], 5)).toEqual({ value: -1, low: -1, high: -1, count: 1 });
  const values = Array.from({ length: 30 }, (_, i) => Math.sin(i));
  expect(bootstrapMean(values, 5)).toEqual(bootstrapMean(values, 5));
  expect(bootstrapMean(values, 5).low).not.toBe(bootstrapMean(values, 6).low);
  expect(() => bootstrapMean([], 5)).toThrow(RangeError);
});
