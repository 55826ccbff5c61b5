// What charts draw of a column: thinned at constant cost, smoothed, or several runs as median and band.

import { type Columns, grown } from './columns.ts';

/** A stretch of rows in two points: the least and the greatest value in the order in which they came, NaN where there is none. */
export interface Bucket {
  readonly from: number;
  /** The last row, counted in. */
  readonly to: number;
  readonly first: number;
  readonly second: number;
}

/** Rows that a bucket needs so that `count` rows give at most `limit` points: 1, or else a power of two with two points a bucket. */
export function bucketSize(count: number, limit: number): number {
  let size = 1;
  while (Math.ceil(count / size) * Math.min(2, size) > limit) size *= 2;
  return size;
}

/** The buckets of rows `from` to `to` (not counted in), by looking at each; for stretches that somebody chose. */
export function bucketsOf(values: Float64Array, from: number, to: number, limit: number): Bucket[] {
  const size = bucketSize(to - from, limit);
  return Array.from({ length: Math.ceil((to - from) / size) }, (_, at) => {
    const begin = from + at * size;
    const end = Math.min(begin + size, to);
    let [low, high] = [-1, -1];
    for (let row = begin; row < end; row++) {
      if (low < 0 ? !Number.isNaN(values[row]!) : values[row]! < values[low]!) low = row;
      if (high < 0 ? !Number.isNaN(values[row]!) : values[row]! > values[high]!) high = row;
    }
    return bucket(begin, end - 1, values, low, high);
  });
}

function bucket(from: number, to: number, values: Float64Array, low: number, high: number): Bucket {
  const first = values[Math.min(low, high)] ?? Number.NaN;
  return { from, to, first, second: values[Math.max(low, high)] ?? Number.NaN };
}

/**
 * A column as at most `limit` points, kept up to date as rows come: each row is looked at once, and when there are too many buckets
 * each two become one, so that drawing a long run costs what a short one costs.
 */
export class Thinned<Name extends string> {
  readonly #columns: Columns<Name>;
  readonly #name: Name;
  readonly #limit: number;
  #seen = 0;
  #cuts = 0;
  #size = 1;
  /** Rows of the least and the greatest value of each bucket; −1: no number in it. */
  readonly #low: Int32Array;
  readonly #high: Int32Array;

  /** @param limit points, at least 4. */
  constructor(columns: Columns<Name>, name: Name, limit: number) {
    this.#columns = columns;
    this.#name = name;
    this.#limit = limit;
    this.#low = new Int32Array(limit + 1);
    this.#high = new Int32Array(limit + 1);
  }

  /** The buckets of all rows so far. */
  buckets(): Bucket[] {
    const values = this.#columns.column(this.#name);
    this.#catchUp(values);
    return Array.from({ length: Math.ceil(this.#seen / this.#size) }, (_, at) => {
      const from = at * this.#size;
      const to = Math.min(from + this.#size, this.#seen) - 1;
      return bucket(from, to, values, this.#low[at]!, this.#high[at]!);
    });
  }

  #catchUp(values: Float64Array): void {
    if (this.#cuts !== this.#columns.cuts) {
      this.#cuts = this.#columns.cuts;
      this.#seen = 0;
      this.#size = 1;
    }
    for (let row = this.#seen; row < values.length; row++) this.#add(values, row);
    this.#seen = values.length;
  }

  #add(values: Float64Array, row: number): void {
    const size = bucketSize(row + 1, this.#limit);
    while (this.#size < size) this.#pair(values, row);
    const at = Math.floor(row / this.#size);
    if (row % this.#size === 0) {
      this.#low[at] = -1;
      this.#high[at] = -1;
    }
    if (Number.isNaN(values[row]!)) return;
    this.#low[at] = lesser(values, this.#low[at]!, row);
    this.#high[at] = greater(values, this.#high[at]!, row);
  }

  /** Makes one bucket of each two; `count` rows are in them. */
  #pair(values: Float64Array, count: number): void {
    const buckets = Math.ceil(count / this.#size);
    for (let at = 0; 2 * at < buckets; at++) {
      const [left, right] = [2 * at, Math.min(2 * at + 1, buckets - 1)];
      this.#low[at] = lesser(values, this.#low[left]!, this.#low[right]!);
      this.#high[at] = greater(values, this.#high[left]!, this.#high[right]!);
    }
    this.#size *= 2;
  }
}

/** The row of the lesser value, the first one where both are the same; −1 is no row. */
function lesser(values: Float64Array, a: number, b: number): number {
  if (a < 0) return b;
  return b >= 0 && values[b]! < values[a]! ? b : a;
}

function greater(values: Float64Array, a: number, b: number): number {
  if (a < 0) return b;
  return b >= 0 && values[b]! > values[a]! ? b : a;
}

/**
 * A column's exponential average s = β·s + (1 − β)·x, divided by 1 − βᵏ after k numbers (Adam's debiasing, arXiv 1412.6980, section 3),
 * so that it begins at the first number and not at 0. It begins anew where `restart` changes: there the player becomes the opponent, and
 * an average over that jump would show a slope where there is none. It is taken over every row, before any thinning, so that how much is
 * drawn does not change it; a row without a number keeps the average.
 */
export class Smoothed<Name extends string> {
  readonly #columns: Columns<Name>;
  readonly #name: Name;
  readonly #restart: Name;
  readonly #beta: number;
  #values: Float64Array = new Float64Array(256);
  #seen = 0;
  #cuts = 0;
  #sum = 0;
  #weight = 0;

  /** @param beta from 0, no smoothing, to less than 1. */
  constructor(columns: Columns<Name>, name: Name, restart: Name, beta: number) {
    this.#columns = columns;
    this.#name = name;
    this.#restart = restart;
    this.#beta = beta;
  }

  /** One value a row so far; it goes stale at the next call. */
  values(): Float64Array {
    if (this.#cuts !== this.#columns.cuts) {
      this.#cuts = this.#columns.cuts;
      this.#seen = 0;
    }
    const raw = this.#columns.column(this.#name);
    const restart = this.#columns.column(this.#restart);
    while (this.#values.length < raw.length) this.#values = grown(this.#values);
    for (; this.#seen < raw.length; this.#seen++) {
      const row = this.#seen;
      if (row === 0 || restart[row] !== restart[row - 1]) {
        this.#sum = 0;
        this.#weight = 0;
      }
      this.#values[row] = this.#next(raw[row]!);
    }
    return this.#values.subarray(0, raw.length);
  }

  #next(value: number): number {
    if (!Number.isNaN(value)) {
      this.#sum = this.#beta * this.#sum + (1 - this.#beta) * value;
      this.#weight = this.#beta * this.#weight + (1 - this.#beta);
    }
    return this.#weight === 0 ? Number.NaN : this.#sum / this.#weight;
  }
}

/** The quantile `q` of ascending numbers, between neighbours linearly (type 7 of Hyndman and Fan 1996); NaN of none. */
export function quantile(ascending: Float64Array, q: number): number {
  const at = q * (ascending.length - 1);
  const [below, above] = [ascending[Math.floor(at)], ascending[Math.ceil(at)]];
  return below === undefined || above === undefined ? Number.NaN : below + (at - Math.floor(at)) * (above - below);
}

export interface Band {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Median and quartiles over runs at each of `rows`; a run without a number there does not count, and NaN is where none has one. */
export function medianBands(runs: readonly Float64Array[], rows: readonly number[]): Band[] {
  return rows.map((row) => {
    const values = Float64Array.from(runs.map((run) => run[row] ?? Number.NaN).filter((value) => !Number.isNaN(value)));
    values.sort();
    return { median: quantile(values, 0.5), low: quantile(values, 0.25), high: quantile(values, 0.75) };
  });
}

/** At most `limit` rows of `count`, evenly apart, the last among them. */
export function evenRows(count: number, limit: number): number[] {
  const every = Math.max(1, Math.ceil(count / limit));
  const rows = Array.from({ length: Math.ceil(count / every) }, (_, at) => count - 1 - at * every);
  return rows.reverse();
}

/** Numbers a bin: those in [from + i·width, from + (i + 1)·width); what is outside all bins is counted in none. */
export function histogram(values: Float64Array, from: number, width: number, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.floor((value - from) / width);
    if (bin >= 0 && bin < bins) counts[bin]! += 1;
  }
  return counts;
}

/** The row whose x is nearest, of ascending xs; −1 of none. */
export function nearestRow(xs: Float64Array, x: number): number {
  const after = firstRow(xs, x);
  if (after === 0) return xs.length === 0 ? -1 : 0;
  if (after === xs.length) return xs.length - 1;
  return x - xs[after - 1]! <= xs[after]! - x ? after - 1 : after;
}

/** The first row whose x is at least `x`, of ascending xs; their count where there is none. */
export function firstRow(xs: Float64Array, x: number): number {
  let [low, high] = [0, xs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
