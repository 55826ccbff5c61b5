// The losses against the golden numbers of the paper's formulas, at extreme margins, and against finite differences.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOSS_NAMES, type LossName, lossSlope, lossValue, UNBOUNDED_LOSSES } from '../../../src/spin/losses.ts';
import { scaledMargin } from '../../../src/spin/metrics.ts';

const POLICY = [
  { real: -20, generated: -30 },
  { real: -35.5, generated: -22 },
  { real: -12.25, generated: -12.25 },
  { real: -80, generated: -140 },
];
const OPPONENT = [
  { real: -21, generated: -29 },
  { real: -35, generated: -25 },
  { real: -12.25, generated: -12.25 },
  { real: -85, generated: -120 },
];
const margins = (lambda: number): number[] => POLICY.map((policy, i) => scaledMargin(lambda, policy, OPPONENT[i]!));

describe('golden numbers, λ = 0.1', () => {
  const golden: [LossName, number[]][] = [
    ['logistic', [0.598139, 0.883382, Math.LN2, 0.07889]],
    ['hinge', [0.8, 1.35, 1, 0]],
    ['exponential', [0.818731, 1.419068, 1, 0.082085]],
    ['correlation', [0.8, 1.35, 1, -1.5]],
    ['linear', [-0.2, 0.35, 0, -2.5]],
  ];
  it('scales the margins to 0.2, −0.35, 0 and 2.5', () => {
    margins(0.1).forEach((margin, i) => {
      expect(margin).toBeCloseTo([0.2, -0.35, 0, 2.5][i]!, 12);
    });
  });
  it.each(golden)('%s', (name, values) => {
    margins(0.1).forEach((t, i) => {
      expect(Math.abs(lossValue(name, t) - values[i]!)).toBeLessThan(6e-7);
    });
  });
  it('weighs log p(y) with −λσ(−t)', () => {
    const golden = [-0.0450166, -0.0586618, -0.05, -0.0075858];
    margins(0.1).forEach((t, i) => {
      expect(Math.abs(0.1 * lossSlope('logistic', t) - golden[i]!)).toBeLessThan(6e-8);
    });
  });
});

it('the logistic loss at λ = 5 is 4.5e-05, 17.5, 0.693147 and 0', () => {
  const [first, second, third, fourth] = margins(5).map((t) => lossValue('logistic', t));
  expect(first).toBeCloseTo(4.54e-5, 7);
  expect(second).toBeCloseTo(17.5, 6);
  expect(third).toBeCloseTo(Math.LN2, 6);
  expect(fourth).toBeLessThan(1e-50);
});

it.each(LOSS_NAMES.filter((name) => name !== 'exponential'))(
  '%s is finite at margins of ±10,000, with its slope',
  (name) => {
    for (const t of [-1e4, 1e4]) {
      expect(Number.isFinite(lossValue(name, t))).toBe(true);
      expect(Number.isFinite(lossSlope(name, t))).toBe(true);
    }
  },
);

it('the logistic loss at −10,000 is 10,000, and its slopes at ∓10,000 are −1 and 0', () => {
  expect(lossValue('logistic', -1e4)).toBe(1e4);
  expect(lossSlope('logistic', -1e4)).toBe(-1);
  expect(lossSlope('logistic', 1e4)).toBeCloseTo(0, 15);
});

it.each(LOSS_NAMES)('the slope of %s is the central difference of its values', (name) => {
  const margin = fc.double({ min: -8, max: 8, noNaN: true }).filter((t) => Math.abs(t - 1) > 1e-3);
  fc.assert(
    fc.property(margin, (t) => {
      const difference = (lossValue(name, t + 1e-5) - lossValue(name, t - 1e-5)) / 2e-5;
      expect(Math.abs(lossSlope(name, t) - difference)).toBeLessThan(1e-6 * Math.max(1, Math.abs(difference)));
    }),
  );
});

it('the losses named unbounded, and no others, are negative at a large margin', () => {
  expect(LOSS_NAMES.filter((name) => lossValue(name, 1e3) < 0)).toEqual([...UNBOUNDED_LOSSES]);
});
