// Rows answered by graphs of the runtime, over one key-value cache that stays where they run: start from prompts, advance, keep some.

import type { ModelConfig } from '../models/config.ts';
import { wholeLayout } from '../models/parameter-layout.ts';
import type { SetLayout } from '../models/parameter-set.ts';
import { HIDDEN_SCORE } from '../models/transformer.ts';
import {
  type AnswerRows,
  type DrawnTokens,
  type OwnChoice,
  type RowStarter,
  roundSlots,
} from '../passes/answer-rows.ts';
import type { HeldParameters } from '../passes/held-parameters.ts';
import { ProgramCache } from '../runtime/program-cache.ts';
import { download, type Runtime, type Tensor } from '../runtime/runtime.ts';
import { parameterFeeds } from './batch-feeds.ts';
import { cacheNames, decodeGraph, prefillGraph, type TokenChoice } from './decoding-graph.ts';
import { cacheOf, type KeyValueCache, residentNames } from './key-value-cache.ts';

const CACHED_SHAPES = 32;

/** The decoder's programs and what they need besides a batch: shared by all batches. */
export class DecoderPrograms implements RowStarter {
  readonly runtime: Runtime;
  readonly config: ModelConfig;
  readonly layout: SetLayout;
  readonly cache: ProgramCache;
  readonly memoryBytes = 0;

  constructor(runtime: Runtime, config: ModelConfig, layout: SetLayout = wholeLayout(config)) {
    this.runtime = runtime;
    this.config = config;
    this.layout = layout;
    this.cache = new ProgramCache(runtime, CACHED_SHAPES);
  }

  start(weights: HeldParameters, prompts: readonly (readonly number[])[], newTokens: number): Promise<AnswerRows> {
    return CachedRows.start(this, weights, prompts, newTokens);
  }

  /** A power of two: each number of rows has programs of its own. */
  rowsFor(answers: number): number {
    return 2 ** Math.ceil(Math.log2(answers));
  }

  release(): Promise<void> {
    return this.cache.clear();
  }
}

class CachedRows implements AnswerRows {
  readonly #programs: DecoderPrograms;
  readonly #weights: HeldParameters;
  readonly #promptSlots: number;
  readonly #cache: KeyValueCache;
  #token: Int32Array;
  /** Each row's prompt length: its first decode step stands at position length − 1. */
  #lengths: number[];
  /** Decode steps done, the same for all rows. */
  #done = 0;

  private constructor(
    programs: DecoderPrograms,
    weights: HeldParameters,
    prompts: readonly (readonly number[])[],
    promptSlots: number,
    cache: KeyValueCache,
  ) {
    this.#programs = programs;
    this.#weights = weights;
    this.#promptSlots = promptSlots;
    this.#cache = cache;
    this.#token = Int32Array.from(prompts, (prompt) => prompt.at(-1)!);
    this.#lengths = prompts.map((prompt) => prompt.length);
  }

  static async start(
    programs: DecoderPrograms,
    weights: HeldParameters,
    prompts: readonly (readonly number[])[],
    newTokens: number,
  ): Promise<CachedRows> {
    const { distinct, places } = distinctPrompts(prompts);
    const promptSlots = roundSlots(Math.max(1, ...prompts.map((prompt) => prompt.length - 1)));
    const cache = await prefill(programs, weights, distinct, promptSlots, promptSlots + roundSlots(newTokens));
    if (distinct.length < prompts.length) await cache.keep(places);
    return new CachedRows(programs, weights, prompts, promptSlots, cache);
  }

  get rows(): number {
    return this.#lengths.length;
  }

  async advance(steps: number, how: OwnChoice): Promise<DrawnTokens> {
    const { runtime } = this.#programs;
    const extra: Record<string, Tensor> = {};
    if (how.choice === 'sample') extra.uniform = runtime.floats(how.uniform, [this.rows, steps]);
    const plain = how.choice === 'sample' && how.temperature === 1;
    if (how.choice === 'sample' && !plain) extra.inverse_temperature = runtime.number(1 / how.temperature);
    const outputs = await this.#run(steps, plain ? 'sample at 1' : how.choice, extra);
    const drawn = await download(outputs.drawn!);
    const ids = Int32Array.from(drawn.subarray(0, this.rows * steps));
    this.#token = this.#token.map((_, row) => ids[(row + 1) * steps - 1]!);
    return { ids, logps: drawn.slice(this.rows * steps) };
  }

  async logits(): Promise<Float32Array> {
    const outputs = await this.#run(1, 'caller', {});
    return download(outputs.logits!);
  }

  take(tokens: readonly number[]): void {
    this.#token = Int32Array.from(tokens);
  }

  async keep(index: readonly number[]): Promise<void> {
    await this.#cache.keep(index);
    this.#token = Int32Array.from(index, (row) => this.#token[row]!);
    this.#lengths = index.map((row) => this.#lengths[row]!);
  }

  release(): void {
    this.#cache.release();
  }

  async #run(steps: number, choice: TokenChoice, extra: Record<string, Tensor>) {
    const { runtime, config, layout, cache: programs } = this.#programs;
    const { rows } = this;
    const cache = this.#cache;
    const { slots, writer } = cache;
    const program = await programs.get(
      `${choice} ${rows} ${slots} ${steps}`,
      () => decodeGraph(config, { rows, slots, steps }, choice, writer, layout),
      residentNames(config, writer),
    );
    const first = this.#promptSlots + this.#done;
    const outputs = await program.run({
      ...parameterFeeds(this.#weights),
      ...cache.feeds(first, steps),
      token: runtime.integers(this.#token, [rows, 1]),
      positions: runtime.floats(this.#positions(steps), [rows, steps]),
      mask: runtime.floats(this.#mask(), [rows, 1, 1, slots]),
      ...extra,
    });
    cache.take(outputs, first, steps);
    this.#done += steps;
    return outputs;
  }

  /** Rows that have ended may run past the model's last position: their tokens are not used, so any position will do. */
  #positions(steps: number): Float32Array {
    const last = this.#programs.config.positions - 1;
    return Float32Array.from({ length: this.rows * steps }, (_, index) =>
      Math.min(last, this.#lengths[Math.floor(index / steps)]! - 1 + this.#done + (index % steps)),
    );
  }

  #mask(): Float32Array {
    const { slots } = this.#cache;
    const mask = new Float32Array(this.rows * slots);
    this.#lengths.forEach((length, row) => {
      const start = row * slots;
      mask.fill(HIDDEN_SCORE, start + length - 1, start + this.#promptSlots);
      mask.fill(HIDDEN_SCORE, start + this.#promptSlots + this.#done, start + slots);
    });
    return mask;
  }
}

/** Each prompt once, filled up with the first to a power of two where that is fewer than all, and where each of all is found. */
function distinctPrompts(prompts: readonly (readonly number[])[]) {
  const seen = new Map<string, number>();
  const list: (readonly number[])[] = [];
  const places = prompts.map((prompt) => {
    const key = prompt.join(' ');
    const known = seen.get(key) ?? list.push(prompt) - 1;
    seen.set(key, known);
    return known;
  });
  const rows = 2 ** Math.ceil(Math.log2(list.length));
  if (rows >= prompts.length) return { distinct: prompts, places: [...prompts.keys()] };
  return { distinct: Array.from({ length: rows }, (_, row) => list[row] ?? list[0]!), places };
}

/** The cache after all tokens of the prompts but the last. */
async function prefill(
  setting: DecoderPrograms,
  weights: HeldParameters,
  prompts: readonly (readonly number[])[],
  promptSlots: number,
  slots: number,
): Promise<KeyValueCache> {
  const { runtime, config, layout, cache: programs } = setting;
  const ids = new Int32Array(prompts.length * promptSlots);
  prompts.forEach((prompt, row) => {
    ids.set(prompt.slice(0, -1), row * promptSlots);
  });
  const program = await programs.get(
    `prefill ${prompts.length} ${promptSlots} ${slots}`,
    () => prefillGraph(config, prompts.length, promptSlots, slots, layout),
    cacheNames(config),
  );
  const results = await program.run({
    ...parameterFeeds(weights),
    ids: runtime.integers(ids, [prompts.length, promptSlots]),
  });
  return cacheOf({ runtime, config, programs }, results, slots);
}
