// The blind test: two answers without labels, of which a person says the human's. That is the main player's part in SPIN, and it is scored
// as the main player is. Pure.

import type { AnswerLine } from '../../folder/lines.ts';
import { scaledMargin, TIE } from '../../spin/metrics.ts';
import type { PairLogps, TokenPair } from '../../spin/players.ts';
import { type Estimate, wilson } from '../../world/estimates.ts';
import { random, shuffle } from '../../world/rng.ts';

/** Fewer answers tell little. */
export const SUGGESTED_PAIRS = 10;

export type BlindChoice = 'first' | 'second' | 'unsure';
/** 1: right; 0: wrong; half where it could not be told. */
export type Credit = 0 | 0.5 | 1;

export interface BlindPair {
  readonly prompt: string;
  readonly human: string;
  /** The model's answer. */
  readonly answer: string;
  readonly humanFirst: boolean;
  /** Why nobody would give the model's answer; null where somebody would, and nobody can tell; undefined where no truth is known. */
  readonly fault: string | null | undefined;
  /** For the players to score; null where the tokens were not kept. */
  readonly tokens: TokenPair | null;
}

/** The pairs whose two texts differ, in an order and with sides that depend on `seed`. */
export function blindPairs(answers: readonly AnswerLine[], seed: number): BlindPair[] {
  const pairs = answers.flatMap((line, index) => {
    const { prompt, human, answer } = line;
    if (typeof prompt !== 'string' || typeof human !== 'string' || answer === null || human === answer) return [];
    const humanFirst = random(seed, 'side of the human answer', index)() < 0.5;
    return [{ prompt, human, answer, humanFirst, fault: line.fault, tokens: tokensOf(line) }];
  });
  return shuffle(random(seed, 'order of the blind test'), pairs);
}

function tokensOf({ prompt_ids, human_ids, ids }: AnswerLine): TokenPair | null {
  if (prompt_ids === undefined || human_ids === undefined || ids === undefined) return null;
  return { promptIds: prompt_ids, realIds: human_ids, generatedIds: ids };
}

export function creditOf({ humanFirst }: BlindPair, choice: BlindChoice): Credit {
  if (choice === 'unsure') return 0.5;
  return (choice === 'first') === humanFirst ? 1 : 0;
}

/**
 * What the main player says of a pair that the opponent made: right where its margin log p_θ/p_θt(human) − log p_θ/p_θt(model) is
 * positive (paper, eq. 4.7), half where λ times it is a tie.
 */
export function playerCredit(lambda: number, player: PairLogps, opponent: PairLogps): Credit {
  const margin = scaledMargin(lambda, player, opponent);
  if (Math.abs(margin) <= TIE) return 0.5;
  return margin > 0 ? 1 : 0;
}

/** Share that was right with Wilson's 95 % interval; null before the first answer. */
export function scoreOf(credits: readonly Credit[]): Estimate | null {
  const count = credits.length;
  if (count === 0) return null;
  const right = credits.reduce((sum: number, credit) => sum + credit, 0);
  return { value: right / count, ...wilson(right, count), count };
}
