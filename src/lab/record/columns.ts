// Numbers of a run in typed columns that grow, outside any store.

/** One row a step, one column a name. NaN where a row has no number. */
export class Columns<Name extends string> {
  readonly names: readonly Name[];
  #length = 0;
  #cuts = 0;
  #data: Map<Name, Float64Array>;

  constructor(names: readonly Name[]) {
    this.names = names;
    this.#data = new Map(names.map((name) => [name, new Float64Array(256)]));
  }

  get length(): number {
    return this.#length;
  }

  /** How often rows were forgotten: what was derived from them holds while this stays the same. */
  get cuts(): number {
    return this.#cuts;
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
    if (length >= this.#length) return;
    this.#length = length;
    this.#cuts += 1;
  }
}

export function grown(column: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * column.length);
  larger.set(column);
  return larger;
}
