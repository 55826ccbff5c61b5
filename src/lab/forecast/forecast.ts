// What Start would do with the settings as they are, and about how long it would take.

import type { BackendPlan } from '../players/backend.ts';
import { BUILT_IN_MODEL } from '../settings/allowed-settings.ts';
import type { Settings } from '../settings/settings-store.ts';
import type { Speed } from './speed.ts';

export interface Forecast {
  readonly iterations: number;
  /** Prompts that the opponent answers in each iteration. */
  readonly examples: number;
  /** Training steps of the whole run. */
  readonly steps: number;
  /** Of the whole run; null where nothing is known: another model, other data or another back end than was measured. */
  readonly seconds: number | null;
  /** Of an iteration and the evaluation after it, in the mean. */
  readonly secondsAnIteration: number | null;
}

/** Rounded from runs of the built-in model in Chromium, one thread a player on two server cores that were busy with other work too. */
const SECONDS_AN_ANSWER = 0.005;
const SECONDS_A_TRAINED_PAIR = 0.008;
const SECONDS_A_JUDGED_ANSWER = 0.008;

/** @param measured of this session's steps, on the same model and back end; then all times are taken in proportion to it */
export function forecast(
  settings: Settings,
  plan: Pick<BackendPlan, 'backend'> | null,
  measured: Speed | null = null,
): Forecast {
  const { configuration, own, model } = settings;
  const { iterations, examplesPerIteration, window, batchSize, epochs } = configuration;
  const examples = Math.min(examplesPerIteration, own?.rows ?? examplesPerIteration);
  const pairs = Array.from(
    { length: iterations },
    (_, at) => examples * Math.min(at + 1, window === 'all' ? at + 1 : window),
  );
  const trained = epochs * pairs.reduce((sum, count) => sum + count, 0);
  const known = own === null && model === BUILT_IN_MODEL && plan?.backend === 'wasm';
  const secondsAPair = measured?.secondsAPair ?? (known ? SECONDS_A_TRAINED_PAIR : null);
  const work = secondsAPair === null ? null : timesOf(settings, { iterations, examples, trained }, secondsAPair);
  return {
    iterations,
    examples,
    steps: pairs.reduce((sum, count) => sum + epochs * Math.ceil(count / batchSize), 0),
    seconds: work === null ? null : work.play + (iterations + 1) * work.evaluation,
    secondsAnIteration: work === null ? null : work.play / iterations + work.evaluation,
  };
}

function timesOf(
  { configuration: { control, evaluationPrompts, evaluationSamples } }: Settings,
  { iterations, examples, trained }: { iterations: number; examples: number; trained: number },
  secondsAPair: number,
): { readonly play: number; readonly evaluation: number } {
  const slowness = secondsAPair / SECONDS_A_TRAINED_PAIR;
  const answering = control === 'supervised' ? 0 : iterations * examples * SECONDS_AN_ANSWER;
  return {
    // The opponent answers ahead while the player learns: the slower of the two is waited for.
    play: slowness * Math.max(answering, trained * SECONDS_A_TRAINED_PAIR),
    evaluation: slowness * evaluationPrompts * evaluationSamples * SECONDS_A_JUDGED_ANSWER,
  };
}
