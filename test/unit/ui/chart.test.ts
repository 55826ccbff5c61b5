// The parts of charts that need no page: places, stretches, and numbers as CSV.

import { describe, expect, it } from 'vitest';
import { zoomed } from '../../../src/ui/chart/chart-group.ts';
import { csvOf } from '../../../src/ui/chart/chart-table.ts';
import { scaleOf } from '../../../src/ui/chart/plot.ts';
import { fileName } from '../../../src/ui/download.ts';

describe('a scale', () => {
  it('is even between its ends, and by powers where it is logarithmic', () => {
    expect(scaleOf(-2, 2, 100, 0).at(-1)).toBeCloseTo(75, 12);
    expect(scaleOf(0.01, 100, 0, 400, true).at(1)).toBeCloseTo(200, 9);
  });

  it.each([false, true])('finds the value again (logarithmic: %s)', (log) => {
    const scale = scaleOf(0.5, 80, 52, 700, log);
    for (const value of [0.5, 3, 79]) expect(scale.value(scale.at(value))).toBeCloseTo(value, 9);
  });
});

describe('zooming', () => {
  it('keeps its centre in place and stays within the whole', () => {
    expect(zoomed([0, 100], 20, 0.5, [0, 100])).toEqual([10, 60]);
    expect(zoomed([10, 60], 20, 2, [0, 100])).toBeNull();
    expect(zoomed([10, 30], 10, 2, [0, 100])).toEqual([10, 50]);
    expect(zoomed([80, 100], 90, 2, [0, 100])).toEqual([70, 100]);
  });
});

describe('CSV', () => {
  const csv = (headers: readonly string[], rows: readonly (readonly (number | string)[])[]) =>
    csvOf({ headers, count: rows.length, cell: (row, column) => rows[row]![column]! });

  it('has numbers in full and nothing where there is none', () => {
    expect(
      csv(
        ['step', 'loss'],
        [
          [0, Math.LN2],
          [1, Number.NaN],
        ],
      ),
    ).toBe('step,loss\r\n0,0.6931471805599453\r\n1,\r\n');
  });

  it('quotes what would be read as more than a text, and hands a spreadsheet no formula', () => {
    expect(csv(['a,b'], [['say "hi"'], ['=1+1'], ['plain']])).toBe('"a,b"\r\n"say ""hi"""\r\n\'=1+1\r\nplain\r\n');
    expect(csv(['n'], [[-1.5]])).toBe('n\r\n-1.5\r\n');
  });
});

describe('a file’s name', () => {
  it('has letters of any script and hyphens', () => {
    expect(fileName('Quiet heron', 'KL(human ‖ model)')).toBe('quiet-heron-kl-human-model');
    expect(fileName('本次运行', '损失')).toBe('本次运行-损失');
  });
});
