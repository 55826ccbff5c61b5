// A line chart of at most a few hundred points and three lines, redrawn only when its points change. Knows no run.

import { memo } from 'react';
import { CartesianGrid, Line, LineChart as Lines, ReferenceLine, ResponsiveContainer, XAxis, YAxis } from 'recharts';

export interface ChartLine {
  /** The point's field. */
  readonly key: 'a' | 'b';
  readonly className: string;
  /** Colour as a CSS value. */
  readonly colour: string;
  readonly dash?: string;
}

export interface ChartPoint {
  readonly x: number;
  readonly a: number;
  readonly b: number;
}

export interface ChartProps {
  readonly points: readonly ChartPoint[];
  readonly lines: readonly ChartLine[];
  readonly xRange: readonly [number, number];
  /** The axis's marks; the first and last are its ends. */
  readonly yTicks: readonly number[];
  /** Where iterations begin. */
  readonly marks: readonly number[];
  /** The chart in words. */
  readonly label: string;
  readonly format: (value: number) => string;
}

const TICK = { fontSize: 12, fill: 'var(--quiet)' } as const;
const MARGIN = { top: 8, right: 8, bottom: 0, left: 0 } as const;

const LineChart = memo(function LineChart({ points, lines, xRange, yTicks, marks, label, format }: ChartProps) {
  return (
    <div className="chart" role="img" aria-label={label}>
      <ResponsiveContainer width="100%" height={168} debounce={100}>
        <Lines data={[...points]} margin={MARGIN} accessibilityLayer={false}>
          <CartesianGrid stroke="var(--line)" vertical={false} />
          <XAxis
            dataKey="x"
            type="number"
            domain={[...xRange]}
            tick={TICK}
            tickLine={false}
            stroke="var(--line)"
            allowDecimals={false}
            minTickGap={24}
          />
          <YAxis
            type="number"
            domain={[yTicks[0] ?? 0, yTicks.at(-1) ?? 1]}
            ticks={[...yTicks]}
            tick={TICK}
            tickLine={false}
            axisLine={false}
            width={48}
            interval={0}
            tickFormatter={format}
          />
          {marks.map((x) => (
            <ReferenceLine key={x} x={x} stroke="var(--line-strong)" strokeDasharray="2 3" />
          ))}
          {lines.map(({ key, colour, dash, className }) => (
            <Line
              key={key}
              dataKey={key}
              type="linear"
              dot={false}
              isAnimationActive={false}
              stroke={colour}
              strokeWidth={1.75}
              className={className}
              {...(dash !== undefined && { strokeDasharray: dash })}
            />
          ))}
        </Lines>
      </ResponsiveContainer>
    </div>
  );
});

// Loaded lazily, which wants a default: the chart library is as large as all the rest of the page.
export default LineChart;
