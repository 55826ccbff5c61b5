// What Start would do with the settings as they are, and about how long it would take. Knows no run.

import type { BackendPlan } from './backend.ts';
import { BUILT_IN_MODEL, type Settings } from './settings-store.ts';

export interface Forecast {
  readonly iterations: number;
  /** Prompts that the opponent answers in each iteration. */
  readonly examples: number;
  /** Training steps of the whole run. */
  readonly steps: number;
  /** null where nothing is known: another model, other data, another back end than the CPU. */
  readonly seconds: number | null;
}

/** Rounded from runs of the built-in model in Chromium, one thread a player on two server cores that were busy with other work too. */
const SECONDS_AN_ANSWER = 0.01;
const SECONDS_A_TRAINED_PAIR = 0.016;
const SECONDS_A_JUDGED_ANSWER = 0.016;

export function forecast({ configuration, own, model }: Settings, plan: BackendPlan | null): Forecast {
  const { iterations, examplesPerIteration, window, batchSize, epochs, evaluationPrompts, evaluationSamples } =
    configuration;
  const examples = Math.min(examplesPerIteration, own?.rows ?? examplesPerIteration);
  const pairs = Array.from(
    { length: iterations },
    (_, at) => examples * Math.min(at + 1, window === 'all' ? at + 1 : window),
  );
  const trained = epochs * pairs.reduce((sum, count) => sum + count, 0);
  const known = own === null && model === BUILT_IN_MODEL && plan?.backend === 'wasm';
  return {
    iterations,
    examples,
    steps: pairs.reduce((sum, count) => sum + epochs * Math.ceil(count / batchSize), 0),
    seconds: known
      ? // The opponent answers ahead while the player learns: the slower of the two is waited for.
        Math.max(iterations * examples * SECONDS_AN_ANSWER, trained * SECONDS_A_TRAINED_PAIR) +
        (iterations + 1) * evaluationPrompts * evaluationSamples * SECONDS_A_JUDGED_ANSWER
      : null,
  };
}
