// Sections of measurements as tables in Markdown. Measures nothing.

import type { Ratio } from './lanes.ts';

export type Cell = string | number;

export interface Section {
  readonly title: string;
  readonly about: string;
  readonly rows: readonly Readonly<Record<string, Cell>>[];
  readonly notes?: readonly string[];
  /** All that was measured, for the JSON file. */
  readonly raw: unknown;
}

const written = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString('en') : `${Number(value.toPrecision(3))}`;

export const ms = (value: number): string => `${written(value)} ms`;

/** "2.1 (1.9 to 2.4)": the median of the rounds, the least and the most. */
export const factor = ({ median, least, most }: Ratio): string =>
  `${written(median)} (${written(least)} to ${written(most)})`;

export function markdownOf({ title, about, rows, notes = [] }: Section): string {
  const columns = Object.keys(rows[0] ?? {});
  const cell = (value: Cell | undefined): string => (typeof value === 'number' ? written(value) : (value ?? ''));
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const table = [
    line(columns),
    line(columns.map((_, i) => (i === 0 ? '---' : '---:'))),
    ...rows.map((row) => line(columns.map((column) => cell(row[column])))),
  ];
  return [`## ${title}`, about, table.join('\n'), ...notes].filter((part) => part !== '').join('\n\n');
}
