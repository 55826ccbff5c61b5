// The pair that the Arena looks at, token by token, while a run trains: which one, and how often.

import { createStore } from 'zustand/vanilla';
import { type PairLine, pairKey, type WatchedLine } from '../../folder/lines.ts';
import type { Pair } from '../../spin/players.ts';

export interface WatchedState {
  /** The chosen pair as both players last saw it; null: nobody has looked, or the run's own watched pairs are followed. */
  readonly line: WatchedLine | null;
  /** The line follows a run that trains now. */
  readonly live: boolean;
  /** The chosen pair, as `made_in example`; null: the first of the run's watched pairs. */
  readonly chosen: string | null;
}

/** A look costs a forward pass of both players: more often than this nobody sees. */
const LOOK_EVERY_MS = 300;

export class LookedAtPair {
  readonly store = createStore<WatchedState>(() => ({ line: null, live: false, chosen: null }));
  #visible = false;
  #pair: Pair | null = null;
  #followed: Pair | null = null;
  #lookedAt = Number.NEGATIVE_INFINITY;

  /** Looks at a pair from now on; null: at the run's own watched pairs again. */
  choose(pair: PairLine | null): void {
    this.#pair = pair === null ? null : pairOf(pair);
    this.#lookedAt = Number.NEGATIVE_INFINITY;
    this.store.setState({ chosen: pair === null ? null : pairKey(pair), line: null });
  }

  /** Whether somebody sees what is looked at. */
  setVisible(visible: boolean): void {
    this.#visible = visible;
  }

  /** The pair of a new iteration that is followed where none is chosen. */
  follow(pair: Pair | null): void {
    this.#followed = pair;
    if (this.store.getState().chosen === null) this.store.setState({ line: null });
  }

  /** The pair to look at after this step; null: none now. */
  wanted(): Pair | null {
    const pair = this.#pair ?? this.#followed;
    if (!this.#visible || pair === null || performance.now() - this.#lookedAt < LOOK_EVERY_MS) return null;
    this.#lookedAt = performance.now();
    return pair;
  }

  take(line: WatchedLine): void {
    this.store.setState({ line, live: true });
  }

  /** The run at hand has ended or was left. */
  rest(): void {
    this.#followed = null;
    this.#pair = null;
    this.store.setState({ line: null, live: false, chosen: null });
  }
}

/** A kept line as a pair of the loop. */
function pairOf(line: PairLine): Pair {
  return {
    promptIds: line.prompt_ids,
    realIds: line.real_ids,
    generatedIds: line.generated_ids,
    exampleIndex: line.example,
    madeIn: line.made_in,
    end: line.end,
    opponent: line.opponent_logps,
  };
}
