// Learning rates over an iteration, and lists with one entry an iteration.

import type { ScheduleName } from './configuration.ts';

export interface Schedule {
  readonly name: ScheduleName;
  readonly peak: number;
  readonly warmupSteps: number;
  readonly steps: number;
}

/** Steps of warm-up for a share of an iteration: rounded up, as transformers' `get_warmup_steps` does. */
export function warmupSteps(share: number, steps: number): number {
  return Math.ceil(share * steps);
}

/**
 * The rate with which step `step` (from 0) updates. Linear is transformers' `get_linear_schedule_with_warmup`, whose first step with
 * warm-up has rate 0; constant is `get_constant_schedule_with_warmup`.
 */
export function learningRateAt(schedule: Schedule, step: number): number {
  const { name, peak, steps } = schedule;
  if (step < schedule.warmupSteps) return (peak * step) / Math.max(1, schedule.warmupSteps);
  if (name === 'constant') return peak;
  return peak * Math.max(0, (steps - step) / Math.max(1, steps - schedule.warmupSteps));
}

/** Entry `iteration` of a list whose last entry repeats. Throws RangeError on an empty list. */
export function forIteration(list: readonly number[], iteration: number): number {
  const value = list[Math.min(iteration, list.length - 1)];
  if (value === undefined) throw new RangeError('a list with one number an iteration is empty');
  return value;
}

/** The rates of a run with those of iteration `from` and all later ones halved, one an iteration. */
export function halvedRates(
  { iterations, learningRates }: { readonly iterations: number; readonly learningRates: readonly number[] },
  from: number,
): number[] {
  return Array.from({ length: iterations }, (_, iteration) => {
    const rate = forIteration(learningRates, iteration);
    return iteration < from ? rate : rate / 2;
  });
}
