// How answers are drawn in the decoders' tests, where they do not say otherwise.

import type { AnswerOptions } from '../../../src/spin/players.ts';

export const OPTIONS: AnswerOptions = {
  temperature: 1,
  topK: 0,
  topP: 1,
  repetitionPenalty: 1,
  noRepeatNgramSize: 0,
  numBeams: 1,
  arithmetic: 2,
  maxNewTokens: 12,
  seed: 3,
  purpose: 'answers',
  iteration: 0,
};
