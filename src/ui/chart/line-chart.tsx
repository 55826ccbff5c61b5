// A line chart of at most a few hundred rows, redrawn only when its drawing changes.

import { Fragment, memo, startTransition, useEffect, useState } from 'react';
import { Area, CartesianGrid, ComposedChart, Line, ReferenceLine, XAxis, YAxis } from 'recharts';
import type { ChartLine, LineDrawing } from './line-drawing.ts';
import { PLOT } from './plot.ts';

export interface LineChartProps {
  readonly drawing: LineDrawing;
  /** Pixels. */
  readonly width: number;
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
}

const TICK = { fontSize: 12, fill: 'var(--quiet)' } as const;
const MARGIN = { top: PLOT.top, right: PLOT.right, bottom: 0, left: 0 } as const;

const LineChart = memo(function LineChart({ drawing, width, formatX, formatY }: LineChartProps) {
  const { rows, lines, bands, x, xTicks, yTicks, log, marks } = drawing;
  const framed = useFramed();
  return (
    <ComposedChart width={width} height={PLOT.height} data={[...rows]} margin={MARGIN} accessibilityLayer={false}>
      {framed && <CartesianGrid stroke="var(--line)" vertical={false} />}
      <XAxis
        dataKey="x"
        type="number"
        height={PLOT.bottom}
        domain={[...x]}
        ticks={[...xTicks]}
        interval={0}
        allowDataOverflow
        tick={TICK}
        tickLine={false}
        stroke="var(--line-strong)"
        tickFormatter={formatX}
      />
      <YAxis
        type="number"
        scale={log ? 'log' : 'linear'}
        domain={[yTicks[0] ?? 0, yTicks.at(-1) ?? 1]}
        ticks={[...yTicks]}
        allowDataOverflow
        tick={TICK}
        tickLine={false}
        axisLine={false}
        width={PLOT.left}
        interval={0}
        tickFormatter={formatY}
      />
      {(framed ? marks : []).map((at) => (
        <ReferenceLine key={at} x={at} stroke="var(--line-strong)" strokeDasharray="2 3" />
      ))}
      {(framed ? bands : []).map(({ key, colour }) => (
        <Area
          key={key}
          dataKey={key}
          type="linear"
          isAnimationActive={false}
          activeDot={false}
          stroke="none"
          fill={colour}
          fillOpacity={0.18}
          connectNulls
        />
      ))}
      {/* The library draws what came last on top: with another set of lines all begin anew, in their order. */}
      {framed && <Fragment key={lines.map(({ key }) => key).join(' ')}>{lines.map(lineOf)}</Fragment>}
    </ComposedChart>
  );
});

/** False in a chart's first drawing, of its axes alone: with the lines it would hold the page for twice as long. */
function useFramed(): boolean {
  const [framed, setFramed] = useState(false);
  useEffect(() => startTransition(() => setFramed(true)), []);
  return framed;
}

function lineOf({ key, colour, dash, faint = false }: ChartLine) {
  return (
    <Line
      key={key}
      dataKey={key}
      type="linear"
      dot={false}
      activeDot={false}
      isAnimationActive={false}
      connectNulls
      stroke={colour}
      strokeWidth={faint ? 1 : 1.75}
      strokeOpacity={faint ? 0.35 : 1}
      {...(dash !== undefined && !faint && { strokeDasharray: dash })}
    />
  );
}

// Loaded lazily, which wants a default: the chart library is as large as all the rest of the page.
export default LineChart;
