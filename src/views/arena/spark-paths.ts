// Paths of small curves in a frame: lines through thinned columns, estimates with their intervals. Pure geometry.

import type { MeasureFields, Round, RunRecord } from '../../lab/record/run-record.ts';
import type { Bucket } from '../../lab/record/series.ts';

export interface SparkFrame {
  readonly width: number;
  readonly height: number;
}

export type Range = readonly [low: number, high: number];

/** Left free above and below, for the line's own width. */
const FREE = 3;

/** Least and greatest of the numbers among `values`, apart even where they are the same. */
export function spread(values: readonly number[]): Range {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [0, 1];
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

const across = (at: number, count: number, { width }: SparkFrame): string => ((width * at) / (count - 1)).toFixed(1);

const up = (value: number, [low, high]: Range, { height }: SparkFrame): string =>
  (height - FREE - ((height - 2 * FREE) * (value - low)) / (high - low)).toFixed(1);

/** A line through the buckets of `count` rows; it breaks where there is no number. */
export function linePath(buckets: readonly Bucket[], range: Range, count: number, frame: SparkFrame): string {
  let path = '';
  let joined = false;
  for (const { from, to, first, second } of buckets) {
    const points = from === to ? [[from, first] as const] : [[from, first] as const, [to, second] as const];
    for (const [row, value] of points) {
      const known = Number.isFinite(value);
      if (known) path += `${joined ? 'L' : 'M'}${across(row, count, frame)} ${up(value, range, frame)}`;
      joined = known;
    }
  }
  return path;
}

/** Upright lines between iterations: where one was finished and steps follow. */
export function boundaries(finished: RunRecord['finished'], rows: number, count: number, frame: SparkFrame): string {
  let path = '';
  let done = 0;
  for (const { steps } of finished) {
    done += steps;
    if (done < rows) path += `M${across(done - 0.5, count, frame)} 0V${frame.height}`;
  }
  return path;
}

/** A measure at an evaluation, with its 95 % interval. NaN: unknown. */
export interface SparkEstimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export const estimates = (rounds: readonly Pick<Round, 'measures'>[], measure: string): SparkEstimate[] =>
  rounds.map(({ measures }) => {
    const [low, high] = intervalOf(measures, measure);
    return { value: numberOf(measures[measure]), low, high };
  });

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);

function intervalOf(measures: MeasureFields, measure: string): readonly [number, number] {
  const interval = measures[`${measure}_ci95`];
  return Array.isArray(interval) ? [numberOf(interval[0]), numberOf(interval[1])] : [Number.NaN, Number.NaN];
}

/** Points, the lines between them, and their intervals, as three paths. @param count places across, at least 2 */
export function estimatesPath(points: readonly SparkEstimate[], count: number, frame: SparkFrame) {
  const range = spread(points.flatMap(({ value, low, high }) => [value, low, high]));
  const known = points.map((point, at) => ({ ...point, x: across(at + 0.5, count + 1, frame) }));
  const valued = known.filter(({ value }) => Number.isFinite(value));
  const bounded = known.filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high));
  return {
    line: valued.map(({ x, value }, at) => `${at === 0 ? 'M' : 'L'}${x} ${up(value, range, frame)}`).join(''),
    points: valued.map(({ x, value }) => `M${x} ${up(value, range, frame)}h0`).join(''),
    intervals: bounded.map(({ x, low, high }) => `M${x} ${up(low, range, frame)}V${up(high, range, frame)}`).join(''),
  };
}
