// A chart's numbers as rows, and those as CSV.

export interface ChartTable {
  readonly headers: readonly string[];
  readonly count: number;
  /** A number or a text; NaN: none. */
  cell(row: number, column: number): number | string;
}

/** Comma-separated values (RFC 4180), numbers in full, an empty field where there is none. */
export function csvOf({ headers, count, cell }: ChartTable): string {
  const lines = Array.from({ length: count }, (_, row) => headers.map((__, column) => field(cell(row, column))));
  return [headers.map(field), ...lines].map((line) => `${line.join(',')}\r\n`).join('');
}

function field(value: number | string): string {
  if (typeof value === 'number') return Number.isNaN(value) ? '' : String(value);
  // A spreadsheet takes a text that begins so for a formula; a run's name may come from somebody else's file.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
