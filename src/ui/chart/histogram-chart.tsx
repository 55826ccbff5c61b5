// Counts in bins of one width, those below zero in another colour than those above it, with a line at zero.

import { memo } from 'react';
import { PLOT, type Scale, xScale, yScale } from './plot.ts';
import { SvgPlot } from './svg-plot.tsx';

export interface HistogramChartProps {
  readonly width: number;
  /** The lower edge of the first bin, and a bin's width, in units of x. */
  readonly from: number;
  readonly bin: number;
  readonly counts: readonly number[];
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  readonly below: string;
  readonly above: string;
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
}

export const HistogramChart = memo(function HistogramChart(props: HistogramChartProps) {
  const { width, from, bin, counts, xTicks, yTicks, below, above, formatX, formatY } = props;
  const x = xScale(from, from + bin * counts.length, width);
  const y = yScale(yTicks[0]!, yTicks.at(-1)!);
  const negative = Math.min(counts.length, Math.max(0, Math.round(-from / bin)));
  return (
    <SvgPlot {...{ width, x, y, xTicks, yTicks, formatX, formatY }}>
      <path d={bars(counts.slice(0, negative), from, bin, x, y)} fill={below} fillOpacity={0.75} />
      <path d={bars(counts.slice(negative), from + negative * bin, bin, x, y)} fill={above} fillOpacity={0.75} />
      <path d={`M${x.at(0)} ${PLOT.top}V${PLOT.height - PLOT.bottom}`} stroke="var(--ink)" strokeDasharray="2 3" />
    </SvgPlot>
  );
});

function bars(counts: readonly number[], from: number, bin: number, x: Scale, y: Scale): string {
  return counts
    .map((count, at) => {
      if (count === 0) return '';
      const left = x.at(from + at * bin) + 0.5;
      const right = Math.max(left + 0.5, x.at(from + (at + 1) * bin) - 0.5);
      return `M${left.toFixed(1)} ${y.at(0)}V${y.at(count).toFixed(1)}H${right.toFixed(1)}V${y.at(0)}Z`;
    })
    .join('');
}
