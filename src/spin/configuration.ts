// What a run of self-play is set to: plain data, flat, one field a parameter. Each field's range, default and help are in the
// parameter table (`parameters/parameter-table.ts`).

import type { LossName } from './losses.ts';
import type { OptimizerName } from './optimizers.ts';

/** Which iterations' pairs are trained on together: this one's, also the last one's, or all. */
export type Window = 1 | 2 | 'all';
export type ScheduleName = 'constant' | 'linear';
/** What to do with an example that is longer than `maxLength`. */
export type Overflow = 'skip' | 'truncate';
/** What weight decay falls on: all but norms and biases, as the field's trainers have it, or every parameter. */
/**
 * How numbers are computed where a later version found the earlier way wrong.
 * 1: as before version 0.2: a gradient's norm is one float32 sum over at most 64 long pieces, and a beam's penalties act on logits, whose
 * softmax is taken afterwards. 2: as now.
 */
export type ArithmeticVersion = 1 | 2;
export type Decayed = 'matrices' | 'all';
export type EarlyStopName = 'off' | 'validation' | 'accuracy';
/** `supervised`: the control, continued supervised training on the same examples in the same batches and order. */
export type Control = 'none' | 'supervised';

export interface SpinConfiguration {
  readonly seed: number;
  readonly control: Control;
  readonly iterations: number;
  /** Examples answered anew in each iteration (fewer where the data has fewer). */
  readonly examplesPerIteration: number;
  /** true: each iteration takes the next examples of the data's seeded order; false: the same ones again. */
  readonly freshExamples: boolean;
  readonly window: Window;
  /** Leave out pairs whose two answers are the same tokens. */
  readonly dropIdentical: boolean;
  /** Tokens of prompt and response together. */
  readonly maxLength: number;
  readonly overflow: Overflow;
  readonly arithmetic: ArithmeticVersion;

  /** λ for each iteration; the last entry repeats. */
  readonly lambdas: readonly number[];
  readonly loss: LossName;
  /** Peak learning rate for each iteration; the last entry repeats. */
  readonly learningRates: readonly number[];
  readonly schedule: ScheduleName;
  /** Share of an iteration's steps over which the rate rises from 0. */
  readonly warmup: number;
  /** Pairs a step. */
  readonly batchSize: number;
  /** Pairs that run at once at most; gradients are accumulated. */
  readonly microBatch: number;
  /** Passes over the pairs in each iteration. */
  readonly epochs: number;
  readonly optimizer: OptimizerName;
  readonly rmspropAlpha: number;
  readonly adamBeta1: number;
  readonly adamBeta2: number;
  readonly optimizerEpsilon: number;
  /** AdamW only. */
  readonly weightDecay: number;
  /** AdamW only. */
  readonly decayed: Decayed;
  /** Global gradient norm above which gradients are scaled down; 0 is off. */
  readonly clipNorm: number;
  /** Weight of the mean NLL per response token of the real answers, added to the loss; 0 is off. */
  readonly anchorWeight: number;

  /** 0 is greedy. */
  readonly temperature: number;
  /** 0 is off. */
  readonly topK: number;
  /** 1 is off. */
  readonly topP: number;
  /** 1 is off. */
  readonly repetitionPenalty: number;
  /** 0 is off. */
  readonly noRepeatNgramSize: number;
  /** 1 is off. */
  readonly numBeams: number;
  readonly maxNewTokens: number;
  /** Prompts answered at once. */
  readonly answerBatch: number;

  readonly earlyStop: EarlyStopName;
  /** Steps between two checks. */
  readonly earlyStopEvery: number;
  /** Checks in a row without a better validation NLL, or at saturated accuracy, after which the iteration stops. */
  readonly earlyStopPatience: number;
  /** Mean accuracy since the last check at which it counts as saturated. */
  readonly earlyStopAccuracy: number;
  /** Steps between checkpoints within an iteration; 0: only at its start. */
  readonly checkpointEvery: number;
  /** Held-out prompts answered in each evaluation. */
  readonly evaluationPrompts: number;
  /** Answers to each of them. */
  readonly evaluationSamples: number;
  /** Held-out human answers whose likelihood is measured. */
  readonly validationExamples: number;
}
