// The two players of SPIN as the loop sees them, and what passes between them. Token ids are the only form of text here.
// A table of probabilities can be a player too (the tests use one).

import type { ArithmeticVersion } from './configuration.ts';
import type { LossName } from './losses.ts';
import type { OptimizerSettings } from './optimizers.ts';

/** A prompt and the human answer to it, as token ids. `index` names the example within its data set and keys its random numbers. */
export interface Example {
  readonly index: number;
  readonly promptIds: readonly number[];
  /** The human response y, its end token included. */
  readonly realIds: readonly number[];
}

/** Why an answer ended: its own end token, or the limit (then no end token is made up for it). */
export type AnswerEnd = 'stop' | 'length';

/** One answer of the opponent. */
export interface Answer {
  /** The response y' with its end token where it ended by itself. */
  readonly ids: readonly number[];
  /** log p(id) under the model itself (temperature 1, nothing filtered), natural log, one for each id. */
  readonly tokenLogps: readonly number[];
  readonly end: AnswerEnd;
}

/** Sequence log-probabilities of a pair's two responses: natural logs, summed over response tokens. */
export interface PairLogps {
  readonly real: number;
  readonly generated: number;
}

/** Two responses to one prompt, as token ids. */
export interface TokenPair {
  readonly promptIds: readonly number[];
  readonly realIds: readonly number[];
  readonly generatedIds: readonly number[];
}

/** A pair as it is trained on: with the frozen opponent's log-probabilities, computed once an iteration and kept as data. */
export interface Pair extends TokenPair {
  readonly exampleIndex: number;
  /** The iteration whose opponent made y'. */
  readonly madeIn: number;
  readonly end: AnswerEnd;
  /** Under the opponent of the iteration that trains on it now. */
  readonly opponent: PairLogps;
}

export interface AnswerRequest {
  readonly promptIds: readonly number[];
  /** Keys the random numbers of this answer together with `AnswerOptions`: the example's index (and sample number). */
  readonly key: number;
}

/** How answers are drawn. 0 means off, except temperature 0, which means greedy. */
export interface AnswerOptions {
  readonly temperature: number;
  readonly topK: number;
  /** 1 is off. */
  readonly topP: number;
  readonly repetitionPenalty: number;
  readonly noRepeatNgramSize: number;
  readonly numBeams: number;
  readonly maxNewTokens: number;
  readonly arithmetic: ArithmeticVersion;
  /** The run's seed, and what the numbers are for: random numbers are a function of (seed, purpose, iteration, key, position). */
  readonly seed: number;
  readonly purpose: 'answers' | 'evaluation' | 'person';
  readonly iteration: number;
}

/** What one update needs besides the pairs: fixed for an iteration. */
export interface TrainingRules {
  /** `supervised`: the loss is the mean NLL per response token of the real answers alone; generated ones are ignored. */
  readonly objective: 'self-play' | 'supervised';
  readonly loss: LossName;
  /** λ of the paper, "beta" in its code. */
  readonly lambda: number;
  readonly optimizer: OptimizerSettings;
  /** Weight of the optional supervised anchor: mean NLL per response token of the real answers. 0 is off. */
  readonly anchorWeight: number;
  /** Global gradient norm above which gradients are scaled down. 0 is off. */
  readonly clipNorm: number;
  readonly arithmetic: ArithmeticVersion;
  /** At most this many pairs run at once; gradients of a larger batch are accumulated. */
  readonly microBatch: number;
}

/** What one step saw *before* its update. */
export interface StepReport {
  /** Batch mean of the loss (the anchor's share included). */
  readonly loss: number;
  /** The main player's log-probabilities, one entry a pair, in the order given. */
  readonly logps: readonly PairLogps[];
  /** Global Euclidean norm of the gradient before any clipping. */
  readonly gradNorm: number;
  /** Tokens that the step computed on (prompt and response, padding not counted). */
  readonly tokens: number;
}

export interface LikelihoodReport {
  /** Mean negative log-likelihood per response token, nats. */
  readonly nll: number;
  readonly tokens: number;
}

/** The frozen player. `Weights` is opaque to the loop. */
export interface Opponent<Weights> {
  load(weights: Weights): Promise<void>;
  /** One answer a request, in order. */
  answer(requests: readonly AnswerRequest[], options: AnswerOptions): Promise<Answer[]>;
  /** Teacher-forced log-probabilities, in the training graph's own shapes, so that equal models give equal numbers. */
  score(pairs: readonly TokenPair[], microBatch: number): Promise<PairLogps[]>;
  /** Mean negative log-likelihood of the human responses. */
  likelihood(examples: readonly Example[]): Promise<LikelihoodReport>;
}

/** The player that learns. `State` is weights and optimizer state together: what a checkpoint needs. */
export interface Player<Weights, State> {
  /** Takes the weights and these rules; the optimizer's state starts anew. */
  begin(weights: Weights, rules: TrainingRules): Promise<void>;
  /** One optimizer step on one global batch. */
  step(pairs: readonly Pair[], learningRate: number): Promise<StepReport>;
  likelihood(examples: readonly Example[]): Promise<LikelihoodReport>;
  weights(): Promise<Weights>;
  state(): Promise<State>;
  /** Goes on from a state with these rules. */
  resume(state: State, rules: TrainingRules): Promise<void>;
}
