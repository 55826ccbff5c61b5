// Rows answered by the decoder kernel: each with a place in its caches, which nothing moves when other rows end.

import {
  type AnswerRows,
  type DrawnTokens,
  type OwnChoice,
  type RowStarter,
  roundSlots,
} from '../passes/answer-rows.ts';
import type { HeldParameters } from '../passes/held-parameters.ts';
import { numbersOf, type Runtime, type Tensor } from '../runtime/runtime.ts';
import { DecoderKernel, type Pass } from './decoder-kernel.ts';
import type { FittingModel } from './kernel-fit.ts';

export class KernelStarter implements RowStarter {
  readonly #runtime: Runtime;
  readonly #model: FittingModel;
  #kernel: DecoderKernel | null = null;
  #loaded: Tensor | null = null;
  /** Settled once the rows that were started last are released: there is one place for caches. */
  #free: Promise<void> = Promise.resolve();

  constructor(runtime: Runtime, model: FittingModel) {
    this.#runtime = runtime;
    this.#model = model;
  }

  /** Waits for the rows before to be released. */
  async start(
    { theta }: HeldParameters,
    prompts: readonly (readonly number[])[],
    newTokens: number,
  ): Promise<AnswerRows> {
    const before = this.#free;
    let release = (): void => undefined;
    this.#free = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    try {
      return KernelRows.start(await this.#loadedKernel(theta), prompts, newTokens, release);
    } catch (error) {
      release();
      throw error;
    }
  }

  async #loadedKernel(theta: Tensor): Promise<DecoderKernel> {
    this.#kernel ??= new DecoderKernel(this.#model);
    if (this.#loaded !== theta) {
      this.#kernel.load(await numbersOf(this.#runtime, theta));
      this.#loaded = theta;
    }
    return this.#kernel;
  }

  get memoryBytes(): number {
    return this.#kernel?.memoryBytes ?? 0;
  }

  /** It computes no row for nothing, and makes nothing for a number of rows. */
  rowsFor(answers: number): number {
    return answers;
  }

  /** Its memory goes with it. */
  async release(): Promise<void> {
    this.#kernel = null;
    this.#loaded = null;
  }
}

class KernelRows implements AnswerRows {
  readonly #kernel: DecoderKernel;
  readonly #slots: number;
  /** Rows that there is room for. */
  #room: number;
  /** Where each row's caches are. */
  #places: number[];
  #tokens: number[];
  #positions: number[];
  /** Makes way for the rows that are started next. */
  readonly release: () => void;

  private constructor(
    kernel: DecoderKernel,
    prompts: readonly (readonly number[])[],
    slots: number,
    release: () => void,
  ) {
    this.#kernel = kernel;
    this.#slots = slots;
    this.#room = prompts.length;
    this.#places = [...prompts.keys()];
    this.#tokens = prompts.map((prompt) => prompt.at(-1)!);
    this.#positions = prompts.map((prompt) => prompt.length - 1);
    this.release = release;
    kernel.begin(this.#room, slots);
  }

  static start(
    kernel: DecoderKernel,
    prompts: readonly (readonly number[])[],
    newTokens: number,
    release: () => void,
  ): KernelRows {
    const longest = Math.max(1, ...prompts.map((prompt) => prompt.length - 1));
    const rows = new KernelRows(kernel, prompts, roundSlots(longest) + roundSlots(newTokens), release);
    rows.#fill(prompts);
    return rows;
  }

  get rows(): number {
    return this.#places.length;
  }

  async advance(steps: number, how: OwnChoice): Promise<DrawnTokens> {
    const [temperature, uniform] = how.choice === 'sample' ? [how.temperature, how.uniform] : [1, null];
    const chunk = this.#kernel.decode(this.#pass(), steps, temperature, uniform);
    this.#step(
      steps,
      this.#tokens.map((_, row) => chunk.ids[(row + 1) * steps - 1]!),
    );
    return chunk;
  }

  async logits(): Promise<Float32Array> {
    return this.#kernel.logits(this.#pass());
  }

  take(tokens: readonly number[]): void {
    this.#step(1, tokens);
  }

  async keep(index: readonly number[]): Promise<void> {
    if (index.length > this.#room) {
      this.#room = index.length;
      this.#kernel.begin(this.#room, this.#slots);
    }
    const wanted = new Set(index.map((row) => this.#places[row]!));
    const free = Array.from({ length: this.#room }, (_, place) => place).filter((place) => !wanted.has(place));
    const places = index.map((row) => {
      const place = this.#places[row]!;
      if (wanted.delete(place)) return place;
      const copy = free.pop()!;
      this.#kernel.copyCache(place, copy);
      return copy;
    });
    this.#tokens = index.map((row) => this.#tokens[row]!);
    this.#positions = index.map((row) => this.#positions[row]!);
    this.#places = places;
  }

  #pass(): Pass {
    return { ids: this.#tokens, rows: this.#places, positions: this.#positions };
  }

  /** A row that has ended may run on past its last slot: nobody reads what it draws. */
  #step(steps: number, tokens: readonly number[]): void {
    this.#tokens = [...tokens];
    this.#positions = this.#positions.map((position) => Math.min(position + steps, this.#slots - 1));
  }

  /** All tokens of the prompts but the last. */
  #fill(prompts: readonly (readonly number[])[]): void {
    const first = new Map<string, number>();
    const ids: number[] = [];
    const rows: number[] = [];
    const positions: number[] = [];
    const copies: [from: number, to: number][] = [];
    for (const [row, prompt] of prompts.entries()) {
      const key = prompt.join(' ');
      const known = first.get(key);
      if (known !== undefined) {
        copies.push([known, row]);
        continue;
      }
      first.set(key, row);
      for (const [position, id] of prompt.slice(0, -1).entries()) {
        ids.push(id);
        rows.push(row);
        positions.push(position);
      }
    }
    this.#kernel.fill({ ids, rows, positions });
    for (const [from, to] of copies) this.#kernel.copyCache(from, to);
  }
}
