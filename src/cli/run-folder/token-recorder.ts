// Watches the first pairs of each iteration of self-play: how both players see their tokens before the first step, at each checkpoint and
// at the end. Looks between two events, when neither player is at work, and changes no number of the run.

import type { RunSnapshot } from '../../engine/models/parameter-set.ts';
import type { Answerer } from '../../engine/players/answerer.ts';
import { seenPairs } from '../../engine/players/seen-pairs.ts';
import type { Trainer } from '../../engine/players/trainer.ts';
import type { TextCodec } from '../../engine/text.ts';
import { tokensFile, WATCHED_PAIRS, type WatchedLine } from '../../folder/lines.ts';
import { type PairSide, watchedLine } from '../../folder/watched.ts';
import type { SpinConfiguration } from '../../spin/configuration.ts';
import type { SpinEvent } from '../../spin/events.ts';
import type { Pair } from '../../spin/players.ts';
import { forIteration } from '../../spin/schedules.ts';
import { isIdentical } from '../../spin/window.ts';

export interface Watched {
  readonly configuration: SpinConfiguration;
  readonly opponent: Pick<Answerer, 'inspect'>;
  readonly player: Pick<Trainer, 'inspect'>;
  readonly codec: TextCodec | null;
  promptOf(exampleIndex: number): string | null;
}

export interface WatchedLines {
  readonly file: string;
  readonly lines: readonly WatchedLine[];
}

export class Watcher {
  readonly #watched: Watched;
  #pairs: Pair[] = [];
  /** The opponent is frozen: it looks once an iteration. */
  #opponent: PairSide[] | null = null;
  /** Steps that were done at the last look; null before the first. */
  #last: number | null = null;

  /** @param snapshot where a run goes on from; within an iteration all of its pairs are there, for answers come before steps */
  constructor(watched: Watched, snapshot: RunSnapshot | null) {
    this.#watched = watched;
    if (snapshot === null || snapshot.player === null) return;
    const { iteration, position, pairs } = snapshot;
    this.#pairs = pairs.filter(({ madeIn }) => madeIn === iteration).slice(0, WATCHED_PAIRS);
    this.#last = position.step;
  }

  /** Looks where the event is a moment to look, before it is written down; null where it is none. */
  async see(event: SpinEvent<unknown, unknown, unknown>): Promise<WatchedLines | null> {
    if (this.#watched.configuration.control === 'supervised') return null;
    switch (event.type) {
      case 'iteration-started':
        this.#pairs = [];
        this.#opponent = null;
        this.#last = null;
        return null;
      case 'answers': {
        const { dropIdentical } = this.#watched.configuration;
        this.#pairs.push(...event.pairs.filter((pair) => !(dropIdentical && isIdentical(pair))));
        this.#pairs = this.#pairs.slice(0, WATCHED_PAIRS);
        const ready = this.#pairs.length === WATCHED_PAIRS || event.done === event.total;
        return ready ? this.#look(event.iteration, 0) : null;
      }
      case 'checkpoint':
        return event.step > 0 ? this.#look(event.iteration, event.step) : null;
      case 'iteration-finished':
        return this.#look(event.iteration, event.steps);
      default:
        return null;
    }
  }

  async #look(iteration: number, step: number): Promise<WatchedLines | null> {
    if (this.#last === step || this.#pairs.length === 0) return null;
    this.#last = step;
    const { configuration, codec, promptOf } = this.#watched;
    this.#opponent ??= seenPairs(await this.#watched.opponent.inspect(this.#pairs), codec);
    const player = seenPairs(await this.#watched.player.inspect(this.#pairs), codec);
    const lambda = forIteration(configuration.lambdas, iteration);
    const lines = this.#pairs.map(({ exampleIndex, madeIn }, i) => {
      const pair = { exampleIndex, madeIn, prompt: promptOf(exampleIndex) };
      return watchedLine(pair, lambda, { iteration, step }, player[i]!, this.#opponent![i]!);
    });
    return { file: tokensFile(iteration), lines };
  }
}
