// How a run is judged between its iterations: the same wherever it is played. Knows no runtime, worker or page.

import type { SpinConfiguration } from '../spin/configuration.ts';
import type { WorldSettings } from './evaluate.ts';

/** Human answers scored for each prompt, and how many questions a model is asked at once. */
export const JUDGING = { humanAnswers: 2, answerBatch: 64, microBatch: 16 } as const;

export interface JudgedMoment {
  readonly moment: 'before' | 'after';
  readonly iteration: number;
}

/** Settings for one evaluation of a run. `maxTokens`: the model's positions. */
export function runSettings(
  configuration: SpinConfiguration,
  { moment, iteration }: JudgedMoment,
  maxTokens: number,
): WorldSettings {
  const { seed, evaluationSamples, maxNewTokens, evaluationPrompts } = configuration;
  return {
    ...JUDGING,
    seed,
    iteration: moment === 'before' ? 0 : iteration + 1,
    samples: evaluationSamples,
    maxNewTokens,
    maxTokens,
    shown: evaluationPrompts,
  };
}
