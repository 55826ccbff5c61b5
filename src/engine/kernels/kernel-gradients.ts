// Gradients by the training kernel: log-probabilities from there, the loss and its slope here (paper, eq. 4.7), and back.

import { numbers } from '../../spin/arithmetic.ts';
import { logRatios, pairLoss, pairSlope } from '../../spin/margin.ts';
import type { Pair } from '../../spin/players.ts';
import type { SequenceLimits } from '../batches/batch.ts';
import { type Batched, pairRows, realRows } from '../batches/pair-rows.ts';
import { anchorOf, type Gradients, lambdaOf, type StepBatch, type StepGradient } from '../passes/gradients.ts';
import type { HeldParameters } from '../passes/held-parameters.ts';
import { numbersOf, type Runtime, type Tensor } from '../runtime/runtime.ts';
import { type KernelBatch, kernelBatch, responseSums } from './kernel-batch.ts';
import type { TrainingKernel } from './training-kernel.ts';

export class KernelGradients implements Gradients {
  readonly #runtime: Runtime;
  readonly #limits: SequenceLimits;
  readonly #kernel: TrainingKernel;

  constructor(runtime: Runtime, limits: SequenceLimits, kernel: TrainingKernel) {
    this.#runtime = runtime;
    this.#limits = limits;
    this.#kernel = kernel;
  }

  async of({ theta }: HeldParameters, batch: StepBatch, [room]: readonly [Tensor, Tensor]): Promise<StepGradient> {
    this.#kernel.load(await numbersOf(this.#runtime, theta));
    this.#kernel.clear();
    const reports: Tensor[] = [];
    let tokens = 0;
    for (const part of batch.parts) {
      const done = this.#accumulate(batch, part);
      reports.push(this.#runtime.floats(done.report));
      tokens += done.tokens;
    }
    this.#runtime.view(room)!.set(this.#kernel.gradient());
    return { gradient: room, reports, tokens };
  }

  /** One micro-batch's share of the global batch. */
  #accumulate(whole: StepBatch, part: Batched): { report: Float32Array; tokens: number } {
    const pairs = part.map((at) => whole.pairs[at]!);
    const supervised = whole.rules.objective === 'supervised';
    const batch = kernelBatch(supervised ? realRows(pairs) : pairRows(pairs), this.#limits);
    const logps = this.#kernel.forward(batch);
    const sums = responseSums(batch, logps);
    const { loss, slopes } = lossOf(whole, pairs, sums);
    this.#kernel.backward(tokenSlopes(batch, slopes));
    return { report: Float32Array.of(loss, ...sums), tokens: batch.ids.length };
  }
}

/** Of responses' log-probabilities, the real ones first: the part's share of the loss, and its slope to each of them. */
function lossOf(whole: StepBatch, pairs: readonly Pair[], sums: Float64Array): { loss: number; slopes: Float64Array } {
  const { rules } = whole;
  const { anchored, weight } = anchorOf(whole);
  const lambda = lambdaOf(whole);
  const slopes = new Float64Array(sums.length);
  let loss = 0;
  for (const [i, { opponent }] of pairs.entries()) {
    if (rules.objective !== 'supervised') {
      const generated = pairs.length + i;
      const ratios = logRatios({ real: sums[i]!, generated: sums[generated]! }, opponent);
      const slope = pairSlope(rules.loss, lambda, ratios) / whole.pairs.length;
      loss += pairLoss(rules.loss, numbers, lambda, ratios) / whole.pairs.length;
      slopes[i] = slope;
      slopes[generated] = -slope;
    }
    if (anchored) {
      loss -= weight * sums[i]!;
      slopes[i]! -= weight;
    }
  }
  return { loss, slopes };
}

/** A response's slope is that of each of its tokens. */
const tokenSlopes = ({ responses }: KernelBatch, slopes: Float64Array): Float32Array =>
  Float32Array.from(responses, (response) => slopes[response]!);
