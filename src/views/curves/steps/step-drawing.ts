// From runs and options to what a line chart draws: points, lines, bands, axes. Draws nothing itself.

import type { RunRecord, StepColumn } from '../../../lab/record/run-record.ts';
import { evenRows, medianBands } from '../../../lab/record/series.ts';
import type { ChartBand, ChartLine, ChartRow, LineDrawing } from '../../../ui/chart/line-drawing.ts';
import { innerTicks, linearTicks, logTicks, roundedUp } from '../../../ui/chart/ticks.ts';
import type { CurveOptions } from '../curve-options.ts';
import type { StepCurve } from './curve-list.ts';
import {
  type Axis,
  axisOf,
  type DrawnRun,
  grouped,
  type Members,
  membersName,
  type OverlaidRun,
  pointsOf,
  runColour,
  seriesOf,
} from './drawn-run.ts';

export interface StepDrawing extends LineDrawing {
  /** The whole x-axis, whatever part of it is shown. */
  readonly whole: readonly [number, number];
  /** Of the run that is looked at. */
  readonly axis: Axis;
  /** There are values that a logarithmic axis has no place for. */
  readonly dropped: boolean;
}

export interface DrawnChart {
  readonly run: DrawnRun;
  readonly overlays: readonly OverlaidRun[];
  /** What the lines of a chart of two are called: human answers and opponent's answers. */
  readonly names: readonly [string, string];
}

type Window = readonly [number, number] | null;

/** Points of all lines together, and of one line: more are not to be seen and cost the page its frames. */
const ALL_POINTS = 1200;
const MOST_POINTS = 400;
const LEAST_POINTS = 60;
/** More boundaries than this are a hatching. */
const MOST_MARKS = 50;
const SHARE_TICKS = [0, 0.25, 0.5, 0.75, 1];
const DASH = '5 3';

/** Where nothing is above 0 the axis is linear, whatever was asked for. */
export function stepDrawing(curve: StepCurve, drawn: DrawnChart, asked: CurveOptions, window: Window): StepDrawing {
  const drawing = drawingOf(curve, drawn, asked, window);
  const nothing = asked.log && drawing.dropped && drawing.rows.length === 0;
  return nothing ? drawingOf(curve, drawn, { ...asked, log: false }, window) : drawing;
}

function drawingOf(curve: StepCurve, drawn: DrawnChart, options: CurveOptions, window: Window): StepDrawing {
  const { run, overlays } = drawn;
  const axis = axisOf(run.record, options.x);
  const groups = grouped(overlays);
  const sketch = new Sketch(curve, drawn, options, window, 1 + groups.length);
  sketch.add(run, axis, true);
  for (const members of groups) {
    if (members.length === 1) sketch.add(members[0], axisOf(members[0].record, options.x), false);
    else sketch.addGroup(members);
  }
  const whole = wholeAxis(drawn, options);
  const x = window ?? whole;
  const rows = sketch.rows();
  return {
    rows,
    lines: sketch.lines,
    bands: sketch.bands,
    x,
    xTicks: innerTicks(x[0], x[1]),
    yTicks: yTicksOf(curve, rows, options.log),
    log: options.log,
    marks: marksOf(run.record, axis, x),
    whole,
    axis,
    dropped: sketch.dropped,
  };
}

/** Collects lines and their points; runs have their points at places of their own. */
class Sketch {
  readonly lines: ChartLine[] = [];
  readonly bands: ChartBand[] = [];
  dropped = false;
  readonly #rows = new Map<number, Record<string, number | null | readonly [number, number]>>();
  readonly #curve: StepCurve;
  readonly #drawn: DrawnChart;
  readonly #options: CurveOptions;
  readonly #window: Window;
  readonly #limit: number;

  constructor(curve: StepCurve, drawn: DrawnChart, options: CurveOptions, window: Window, runs: number) {
    this.#curve = curve;
    this.#drawn = drawn;
    this.#options = options;
    this.#window = window;
    const lines = curve.columns.length * (runs + (options.smoothing > 0 ? 1 : 0));
    this.#limit = 2 * Math.floor(Math.min(MOST_POINTS, Math.max(LEAST_POINTS, ALL_POINTS / lines)) / 2);
  }

  /** A run's lines; its own numbers stand behind their average only for the run that is looked at. */
  add(run: DrawnRun, axis: Axis, main: boolean): void {
    const { smoothing } = this.#options;
    const index = this.lines.length;
    this.#curve.columns.forEach((column, at) => {
      const look = this.#look(run, main, at);
      const points = pointsOf(run.record, column, axis, this.#window, this.#limit);
      const average = seriesOf(run.record).smoothed(column, smoothing);
      const key = `line${index + at}`;
      const valueAt = (x: number) => average[axis.nearest(x)] ?? Number.NaN;
      if (smoothing > 0) {
        for (const { from, to } of points)
          for (const row of new Set([from, to])) this.#put(axis.at(row), key, average[row]!);
      }
      if (smoothing === 0 || main) {
        const raw = smoothing === 0 ? key : `${key}raw`;
        for (const { from, to, first, second } of points) {
          this.#put(axis.at(from), raw, first);
          if (to > from) this.#put(axis.at(to), raw, second);
        }
        if (smoothing > 0) this.lines.push({ ...look, key: raw, faint: true, at: valueAt });
      }
      this.lines.push({ ...look, key, at: valueAt });
    });
  }

  /** Several runs as their median and the band between their quartiles, at steps that all of them have. */
  addGroup(members: Members): void {
    const { smoothing, x } = this.#options;
    const axes = members.map(({ record }) => axisOf(record, x));
    const common = Math.min(...axes.map(({ length }) => length));
    const axis = axes[0]!;
    const [from, to] =
      this.#window === null ? [0, common] : [axis.first(this.#window[0]), axis.first(this.#window[1]) + 1];
    const rows = evenRows(Math.min(to, common) - from, this.#limit / 2).map((row) => row + from);
    const index = this.lines.length;
    this.#curve.columns.forEach((column, at) => {
      const runs = members.map(({ record }) => seriesOf(record).smoothed(column, smoothing));
      const look = { ...this.#look(members[0], false, at), name: this.#named(membersName(members), at) };
      const key = `line${index + at}`;
      medianBands(runs, rows).forEach(({ median, low, high }, i) => {
        const place = axis.at(rows[i]!);
        this.#put(place, key, median);
        if (low > 0 || !this.#options.log) this.#row(place)[`${key}band`] = [low, high];
      });
      this.bands.push({ key: `${key}band`, colour: look.colour });
      this.lines.push({ ...look, key, at: (place) => medianBands(runs, [axis.nearest(place)])[0]!.median });
    });
  }

  rows(): ChartRow[] {
    return [...this.#rows.values()].sort((a, b) => Number(a.x) - Number(b.x));
  }

  #look(run: DrawnRun, main: boolean, at: number) {
    const pair = this.#curve.columns.length === 2;
    const dash = at === 1 ? DASH : undefined;
    if (!main || this.#drawn.overlays.length > 0) {
      return { name: this.#named(run.name, at), colour: runColour(run.colour), dash };
    }
    if (!pair) return { name: run.name, colour: 'var(--player)', dash };
    return { name: this.#drawn.names[at]!, colour: at === 0 ? 'var(--human)' : 'var(--opponent)', dash };
  }

  #named(run: string, at: number): string {
    return this.#curve.columns.length === 2 ? `${run}: ${this.#drawn.names[at]}` : run;
  }

  #row(x: number) {
    const row = this.#rows.get(x) ?? { x };
    this.#rows.set(x, row);
    return row;
  }

  #put(x: number, key: string, value: number): void {
    if (!Number.isFinite(value) || !Number.isFinite(x)) return;
    if (this.#options.log && value <= 0) this.dropped = true;
    else this.#row(x)[key] = value;
  }
}

/** Steps: as many as are planned; else what there is, rounded up, so that the axis grows in jumps. */
function wholeAxis({ run, overlays }: DrawnChart, { x }: CurveOptions): readonly [number, number] {
  const ends = [run, ...overlays].map(({ record }) => {
    const axis = axisOf(record, x);
    const last = axis.length === 0 ? 0 : axis.at(axis.length - 1);
    return x === 'step' ? Math.max(last, planned(record)) : roundedUp(last);
  });
  return [0, Math.max(1, ...ends)];
}

/** Steps until the end of the iteration under way. */
function planned(record: RunRecord): number {
  const { started, columns } = record;
  if (started === null) return 0;
  const iterations = columns.column('iteration' satisfies StepColumn);
  const begun = seriesOf(record).boundaries().at(-1) ?? 0;
  const before = iterations.at(-1) === started.iteration ? begun : columns.length;
  return before + started.steps;
}

function yTicksOf({ share = false }: StepCurve, rows: readonly ChartRow[], log: boolean): readonly number[] {
  if (share && !log) return SHARE_TICKS;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { x: _, ...values } of rows) {
    for (const value of Object.values(values).flat()) {
      if (value === null) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return log ? logTicks(low, high) : linearTicks(low, high);
}

function marksOf(record: RunRecord, axis: Axis, [from, to]: readonly [number, number]): readonly number[] {
  const marks = seriesOf(record)
    .boundaries()
    .map((row) => (axis.at(row - 1) + axis.at(row)) / 2)
    .filter((x) => x > from && x < to);
  return marks.length > MOST_MARKS ? [] : marks;
}
