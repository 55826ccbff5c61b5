// How a run is judged between its iterations: the same wherever it is played.

import type { SpinConfiguration } from '../spin/configuration.ts';
import type { WorldSettings } from './judge-world.ts';

/** Human answers scored for each prompt, and how many questions a model is asked at once. */
export const JUDGING = { humanAnswers: 2, answerBatch: 64, microBatch: 16 } as const;

/** When a run is judged. It keys no random number. */
export interface JudgedMoment {
  readonly moment: 'before' | 'after';
  readonly iteration: number;
}

/**
 * Settings for every evaluation of a run. All draw their answers with the same random numbers (common random numbers): what differs
 * between two iterations' answers to a prompt is due to the weights alone, and differences of measures vary less than with fresh ones.
 * @param maxTokens the model's positions
 */
export function runSettings(configuration: SpinConfiguration, maxTokens: number): WorldSettings {
  const { seed, evaluationSamples, maxNewTokens, evaluationPrompts } = configuration;
  return {
    ...JUDGING,
    seed,
    iteration: 0,
    samples: evaluationSamples,
    maxNewTokens,
    maxTokens,
    shown: evaluationPrompts,
  };
}
