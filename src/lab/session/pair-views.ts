// Pairs as both players see them, token by token. The opponent is frozen: its view of a pair is asked for once an iteration.

import { pairKey, type WatchedLine } from '../../folder/lines.ts';
import { type PairSide, watchedLine } from '../../folder/watched.ts';
import type { Pair } from '../../spin/players.ts';
import type { Players } from '../players/worker-pool.ts';
import type { PairWatcher } from './collaborators.ts';

export interface Position {
  readonly iteration: number;
  /** Steps of it that are done. */
  readonly step: number;
  readonly lambda: number;
}

/** More views than this of one iteration are asked for anew. */
const MOST_KEPT = 64;

export class TokenViews {
  readonly #players: Players;
  readonly #promptOf: (exampleIndex: number) => string | null;
  #iteration = -1;
  #opponent = new Map<string, PairSide>();

  constructor(players: Players, promptOf: (exampleIndex: number) => string | null) {
    this.#players = players;
    this.#promptOf = promptOf;
  }

  /** To be awaited between two steps, while the player's weights stay as they are. */
  async look(pairs: readonly Pair[], { iteration, step, lambda }: Position): Promise<WatchedLine[]> {
    if (pairs.length === 0) return [];
    const [mine, theirs] = await Promise.all([
      this.#players.player.call('inspect', pairs.map(tokenPair)),
      this.#opponentViews(pairs, iteration),
    ]);
    return pairs.map((pair, at) =>
      watchedLine(
        { ...pair, prompt: this.#promptOf(pair.exampleIndex) },
        lambda,
        { iteration, step },
        mine[at]!,
        theirs[at]!,
      ),
    );
  }

  async #opponentViews(pairs: readonly Pair[], iteration: number): Promise<PairSide[]> {
    if (this.#iteration !== iteration || this.#opponent.size > MOST_KEPT) this.#opponent = new Map();
    this.#iteration = iteration;
    const views = this.#opponent;
    const unseen = pairs.filter((pair) => !views.has(pairKey(pair)));
    if (unseen.length > 0) {
      const seen = await this.#players.opponent.call('inspect', unseen.map(tokenPair));
      unseen.forEach((pair, at) => {
        views.set(pairKey(pair), seen[at]!);
      });
    }
    return pairs.map((pair) => views.get(pairKey(pair))!);
  }
}

/** Without the rest of the pair, which the worker has no use for. */
const tokenPair = ({ promptIds, realIds, generatedIds }: Pair) => ({ promptIds, realIds, generatedIds });

/** The same watcher, who wants to see nothing while nobody sees the page. @param watcher absent: nobody looks */
export function watcherWhileSeen(watcher: PairWatcher | undefined, hidden: () => boolean): PairWatcher {
  return {
    wanted: () => (hidden() ? null : (watcher?.wanted() ?? null)),
    take: (line) => watcher?.take(line),
    follow: (pair) => watcher?.follow(pair),
    rest: () => watcher?.rest(),
  };
}
