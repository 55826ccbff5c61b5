// Metrics of a step against the golden pairs, and ties.

import { expect, it } from 'vitest';
import { notFinite, stepMetrics, stepPairs } from '../../../src/spin/metrics.ts';
import type { Pair, PairLogps } from '../../../src/spin/players.ts';

function pairWith(opponent: PairLogps, exampleIndex: number): Pair {
  return { promptIds: [0], realIds: [1], generatedIds: [2], exampleIndex, madeIn: 0, end: 'stop', opponent };
}

const PAIRS = [
  pairWith({ real: -21, generated: -29 }, 0),
  pairWith({ real: -35, generated: -25 }, 1),
  pairWith({ real: -12.25, generated: -12.25 }, 2),
  pairWith({ real: -85, generated: -120 }, 3),
];
const REPORT = {
  loss: 0.5,
  logps: [
    { real: -20, generated: -30 },
    { real: -35.5, generated: -22 },
    { real: -12.25, generated: -12.25 },
    { real: -80, generated: -140 },
  ],
  gradNorm: 2,
  tokens: 40,
};

it('golden pairs at λ = 0.1: rewards 0.1375 and −0.45, accuracy 1/2', () => {
  const metrics = stepMetrics(PAIRS, REPORT, 0.1);
  expect(metrics['rewards/real']).toBeCloseTo(0.1375, 12);
  expect(metrics['rewards/generated']).toBeCloseTo(-0.45, 12);
  expect(metrics['rewards/margins']).toBeCloseTo(0.5875, 12);
  expect(metrics['rewards/accuracies']).toBe(0.5);
  expect(metrics['logps/real']).toBe(-36.9375);
  expect(metrics['logps/generated']).toBe(-51.0625);
  expect(metrics).toMatchObject({ loss: 0.5, grad_norm: 2, tokens: 40 });
  stepPairs(PAIRS, REPORT, 0.1).forEach(({ margin }, i) => {
    expect(margin).toBeCloseTo([0.2, -0.35, 0, 2.5][i]!, 12);
  });
});

it('a pair has its two log-ratios, whose difference times λ is its margin', () => {
  const parts = stepPairs(PAIRS, REPORT, 0.1);
  expect(parts.map(({ real }) => real)).toEqual([1, -0.5, 0, 5]);
  expect(parts.map(({ generated }) => generated)).toEqual([-1, 3, 0, -20]);
  for (const { margin, real, generated } of parts) expect(margin).toBe(0.1 * (real - generated));
  for (const { margin, real, generated } of stepPairs(PAIRS, REPORT, null))
    expect([margin, real, generated]).toEqual([0, 0, 0]);
});

it.each([
  [0.9e-4, 0],
  [1.1e-4, 1],
  [-1.1e-4, 0],
])('a margin of %f counts %i', (margin, wins) => {
  const report = { ...REPORT, logps: [{ real: margin, generated: 0 }] };
  expect(stepMetrics([pairWith({ real: 0, generated: 0 }, 0)], report, 1)['rewards/accuracies']).toBe(wins);
});

it('names what is not finite', () => {
  const metrics = stepMetrics(PAIRS, REPORT, 0.1);
  expect(notFinite(metrics)).toBeNull();
  expect(notFinite({ ...metrics, loss: Number.NaN })).toContain('loss');
  expect(notFinite({ ...metrics, grad_norm: Number.POSITIVE_INFINITY })).toContain('gradient');
});

it('refuses a report of another number of pairs', () => {
  expect(() => stepMetrics(PAIRS.slice(1), REPORT, 1)).toThrow(RangeError);
});
