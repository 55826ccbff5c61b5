// How a case is trained by this project's engine: the same in the page and in Node.

import { RMSPROP } from '../../src/spin/optimizers.ts';
import type { TrainingRules } from '../../src/spin/players.ts';
import type { TrainingCase } from './contender.ts';

/** The default's number of pairs that run at once. */
export const MICRO_BATCH = 16;

export const rulesOf = ({ lambda }: Pick<TrainingCase, 'lambda'>): TrainingRules => ({
  objective: 'self-play',
  loss: 'logistic',
  lambda,
  optimizer: RMSPROP,
  anchorWeight: 0,
  clipNorm: 0,
  arithmetic: 2,
  microBatch: MICRO_BATCH,
});
