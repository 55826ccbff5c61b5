// A watched pair: its tokens as both players see them at one moment, as a line of tokens/iteration-T.jsonl.

import type { TokenView, WatchedLine, WatchedToken } from './lines.ts';

/** One player's view of a token. */
export interface SideToken extends TokenView {
  readonly id: number;
  readonly text: string;
}

/** One player's view of a pair's two answers, in order. */
export interface PairSide {
  readonly real: readonly SideToken[];
  readonly generated: readonly SideToken[];
}

/** What names a pair. */
export interface WatchedPair {
  readonly exampleIndex: number;
  readonly madeIn: number;
  /** null where the model has no tokenizer. */
  readonly prompt: string | null;
}

/** Log-probabilities are written to a millionth of a nat: float32 knows little more of them, and a run has many. */
const PARTS = 1e6;

/**
 * The line of a pair, seen before step `step` of an iteration (after its last, where `step` is how many were done).
 * @param lambda λ of the iteration
 * @throws RangeError where the players did not see the same tokens
 */
export function watchedLine(
  { exampleIndex, madeIn, prompt }: WatchedPair,
  lambda: number,
  { iteration, step }: Pick<WatchedLine, 'iteration' | 'step'>,
  player: PairSide,
  opponent: PairSide,
): WatchedLine {
  const real = seenByBoth(player.real, opponent.real);
  const generated = seenByBoth(player.generated, opponent.generated);
  return { iteration, step, example: exampleIndex, made_in: madeIn, prompt, lambda, real, generated };
}

function seenByBoth(player: readonly SideToken[], opponent: readonly SideToken[]): WatchedToken[] {
  if (player.length !== opponent.length || player.some(({ id }, i) => id !== opponent[i]!.id)) {
    throw new RangeError('The players saw different tokens of a watched pair.');
  }
  return player.map((own, i) => ({ id: own.id, text: own.text, player: viewOf(own), opponent: viewOf(opponent[i]!) }));
}

const rounded = (logp: number): number => Math.round(logp * PARTS) / PARTS;

function viewOf({ logp, rank, top }: SideToken): TokenView {
  return { logp: rounded(logp), rank, top: top.map((one) => ({ text: one.text, logp: rounded(one.logp) })) };
}
