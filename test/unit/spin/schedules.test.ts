// Schedules against the numbers that transformers' schedulers give.

import { expect, it } from 'vitest';
import { forIteration, halvedRates, learningRateAt, warmupSteps } from '../../../src/spin/schedules.ts';

const rates = (name: 'linear' | 'constant', warmup: number, steps: number): number[] =>
  Array.from({ length: steps }, (_, step) => learningRateAt({ name, peak: 1, warmupSteps: warmup, steps }, step));

it('linear with 2 of 6 steps of warm-up: 0, 0.5, 1, 0.75, 0.5, 0.25', () => {
  expect(rates('linear', 2, 6)).toEqual([0, 0.5, 1, 0.75, 0.5, 0.25]);
});

it('linear without warm-up begins at the peak: 1, 0.75, 0.5, 0.25', () => {
  expect(rates('linear', 0, 4)).toEqual([1, 0.75, 0.5, 0.25]);
});

it('constant with 2 of 4 steps of warm-up: 0, 0.5, 1, 1', () => {
  expect(rates('constant', 2, 4)).toEqual([0, 0.5, 1, 1]);
});

it('is 0, not negative, past the planned steps', () => {
  expect(learningRateAt({ name: 'linear', peak: 1, warmupSteps: 0, steps: 4 }, 9)).toBe(0);
});

it('warm-up of 10 % of 128 steps is 13', () => {
  expect(warmupSteps(0.1, 128)).toBe(13);
});

it('the last entry of a list repeats', () => {
  expect([0, 1, 2, 9].map((t) => forIteration([0.1, 0.1, 5], t))).toEqual([0.1, 0.1, 5, 5]);
});

it('halves the rates from an iteration on, and leaves those before as they were', () => {
  expect(halvedRates({ iterations: 4, learningRates: [0.4, 0.2] }, 1)).toEqual([0.4, 0.1, 0.1, 0.1]);
});
