// Which rows of a comparison are looked at, in what order and in which groups. Pure.

import { type ColumnPair, type ComparedRow, outcome } from './comparing.ts';

/** What became of the answer from the one column to the other. */
export const CHANGES = ['all', 'better', 'worse', 'changed', 'unchanged'] as const;
export type RowChange = (typeof CHANGES)[number];

export const SORTS = ['family', 'given', 'prompt', 'logp', 'rise'] as const;
/** `given`: as they were asked; `logp`: log p of `b`'s answer; `rise`: log p of `b`'s answer minus that of `a`'s, each under its own model. */
export type Sort = (typeof SORTS)[number];

export interface RowFilter {
  readonly change: RowChange;
  readonly starred: boolean;
  /** A group's name; null: all. */
  readonly group: string | null;
  /** Found in the prompt or in an answer, whatever its case. */
  readonly text: string;
}

export const ALL_ROWS: RowFilter = { change: 'all', starred: false, group: null, text: '' };

/** The group of one's own prompts; no family is called so. */
export const OWN_GROUP = '*own';
/** Rows of data that has no families. */
export const NO_GROUP = '*none';

export interface RowLook {
  readonly filter: RowFilter;
  readonly pair: ColumnPair;
  readonly stars: ReadonlySet<string>;
}

export type ChipCounts = Readonly<Record<RowChange | 'starred', number>>;

export interface RowGroup {
  readonly name: string;
  readonly rows: readonly ComparedRow[];
}

export const groupOf = ({ own, family }: ComparedRow): string => (own ? OWN_GROUP : (family ?? NO_GROUP));

/** A row without both answers has not changed, nor stayed. */
function changeIs(row: ComparedRow, change: RowChange, pair: ColumnPair): boolean {
  if (change === 'all') return true;
  if (change === 'better') return outcome(row, pair) === 'win';
  if (change === 'worse') return outcome(row, pair) === 'loss';
  const before = row.cells.get(pair.a);
  const after = row.cells.get(pair.b);
  if (before === undefined || after === undefined) return false;
  return (before.text === after.text) === (change === 'unchanged');
}

function holds(row: ComparedRow, wanted: string): boolean {
  const text = wanted.trim().toLowerCase();
  if (text === '' || row.prompt.toLowerCase().includes(text)) return true;
  return [...row.cells.values()].some((cell) => cell.text.toLowerCase().includes(text));
}

function passes(row: ComparedRow, { filter, pair, stars }: RowLook): boolean {
  return (
    (filter.group === null || groupOf(row) === filter.group) &&
    (!filter.starred || stars.has(row.key)) &&
    changeIs(row, filter.change, pair) &&
    holds(row, filter.text)
  );
}

export function filterRows(rows: readonly ComparedRow[], looking: RowLook): ComparedRow[] {
  return rows.filter((row) => passes(row, looking));
}

/** How many rows each chip would leave, all else being as it is. */
export function chipCounts(rows: readonly ComparedRow[], looking: RowLook): ChipCounts {
  const left = (filter: Partial<RowFilter>) =>
    filterRows(rows, { ...looking, filter: { ...looking.filter, ...filter } }).length;
  const changes = CHANGES.map((change) => [change, left({ change })] as const);
  return { ...(Object.fromEntries(changes) as Record<RowChange, number>), starred: left({ starred: true }) };
}

/** Groups in the order in which they first come, one's own prompts first, each with how many of its rows would be left. */
export function groupCounts(rows: readonly ComparedRow[], looking: RowLook): ReadonlyMap<string, number> {
  const counts = new Map(groupRows(rows).map(({ name }) => [name, 0]));
  for (const row of filterRows(rows, { ...looking, filter: { ...looking.filter, group: null } })) {
    counts.set(groupOf(row), (counts.get(groupOf(row)) ?? 0) + 1);
  }
  return counts;
}

/** Rows without the number that is sorted by come last. Rows that are equal stay in their order. */
export function sortRows(rows: readonly ComparedRow[], sort: Sort, pair: ColumnPair): ComparedRow[] {
  switch (sort) {
    case 'given':
      return [...rows];
    case 'family':
      return groupRows(rows).flatMap((group) => group.rows);
    case 'prompt':
      return [...rows].sort((one, other) => one.prompt.localeCompare(other.prompt, 'en', { numeric: true }));
    case 'logp':
      return byNumber(rows, (row) => row.cells.get(pair.b)?.logp ?? null);
    case 'rise':
      return byNumber(rows, (row) => rise(row, pair));
  }
}

/** log p of `b`'s answer minus log p of `a`'s, nats; null where one has none. */
export function rise({ cells }: ComparedRow, { a, b }: ColumnPair): number | null {
  const before = cells.get(a)?.logp ?? null;
  const after = cells.get(b)?.logp ?? null;
  return before === null || after === null ? null : after - before;
}

/** Largest first. */
function byNumber(rows: readonly ComparedRow[], of: (row: ComparedRow) => number | null): ComparedRow[] {
  const numbered = rows.map((row) => ({ row, number: of(row) ?? Number.NEGATIVE_INFINITY }));
  return numbered
    .sort((one, other) => (one.number === other.number ? 0 : other.number - one.number))
    .map(({ row }) => row);
}

export function groupRows(rows: readonly ComparedRow[]): RowGroup[] {
  const groups = new Map<string, ComparedRow[]>(rows.some(({ own }) => own) ? [[OWN_GROUP, []]] : []);
  for (const row of rows) {
    const name = groupOf(row);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  return [...groups].map(([name, list]) => ({ name, rows: list }));
}
