// Takes a run's events: into its record, into its log with the files that belong to them, and has pairs looked at token by token where
// the moment is right.

import type { DrawnAnswer, PreparedRow } from '../../../workers/messages/protocol.ts';
import type { RunSnapshot } from '../../engine/models/parameter-set.ts';
import { eventLine } from '../../folder/event-lines.ts';
import {
  answersFile,
  type PairLine,
  pairsFile,
  tokensFile,
  WATCHED_PAIRS,
  type WatchedLine,
} from '../../folder/lines.ts';
import type { Answers } from '../../spin/events.ts';
import type { Pair } from '../../spin/players.ts';
import { isIdentical } from '../../spin/window.ts';
import { cureOf } from '../players/trouble.ts';
import type { Players } from '../players/worker-pool.ts';
import type { RunContext } from './collaborators.ts';
import { TokenViews } from './pair-views.ts';
import { readPairs, unreadPairs } from './read-pairs.ts';
import type { LabEvent, RunAtHand } from './run-at-hand.ts';
import type { DrawnWords } from './session-store.ts';

export type TakerContext = Pick<RunContext, 'watcher' | 'tell'>;

export class EventTaker {
  readonly #run: RunAtHand;
  readonly #players: Players;
  readonly #context: TakerContext;
  readonly #rowOf: ReadonlyMap<number, PreparedRow>;
  readonly #views: TokenViews;
  /** This iteration's watched pairs. */
  #watched: readonly Pair[];

  /** @param from the checkpoint that the run goes on from; null at its beginning */
  constructor(
    run: RunAtHand,
    players: Players,
    { rows, context, from }: { rows: readonly PreparedRow[]; context: TakerContext; from: RunSnapshot | null },
  ) {
    this.#run = run;
    this.#players = players;
    this.#context = context;
    this.#rowOf = new Map(rows.map((row) => [row.example.index, row]));
    this.#views = new TokenViews(players, (index) => this.#rowOf.get(index)?.prompt ?? null);
    const made = from?.pairs.filter(({ madeIn }) => madeIn === from.iteration) ?? [];
    this.#watched = made.slice(0, WATCHED_PAIRS);
    context.watcher.follow(this.#watched[0] ?? null);
  }

  /** Answers on their way, with their prompts. */
  worded(drawn: readonly DrawnAnswer[]): DrawnWords[] {
    return drawn.map(({ key, text }) => {
      const { prompt = '', response: human = '' } = this.#rowOf.get(key) ?? {};
      return { key, prompt, human, text };
    });
  }

  /** To be awaited before the loop goes on: neither player is at work meanwhile but for the opponent's answers ahead. */
  async take(event: LabEvent): Promise<void> {
    const { record, log } = this.#run;
    // A step shows that the checkpoint before it was good.
    if (event.type === 'step') log?.confirm();
    // A checkpoint at an iteration's start comes before its pairs.
    if (event.type === 'iteration-finished') await this.#watch(event.iteration, event.steps);
    if (event.type === 'checkpoint' && event.step > 0) await this.#watch(event.iteration, event.step);
    const line = eventLine(event, new Date().toISOString());
    record.take(line);
    log?.event(line);
    switch (event.type) {
      case 'iteration-started':
        this.#watched = [];
        break;
      case 'answers':
        await this.#takeAnswers(event);
        break;
      case 'evaluation':
        record.addAnswers(event, event.measures.answers);
        log?.append(answersFile(event), event.measures.answers);
        break;
      case 'step':
        await this.#lookAtWanted(event.iteration, event.step + 1);
        break;
      case 'checkpoint':
        log?.checkpoint(event.snapshot);
        break;
      case 'iteration-finished':
        log?.saveModel(event.iteration, event.weights);
        break;
      case 'run-finished':
        log?.finish(line.time ?? '');
        break;
      default:
        break;
    }
  }

  async #takeAnswers(event: Answers): Promise<void> {
    // Put into words behind the loop's back: the numbers do not wait for it.
    const lines = this.#readPairs(event);
    this.#run.log?.appendLater(pairsFile(event.iteration), lines);
    if (this.#watched.length === WATCHED_PAIRS) return;
    const { dropIdentical } = this.#run.configuration;
    const kept = event.pairs.filter((pair) => !(dropIdentical && isIdentical(pair)));
    this.#watched = [...this.#watched, ...kept].slice(0, WATCHED_PAIRS);
    this.#context.watcher.follow(this.#watched[0] ?? null);
    const ready = this.#watched.length === WATCHED_PAIRS || event.done === event.total;
    if (ready) await this.#watch(event.iteration, 0);
  }

  async #readPairs({ pairs }: Answers): Promise<PairLine[]> {
    const rowOf = (index: number): PreparedRow | undefined => this.#rowOf.get(index);
    try {
      const lines = await readPairs(this.#players.opponent, pairs, rowOf);
      this.#run.record.addPairs(lines);
      this.#context.tell({ kind: 'changed' });
      return lines;
    } catch (error) {
      // A death of the worker is told by the loop's own calls; only the words of a few pairs are missing.
      if (cureOf(error) === null) this.#context.tell({ kind: 'trouble', error });
      return unreadPairs(pairs, rowOf);
    }
  }

  /** Has the watched pairs looked at, and keeps what was seen. */
  async #watch(iteration: number, step: number): Promise<void> {
    const lines = await this.#look(this.#watched, iteration, step);
    if (lines.length === 0) return;
    this.#run.record.addWatched(lines);
    this.#run.log?.append(tokensFile(iteration), lines);
  }

  async #lookAtWanted(iteration: number, step: number): Promise<void> {
    const wanted = this.#context.watcher.wanted();
    if (wanted === null) return;
    for (const line of await this.#look([wanted], iteration, step)) this.#context.watcher.take(line);
  }

  /** None in the control, which has no opponent to compare with. */
  async #look(pairs: readonly Pair[], iteration: number, step: number): Promise<WatchedLine[]> {
    if (pairs.length === 0 || this.#run.configuration.control === 'supervised') return [];
    return this.#views.look(pairs, { iteration, step, lambda: this.#run.record.started?.lambda ?? 1 });
  }
}
