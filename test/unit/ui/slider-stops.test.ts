// Where sliders can stand: for every parameter round values within its range, its preset among them.

import { describe, expect, it } from 'vitest';
import type { Parameter } from '../../../src/spin/parameters/parameter-kinds.ts';
import { PARAMETER_LIST } from '../../../src/spin/parameters/parameter-table.ts';
import { problemWith } from '../../../src/spin/validation.ts';
import { nearestStop, sliderStops } from '../../../src/ui/slider-stops.ts';

type Ranged = Extract<Parameter, { min: number }>;
const RANGED = PARAMETER_LIST.filter((row): row is Ranged => 'min' in row);

function stopsOf(row: Ranged): readonly number[] {
  return sliderStops({ ...row, whole: row.kind === 'integer' }, [row.default].flat());
}

describe('stops of a slider', () => {
  it.each(RANGED.map((row) => [row.key, row] as const))(
    'of %s are valid, in order, ends and default among them',
    (_, row) => {
      const stops = stopsOf(row);
      expect(stops[0]).toBe(row.min);
      expect(stops.at(-1)).toBe(row.max);
      for (const value of [row.default].flat()) expect(stops).toContain(value);
      for (const [at, stop] of stops.entries()) {
        expect(problemWith(row, row.kind === 'list' ? [stop] : stop)).toBeNull();
        if (at > 0) expect(stop).toBeGreaterThan(stops[at - 1]!);
        expect(nearestStop(stops, stop)).toBe(at);
      }
      expect(stops.length).toBeLessThan(200);
    },
  );

  it('are powers of two and their halves between, for whole numbers over a wide range', () => {
    expect(sliderStops({ min: 1, max: 32, scale: 'log', whole: true })).toEqual([1, 2, 3, 4, 6, 8, 12, 16, 24, 32]);
  });

  it('are even in a small linear range', () => {
    expect(sliderStops({ min: 0, max: 5, scale: 'linear', whole: false }).slice(0, 4)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(sliderStops({ min: 1, max: 4, scale: 'linear', whole: true })).toEqual([1, 2, 3, 4]);
  });

  it('are near by ratio', () => {
    const stops = [0, 1, 10, 100];
    expect([0.4, 0.6, 3, 3.2, 31, 32, 1000].map((value) => nearestStop(stops, value))).toEqual([0, 1, 1, 2, 2, 3, 3]);
  });
});
