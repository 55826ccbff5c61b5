// Axes, grid and marks' words around shapes that are drawn by hand, in the looks of the line charts.

import type { ReactNode } from 'react';
import { PLOT, type Scale } from './plot.ts';

export interface SvgPlotProps {
  readonly width: number;
  readonly x: Scale;
  readonly y: Scale;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
  readonly children: ReactNode;
}

export function SvgPlot({ width, x, y, xTicks, yTicks, formatX, formatY, children }: SvgPlotProps) {
  const [left, right, bottom] = [PLOT.left, width - PLOT.right, PLOT.height - PLOT.bottom];
  return (
    <svg width={width} height={PLOT.height} viewBox={`0 0 ${width} ${PLOT.height}`} aria-hidden="true">
      {yTicks.map((tick) => (
        <g key={tick}>
          <path d={`M${left} ${y.at(tick)}H${right}`} stroke="var(--line)" />
          <text className="tick" x={left - 8} y={y.at(tick)} dy="0.355em" textAnchor="end">
            {formatY(tick)}
          </text>
        </g>
      ))}
      {children}
      <path d={`M${left} ${bottom}H${right}`} stroke="var(--line-strong)" fill="none" />
      {xTicks.map((tick) => (
        <text key={tick} className="tick" x={x.at(tick)} y={bottom + 16} textAnchor="middle">
          {formatX(tick)}
        </text>
      ))}
    </svg>
  );
}
