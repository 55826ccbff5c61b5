// What the judge needs of a model: its answers and scores, and text to token ids and back. Both may live behind a worker.

import type { Opponent } from '../spin/players.ts';

/** The frozen model that is measured. */
export type Judged = Pick<Opponent<unknown>, 'answer' | 'score'>;

type Maybe<T> = T | Promise<T>;

/** Text to token ids and back; each may answer at once or later. */
export interface JudgeCodec {
  /** Begin token and rendered prompt. */
  encodePrompt(prompt: string): Maybe<readonly number[]>;
  /** The response, and the end token where it ended by itself. */
  encodeResponse(text: string, ended: boolean): Maybe<readonly number[]>;
  decode(ids: readonly number[], options?: { readonly skipSpecial?: boolean }): Maybe<string>;
  /** What each token adds to the text, special tokens by name: joined they are the whole, decoded. */
  pieces(ids: readonly number[]): Maybe<readonly string[]>;
}

/** How a model is questioned. */
export interface JudgeSettings {
  readonly seed: number;
  /** Keys the random numbers together with the seed. A run's evaluations all have 0, so that their answers can be compared. */
  readonly iteration: number;
  /** Answers drawn for each prompt, at temperature 1. */
  readonly samples: number;
  readonly maxNewTokens: number;
  /** The most tokens of prompt and response together that the model takes. */
  readonly maxTokens: number;
  /** Prompts answered at once. */
  readonly answerBatch: number;
  /** Pairs of responses scored at once. */
  readonly microBatch: number;
  /** Prompts, from the first, whose first answer is given back to be read. */
  readonly shown: number;
}

/** Whoever waits. `done` and `total` count answers drawn and responses scored. */
export interface Watch {
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Aborting it rejects with its reason before the next chunk. */
  readonly signal?: AbortSignal;
}
