// One table of what was measured beside what was promised. Measures nothing.

export interface Row {
  readonly what: string;
  /** What was promised, in the unit of `measured`; null: a number to look at, without a promise. */
  readonly budget: number | null;
  readonly measured: number;
  readonly unit: string;
  /** How it was measured, or what else came of it. */
  readonly note?: string;
}

/** A measurement over its budget by less than this share is put down to the machine, which others use too. */
export const MARGIN = 0.15;

/** The verdict on a row: nothing to say where nothing was promised. */
export function verdictOn(row: Row): string {
  if (row.budget === null) return '';
  return row.measured <= row.budget ? 'ok' : isOver(row) ? 'over' : 'within the margin';
}

export const isOver = ({ budget, measured }: Row): boolean => budget !== null && !(measured <= budget * (1 + MARGIN));

export function median(values: readonly number[]): number {
  return quantileOf(values, 0.5);
}

/** The value below which a share `q` of them lies; NaN of none. */
export function quantileOf(values: readonly number[], q: number): number {
  const ascending = [...values].sort((a, b) => a - b);
  return ascending[Math.min(ascending.length - 1, Math.floor(q * ascending.length))] ?? Number.NaN;
}

/** The rows as a table in Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const written = (value: number, unit: string) => `${Number(value.toPrecision(3))} ${unit}`.trim();
  const lines = rows.map((row) => {
    const { what, budget, measured, unit, note = '' } = row;
    return [what, budget === null ? '' : written(budget, unit), written(measured, unit), verdictOn(row), note];
  });
  const cells = [['What', 'Budget', 'Measured', '', 'How'], ['---', '---:', '---:', '---', '---'], ...lines];
  return `${cells.map((line) => `| ${line.join(' | ')} |`).join('\n')}\n`;
}
