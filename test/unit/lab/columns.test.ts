// Columns of numbers, and what is left of them in a chart.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisTicks, Columns, reducedRows } from '../../../src/lab/columns.ts';

describe('columns', () => {
  it('keep 1,000 rows through growth, and forget those beyond a length', () => {
    const columns = new Columns(['a', 'b']);
    for (let i = 0; i < 1000; i++) columns.push({ a: i, b: -i });
    expect(columns.column('b')[999]).toBe(-999);
    columns.truncate(500);
    columns.push({ a: 7, b: 8 });
    expect(columns.length).toBe(501);
    expect(columns.row(500)).toEqual({ a: 7, b: 8 });
    expect(columns.column('a')[499]).toBe(499);
  });
});

describe('reduced rows', () => {
  const values = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { maxLength: 3000 });

  it('are at most 400, ascending, and hold both extremes and the last row', () => {
    fc.assert(
      fc.property(values, (list) => {
        const guide = Float64Array.from(list);
        const rows = reducedRows(guide, 400);
        expect(rows.length).toBeLessThanOrEqual(400);
        expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
        if (list.length === 0) return;
        const kept = rows.map((row) => guide[row]!);
        expect(Math.max(...kept)).toBe(Math.max(...list));
        expect(Math.min(...kept)).toBe(Math.min(...list));
        expect(rows.at(-1)).toBe(list.length - 1);
      }),
    );
  });
});

describe('an axis', () => {
  it.each([
    [
      [-3.2, -1.1],
      [-4, -1],
    ],
    [
      [0.61, 0.69],
      [0.6, 0.7],
    ],
    [[-20], [-20, -20 + 5]],
    [[], [0, 1]],
  ])('over %j is %j', (list, [low, high]) => {
    const ticks = axisTicks([Float64Array.from(list)]);
    expect(ticks[0]).toBeCloseTo(low!, 9);
    expect(ticks.at(-1)).toBeCloseTo(high!, 9);
  });

  it('holds every value between at most seven marks', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 }), (list) => {
        const ticks = axisTicks([Float64Array.from(list)]);
        const slack = 1e-9 * Math.max(...list.map(Math.abs));
        expect(ticks[0]).toBeLessThanOrEqual(Math.min(...list) + slack);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(Math.max(...list) - slack);
        expect(ticks.at(-1)).toBeGreaterThan(ticks[0]!);
        expect(ticks.length).toBeLessThanOrEqual(7);
      }),
    );
  });
});
