// The pairs of the latest iteration: how their margins are spread, and the two log-ratios behind each. Counts bins; computes no margin.

import { memo, useMemo, useRef } from 'react';
import type { PairRatios, RunRecord } from '../../lab/record/run-record.ts';
import { evenRows, histogram } from '../../lab/record/series.ts';
import type { Speech } from '../../text/language.ts';
import { ChartFigure } from '../../ui/chart/chart-figure.tsx';
import type { ChartTable } from '../../ui/chart/chart-table.ts';
import { HistogramChart } from '../../ui/chart/histogram-chart.tsx';
import { ScatterChart } from '../../ui/chart/scatter-chart.tsx';
import { linearTicks, niceStep } from '../../ui/chart/ticks.ts';
import type { PairCurve } from './steps/curve-list.ts';
import type { DrawnRun } from './steps/drawn-run.ts';
import { MARKS, numberWords } from './steps/number-words.ts';
import { useTurn } from './steps/use-turn.ts';

export interface PairChartProps {
  readonly curve: PairCurve;
  readonly run: DrawnRun;
  readonly revision: () => number;
  readonly speech: Speech;
}

const MOST_BINS = 30;
/** Dots that are drawn; more cannot be told apart. */
const MOST_DOTS = 4096;

interface LatestPairs extends PairRatios {
  readonly iteration: number;
}

/** The pairs of the latest iteration that has trained one. */
function latestPairs(record: RunRecord): LatestPairs {
  const { columns } = record;
  const iteration = columns.length === 0 ? 0 : columns.row(columns.length - 1).iteration;
  return { iteration, ...record.pairRatios(iteration) };
}

export const PairChart = memo(function PairChart({ curve, run, revision, speech }: PairChartProps) {
  const figure = useRef<HTMLElement>(null);
  const turn = useTurn(figure, run, revision);
  const pairs = useMemo(() => turn && latestPairs(turn.wanted.record), [turn]);
  const title = speech.say(curve.title);
  const help = speech.say(curve.help);
  const words = pairs === null ? '' : pairWords(curve, pairs, speech);
  return (
    <ChartFigure
      id={`chart-${curve.id}`}
      {...{ figure, title, help, speech }}
      unit={speech.say(curve.unit)}
      xLabel={speech.say(curve.kind === 'margins' ? curve.unit : 'curves.ratios.x')}
      yLabel={speech.say(curve.kind === 'margins' ? 'curves.margins.count' : 'curves.ratios.y')}
      run={run.name}
      legend={curve.kind === 'margins' ? marginLegend(speech) : []}
      label={`${title}: ${words}. ${help}`}
      readout={words}
      note={
        curve.kind === 'ratios' && pairs !== null && pairs.real.length > MOST_DOTS
          ? speech.say('curves.ratios.some', { shown: MOST_DOTS, n: pairs.real.length })
          : ''
      }
      table={() => pairTable(latestPairs(run.record))}
      plot={(width) => {
        if (pairs === null || pairs.real.length === 0) return null;
        const Chart = curve.kind === 'margins' ? Margins : Ratios;
        return <Chart pairs={pairs} width={width} speech={speech} />;
      }}
    />
  );
});

function pairWords({ kind }: PairCurve, { margin, iteration }: LatestPairs, speech: Speech): string {
  const n = margin.length;
  if (n === 0) return speech.say('curves.pairs.empty');
  if (kind === 'ratios') return speech.say('curves.ratios.readout', { n, iteration: iteration + 1 });
  const share = margin.filter((one) => one > 0).length / n;
  return speech.say('curves.margins.readout', { n, share: speech.percent(share) });
}

function marginLegend(speech: Speech) {
  return [
    { name: speech.say('curves.margins.above'), colour: 'var(--player)' },
    { name: speech.say('curves.margins.below'), colour: 'var(--opponent)' },
  ];
}

interface PlotProps {
  readonly pairs: PairRatios;
  readonly width: number;
  readonly speech: Speech;
}

function Margins({ pairs: { margin }, width, speech }: PlotProps) {
  const { from, bin, counts } = useMemo(() => binned(margin), [margin]);
  const to = from + bin * counts.length;
  const xTicks = linearTicks(from, to).filter((tick) => tick >= from - 1e-9 * bin && tick <= to + 1e-9 * bin);
  const yTicks = linearTicks(0, Math.max(4, ...counts));
  return (
    <HistogramChart
      {...{ width, from, bin, counts, xTicks, yTicks }}
      below="var(--opponent)"
      above="var(--player)"
      formatX={numberWords(speech, xTicks, MARKS)}
      formatY={numberWords(speech, yTicks, MARKS)}
    />
  );
}

/** Bins of a round width, zero at an edge, so that they move in jumps only. */
function binned(margin: Float64Array): { readonly from: number; readonly bin: number; readonly counts: number[] } {
  const finite = margin.filter(Number.isFinite);
  const low = finite.reduce((least, one) => Math.min(least, one), 0);
  const high = finite.reduce((most, one) => Math.max(most, one), 0);
  const bin = niceStep(Math.max(high - low, 1e-3) / MOST_BINS);
  const first = Math.floor(low / bin) - 1;
  const bins = Math.floor(high / bin) + 2 - first;
  return { from: first * bin, bin, counts: histogram(finite, first * bin, bin, bins) };
}

function Ratios({ pairs, width, speech }: PlotProps) {
  const { x, y, xTicks, yTicks } = useMemo(() => dotsOf(pairs), [pairs]);
  return (
    <ScatterChart
      {...{ width, x, y, xTicks, yTicks }}
      colour="var(--player)"
      formatX={numberWords(speech, xTicks, MARKS)}
      formatY={numberWords(speech, yTicks, MARKS)}
    />
  );
}

function dotsOf({ real, generated }: PairRatios) {
  const rows = evenRows(real.length, MOST_DOTS);
  const x = Float64Array.from(rows, (row) => generated[row]!);
  const y = Float64Array.from(rows, (row) => real[row]!);
  return { x, y, xTicks: ticksWithZero(x), yTicks: ticksWithZero(y) };
}

function ticksWithZero(values: Float64Array): readonly number[] {
  const low = values.reduce((least, one) => Math.min(least, one), 0);
  const high = values.reduce((most, one) => Math.max(most, one), 0);
  return linearTicks(low, Math.max(high, low + 1e-3));
}

function pairTable({ real, generated, margin }: PairRatios): ChartTable {
  const columns = [real, generated, margin];
  return {
    headers: ['pair', 'log-ratio real', 'log-ratio generated', 'lambda * margin'],
    count: margin.length,
    cell: (row, column) => (column === 0 ? row : columns[column - 1]![row]!),
  };
}
