// The keys and values of rows being answered together, in two forms: on a device, where graphs write and keep rows, and in memory, where
// that is done here, so that a run computes and copies only what is new.

import type { ModelConfig } from '../models/config.ts';
import type { ProgramCache } from '../runtime/program-cache.ts';
import type { Feeds, Results, Runtime, Tensor } from '../runtime/runtime.ts';
import { type CacheWriter, cacheNames, cacheShape, keepRowsGraph } from './decoding-graph.ts';

export interface CacheSetting {
  readonly runtime: Runtime;
  readonly config: ModelConfig;
  readonly programs: ProgramCache;
}

export abstract class KeyValueCache {
  readonly slots: number;
  protected readonly setting: CacheSetting;
  protected parts: Tensor[];

  /** @param parts what a prefill gave, `slots` slots a row */
  protected constructor(setting: CacheSetting, parts: readonly Tensor[], slots: number) {
    this.setting = setting;
    this.parts = [...parts];
    this.slots = slots;
  }

  abstract readonly writer: CacheWriter;

  get rows(): number {
    return this.parts[0]!.dims[0]!;
  }

  /** What a decoding program reads, for steps that are written from slot `first` on. */
  feeds(_first: number, _steps: number): Feeds {
    return Object.fromEntries(cacheNames(this.setting.config).map((name, index) => [name, this.parts[index]!]));
  }

  /** Takes over what a decoding program of `steps` steps gave. Steps beyond the last slot are rows that have ended: they write nothing. */
  abstract take(results: Results, first: number, steps: number): void;

  /** Goes on with these rows only, in this order; a row may be taken more than once. */
  abstract keep(index: readonly number[]): Promise<void>;

  release(): void {
    for (const part of this.parts) part.dispose();
  }

  protected replace(parts: readonly Tensor[]): void {
    this.release();
    this.parts = [...parts];
  }
}

class DeviceCache extends KeyValueCache {
  readonly writer = 'graph';

  constructor(setting: CacheSetting, parts: readonly Tensor[], slots: number) {
    super(setting, parts, slots);
  }

  override feeds(first: number, steps: number): Feeds {
    const placement = new Float32Array(this.slots * steps);
    for (let step = 0; step < steps && first + step < this.slots; step += 1)
      placement[(first + step) * steps + step] = 1;
    const { runtime } = this.setting;
    return { ...super.feeds(first, steps), placement: runtime.floats(placement, [this.slots, steps]) };
  }

  take(results: Results): void {
    this.replace(this.#next(results));
  }

  async keep(index: readonly number[]): Promise<void> {
    const { runtime, config, programs } = this.setting;
    const program = await programs.get(
      `keep ${this.rows} ${index.length} ${this.slots}`,
      () => keepRowsGraph(config, this.rows, index.length, this.slots),
      nextNames(config),
    );
    const feeds = { ...super.feeds(0, 0), index: runtime.integers(Int32Array.from(index)) };
    this.replace(this.#next(await program.run(feeds)));
  }

  #next(results: Results): Tensor[] {
    return nextNames(this.setting.config).map((name) => results[name]!);
  }
}

class MemoryCache extends KeyValueCache {
  readonly writer = 'caller';

  constructor(setting: CacheSetting, parts: readonly Tensor[], slots: number) {
    super(setting, parts, slots);
  }

  take({ fresh }: Results, first: number, steps: number): void {
    const count = Math.min(steps, this.slots - first);
    const source = this.setting.runtime.view(fresh!)!;
    const [, heads, slots, dim] = cacheShape(this.setting.config, this.rows, this.slots);
    const lists = this.rows * heads;
    this.parts.forEach((part, index) => {
      const into = this.setting.runtime.view(part)!;
      for (let list = 0; list < lists && count > 0; list += 1) {
        const from = (index * lists + list) * steps * dim;
        into.set(source.subarray(from, from + count * dim), (list * slots + first) * dim);
      }
    });
    fresh!.dispose();
  }

  async keep(index: readonly number[]): Promise<void> {
    const { runtime, config } = this.setting;
    const shape = cacheShape(config, index.length, this.slots);
    const size = shape[1] * shape[2] * shape[3];
    const kept: Tensor[] = [];
    for (const part of this.parts) {
      const view = runtime.view(part)!;
      const rows = new Float32Array(index.length * size);
      index.forEach((row, at) => {
        rows.set(view.subarray(row * size, (row + 1) * size), at * size);
      });
      kept.push(await runtime.hold(rows, shape));
    }
    this.replace(kept);
  }
}

/** Outputs of a decoding program that stay where runs read them. */
export const residentNames = (config: ModelConfig, writer: CacheWriter): string[] =>
  writer === 'graph' ? nextNames(config) : ['fresh'];

const nextNames = (config: ModelConfig): string[] => cacheNames(config).map((name) => `${name}_next`);

/** The cache that a prefill gave. */
export function cacheOf(setting: CacheSetting, results: Results, slots: number): KeyValueCache {
  const parts = cacheNames(setting.config).map((name) => results[name]!);
  const onDevice = setting.runtime.view(parts[0]!) === null;
  return onDevice ? new DeviceCache(setting, parts, slots) : new MemoryCache(setting, parts, slots);
}
