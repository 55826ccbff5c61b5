// SPIN's margin and the loss of it (paper, eq. 4.7), once, over `Arithmetic`: on numbers, and on the nodes of a training graph.

import { type Arithmetic, numbers } from './arithmetic.ts';
import { type LossName, loss, lossSlope } from './losses.ts';

/** What belongs to the human response of a pair, and to the opponent's. */
export interface OfPair<T> {
  readonly real: T;
  readonly generated: T;
}

/** log p_θ(y|x) / p_θt(y|x), in nats. */
export const logRatio = <T>(ops: Arithmetic<T>, policy: T, opponent: T): T => ops.sub(policy, opponent);

/** The log-ratio of the human response minus that of the opponent's, in nats. */
export const marginOf = <T>(ops: Arithmetic<T>, ratios: OfPair<T>): T => ops.sub(ratios.real, ratios.generated);

/** t = λ·margin, of which ℓ is taken. */
export const scaledMarginOf = <T>(ops: Arithmetic<T>, lambda: T, ratios: OfPair<T>): T =>
  ops.mul(lambda, marginOf(ops, ratios));

/** ℓ(λ·margin). */
export const pairLoss = <T>(name: LossName, ops: Arithmetic<T>, lambda: T, ratios: OfPair<T>): T =>
  loss(name, ops, scaledMarginOf(ops, lambda, ratios));

/** λℓ′(λ·margin): the derivative of a pair's loss by the human response's log-probability; by the opponent's it is the opposite. */
export const pairSlope = (name: LossName, lambda: number, ratios: OfPair<number>): number =>
  lambda * lossSlope(name, scaledMarginOf(numbers, lambda, ratios));

/** Both log-ratios of a pair, on numbers. */
export const logRatios = (policy: OfPair<number>, opponent: OfPair<number>): OfPair<number> => ({
  real: logRatio(numbers, policy.real, opponent.real),
  generated: logRatio(numbers, policy.generated, opponent.generated),
});
