// What a line chart draws, ready made: points, lines, bands, ends and marks of its axes.

/** `x`, and under each line's key its value there, or a band's two; null or nothing where a line has no point. */
export type ChartRow = Readonly<Record<string, number | null | readonly [number, number]>>;

export interface ChartLine {
  /** The row's field. */
  readonly key: string;
  readonly name: string;
  /** Colour as a CSS value. */
  readonly colour: string;
  readonly dash?: string | undefined;
  /** The numbers behind a smoothed line: drawn faint, and told nowhere. */
  readonly faint?: boolean;
  /** The line's own value at an x, before any thinning; NaN where there is none. */
  readonly at: (x: number) => number;
}

export interface ChartBand {
  /** The row's field. */
  readonly key: string;
  readonly colour: string;
}

export interface LineDrawing {
  readonly rows: readonly ChartRow[];
  readonly lines: readonly ChartLine[];
  readonly bands: readonly ChartBand[];
  readonly x: readonly [number, number];
  readonly xTicks: readonly number[];
  /** The first and last are the axis's ends. */
  readonly yTicks: readonly number[];
  readonly log: boolean;
  /** Where iterations begin. */
  readonly marks: readonly number[];
}
