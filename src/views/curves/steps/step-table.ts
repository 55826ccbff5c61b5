// The numbers behind a line chart, row by row, of all runs that it draws. Draws nothing.

import type { RunRecord, StepColumn } from '../../../lab/record/run-record.ts';
import type { ChartTable } from '../../../ui/chart/chart-table.ts';

/** Fields under their own names, and the run's; iterations and steps count from 0, as in a run's files. */
export function stepTable(
  runs: readonly { readonly name: string; readonly record: RunRecord }[],
  columns: readonly StepColumn[],
): ChartTable {
  const names: readonly StepColumn[] = ['iteration', 'step', ...columns, 'seconds', 'tokens_total'];
  const data = runs.map(({ name, record }) => ({
    name,
    length: record.columns.length,
    columns: names.map((column) => record.columns.column(column)),
  }));
  return {
    headers: [...names, 'run'],
    count: data.reduce((sum, { length }) => sum + length, 0),
    cell: (row, column) => {
      let left = row;
      for (const { name, length, columns: values } of data) {
        if (left < length) return values[column]?.[left] ?? name;
        left -= length;
      }
      return Number.NaN;
    },
  };
}
