// Seeded numbers: uniform, without correlation between neighbouring keys, and functions of their key alone.

import { expect, it } from 'vitest';
import { shuffle, uniform, uniforms } from '../../../src/spin/random.ts';

const N = 20_000;

/** Chi-square of counts against equal ones. */
function chiSquare(counts: number[]): number {
  const expected = counts.reduce((a, b) => a + b, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

const neighbours: [string, (i: number) => number][] = [
  ['position', (i) => uniform(7, 'answers', 1, 3, i)],
  ['key', (i) => uniform(7, 'answers', 1, i, 0)],
  ['iteration', (i) => uniform(7, 'answers', i, 3, 0)],
  ['seed', (i) => uniform(i, 'answers', 1, 3, 0)],
];

it.each(neighbours)('numbers along the %s are uniform', (_, at) => {
  const counts = new Array<number>(100).fill(0);
  for (let i = 0; i < N; i++) counts[Math.floor(at(i) * 100)]! += 1;
  // 99 degrees of freedom: 99.9 % of uniform samples lie below 148.2, and 99.9 % above 61.1.
  expect(chiSquare(counts)).toBeLessThan(148.2);
  expect(chiSquare(counts)).toBeGreaterThan(61.1);
});

it.each(neighbours)('neighbours along the %s are not correlated', (_, at) => {
  const cells = new Array<number>(100).fill(0);
  for (let i = 0; i < N; i++) cells[Math.floor(at(i) * 10) * 10 + Math.floor(at(i + 1) * 10)]! += 1;
  expect(chiSquare(cells)).toBeLessThan(148.2);
});

it('the low bits are random too', () => {
  const counts = new Array<number>(16).fill(0);
  for (let i = 0; i < N; i++) counts[Math.floor(uniform(1, 'person', 0, i, 0) * 2 ** 53) % 16]! += 1;
  // 15 degrees of freedom, 99.9 %.
  expect(chiSquare(counts)).toBeLessThan(37.7);
});

it('purposes do not share numbers', () => {
  const drawn = (['examples', 'order', 'answers', 'evaluation', 'person'] as const).map((p) => uniform(0, p, 0, 0, 0));
  expect(new Set(drawn).size).toBe(5);
});

it('a number does not depend on how many are drawn with it', () => {
  expect(uniforms(3, 5, 'answers', 2, 9, 4)).toEqual(uniforms(10, 5, 'answers', 2, 9).slice(4, 7));
  expect(uniforms(3, 5, 'answers', 2, 9)[2]).toBe(uniform(5, 'answers', 2, 9, 2));
});

it('keeps the numbers that earlier runs were made with', () => {
  expect(uniform(0, 'answers', 0, 0, 0)).toBe(0.7158592472244767);
});

it('a shuffle is a permutation, and each of the 24 orders of 4 is equally likely', () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 4800; seed++) {
    const order = shuffle(4, seed, 'order', 0, 0).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(24);
  // 23 degrees of freedom, 99.9 %.
  expect(chiSquare([...counts.values()])).toBeLessThan(49.7);
});

it('epochs are shuffled differently, seeds too', () => {
  const orders = [shuffle(50, 1, 'order', 0, 0), shuffle(50, 1, 'order', 0, 1), shuffle(50, 2, 'order', 0, 0)];
  expect(new Set(orders.map(String)).size).toBe(3);
});
