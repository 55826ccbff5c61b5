// Each measure over the iterations with its 95 % interval, the supervised control and other runs beside it. Computes none.

import { memo, useMemo, useRef } from 'react';
import type { Round } from '../../../lab/record/run-record.ts';
import { medianBands } from '../../../lab/record/series.ts';
import type { Speech } from '../../../text/language.ts';
import { ChartFigure } from '../../../ui/chart/chart-figure.tsx';
import type { ChartTable } from '../../../ui/chart/chart-table.ts';
import { type Estimated, IntervalChart, type IntervalSeries } from '../../../ui/chart/interval-chart.tsx';
import { innerTicks, linearTicks } from '../../../ui/chart/ticks.ts';
import { type MeasureKey, measureId, SHARES } from '../steps/curve-list.ts';
import { runColour } from '../steps/drawn-run.ts';
import { numberWords } from '../steps/number-words.ts';
import { estimateOf, estimateWords, measuresOf, placeName, placeOf } from './measure-interval.ts';

/** A run's rounds under a name; the control and other runs stand beside the run that is looked at. */
export interface MeasuredRun {
  readonly name: string;
  /** Index into the runs' own palette; null: the players' own colours. */
  readonly colour: number | null;
  readonly control: boolean;
  readonly rounds: readonly Round[];
  /** A group of runs: their rounds in place of the first's alone, drawn as median and quartiles. */
  readonly group?: readonly (readonly Round[])[];
}

export interface MeasureChartProps {
  readonly name: MeasureKey;
  /** The run that is looked at first. */
  readonly runs: readonly MeasuredRun[];
  readonly speech: Speech;
}

export const MeasureChart = memo(function MeasureChart({ name, runs, speech }: MeasureChartProps) {
  const figure = useRef<HTMLElement>(null);
  const series = useMemo(() => runs.map((run) => seriesOf(run, name)), [runs, name]);
  const title = speech.say(`measures.${name}`);
  const help = speech.say(`measures.${name}.help`);
  const round = runs[0]?.rounds.at(-1);
  const latest = round === undefined ? null : estimateOf(round, name);
  const words = latest === null ? '–' : estimateWords(speech, name, latest);
  const when = round === undefined ? '' : placeName(speech, placeOf(round));
  return (
    <ChartFigure
      id={`chart-${measureId(name)}`}
      {...{ figure, title, help, speech }}
      unit=""
      xLabel={speech.say('curves.iteration')}
      run={runs[0]?.name ?? ''}
      legend={series}
      label={`${title}: ${when}, ${words}. ${help}`}
      readout={
        <>
          <span className="quiet">{when}</span>
          <span>{words}</span>
        </>
      }
      table={() => measureTable(runs, name)}
      plot={(width) => <Plot {...{ name, series, width, speech }} />}
    />
  );
});

function seriesOf({ name, colour, control, rounds, group }: MeasuredRun, measure: MeasureKey): IntervalSeries {
  const points = group === undefined ? estimates(rounds, measure) : medians(group, measure);
  const own = control ? 'var(--control)' : 'var(--player)';
  return { name, points, colour: colour === null ? own : runColour(colour), ...(control && { dash: '5 3' }) };
}

/** Only measures of the same kind can stand beside each other. */
function estimates(rounds: readonly Round[], measure: MeasureKey): Estimated[] {
  return rounds.flatMap((round) => {
    const estimate = measuresOf(round).includes(measure) ? estimateOf(round, measure) : null;
    return estimate === null ? [] : [{ x: placeOf(round), ...estimate }];
  });
}

/** Over the runs that have been measured there, at places that all have. */
function medians(group: readonly (readonly Round[])[], measure: MeasureKey): Estimated[] {
  const runs = group.map((rounds) => estimates(rounds, measure));
  return runs[0]!.flatMap(({ x }) => {
    const values = runs.map((run) => run.find((point) => point.x === x)?.value ?? Number.NaN);
    if (values.some(Number.isNaN)) return [];
    const [band] = medianBands(
      values.map((value) => Float64Array.of(value)),
      [0],
    );
    return [{ x, value: band!.median, low: band!.low, high: band!.high }];
  });
}

interface PlotProps {
  readonly name: MeasureKey;
  readonly series: readonly IntervalSeries[];
  readonly width: number;
  readonly speech: Speech;
}

function Plot({ name, series, width, speech }: PlotProps) {
  const points = series.flatMap((one) => one.points);
  const last = Math.max(1, ...points.map(({ x }) => x));
  const ends = points.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]);
  const yTicks = linearTicks(Math.min(...ends), Math.max(...ends));
  const xTicks = innerTicks(0, last).filter(Number.isInteger);
  return (
    <IntervalChart
      {...{ width, series, last, xTicks, yTicks }}
      formatX={(tick) => (tick === 0 ? speech.say('measures.base') : speech.number(tick))}
      formatY={numberWords(speech, yTicks, { share: SHARES.has(name), log: false, more: 0 })}
    />
  );
}

function measureTable(runs: readonly MeasuredRun[], name: MeasureKey): ChartTable {
  const rows = runs.flatMap(({ name: run, rounds, group = [rounds] }) =>
    group.flatMap((each) => each.map((round) => ({ run, round }))),
  );
  return {
    headers: ['run', 'moment', 'iteration', name, `${name}_low`, `${name}_high`],
    count: rows.length,
    cell: (row, column) => {
      const { run, round } = rows[row]!;
      const estimate = estimateOf(round, name);
      return [run, round.moment, round.iteration, estimate?.value, estimate?.low, estimate?.high][column] ?? Number.NaN;
    },
  };
}
