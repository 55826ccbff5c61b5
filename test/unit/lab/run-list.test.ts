// The order of kept runs, what each changed, and what a text finds.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesSince, differing, found, groupHeadline, runRows, sizeOf } from '../../../src/lab/runs/run-list.ts';
import { DEFAULTS } from '../../../src/spin/parameters/parameter-table.ts';
import { entryOf } from './entries.ts';

const headline = (after: number, measure: 'human_likeness' | 'nll' = 'human_likeness') => ({
  measure,
  before: 0.4,
  after,
});
const group = 'swift otter';

function shown(rows: ReturnType<typeof runRows>): string[] {
  return rows.map((row) =>
    row.kind === 'run' ? row.entry.id : `${row.group}: ${row.entries.map(({ id }) => id).join(' ')}`,
  );
}

describe('the list', () => {
  it('has pinned runs first, then the newest, and a group where its newest run stands', () => {
    const entries = [
      entryOf('old', { day: 1, notes: { pinned: true } }),
      entryOf('a', { day: 2, notes: { group } }),
      entryOf('lone', { day: 3, notes: { group: 'alone' } }),
      entryOf('b', { day: 4, notes: { group } }),
      entryOf('new', { day: 5 }),
    ];
    expect(shown(runRows(entries))).toEqual(['old', 'new', 'swift otter: b a', 'lone']);
  });

  it('lifts a group whose run is pinned', () => {
    const entries = [
      entryOf('new', { day: 5 }),
      entryOf('a', { day: 2, notes: { group, pinned: true } }),
      entryOf('b', { day: 4, notes: { group } }),
    ];
    expect(shown(runRows(entries))).toEqual(['swift otter: a b', 'new']);
  });

  it('keeps imported runs of a group apart from those played here', () => {
    const entries = [
      entryOf('a', { day: 1, notes: { group } }),
      entryOf('b', { day: 2, notes: { group } }),
      entryOf('copy of a', { day: 1, notes: { group }, imported: true }),
    ];
    expect(shown(runRows(entries))).toEqual(['swift otter: b a', 'copy of a']);
  });

  it('holds every run once', () => {
    const given = fc.record({
      day: fc.integer({ min: 1, max: 28 }),
      pinned: fc.boolean(),
      group: fc.option(fc.constantFrom('a', 'b', 'c')),
    });
    fc.assert(
      fc.property(fc.array(given), (list) => {
        const entries = list.map(({ day, ...notes }, at) => entryOf(`run ${at}`, { day, notes }));
        const ids = runRows(entries).flatMap((row) => (row.kind === 'run' ? [row.entry] : row.entries));
        expect(ids.map(({ id }) => id).sort()).toEqual(entries.map(({ id }) => id).sort());
      }),
    );
  });
});

describe('what changed', () => {
  const first = entryOf('first', { day: 1 });
  const second = entryOf('second', { day: 2, configuration: { seed: 5, lambdas: [2] } });
  const third = entryOf('third', { day: 3, configuration: { seed: 5, lambdas: [2] }, data: 'mine.jsonl' });
  const given = entryOf('given', { day: 2, configuration: { loss: 'hinge' }, imported: true });
  const all = [third, given, first, second];

  it('is counted from the run begun before it on this page', () => {
    expect(changesSince(second, all)).toEqual({
      parameters: ['seed', 'lambdas'],
      model: false,
      data: false,
      since: first,
    });
    expect(changesSince(third, all)).toEqual({ parameters: [], model: false, data: true, since: second });
  });

  it('is nothing for the first run and for one that was imported', () => {
    expect(changesSince(first, all)).toBeNull();
    expect(changesSince(given, all)).toBeNull();
  });

  it('among several is each parameter in which any two differ, in table order', () => {
    const other = { ...DEFAULTS, lambdas: [3], seed: 1 };
    expect(differing([DEFAULTS, DEFAULTS, other])).toEqual(['seed', 'lambdas']);
    expect(differing([other])).toEqual([]);
    expect(differing([])).toEqual([]);
  });
});

describe('a search', () => {
  it('finds runs that hold all of its words', () => {
    const entries = [entryOf('Calm Otter', { day: 1 }), entryOf('calm heron', { day: 2 })];
    const textOf = ({ id }: { id: string }) => id;
    expect(found(entries, ' OTT calm ', textOf).map(({ id }) => id)).toEqual(['Calm Otter']);
    expect(found(entries, '  ', textOf)).toHaveLength(2);
    expect(found(entries, 'otter heron', textOf)).toEqual([]);
  });
});

describe("a group's headline", () => {
  it('is the median of the finished runs, between the lowest and the highest', () => {
    const entries = [
      entryOf('a', { day: 1, headline: headline(0.5) }),
      entryOf('b', { day: 2, headline: headline(0.8) }),
      entryOf('c', { day: 3, headline: headline(0.6) }),
      entryOf('d', { day: 4, headline: headline(0.9), finished: false }),
      entryOf('e', { day: 5 }),
      entryOf('f', { day: 6, headline: headline(1.2, 'nll') }),
    ];
    expect(groupHeadline(entries)).toEqual({ measure: 'human_likeness', count: 3, median: 0.6, low: 0.5, high: 0.8 });
    expect(groupHeadline(entries.slice(0, 2))?.median).toBeCloseTo(0.65, 12);
    expect(groupHeadline(entries.slice(3, 5))).toBeNull();
  });
});

describe('a size', () => {
  it.each([
    [0, 0, 'byte', 0],
    [999, 999, 'byte', 0],
    [1000, 1, 'kilobyte', 1],
    [25_300, 25.3, 'kilobyte', 0],
    [4_200_000, 4.2, 'megabyte', 1],
    [5e13, 50_000, 'gigabyte', 0],
  ])('of %d bytes is %d %s', (bytes, value, unit, digits) => {
    expect(sizeOf(bytes)).toEqual({ value: expect.closeTo(value, 9), unit, digits });
  });
});
