// The losses ℓ of SPIN (paper, eq. 4.7 and section 4.2), each written once over `Arithmetic`. t is λ·margin.

import { type Arithmetic, numbers } from './arithmetic.ts';

export const LOSS_NAMES = ['logistic', 'hinge', 'exponential', 'correlation', 'linear'] as const;
export type LossName = (typeof LOSS_NAMES)[number];

/** The losses that have no lower bound: a player can drive them to −∞ by making both answers less likely. The paper rejects them. */
export const UNBOUNDED_LOSSES: ReadonlySet<LossName> = new Set<LossName>(['correlation', 'linear']);

/** ℓ(t) for t = λ·margin, elementwise. */
export function loss<T>(name: LossName, ops: Arithmetic<T>, t: T): T {
  switch (name) {
    case 'logistic':
      return ops.softplus(ops.neg(t));
    case 'hinge':
      return ops.relu(ops.sub(ops.constant(1), t));
    case 'exponential':
      return ops.exp(ops.neg(t));
    case 'correlation':
      return ops.sub(ops.constant(1), t);
    case 'linear':
      return ops.neg(t);
  }
}

/** ℓ′(t): what a pair's margin is weighted with. Closed forms; the gradient of the training graph comes from its own reverse mode. */
export function lossSlope(name: LossName, t: number): number {
  switch (name) {
    case 'logistic':
      return -1 / (1 + Math.exp(t));
    case 'hinge':
      return t < 1 ? -1 : 0;
    case 'exponential':
      return -Math.exp(-t);
    case 'correlation':
    case 'linear':
      return -1;
  }
}

/** ℓ(t) on a number. */
export function lossValue(name: LossName, t: number): number {
  return loss(name, numbers, t);
}
