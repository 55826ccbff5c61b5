// A chart's numbers as a table: for those who do not see the chart, and for exact numbers.

import type { Speech } from '../../text/language.ts';
import { Scroller } from '../scroller.tsx';
import type { ChartTable } from './chart-table.ts';

const MOST_ROWS = 200;
/** Digits that a number is told with: rates are small, log-probabilities are not. */
const SIGNIFICANT = 5;

export interface ChartTableViewProps {
  readonly title: string;
  readonly table: ChartTable;
  readonly speech: Speech;
}

export function ChartTableView({ title, table, speech }: ChartTableViewProps) {
  const every = Math.max(1, Math.ceil(table.count / MOST_ROWS));
  const shown = Math.ceil(table.count / every);
  // The latest rows come first: they are what is asked for while a run goes on.
  const rows = Array.from({ length: shown }, (_, at) => table.count - 1 - at * every);
  return (
    <>
      {every > 1 && <p className="quiet">{speech.say('chart.table.thinned', { shown, of: table.count })}</p>}
      <Scroller label={speech.say('chart.table.label', { title })}>
        <table className="chart-table">
          <thead>
            <tr>
              {table.headers.map((header) => (
                <th scope="col" key={header}>
                  <code>{header}</code>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row}>
                {table.headers.map((header, column) => (
                  <td key={header} translate="no">
                    {told(table.cell(row, column), speech)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </>
  );
}

function told(value: number | string, speech: Speech): string {
  if (typeof value === 'string') return value;
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value)) return speech.number(value);
  const digits = SIGNIFICANT - 1 - Math.floor(Math.log10(Math.abs(value)));
  return speech.number(value, Math.min(12, Math.max(1, digits)));
}
