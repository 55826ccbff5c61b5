// Points of two numbers each over the diagonal where both are the same; one shape for all points.

import { memo } from 'react';
import { PLOT, xScale, yScale } from './plot.ts';
import { SvgPlot } from './svg-plot.tsx';

export interface ScatterChartProps {
  readonly width: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  readonly colour: string;
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
}

export const ScatterChart = memo(function ScatterChart(props: ScatterChartProps) {
  const { width, x: xs, y: ys, xTicks, yTicks, colour, formatX, formatY } = props;
  const x = xScale(xTicks[0]!, xTicks.at(-1)!, width);
  const y = yScale(yTicks[0]!, yTicks.at(-1)!);
  const low = Math.max(xTicks[0]!, yTicks[0]!);
  const high = Math.min(xTicks.at(-1)!, yTicks.at(-1)!);
  // Strokes of no length with round ends: a dot each, in one path.
  const dots = Array.from(xs, (value, at) => `M${x.at(value).toFixed(1)} ${y.at(ys[at]!).toFixed(1)}h0`).join('');
  return (
    <SvgPlot {...{ width, x, y, xTicks, yTicks, formatX, formatY }}>
      {yTicks[0]! < 0 && yTicks.at(-1)! > 0 && (
        <path d={`M${PLOT.left} ${y.at(0)}H${width - PLOT.right}`} stroke="var(--line-strong)" />
      )}
      {xTicks[0]! < 0 && xTicks.at(-1)! > 0 && (
        <path d={`M${x.at(0)} ${PLOT.top}V${PLOT.height - PLOT.bottom}`} stroke="var(--line-strong)" />
      )}
      {low < high && (
        <path
          d={`M${x.at(low)} ${y.at(low)}L${x.at(high)} ${y.at(high)}`}
          stroke="var(--quiet)"
          strokeDasharray="2 3"
          fill="none"
        />
      )}
      <path d={dots} stroke={colour} strokeWidth={4} strokeLinecap="round" strokeOpacity={0.5} fill="none" />
    </SvgPlot>
  );
});
