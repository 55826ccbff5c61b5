// From what a step reports to the numbers that are charted, under the official code's names.

import { numbers } from './arithmetic.ts';
import type { StepMetrics, StepPair } from './events.ts';
import { logRatios, scaledMarginOf } from './margin.ts';
import type { Pair, StepReport } from './players.ts';

/** |λ · margin| up to which a pair counts as a tie: scores of the same tokens differ in their last digits between shapes. */
export const TIE = 1e-4;

/** λ · ((log p_θ(y) − log p_θt(y)) − (log p_θ(y') − log p_θt(y'))): t of the loss (paper, eq. 4.7). */
export function scaledMargin(lambda: number, policy: Pair['opponent'], opponent: Pair['opponent']): number {
  return scaledMarginOf(numbers, lambda, logRatios(policy, opponent));
}

/** Means over a batch, before its update. Throws RangeError unless the report has one entry a pair. */
export function stepMetrics(pairs: readonly Pair[], report: StepReport, lambda: number): StepMetrics {
  requireOneEach(pairs, report);
  const mean = (of: (pair: Pair, policy: Pair['opponent']) => number): number =>
    pairs.reduce((sum, pair, i) => sum + of(pair, report.logps[i]!), 0) / pairs.length;
  const real = mean((pair, policy) => lambda * logRatios(policy, pair.opponent).real);
  const generated = mean((pair, policy) => lambda * logRatios(policy, pair.opponent).generated);
  return {
    loss: report.loss,
    'rewards/real': real,
    'rewards/generated': generated,
    'rewards/margins': real - generated,
    'rewards/accuracies': mean((pair, policy) => (scaledMargin(lambda, policy, pair.opponent) > TIE ? 1 : 0)),
    'logps/real': mean((_, policy) => policy.real),
    'logps/generated': mean((_, policy) => policy.generated),
    grad_norm: report.gradNorm,
    tokens: report.tokens,
  };
}

/** The same for the supervised control, where there is no opponent: rewards are 0, and no generated answer is scored. */
export function supervisedMetrics(pairs: readonly Pair[], report: StepReport): StepMetrics {
  requireOneEach(pairs, report);
  return {
    loss: report.loss,
    'rewards/real': 0,
    'rewards/generated': 0,
    'rewards/margins': 0,
    'rewards/accuracies': 0,
    'logps/real': report.logps.reduce((sum, { real }) => sum + real, 0) / pairs.length,
    'logps/generated': 0,
    grad_norm: report.gradNorm,
    tokens: report.tokens,
  };
}

/** Each pair's part in a step; ratios and margins are 0 in supervised mode. */
export function stepPairs(pairs: readonly Pair[], report: StepReport, lambda: number | null): StepPair[] {
  requireOneEach(pairs, report);
  return pairs.map(({ exampleIndex, madeIn, opponent }, i) => {
    if (lambda === null) return { exampleIndex, madeIn, margin: 0, real: 0, generated: 0 };
    const policy = report.logps[i]!;
    return {
      exampleIndex,
      madeIn,
      margin: scaledMargin(lambda, policy, opponent),
      ...logRatios(policy, opponent),
    };
  });
}

/** The first thing in a step that is no finite number, in words; null if all are. */
export function notFinite(metrics: StepMetrics): string | null {
  if (!Number.isFinite(metrics.loss)) return `the loss is ${metrics.loss}`;
  if (!Number.isFinite(metrics.grad_norm)) return `the gradient's norm is ${metrics.grad_norm}`;
  if (!Number.isFinite(metrics['logps/real'])) return `a real answer's log-probability is not finite`;
  if (!Number.isFinite(metrics['logps/generated'])) return `a generated answer's log-probability is not finite`;
  return null;
}

function requireOneEach(pairs: readonly Pair[], report: StepReport): void {
  if (report.logps.length === pairs.length && pairs.length > 0) return;
  throw new RangeError(`a step of ${pairs.length} pairs reports log-probabilities of ${report.logps.length}`);
}
