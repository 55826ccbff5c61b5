// Estimates with their intervals at whole places along x, a series beside the other.

import { memo } from 'react';
import { PLOT, type Scale, xScale, yScale } from './plot.ts';
import { SvgPlot } from './svg-plot.tsx';

export interface Estimated {
  /** A whole number from 0. */
  readonly x: number;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

export interface IntervalSeries {
  readonly name: string;
  readonly colour: string;
  readonly dash?: string | undefined;
  /** Ascending in x. */
  readonly points: readonly Estimated[];
}

export interface IntervalChartProps {
  readonly width: number;
  readonly series: readonly IntervalSeries[];
  /** The largest x. */
  readonly last: number;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
}

/** Pixels between neighbours at one x, so that no interval hides another, and the share of the room there that all may take. */
const BESIDE_PX = 8;
const ROOM = 0.5;

export const IntervalChart = memo(function IntervalChart(props: IntervalChartProps) {
  const { width, series, last, xTicks, yTicks, formatX, formatY } = props;
  const x = xScale(-0.5, last + 0.5, width);
  const y = yScale(yTicks[0]!, yTicks.at(-1)!);
  const beside = Math.min(BESIDE_PX, (ROOM * (x.at(1) - x.at(0))) / series.length);
  return (
    <SvgPlot {...{ width, x, y, xTicks, yTicks, formatX, formatY }}>
      {series.map((one, at) => (
        <Series key={one.name} series={one} x={x} y={y} shift={beside * (at - (series.length - 1) / 2)} />
      ))}
    </SvgPlot>
  );
});

function Series(props: {
  readonly series: IntervalSeries;
  readonly x: Scale;
  readonly y: Scale;
  readonly shift: number;
}) {
  const { series, x, y, shift } = props;
  const { colour, dash, points } = series;
  const at = (value: number) => x.at(value) + shift;
  const within = (value: number) => Math.min(PLOT.height - PLOT.bottom, Math.max(PLOT.top, y.at(value)));
  const line = points.map((point, i) => `${i === 0 ? 'M' : 'L'}${at(point.x)} ${within(point.value)}`).join('');
  const bars = points.map(({ x: place, low, high }) =>
    low === null || high === null ? '' : `M${at(place)} ${within(low)}V${within(high)}`,
  );
  return (
    <g stroke={colour}>
      <path d={line} fill="none" strokeWidth={1.25} strokeOpacity={0.6} strokeDasharray={dash} />
      <path d={bars.join('')} fill="none" strokeWidth={1.75} />
      {points.map((point) => (
        <circle key={point.x} cx={at(point.x)} cy={within(point.value)} r={3.5} fill={colour} stroke="none" />
      ))}
    </g>
  );
}
