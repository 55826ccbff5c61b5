// One run: opens the players, advances the loop, keeps its last checkpoints, and goes on from the latest good one when a worker dies.
// It knows the protocol and the loop; neither who pauses it nor who looks.

import type { DrawnAnswer, EvaluationReport, Opened, PlayerState, Row, Weights } from '../../workers/protocol.ts';
import { eventLine } from '../folder/event-lines.ts';
import { answersFile, pairsFile, tokensFile, WATCHED_PAIRS, type WatchedLine } from '../folder/lines.ts';
import type { SpinConfiguration } from '../spin/configuration.ts';
import type { Answers, Checkpoint as CheckpointEvent, Snapshot, SpinEvent } from '../spin/events.ts';
import { withinPositions } from '../spin/fitting.ts';
import { differences } from '../spin/parameters.ts';
import type { Pair } from '../spin/players.ts';
import type { EvaluationRequest } from '../spin/run.ts';
import { selfPlay } from '../spin/self-play.ts';
import { DivergedError } from '../spin/spin-errors.ts';
import { isIdentical } from '../spin/window.ts';
import type { BackendPlan } from './backend.ts';
import { openRequest, prepareRows } from './opening.ts';
import { Pace } from './pace.ts';
import { type PlayerPool, type Players, remoteOpponent, remotePlayer } from './players.ts';
import { pairLine, readPairs } from './read-pairs.ts';
import { type Mark, RunRecord } from './record.ts';
import type { RunLog } from './run-log.ts';
import type { DrawnWords, Opening } from './session-store.ts';
import type { Settings } from './settings-store.ts';
import { TokenViews } from './token-views.ts';
import { cureOf } from './trouble.ts';

export type LabEvent = SpinEvent<Weights, PlayerState, EvaluationReport>;
type RunSnapshot = Snapshot<Weights, PlayerState>;

/** What a run needs of the session around it, and tells it. */
export interface RunHost {
  readonly pool: PlayerPool;
  /** The page's own address, under which models and runtime lie. */
  readonly base: string;
  plan(settings: Settings): Promise<BackendPlan>;
  /** Where the run is kept from its first event on; null: nowhere. */
  keep(run: PlayedRun, opened: Opened): Promise<RunLog | null>;
  /** Resolves when the run is not paused, or aborted. */
  gate(signal: AbortSignal): Promise<void>;
  /** The pair that somebody wants to see token by token after this step; null: none. */
  wanted(): Pair | null;
  onWatched(line: WatchedLine): void;
  /** The first of the pairs that are watched in this iteration. */
  onFollowed(pair: Pair | null): void;
  /** The first few answers of a batch while their tokens are drawn. */
  onDrawn(drawn: readonly DrawnWords[]): void;
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

/** A kept run, taken back to its checkpoint. */
export interface Origin {
  readonly log: RunLog;
  /** All that the run told before the checkpoint. */
  readonly record: RunRecord;
  readonly snapshot: RunSnapshot;
}

interface Checkpoint {
  readonly snapshot: RunSnapshot;
  readonly mark: Mark;
}

type Ending = 'finished' | 'aborted' | 'reconfigured';

const MOST_RESTARTS = 3;

/** Seconds by the page's clock. */
export const seconds = (): number => performance.now() / 1000;

export class PlayedRun {
  settings: Settings;
  /** The settings' own, its lengths within the model's positions once the model is open. */
  configuration: SpinConfiguration;
  readonly record: RunRecord;
  readonly pace: Pace;
  log: RunLog | null = null;
  readonly #host: RunHost;
  readonly #ended = new AbortController();
  /** The last two: one taken right after a step that diverged is not good. */
  #checkpoints: readonly Checkpoint[] = [];
  /** Since the last checkpoint. */
  #restarts = 0;
  #reconfigured = false;
  #training: readonly Row[] = [];
  #validation: readonly Row[] = [];
  #rowOf: ReadonlyMap<number, Row> = new Map();
  #views: TokenViews | null = null;
  /** This iteration's watched pairs. */
  #watched: readonly Pair[] = [];

  constructor(settings: Settings, host: RunHost, origin: Origin | null = null) {
    this.settings = settings;
    this.configuration = settings.configuration;
    this.record = origin?.record ?? new RunRecord();
    this.pace = new Pace(settings.configuration.iterations);
    this.#host = host;
    if (origin === null) return;
    this.log = origin.log;
    this.#checkpoints = [{ snapshot: origin.snapshot, mark: origin.record.mark() }];
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

  /** Goes on with other settings from the next checkpoint on, or from the last one where the run stands still. */
  reconfigure(configuration: SpinConfiguration): void {
    this.settings = { ...this.settings, configuration };
    this.pace.iterations = configuration.iterations;
    this.#reconfigured = true;
  }

  /**
   * Plays to the end, or on from the last good checkpoint to it; returns whether it got there, which an aborted run does not.
   * @throws whatever new workers cannot cure; the run can then be played on
   */
  async play(): Promise<boolean> {
    const { signal } = this.#ended;
    this.#restarts = 0;
    await this.#rewind();
    for (;;) {
      try {
        const players = await this.#open();
        if (signal.aborted) return false;
        const ending = await this.#drive(players);
        if (ending !== 'reconfigured') return ending === 'finished';
      } catch (error) {
        // A worker that dies while the run is paused is started anew when it goes on.
        await this.#host.gate(signal);
        if (signal.aborted) return false;
        if (!(await this.#recover(error))) throw error;
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
    this.#reconfigured = false;
    this.record.lowered = configuration === wanted ? null : configuration;
    const rows = await prepareRows(players.opponent, { ...this.settings, configuration }, this.#host.onOpening);
    this.record.file = rows.file;
    this.#training = rows.training;
    this.#rowOf = new Map(rows.training.map((row) => [row.example.index, row]));
    this.#views = new TokenViews(players, (index) => this.#rowOf.get(index)?.prompt ?? null);
    this.#validation = rows.validation;
    this.log ??= this.#ended.signal.aborted ? null : await this.#host.keep(this, players.opened);
    this.#host.onOpening(null);
    return players;
  }

  async #drive(players: Players): Promise<Ending> {
    const { signal } = this.#ended;
    const last = this.#checkpoints.at(-1);
    const start =
      last === undefined ? { weights: await players.player.call('baseWeights', null) } : { snapshot: last.snapshot };
    const events = selfPlay<Weights, PlayerState, EvaluationReport>({
      configuration: this.configuration,
      examples: this.#training.map(({ example }) => example),
      validation: this.#validation.map(({ example }) => example),
      opponent: remoteOpponent(players.opponent, (drawn) => this.#host.onDrawn(this.#worded(drawn))),
      player: remotePlayer(players.player),
      start,
      evaluate: (_, request) => this.#evaluate(players, request),
    });
    if (last !== undefined) this.#tellChanges(last.snapshot);
    this.pace.resume(seconds());
    this.#host.onPlaying();
    try {
      for (;;) {
        const next = await events.next();
        // What arrives after a pause is held back, so that a paused run shows and tells nothing new.
        await this.#host.gate(signal);
        if (signal.aborted) return 'aborted';
        if (next.done) return 'finished';
        await this.#take(players, next.value);
        if (this.#reconfigured && next.value.type === 'checkpoint') return 'reconfigured';
      }
    } finally {
      await events.return();
    }
  }

  /** What was changed since the run was begun, or last changed. */
  #tellChanges({ iteration, position }: RunSnapshot): void {
    const { configuration, log } = this;
    const before = this.record.configuration;
    if (before === null || differences(before, configuration).length === 0) return;
    const time = new Date().toISOString();
    const line = { type: 'reconfigured', iteration, step: position.step, configuration, time } as const;
    this.record.take(line);
    log?.event(line);
    log?.reconfigure(configuration);
  }

  #evaluate(players: Players, { moment, iteration }: EvaluationRequest): Promise<EvaluationReport> {
    const onProgress = (share: number) => {
      this.pace.evaluated(share);
      this.#host.onChange();
    };
    const { configuration } = this;
    return players.opponent.call(
      'evaluate',
      { configuration, moment, iteration },
      { signal: this.#ended.signal, onProgress },
    );
  }

  async #take(players: Players, event: LabEvent): Promise<void> {
    // A step shows that the checkpoint before it was good, so it is told after that.
    if (event.type === 'step') this.log?.confirm();
    // A checkpoint at an iteration's start comes before its pairs.
    if (event.type === 'iteration-finished' || (event.type === 'checkpoint' && event.step > 0)) {
      await this.#watch(this.#watched, event);
    }
    const line = eventLine(event, new Date().toISOString());
    this.record.take(line);
    this.pace.take(event, seconds());
    this.log?.event(line);
    switch (event.type) {
      case 'iteration-started':
        this.#watched = [];
        break;
      case 'answers':
        await this.#takeAnswers(players, event);
        break;
      case 'evaluation':
        this.record.addAnswers(event, event.measures.answers);
        this.log?.append(answersFile(event), event.measures.answers);
        break;
      case 'step':
        await this.#lookAtWanted(event.iteration, event.step + 1);
        break;
      case 'checkpoint':
        this.#takeCheckpoint(event);
        break;
      case 'iteration-finished':
        this.log?.saveModel(event.iteration, event.weights);
        break;
      case 'run-finished':
        this.log?.finish(line.time ?? '');
        break;
      default:
        break;
    }
    this.#host.onEvent(event);
  }

  #takeCheckpoint({ snapshot }: CheckpointEvent<Weights, PlayerState>): void {
    this.#checkpoints = [...this.#checkpoints.slice(-1), { snapshot, mark: this.record.mark() }];
    this.#restarts = 0;
    this.log?.checkpoint(snapshot);
  }

  async #takeAnswers(players: Players, event: Answers): Promise<void> {
    // Put into words behind the loop's back: the numbers do not wait for it.
    const lines = this.#readPairs(players, event);
    this.log?.appendLater(pairsFile(event.iteration), lines);
    if (this.#watched.length === WATCHED_PAIRS) return;
    const kept = event.pairs.filter((pair) => !(this.configuration.dropIdentical && isIdentical(pair)));
    this.#watched = [...this.#watched, ...kept].slice(0, WATCHED_PAIRS);
    this.#host.onFollowed(this.#watched[0] ?? null);
    if (this.#watched.length < WATCHED_PAIRS && event.done < event.total) return;
    await this.#watch(this.#watched, { iteration: event.iteration, step: 0 });
  }

  async #readPairs(players: Players, { pairs }: Answers) {
    const rowOf = (index: number): Row | undefined => this.#rowOf.get(index);
    try {
      const lines = await readPairs(players.opponent, pairs, rowOf);
      this.record.addPairs(lines);
      this.#host.onChange();
      return lines;
    } catch (error) {
      // A death of the worker is told by the loop's own calls; only the words of a few pairs are missing.
      if (cureOf(error) === null) this.#host.onTrouble(error);
      return pairs.map((pair) => pairLine(pair, rowOf(pair.exampleIndex), null));
    }
  }

  /** Has pairs looked at as the player is now, and keeps what was seen. The control has no opponent to compare with. */
  async #watch(
    pairs: readonly Pair[],
    at: { readonly iteration: number; readonly step?: number; readonly steps?: number },
  ): Promise<void> {
    const lines = await this.#look(pairs, at.iteration, at.step ?? at.steps ?? 0);
    if (lines.length === 0) return;
    this.record.addWatched(lines);
    this.log?.append(tokensFile(at.iteration), lines);
  }

  async #lookAtWanted(iteration: number, step: number): Promise<void> {
    const wanted = this.#host.wanted() ?? null;
    if (wanted === null) return;
    for (const line of await this.#look([wanted], iteration, step)) this.#host.onWatched(line);
  }

  #worded(drawn: readonly DrawnAnswer[]): DrawnWords[] {
    return drawn.map(({ key, text }) => ({ key, prompt: this.#rowOf.get(key)?.prompt ?? '', text }));
  }

  async #look(pairs: readonly Pair[], iteration: number, step: number): Promise<WatchedLine[]> {
    if (pairs.length === 0 || this.configuration.control === 'supervised') return [];
    const lambda = this.record.started?.lambda ?? 1;
    return (await this.#views?.look(pairs, { iteration, step, lambda })) ?? [];
  }

  /** Makes ready to go on from the last checkpoint; false where that would not help. */
  async #recover(error: unknown): Promise<boolean> {
    if (error instanceof DivergedError) this.#forgetBadCheckpoints(error);
    const cure = cureOf(error);
    const last = this.#checkpoints.at(-1);
    if (cure === null || last === undefined || this.#restarts >= MOST_RESTARTS) return false;
    if (cure === 'both') this.#host.pool.close();
    this.#restarts += 1;
    await this.#rewind();
    this.#host.onRecovery(last.snapshot.iteration);
    return true;
  }

  /** Takes record and log back to the last checkpoint, if there is one. */
  async #rewind(): Promise<void> {
    const last = this.#checkpoints.at(-1);
    if (last === undefined) return;
    const { snapshot, mark } = last;
    this.record.rewind(mark);
    const { iteration, position, pairs } = snapshot;
    this.#watched = pairs.filter(({ madeIn }) => madeIn === iteration).slice(0, WATCHED_PAIRS);
    this.#host.onFollowed(this.#watched[0] ?? null);
    const planned = this.record.started?.steps ?? 0;
    this.pace.rewind(iteration, planned === 0 ? 0 : position.step / planned, seconds());
    await this.log?.rewind(this.log.pending === snapshot);
  }

  #forgetBadCheckpoints({ lastGood }: DivergedError): void {
    const good = this.#checkpoints.findIndex(({ snapshot }) => snapshot === lastGood);
    if (good >= 0) this.#checkpoints = this.#checkpoints.slice(0, good + 1);
  }
}
