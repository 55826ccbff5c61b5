// When an iteration stops before its planned steps: validation NLL that no longer falls, or accuracy that has saturated. Pure data
// in, pure data out.

import type { SpinConfiguration } from './configuration.ts';

/** What the next check has to know of the steps and checks before it. Plain data, kept in snapshots. */
export interface EarlyStopState {
  /** Lowest validation NLL of the iteration; null before the first check. */
  readonly best: number | null;
  readonly strikes: number;
  /** Sum of the steps' accuracies since the last check. */
  readonly accuracySum: number;
  readonly accuracySteps: number;
}

export const NO_CHECKS_YET: EarlyStopState = { best: null, strikes: 0, accuracySum: 0, accuracySteps: 0 };

/** Takes note of a step's accuracy. */
export function afterStep(state: EarlyStopState, accuracy: number): EarlyStopState {
  return { ...state, accuracySum: state.accuracySum + accuracy, accuracySteps: state.accuracySteps + 1 };
}

/** Whether a check is due after `stepsDone` steps. */
export function checkDue(configuration: SpinConfiguration, stepsDone: number): boolean {
  return configuration.earlyStop !== 'off' && stepsDone > 0 && stepsDone % configuration.earlyStopEvery === 0;
}

/** Mean accuracy of the steps since the last check. */
export function recentAccuracy(state: EarlyStopState): number {
  return state.accuracySteps === 0 ? 0 : state.accuracySum / state.accuracySteps;
}

/** The state after a check that found `value`: the validation NLL, or the recent accuracy. The caller stops at `patience` strikes. */
export function afterCheck(configuration: SpinConfiguration, state: EarlyStopState, value: number): EarlyStopState {
  const better =
    configuration.earlyStop === 'validation'
      ? state.best === null || value < state.best
      : value < configuration.earlyStopAccuracy;
  const best = configuration.earlyStop === 'validation' && better ? value : state.best;
  return { best, strikes: better ? 0 : state.strikes + 1, accuracySum: 0, accuracySteps: 0 };
}
