// Columns of numbers: growth, and forgetting.

import { describe, expect, it } from 'vitest';
import { Columns } from '../../../src/lab/record/columns.ts';

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

  it('count how often rows were forgotten, and a length that they do not reach forgets none', () => {
    const columns = new Columns(['a']);
    columns.push({ a: 1 });
    columns.truncate(1);
    columns.truncate(2);
    expect([columns.length, columns.cuts]).toEqual([1, 0]);
    columns.truncate(0);
    expect([columns.length, columns.cuts]).toEqual([0, 1]);
  });
});
