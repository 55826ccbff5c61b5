// Rows being answered together, whoever computes them: graphs of the runtime, or the kernel.

import type { HeldParameters } from './held-parameters.ts';

/** What one call of several steps gave, row-major [rows, steps]. */
export interface DrawnTokens {
  readonly ids: Int32Array;
  /** Natural log, of the model itself. */
  readonly logps: Float32Array;
}

/** How tokens are chosen without the caller; `uniform` is [rows, steps], numbers in (0, 1). */
export type OwnChoice =
  | { readonly choice: 'greedy' }
  | { readonly choice: 'sample'; readonly temperature: number; readonly uniform: Float32Array };

export interface AnswerRows {
  readonly rows: number;
  /** Several steps, the next tokens chosen on the way. */
  advance(steps: number, how: OwnChoice): Promise<DrawnTokens>;
  /** One step whose next tokens the caller chooses: logits [rows, vocabulary]. Call `take` before the next step. */
  logits(): Promise<Float32Array>;
  /** Sets the tokens that follow. */
  take(tokens: readonly number[]): void;
  /** Goes on with these rows only, in this order; a row may be taken twice (beams). */
  keep(index: readonly number[]): Promise<void>;
  release(): void;
}

/** What starts rows: it lives as long as its player, with whatever rows share. */
export interface RowStarter {
  /**
   * Runs the prompts (at least one token each) and makes room for `newTokens` more. A prompt that is given often is run once. The weights
   * must not change as long as their tensor lives; the rows must be released.
   */
  start(weights: HeldParameters, prompts: readonly (readonly number[])[], newTokens: number): Promise<AnswerRows>;
  /** How many rows to run for so many answers: more than are wanted where that saves other work. */
  rowsFor(answers: number): number;
  /** Bytes of a memory of its own, beside the runtime's. */
  readonly memoryBytes: number;
  release(): Promise<void>;
}

const SLOT_STEP = 8;

/** Slots for so many tokens, of which few different numbers occur. */
export const roundSlots = (count: number): number => Math.ceil(count / SLOT_STEP) * SLOT_STEP;
