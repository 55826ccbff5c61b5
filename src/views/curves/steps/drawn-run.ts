// A run as the charts take it: its numbers, its places along x, and what is kept of it between two drawings.

import type { RunRecord, StepColumn } from '../../../lab/record/run-record.ts';
import { type Bucket, bucketsOf, firstRow, nearestRow, Smoothed, Thinned } from '../../../lab/record/series.ts';
import type { ParameterKey } from '../../../spin/parameters/parameter-kinds.ts';
import type { XAxisName } from '../curve-options.ts';

export interface DrawnRun {
  readonly id: string;
  readonly name: string;
  /** Index into the runs' own palette. */
  readonly colour: number;
  readonly record: RunRecord;
}

/** Another run beside the one that is looked at. */
export interface OverlaidRun extends DrawnRun {
  /** The settings in which it differs from the run that is looked at. */
  readonly differs: readonly ParameterKey[];
  /** Runs of one group are drawn as their median and band. */
  readonly group: string | null;
}

/** Other runs as they are drawn: each by itself, or those of a group together. Never empty. */
export type Members = readonly [OverlaidRun, ...OverlaidRun[]];

export function grouped(overlays: readonly OverlaidRun[]): readonly Members[] {
  const groups = new Map<string, Members>();
  for (const run of overlays) {
    const key = run.group === null ? `run ${run.id}` : `group ${run.group}`;
    const members = groups.get(key);
    groups.set(key, members === undefined ? [run] : [...members, run]);
  }
  return [...groups.values()];
}

/** The group's name where there are several of it. */
export const membersName = ([first, ...others]: Members): string =>
  others.length === 0 ? first.name : (first.group ?? first.name);

export const runColour = (colour: number): string => `var(--run-${colour})`;

/** A run's rows along the chosen axis. */
export interface Axis {
  readonly length: number;
  at(row: number): number;
  nearest(x: number): number;
  /** The first row at or after an x. */
  first(x: number): number;
}

export function axisOf({ columns }: RunRecord, name: XAxisName): Axis {
  const { length } = columns;
  if (name === 'step') {
    const within = (row: number) => Math.min(length - 1, Math.max(0, row));
    return {
      length,
      at: (row) => row + 1,
      nearest: (x) => within(Math.round(x) - 1),
      first: (x) => Math.min(length, Math.max(0, Math.ceil(x) - 1)),
    };
  }
  const xs = columns.column(name === 'seconds' ? 'seconds' : 'tokens_total');
  return {
    length,
    at: (row) => xs[row] ?? Number.NaN,
    nearest: (x) => nearestRow(xs, x),
    first: (x) => firstRow(xs, x),
  };
}

/** What is kept of a record's columns, so that each row is looked at once however often it is drawn. */
class RunSeries {
  readonly #record: RunRecord;
  readonly #thinned = new Map<string, Thinned<StepColumn>>();
  readonly #smoothed = new Map<StepColumn, { readonly beta: number; readonly series: Smoothed<StepColumn> }>();
  #boundaries: number[] = [];
  #seen = 0;
  #cuts = 0;

  constructor(record: RunRecord) {
    this.#record = record;
  }

  buckets(name: StepColumn, limit: number): Bucket[] {
    const key = `${name} ${limit}`;
    const kept = this.#thinned.get(key) ?? new Thinned(this.#record.columns, name, limit);
    this.#thinned.set(key, kept);
    return kept.buckets();
  }

  /** The column's average, or the column itself where there is nothing to smooth. */
  smoothed(name: StepColumn, beta: number): Float64Array {
    const { columns } = this.#record;
    if (beta === 0) return columns.column(name);
    const kept = this.#smoothed.get(name);
    if (kept?.beta === beta) return kept.series.values();
    const series = new Smoothed(columns, name, 'iteration', beta);
    this.#smoothed.set(name, { beta, series });
    return series.values();
  }

  /** The rows that begin another iteration. */
  boundaries(): readonly number[] {
    const { columns } = this.#record;
    if (this.#cuts !== columns.cuts) {
      this.#cuts = columns.cuts;
      this.#boundaries = [];
      this.#seen = 0;
    }
    const iterations = columns.column('iteration');
    for (let row = Math.max(1, this.#seen); row < iterations.length; row++) {
      if (iterations[row] !== iterations[row - 1]) this.#boundaries.push(row);
    }
    this.#seen = iterations.length;
    return this.#boundaries;
  }
}

const kept = new WeakMap<RunRecord, RunSeries>();

export function seriesOf(record: RunRecord): RunSeries {
  const found = kept.get(record) ?? new RunSeries(record);
  kept.set(record, found);
  return found;
}

/** At most `limit` points of a column: of all rows, or of those in a window with one beyond each end, so that lines reach its edges. */
export function pointsOf(
  record: RunRecord,
  name: StepColumn,
  axis: Axis,
  window: readonly [number, number] | null,
  limit: number,
): Bucket[] {
  if (window === null) return seriesOf(record).buckets(name, limit);
  const from = Math.max(0, axis.first(window[0]) - 1);
  const to = Math.min(axis.length, axis.first(window[1]) + 2);
  return bucketsOf(record.columns.column(name), from, to, limit);
}
