// The gradient of a training step's batch, whoever computes it: graphs of the runtime, or the kernel.

import type { Pair, TrainingRules } from '../../spin/players.ts';
import { isIdentical } from '../../spin/window.ts';
import type { Batched } from '../batches/pair-rows.ts';
import type { Tensor } from '../runtime/runtime.ts';
import type { HeldParameters } from './held-parameters.ts';

/** One step's batch, in the micro-batches that it is worked on in. */
export interface StepBatch {
  readonly pairs: readonly Pair[];
  readonly parts: readonly Batched[];
  readonly rules: TrainingRules;
}

export interface StepGradient {
  /** Of the trainable part, [count], of the whole batch. */
  readonly gradient: Tensor;
  /** Of each part [1 + responses]: its share of the loss, then the log-probabilities of its real responses, then of the generated ones. */
  readonly reports: readonly Tensor[];
  /** Tokens that were passed, a prompt once. */
  readonly tokens: number;
}

export interface Gradients {
  /** @param rooms two held tensors [count], one of which becomes the gradient */
  of(weights: HeldParameters, batch: StepBatch, rooms: readonly [Tensor, Tensor]): Promise<StepGradient>;
}

/** Whether a response's likelihood itself counts, and how much a token of a real one does in the whole batch. */
export function anchorOf({ pairs, rules }: StepBatch): { anchored: boolean; weight: number } {
  const supervised = rules.objective === 'supervised';
  const realTokens = pairs.reduce((sum, { realIds }) => sum + realIds.length, 0);
  return { anchored: supervised || rules.anchorWeight > 0, weight: (supervised ? 1 : rules.anchorWeight) / realTokens };
}

/**
 * λ of a step. Of pairs in which both responses are the same the margin is 0 whatever the weights are, but for rounding, which RMSProp would
 * blow up to full steps where there is nothing else: a step of such pairs alone has λ = 0, so that its gradient is exactly 0.
 */
export function lambdaOf({ pairs, rules }: StepBatch): number {
  return rules.arithmetic >= 2 && pairs.every(isIdentical) ? 0 : rules.lambda;
}
