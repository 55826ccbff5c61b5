// The world's random numbers: pure functions of what they are for, and uniform.

import { expect, test } from 'vitest';
import { integer, random, shuffle } from '../../../src/world/rng.ts';

const first = (seed: number, purpose: string, ...indices: number[]): number => random(seed, purpose, ...indices)();

test('a stream depends on its seed, purpose and indices, and on nothing drawn elsewhere', () => {
  const one = random(7, 'test', 1, 2);
  random(7, 'other')();
  const two = random(7, 'test', 1, 2);
  expect([one(), one(), one()]).toEqual([two(), two(), two()]);
  const others = [
    first(8, 'test', 1, 2),
    first(7, 'tes', 1, 2),
    first(7, 'test', 2, 1),
    first(7, 'test', 1),
    first(7 + 2 ** 32, 'test', 1, 2),
  ];
  expect(new Set([first(7, 'test', 1, 2), ...others]).size).toBe(6);
});

test('first draws of neighbouring streams, and draws of one stream, are uniform: chi-square of 100 cells', () => {
  const draws = 100_000;
  const stream = random(1, 'uniform');
  for (const next of [stream, (i: number) => first(1, 'uniform', i)]) {
    const cells = new Array<number>(100).fill(0);
    for (let i = 0; i < draws; i++) cells[Math.floor(next(i) * 100)]! += 1;
    const chi = cells.reduce((sum, seen) => sum + (seen - draws / 100) ** 2 / (draws / 100), 0);
    // 99.9 % and 0.1 % quantiles of chi-square with 99 degrees of freedom.
    expect(chi).toBeLessThan(148.2);
    expect(chi).toBeGreaterThan(60.0);
  }
});

test('neighbouring streams are uncorrelated', () => {
  const draws = 50_000;
  let sum = 0;
  for (let i = 0; i < draws; i++) sum += (first(3, 'pair', i) - 0.5) * (first(3, 'pair', i + 1) - 0.5);
  // The product's standard deviation is 1/12; 4 standard errors.
  expect(Math.abs(sum / draws)).toBeLessThan(4 / 12 / Math.sqrt(draws));
});

test('every order of three is as likely: chi-square of 6 cells', () => {
  const seen = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = shuffle(random(5, 'order', i), [0, 1, 2]).join('');
    seen.set(order, (seen.get(order) ?? 0) + 1);
  }
  expect(seen.size).toBe(6);
  // 99.9 % quantile with 5 degrees of freedom.
  expect([...seen.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0)).toBeLessThan(20.5);
});

test('an integer stays below its count', () => {
  const rng = random(2, 'integers');
  const drawn = Array.from({ length: 1000 }, () => integer(rng, 3));
  expect(new Set(drawn)).toEqual(new Set([0, 1, 2]));
});
