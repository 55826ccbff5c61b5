// From finished experiments to Markdown tables: means over runs with Student's t intervals, medians, and families. Pure.

import type { ExperimentRequest, ExperimentRow } from './experiment.ts';

export interface Finished {
  readonly request: ExperimentRequest;
  readonly rows: readonly ExperimentRow[];
}

/** 97.5 % quantiles of Student's t for 1 … 9 degrees of freedom. */
const STUDENT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

export const mean = (list: readonly number[]): number => list.reduce((sum, x) => sum + x, 0) / list.length;

export function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Half the width of the 95 % interval of the mean. */
export function halfWidth(list: readonly number[]): number {
  if (list.length < 2) return Number.NaN;
  const m = mean(list);
  const variance = list.reduce((sum, x) => sum + (x - m) ** 2, 0) / (list.length - 1);
  return STUDENT[Math.min(list.length - 2, STUDENT.length - 1)]! * Math.sqrt(variance / list.length);
}

const MEASURES = ['human_likeness', 'kl_forward', 'kl_reverse', 'diversity', 'nll'] as const;
type Measure = (typeof MEASURES)[number];

const at = (run: Finished, iteration: number): ExperimentRow => run.rows.find((row) => row.iteration === iteration)!;

export const measured = (runs: readonly Finished[], iteration: number, name: Measure): number[] =>
  runs.map((run) => at(run, iteration).report[name] ?? Number.NaN);

const cell = (list: readonly number[], digits: number): string =>
  `${mean(list).toFixed(digits)}${list.length > 1 ? ` ± ${halfWidth(list).toFixed(digits)}` : ''}`;

/** One row an iteration: mean and 95 % interval over runs of every measure, median and least human-likeness, and what training saw. */
export function iterationTable(runs: readonly Finished[]): string {
  const iterations = runs[0]!.rows.map((row) => row.iteration);
  const header =
    '| | human-likeness | median | least | KL(p_data‖p_θ) | KL(p_θ‖p_data) | diversity | validation NLL | log p real | log p generated | s |';
  const rule = '|---|---|---|---|---|---|---|---|---|---|---|';
  const lines = iterations.map((iteration) => {
    const likeness = measured(runs, iteration, 'human_likeness');
    const last = runs.map((run) => at(run, iteration).last);
    const seen = (name: 'logps/real' | 'logps/generated'): string =>
      last.some((one) => one === null) ? '' : mean(last.map((one) => one![name])).toFixed(2);
    return [
      iteration < 0 ? 'base' : `iteration ${iteration}`,
      cell(likeness, 3),
      median(likeness).toFixed(3),
      Math.min(...likeness).toFixed(3),
      ...(['kl_forward', 'kl_reverse', 'diversity', 'nll'] as const).map((name) =>
        cell(measured(runs, iteration, name), 3),
      ),
      seen('logps/real'),
      seen('logps/generated'),
      iteration < 0 ? '' : mean(runs.map((run) => at(run, iteration).seconds)).toFixed(0),
    ].join(' | ');
  });
  return [header, rule, ...lines.map((line) => `| ${line} |`)].join('\n');
}

/** Human-likeness by family: base, after the last iteration, and the change, medians over runs. */
export function familyTable(named: ReadonlyMap<string, readonly Finished[]>): string {
  const [first] = named.values();
  const families = Object.keys(first![0]!.rows[0]!.report.families).sort();
  const header = `| family | base | ${[...named.keys()].map((name) => `${name}, last`).join(' | ')} |`;
  const rule = `|---|---|${'---|'.repeat(named.size)}`;
  const likeness = (row: ExperimentRow, family: string): number =>
    row.report.families[family]?.human_likeness ?? Number.NaN;
  const lines = families.map((family) => {
    const base = median(first!.map((run) => likeness(run.rows[0]!, family)));
    const cells = [...named.values()].map((runs) => {
      const change = median(runs.map((run) => likeness(run.rows.at(-1)!, family) - likeness(run.rows[0]!, family)));
      const end = median(runs.map((run) => likeness(run.rows.at(-1)!, family)));
      return `${end.toFixed(3)} (${change >= 0 ? '+' : '−'}${Math.abs(change).toFixed(3)})`;
    });
    return `| ${family} | ${base.toFixed(3)} | ${cells.join(' | ')} |`;
  });
  return [header, rule, ...lines].join('\n');
}

/** Every measure of every family after every iteration: means over runs and their 95 % intervals. */
export function familyDetails(runs: readonly Finished[]): string {
  const families = Object.keys(runs[0]!.rows[0]!.report.families).sort();
  const header = '| family | | human-likeness | KL(p_data‖p_θ) | KL(p_θ‖p_data) | diversity | validation NLL |';
  const rule = `|${'---|'.repeat(7)}`;
  const lines = families.flatMap((family) =>
    runs[0]!.rows.map(({ iteration }) => {
      const cells = MEASURES.map((name) =>
        cell(
          runs.map((run) => at(run, iteration).report.families[family]?.[name] ?? Number.NaN),
          2,
        ),
      );
      return `| ${family} | ${iteration < 0 ? 'base' : `iteration ${iteration}`} | ${cells.join(' | ')} |`;
    }),
  );
  return [header, rule, ...lines].join('\n');
}

/** What was wanted, each with whether the runs show it. */
export function verdicts(runs: readonly Finished[]): string {
  const last = runs[0]!.rows.at(-1)!.iteration;
  const gains = runs.map((run) => at(run, last).report.human_likeness! - at(run, -1).report.human_likeness!);
  const medians = runs[0]!.rows.map((row) => median(measured(runs, row.iteration, 'human_likeness')));
  const families = Object.keys(runs[0]!.rows[0]!.report.families);
  const changes = families.map((family) =>
    median(
      runs.map(
        (run) =>
          (run.rows.at(-1)!.report.families[family]?.human_likeness ?? Number.NaN) -
          (run.rows[0]!.report.families[family]?.human_likeness ?? Number.NaN),
      ),
    ),
  );
  const diversity = median(runs.map((run) => at(run, last).report.diversity! / at(run, -1).report.diversity!));
  const line = (wanted: string, got: string, holds: boolean): string => `- ${wanted}: ${got} — ${holds ? 'yes' : 'no'}`;
  return [
    line('median gain of at least 0.15', median(gains).toFixed(3), median(gains) >= 0.15),
    line(
      'rising in each iteration (medians)',
      medians.map((x) => x.toFixed(3)).join(' → '),
      medians.every((x, i) => i === 0 || x > medians[i - 1]!),
    ),
    line('no seed below where it began', `least gain ${Math.min(...gains).toFixed(3)}`, Math.min(...gains) > 0),
    line(
      'no family more than 0.05 below (medians)',
      `least change ${Math.min(...changes).toFixed(3)}`,
      Math.min(...changes) >= -0.05,
    ),
    line('diversity at least 0.9 of the base’s', diversity.toFixed(3), diversity >= 0.9),
  ].join('\n');
}
