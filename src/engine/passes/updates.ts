// What an optimizer makes of weights and gradient, whoever computes it.

import type { ArithmeticVersion } from '../../spin/configuration.ts';
import type { OptimizerSettings } from '../../spin/optimizers.ts';
import type { Tensor } from '../runtime/runtime.ts';

export interface UpdateRules {
  readonly optimizer: OptimizerSettings;
  /** 0 is off. */
  readonly clipNorm: number;
  readonly arithmetic: ArithmeticVersion;
}

/** Weights and the optimizer's slots, as the runtime holds them. */
export interface HeldState {
  readonly theta: Tensor;
  readonly slots: readonly Tensor[];
}

export interface Updates {
  /**
   * One step from `now`, written into `next`.
   * @param steps those taken so far
   * @returns `next`, as whoever computes it gives it back, and the gradient's Euclidean norm before clipping, [1]
   */
  step(
    rules: UpdateRules,
    now: HeldState,
    gradient: Tensor,
    learningRate: number,
    steps: number,
    next: HeldState,
  ): Promise<{ readonly next: HeldState; readonly gradNorm: Tensor }>;
}
