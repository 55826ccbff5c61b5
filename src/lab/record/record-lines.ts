// A record's numbers as JSON lines: one line a step, an evaluation or an iteration, under the names of the events.

import { countFields } from '../../spin/fitting.ts';
import { type RunRecord, STEP_COLUMNS } from './run-record.ts';

/** The file that a run played on, with what became of its rows; nothing for the world. */
function dataOf({ file }: RunRecord): object {
  return file === null ? {} : { data: { source: file.name, kept: file.counts.kept, ...countFields(file.counts) } };
}

export function recordLines(record: RunRecord, environment: object): string {
  const steps = Array.from({ length: record.columns.length }, (_, at) => {
    const row = record.columns.row(at);
    return { type: 'step', ...Object.fromEntries(STEP_COLUMNS.map((name) => [name, row[name]])) };
  });
  const rounds = record.rounds.map(({ moment, iteration, measures }) => ({
    type: 'evaluation',
    moment,
    iteration,
    ...measures,
  }));
  return [{ type: 'environment', ...environment, ...dataOf(record) }, ...steps, ...rounds, ...record.finished]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}
