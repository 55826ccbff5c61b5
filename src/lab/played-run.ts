// One run: opens the players, advances the loop, keeps its last checkpoints, and goes on from the latest good one when a worker dies.
// It knows the protocol and the loop; neither who pauses it nor who looks.

import type { EvaluationReport, Opened, PlayerState, Weights } from '../../workers/protocol.ts';
import type { SpinConfiguration } from '../spin/configuration.ts';
import type { Answers, Snapshot } from '../spin/events.ts';
import { withinPositions } from '../spin/fitting.ts';
import type { EvaluationRequest } from '../spin/run.ts';
import { selfPlay } from '../spin/self-play.ts';
import { DivergedError } from '../spin/spin-errors.ts';
import type { BackendPlan } from './backend.ts';
import { openRequest, prepareRows } from './opening.ts';
import { Pace } from './pace.ts';
import { type PlayerPool, type Players, remoteOpponent, remotePlayer } from './players.ts';
import { readPairs } from './read-pairs.ts';
import { type LabEvent, type Mark, RunRecord } from './record.ts';
import type { Opening } from './session-store.ts';
import type { Settings } from './settings-store.ts';
import { cureOf } from './trouble.ts';

/** What a run needs of the session around it, and tells it. */
export interface RunHost {
  readonly pool: PlayerPool;
  /** The page's own address, under which models and runtime lie. */
  readonly base: string;
  plan(settings: Settings): Promise<BackendPlan>;
  /** Resolves when the run is not paused, or aborted. */
  gate(signal: AbortSignal): Promise<void>;
  onOpening(opening: Opening | null): void;
  onOpened(opened: Opened): void;
  /** The loop begins, or goes on after a recovery. */
  onPlaying(): void;
  onEvent(event: LabEvent): void;
  /** Something else has changed that is worth showing. */
  onChange(): void;
  onRecovery(iteration: number): void;
  /** Something failed that the run goes on without. */
  onTrouble(error: unknown): void;
}

interface Checkpoint {
  readonly snapshot: Snapshot<Weights, PlayerState>;
  readonly mark: Mark;
}

const MOST_RESTARTS = 3;
const ANSWERS_SHOWN = 24;

/** Seconds by the page's clock. */
export const seconds = (): number => performance.now() / 1000;

export class PlayedRun {
  readonly settings: Settings;
  /** The settings' own, its lengths within the model's positions once the model is open. */
  configuration: SpinConfiguration;
  readonly record: RunRecord;
  readonly pace: Pace;
  readonly #host: RunHost;
  readonly #ended = new AbortController();
  /** The last two: one taken right after a step that diverged is not good. */
  #checkpoints: readonly Checkpoint[] = [];
  /** Since the last checkpoint. */
  #restarts = 0;

  constructor(settings: Settings, host: RunHost) {
    this.settings = settings;
    this.configuration = settings.configuration;
    this.record = new RunRecord();
    this.pace = new Pace(settings.configuration.iterations);
    this.#host = host;
  }

  /** Whether there is something to go on from. */
  get kept(): boolean {
    return this.#checkpoints.length > 0;
  }

  /** Whether workers were started anew since the last checkpoint. */
  get recovering(): boolean {
    return this.#restarts > 0;
  }

  abort(): void {
    this.#ended.abort();
  }

  /**
   * Plays to the end, or on from the last good checkpoint to it; returns whether it got there, which an aborted run does not.
   * @throws whatever new workers cannot cure; the run can then be played on
   */
  async play(): Promise<boolean> {
    const { signal } = this.#ended;
    this.#restarts = 0;
    this.#rewind();
    for (;;) {
      try {
        const players = await this.#open();
        return !signal.aborted && (await this.#drive(players));
      } catch (error) {
        // A worker that dies while the run is paused is started anew when it goes on.
        await this.#host.gate(signal);
        if (signal.aborted) return false;
        if (!this.#recover(error)) throw error;
      }
    }
  }

  async #open(): Promise<Players> {
    const { pool, base } = this.#host;
    const plan = await this.#host.plan(this.settings);
    this.#host.onOpening({ what: 'model', done: 0, total: 0 });
    const players = await pool.open(openRequest(this.settings, plan, base), ({ loaded: done, total }) =>
      this.#host.onOpening({ what: 'model', done, total }),
    );
    this.#host.onOpened(players.opened);
    const wanted = this.settings.configuration;
    const configuration = withinPositions(wanted, players.opened.maxPositions);
    this.configuration = configuration;
    this.record.lowered = configuration === wanted ? null : configuration;
    this.record.setRows(await prepareRows(players.opponent, { ...this.settings, configuration }, this.#host.onOpening));
    this.#host.onOpening(null);
    return players;
  }

  async #drive(players: Players): Promise<boolean> {
    const { signal } = this.#ended;
    const { training, validation } = this.record;
    const last = this.#checkpoints.at(-1);
    const start =
      last === undefined ? { weights: await players.player.call('baseWeights', null) } : { snapshot: last.snapshot };
    const events = selfPlay<Weights, PlayerState, EvaluationReport>({
      configuration: this.configuration,
      examples: training.map(({ example }) => example),
      validation: validation.map(({ example }) => example),
      opponent: remoteOpponent(players.opponent),
      player: remotePlayer(players.player),
      start,
      evaluate: (_, request) => this.#evaluate(players, request),
    });
    this.pace.resume(seconds());
    this.#host.onPlaying();
    try {
      for (;;) {
        const next = await events.next();
        // What arrives after a pause is held back, so that a paused run shows and tells nothing new.
        await this.#host.gate(signal);
        if (signal.aborted) return false;
        if (next.done) return true;
        this.#take(players, next.value);
      }
    } finally {
      await events.return();
    }
  }

  #evaluate(players: Players, { moment, iteration }: EvaluationRequest): Promise<EvaluationReport> {
    const onProgress = (share: number) => {
      this.pace.evaluated(share);
      this.#host.onChange();
    };
    const { configuration } = this;
    return players.opponent.call(
      'evaluate',
      { configuration, moment, iteration, shown: ANSWERS_SHOWN },
      { signal: this.#ended.signal, onProgress },
    );
  }

  #take(players: Players, event: LabEvent): void {
    this.record.take(event);
    this.pace.take(event, seconds());
    if (event.type === 'checkpoint') {
      this.#checkpoints = [...this.#checkpoints.slice(-1), { snapshot: event.snapshot, mark: this.record.mark() }];
      this.#restarts = 0;
    }
    if (event.type === 'answers') void this.#readPairs(players, event);
    this.#host.onEvent(event);
  }

  /** Puts pairs into words behind the loop's back: the numbers do not wait for it. */
  async #readPairs(players: Players, event: Answers): Promise<void> {
    try {
      this.record.addPairs(await readPairs(players.opponent, event, this.record.rowOf));
      this.#host.onChange();
    } catch (error) {
      // A death of the worker is told by the loop's own calls; only the words of a few pairs are missing.
      if (cureOf(error) === null) this.#host.onTrouble(error);
    }
  }

  /** Makes ready to go on from the last checkpoint; false where that would not help. */
  #recover(error: unknown): boolean {
    if (error instanceof DivergedError) this.#forgetBadCheckpoints(error);
    const cure = cureOf(error);
    const last = this.#checkpoints.at(-1);
    if (cure === null || last === undefined || this.#restarts >= MOST_RESTARTS) return false;
    if (cure === 'both') this.#host.pool.close();
    this.#restarts += 1;
    this.#rewind();
    this.#host.onRecovery(last.snapshot.iteration);
    return true;
  }

  /** Takes the record back to the last checkpoint, if there is one. */
  #rewind(): void {
    const last = this.#checkpoints.at(-1);
    if (last === undefined) return;
    this.record.rewind(last.mark);
    const { iteration, position } = last.snapshot;
    const planned = this.record.started?.steps ?? 0;
    this.pace.rewind(iteration, planned === 0 ? 0 : position.step / planned, seconds());
  }

  #forgetBadCheckpoints({ lastGood }: DivergedError): void {
    const good = this.#checkpoints.findIndex(({ snapshot }) => snapshot === lastGood);
    if (good >= 0) this.#checkpoints = this.#checkpoints.slice(0, good + 1);
  }
}
