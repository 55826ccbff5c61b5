// Everything that a run of self-play tells, as one discriminated union, and the snapshot that it can be resumed from. Plain data but
// for the weights and state, which are whatever the players keep.

import type { SpinConfiguration } from './configuration.ts';
import type { EarlyStopState } from './early-stop.ts';
import type { Pair } from './players.ts';

/** What an evaluator measured: named values of its own choosing. */
export type Measures = Readonly<Record<string, unknown>>;

/** A batch's means under the names of the official code, before the step's update. In supervised mode the rewards are 0. */
export interface StepMetrics {
  readonly loss: number;
  /** λ · mean of log p_θ(y|x) − log p_θt(y|x) over the human answers; in nats times λ. */
  readonly 'rewards/real': number;
  /** The same over the opponent's answers. */
  readonly 'rewards/generated': number;
  /** rewards/real − rewards/generated. */
  readonly 'rewards/margins': number;
  /** Share of pairs whose margin is a win; a tie is none (see `metrics.ts`). */
  readonly 'rewards/accuracies': number;
  /** Mean log p_θ(y|x), summed over the response's tokens; nats. */
  readonly 'logps/real': number;
  readonly 'logps/generated': number;
  /** Global Euclidean norm of the gradient before clipping. */
  readonly grad_norm: number;
  /** Tokens that the step computed on. */
  readonly tokens: number;
}

/** One pair's part in a step. */
export interface StepPair {
  readonly exampleIndex: number;
  readonly madeIn: number;
  /** λ · margin: λ · (real − generated). */
  readonly margin: number;
  /** Log-ratios log p_θ(y|x) − log p_θt(y|x) of the human answer and the opponent's; nats. 0 in supervised mode. */
  readonly real: number;
  readonly generated: number;
}

export interface RunStarted {
  readonly type: 'run-started';
  readonly iteration: number;
  readonly configuration: SpinConfiguration;
  /** Examples that fit `maxLength`, and what became of the others. */
  readonly examples: number;
  readonly skipped: number;
  readonly truncated: number;
}

export interface Evaluation<M> {
  readonly type: 'evaluation';
  /** `before` iteration 0: the base model. `after` iteration t: its result. */
  readonly moment: 'before' | 'after';
  readonly iteration: number;
  readonly measures: M;
}

export interface IterationStarted {
  readonly type: 'iteration-started';
  readonly iteration: number;
  readonly iterations: number;
  /** Examples to be answered in this iteration. */
  readonly examples: number;
  /** Pairs of earlier iterations in the window. */
  readonly olderPairs: number;
  /** Both together: what one epoch trains on, unless identical pairs are dropped. */
  readonly pairs: number;
  readonly epochs: number;
  /** Planned steps: dropped pairs and an early stop make them fewer. The schedule keeps to the plan. */
  readonly steps: number;
  readonly lambda: number;
  /** The schedule's peak. */
  readonly learningRate: number;
  readonly warmupSteps: number;
}

/**
 * A chunk of new pairs, dropped ones included, in the order in which the first epoch wants them. Counts are of this iteration so far.
 * None in supervised mode: nothing is answered there.
 */
export interface Answers {
  readonly type: 'answers';
  readonly iteration: number;
  readonly pairs: readonly Pair[];
  readonly done: number;
  readonly total: number;
  /** Pairs whose two answers are the same tokens. */
  readonly identical: number;
  /** Answers that ended at the limit. */
  readonly truncated: number;
  readonly dropped: number;
}

/** A chunk of older pairs, scored again under the current opponent. */
export interface PairScores {
  readonly type: 'scores';
  readonly iteration: number;
  readonly pairs: readonly Pair[];
  readonly done: number;
  readonly total: number;
}

export interface Step extends StepMetrics {
  readonly type: 'step';
  readonly iteration: number;
  /** From 0 in each iteration: the numbers are those before this step's update. */
  readonly step: number;
  /** Planned. */
  readonly steps: number;
  /** Passes done before this step, with their fraction. */
  readonly epoch: number;
  readonly learning_rate: number;
  readonly pairs: readonly StepPair[];
}

export interface Checkpoint<Weights, State> {
  readonly type: 'checkpoint';
  /** The iteration that the snapshot is in; at the end of a run the number of iterations. */
  readonly iteration: number;
  /** Steps of it that are done. */
  readonly step: number;
  readonly snapshot: Snapshot<Weights, State>;
}

/** A check of early stopping. */
export interface Validation {
  readonly type: 'validation';
  readonly iteration: number;
  /** Steps done. */
  readonly step: number;
  readonly measure: 'nll' | 'accuracy';
  readonly value: number;
  /** Checks in a row that spoke for stopping; at `patience` the iteration stops. */
  readonly strikes: number;
  readonly patience: number;
  readonly stops: boolean;
}

export type IterationEnd = 'completed' | 'early-stop' | 'ended';

export interface IterationFinished<Weights> {
  readonly type: 'iteration-finished';
  readonly iteration: number;
  readonly why: IterationEnd;
  /** Steps that were done. */
  readonly steps: number;
  readonly weights: Weights;
}

export interface RunFinished {
  readonly type: 'run-finished';
  /** The last iteration that was played. */
  readonly iteration: number;
  readonly why: 'completed' | 'ended';
}

/** What happens within an iteration. */
export type IterationEvent<Weights = unknown, State = unknown> =
  | IterationStarted
  | Answers
  | PairScores
  | Step
  | Checkpoint<Weights, State>
  | Validation
  | IterationFinished<Weights>;

export type SpinEvent<Weights = unknown, State = unknown, M = Measures> =
  | RunStarted
  | Evaluation<M>
  | IterationEvent<Weights, State>
  | RunFinished;

export const SNAPSHOT_FORMAT = 1;

/** Counts of the new pairs of an iteration, so far. */
export interface AnswerCounts {
  readonly done: number;
  readonly identical: number;
  readonly truncated: number;
  readonly dropped: number;
}

/**
 * All that a run needs to go on as if it had not stopped, besides the examples. There is no state of a random generator: random
 * numbers are functions of the seed and of what they are for.
 */
export interface Snapshot<Weights = unknown, State = unknown> {
  readonly formatVersion: typeof SNAPSHOT_FORMAT;
  readonly configuration: SpinConfiguration;
  /** Equal to `configuration.iterations` once all are played: only the last evaluation is left. */
  readonly iteration: number;
  readonly position: {
    /** Steps done in this iteration. */
    readonly step: number;
    readonly epoch: number;
    /** Batches done in this epoch. */
    readonly batch: number;
    /** Chunks of answers taken. */
    readonly chunks: number;
  };
  /** The weights of this iteration's opponent. */
  readonly opponent: Weights;
  /** null at the start of an iteration: the player starts from the opponent's weights. */
  readonly player: State | null;
  /** This iteration's pairs so far, older ones included, in the first epoch's order and without dropped ones. */
  readonly pairs: readonly Pair[];
  /** The window's older pairs, as they were made. */
  readonly older: readonly Pair[];
  readonly counts: AnswerCounts;
  readonly earlyStop: EarlyStopState;
}
