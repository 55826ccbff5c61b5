// Where a chart's plot lies in its picture, and how a value becomes a place in it.

/** Of every chart, in pixels, so that all are of one family and the cursor's layer fits on each. */
export const PLOT = { height: 208, left: 52, right: 20, top: 8, bottom: 24 } as const;

export interface Scale {
  /** Pixels. */
  at(value: number): number;
  /** The value at a pixel. */
  value(pixel: number): number;
}

/** From values `low` to `high` (both > 0 if `log`) to pixels `from` to `to`. */
export function scaleOf(low: number, high: number, from: number, to: number, log = false): Scale {
  const [inner, outer] = log ? [Math.log, Math.exp] : [(value: number) => value, (value: number) => value];
  const [begin, end] = [inner(low), inner(high)];
  const slope = (to - from) / (end - begin || 1);
  return {
    at: (value) => from + (inner(value) - begin) * slope,
    value: (pixel) => outer(begin + (pixel - from) / slope),
  };
}

/** Across a picture of `width` pixels. */
export const xScale = (low: number, high: number, width: number): Scale =>
  scaleOf(low, high, PLOT.left, width - PLOT.right);

/** Up a picture: the lowest value is at the bottom. */
export const yScale = (low: number, high: number, log = false): Scale =>
  scaleOf(low, high, PLOT.height - PLOT.bottom, PLOT.top, log);
