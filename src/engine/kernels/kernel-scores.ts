// Scores by the training kernel's forward pass. A response scores the same to the last digit alone and in any batch.

import type { ScoredRow, SequenceLimits } from '../batches/batch.ts';
import type { HeldParameters } from '../passes/held-parameters.ts';
import type { Scores } from '../passes/scores.ts';
import { numbersOf, type Runtime } from '../runtime/runtime.ts';
import { type KernelBatch, kernelBatch, responseSums } from './kernel-batch.ts';
import type { TrainingKernel } from './training-kernel.ts';

export class KernelScores implements Scores {
  readonly #runtime: Runtime;
  readonly #limits: SequenceLimits;
  readonly #kernel: TrainingKernel;

  constructor(runtime: Runtime, limits: SequenceLimits, kernel: TrainingKernel) {
    this.#runtime = runtime;
    this.#limits = limits;
    this.#kernel = kernel;
  }

  async tokens(weights: HeldParameters, rows: readonly ScoredRow[]): Promise<Float32Array> {
    return (await this.#pass(weights, rows)).logps;
  }

  async responses(weights: HeldParameters, rows: readonly ScoredRow[]): Promise<Float64Array> {
    const { batch, logps } = await this.#pass(weights, rows);
    return responseSums(batch, logps);
  }

  async logits(weights: HeldParameters, rows: readonly ScoredRow[]): Promise<readonly Float32Array[]> {
    const { batch } = await this.#pass(weights, rows);
    const read = this.#kernel.logits(batch);
    const parts: Float32Array[][] = [];
    batch.responses.forEach((response, i) => {
      parts[response] ??= [];
      parts[response].push(read[batch.scoredAt[i]!]!);
    });
    return parts.map(joined);
  }

  get memoryBytes(): number {
    return this.#kernel.memoryBytes;
  }

  /** The kernel's memory goes with it. */
  async release(): Promise<void> {}

  async #pass(
    weights: HeldParameters,
    rows: readonly ScoredRow[],
  ): Promise<{ batch: KernelBatch; logps: Float32Array }> {
    const batch = kernelBatch(rows, this.#limits);
    this.#kernel.load(await numbersOf(this.#runtime, weights.theta));
    return { batch, logps: this.#kernel.score(batch) };
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
