// Numbers of a run in typed columns that grow, outside any store, and their reduction for charts. Knows no chart and no event.

/** One row a step, one column a name. NaN where a row has no number. */
export class Columns<Name extends string> {
  readonly names: readonly Name[];
  #length = 0;
  #data: Map<Name, Float64Array>;

  constructor(names: readonly Name[]) {
    this.names = names;
    this.#data = new Map(names.map((name) => [name, new Float64Array(256)]));
  }

  get length(): number {
    return this.#length;
  }

  push(row: Readonly<Record<Name, number>>): void {
    const at = this.#length;
    for (const [name, column] of this.#data) {
      const roomy = at < column.length ? column : grown(column);
      roomy[at] = row[name];
      this.#data.set(name, roomy);
    }
    this.#length = at + 1;
  }

  /** A view of the rows so far; it goes stale at the next push. */
  column(name: Name): Float64Array {
    return this.#data.get(name)!.subarray(0, this.#length);
  }

  row(at: number): Record<Name, number> {
    const entries = this.names.map((name) => [name, this.#data.get(name)![at] ?? Number.NaN]);
    return Object.fromEntries(entries) as Record<Name, number>;
  }

  /** Forgets the rows from `length` on. */
  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }
}

function grown(column: Float64Array): Float64Array {
  const larger = new Float64Array(2 * column.length);
  larger.set(column);
  return larger;
}

/**
 * Row numbers to draw: all where there are at most `limit`, else for each of `limit / 2` buckets the rows of the least and the greatest
 * value of `guide`, so that spikes survive. Ascending, the last row among them.
 */
export function reducedRows(guide: Float64Array, limit: number): number[] {
  const count = guide.length;
  if (count <= limit) return Array.from({ length: count }, (_, row) => row);
  const buckets = Math.floor(limit / 2) - 1;
  const rows: number[] = [];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const [low, high] = extremes(
      guide,
      Math.floor((bucket * count) / buckets),
      Math.floor(((bucket + 1) * count) / buckets),
    );
    rows.push(Math.min(low, high));
    if (low !== high) rows.push(Math.max(low, high));
  }
  if (rows.at(-1) !== count - 1) rows.push(count - 1);
  return rows;
}

function extremes(values: Float64Array, from: number, to: number): [low: number, high: number] {
  let low = from;
  let high = from;
  for (let row = from + 1; row < to; row++) {
    if (values[row]! < values[low]!) low = row;
    if (values[row]! > values[high]!) high = row;
  }
  return [low, high];
}

/** An axis's marks: round numbers, evenly spaced, the first and last of which hold all values. */
export function axisTicks(columns: readonly Float64Array[]): number[] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const column of columns) {
    for (const value of column) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (!(low <= high)) return [0, 1];
  const size = Math.max(Math.abs(low), Math.abs(high));
  const step = niceStep(Math.max(high - low || size || 1, 1e-6 * size, 1e-6) / 4);
  const [from, to] = [Math.floor(low / step), Math.ceil(high / step)];
  // Adding 0 turns −0, which would be written so, into 0.
  return Array.from({ length: Math.max(1, to - from) + 1 }, (_, at) => (from + at) * step + 0);
}

/** 1, 2 or 5 times a power of ten, at least `size`. */
function niceStep(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  return ([1, 2, 5, 10].find((digit) => digit * power >= size * (1 - 1e-9)) ?? 10) * power;
}
