// What a pass takes of memory: the form in which each engine tells its own, and by what it is estimated.

/** What is passed, in numbers of pairs and tokens. */
export interface PassedWork {
  /** Pairs of a batch, and those of them that are passed at once. */
  readonly batchSize: number;
  readonly pairs: number;
  /** Tokens of a pair, prompt and both responses: in the mean, and of the longest. */
  readonly mean: number;
  readonly longest: number;
  /** Answers drawn at once, tokens of their prompts, and places for all of an answer's tokens. */
  readonly rows: number;
  readonly prompt: number;
  readonly slots: number;
}

/** All in bytes. */
export interface PassMemory {
  /** Copies of its own, beside those that the runtime holds. */
  readonly weights: number;
  readonly gradient: number;
  /** Numbers on the way through the model, and those kept for a gradient. */
  readonly activations: number;
  /** Keys and values of answers being drawn. */
  readonly cache: number;
  /** Programs in the runtime's memory. */
  readonly programs: number;
  /** The memory beside the runtime's in which all this is; null where it is in the runtime's. */
  readonly beside: number | null;
}

/** Of a pair's tokens those that are the prompt's, in the mean. */
export const PROMPT_SHARE = 0.55;
/** Of the longest micro-batch in the mean, which pairs of like length share, to the mean of all. */
export const LONG_TO_MEAN = 1.25;

export const NUMBER_BYTES = 4;
