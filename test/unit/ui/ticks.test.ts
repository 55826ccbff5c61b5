// Round marks of an axis, by hand and as properties.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { innerTicks, linearTicks, logTicks, roundedUp, tickDigits } from '../../../src/ui/chart/ticks.ts';

describe('a linear axis', () => {
  it.each([
    [-3.2, -1.1, [-4, -3, -2, -1]],
    [0.61, 0.69, [0.6, 0.62, 0.64, 0.66, 0.68, 0.7]],
    [0, 1, [0, 0.5, 1]],
    [-20, -20, [-20, -15]],
    [0, 0, [0, 0.5]],
    [1, 0, [0, 1]],
    [-0.3, 0.1, [-0.3, -0.2, -0.1, 0, 0.1]],
  ])('from %d to %d has the marks %j', (low, high, expected) => {
    const ticks = linearTicks(low, high);
    expect(ticks.length).toBe(expected.length);
    ticks.forEach((tick, at) => {
      expect(tick).toBeCloseTo(expected[at]!, 9);
    });
  });

  it('holds every value between at most seven marks', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 }), (list) => {
        const [low, high] = [Math.min(...list), Math.max(...list)];
        const ticks = linearTicks(low, high);
        const slack = 1e-8 * Math.max(1e-6, ...list.map(Math.abs));
        expect(ticks[0]).toBeLessThanOrEqual(low + slack);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(high - slack);
        expect(ticks.at(-1)).toBeGreaterThan(ticks[0]!);
        expect(ticks.length).toBeLessThanOrEqual(7);
      }),
    );
  });

  it('within ends that are not round has marks within them', () => {
    expect(innerTicks(0.5, 9.5)).toEqual([5]);
    expect(innerTicks(0, 20)).toEqual([0, 5, 10, 15, 20]);
  });

  it('that grows moves in jumps', () => {
    expect([0, 0.9, 1, 101, 119, 121, 960].map(roundedUp)).toEqual([1, 1, 1, 120, 120, 150, 1000]);
  });
});

describe('a logarithmic axis', () => {
  it.each([
    [0.03, 0.4, [0.02, 0.05, 0.1, 0.2, 0.5]],
    [1, 10, [1, 2, 5, 10]],
    [0.002, 7, [0.001, 0.01, 0.1, 1, 10]],
    [3, 3, [2, 5]],
    [-1, 5, [1, 10]],
    [1e-12, 1, [1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1]],
  ])('from %d to %d has the marks %j', (low, high, expected) => {
    const ticks = logTicks(low, high);
    expect(ticks.length).toBe(expected.length);
    ticks.forEach((tick, at) => {
      expect(tick / expected[at]!).toBeCloseTo(1, 9);
    });
  });

  it('holds every value', () => {
    const positive = fc.double({ noNaN: true, min: 1e-12, max: 1e12 });
    fc.assert(
      fc.property(positive, positive, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const ticks = logTicks(low, high);
        expect(ticks[0]).toBeLessThanOrEqual(low * (1 + 1e-8));
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(high * (1 - 1e-8));
        expect(ticks.length).toBeLessThanOrEqual(8);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
      }),
    );
  });
});

describe('digits of marks', () => {
  it('tell neighbours apart', () => {
    expect(tickDigits([0, 0.5, 1])).toBe(1);
    expect(tickDigits([0, 0.02, 0.04])).toBe(2);
    expect(tickDigits([0, 200, 400])).toBe(0);
    expect(tickDigits([0.001, 0.01, 0.1])).toBe(3);
    expect(tickDigits([5])).toBe(0);
    expect(tickDigits([0, 0.5, 1], 1)).toBe(2);
    expect(tickDigits([0, 100, 200], 2)).toBe(0);
    expect(tickDigits([0, 10, 20], 2)).toBe(1);
  });
});
