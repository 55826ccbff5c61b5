// One run: opens the players, advances the loop, keeps its last checkpoints, and goes on from the latest good one when a worker dies.

import type { Channel } from '../../../workers/messages/channel.ts';
import type {
  EvaluationProgress,
  EvaluationReport,
  ModelReport,
  OpponentProtocol,
  PreparedRow,
} from '../../../workers/messages/protocol.ts';
import type { RunSnapshot, TrainableValues, TrainingState } from '../../engine/models/parameter-set.ts';
import type { SpinConfiguration } from '../../spin/configuration.ts';
import { withinPositions } from '../../spin/fitting.ts';
import { differences } from '../../spin/parameters/parameter-table.ts';
import { selfPlay } from '../../spin/self-play.ts';
import { DivergedError } from '../../spin/spin-errors.ts';
import { cureOf } from '../players/trouble.ts';
import { type Players, remoteOpponent, remotePlayer } from '../players/worker-pool.ts';
import { Pace } from '../record/pace.ts';
import { type Mark, RunRecord } from '../record/run-record.ts';
import type { Settings } from '../settings/settings-store.ts';
import type { RunLog } from '../storage/run-log.ts';
import type { RunContext } from './collaborators.ts';
import { EventTaker } from './event-taker.ts';
import { prepareRows, wantedRuntime } from './prepare-run.ts';
import { type LabEvent, type Origin, type RunAtHand, type RunIdentity, startOf } from './run-at-hand.ts';
import { seconds } from './session-board.ts';
import type { Opening } from './session-store.ts';

interface KeptCheckpoint {
  readonly snapshot: RunSnapshot;
  readonly mark: Mark;
}

/** How a run begins that is not simply started. */
export interface RunBeginning {
  /** A kept run that is gone on with. */
  readonly origin?: Origin | null;
  readonly group?: string | null;
}

type Ending = 'finished' | 'aborted' | 'reconfigured';

const MOST_RESTARTS = 3;

export class PlayedRun implements RunAtHand {
  settings: Settings;
  /** The settings' own, its lengths within the model's positions once the model is open. */
  configuration: SpinConfiguration;
  readonly record: RunRecord;
  readonly pace: Pace;
  log: RunLog | null = null;
  readonly group: string | null;
  readonly #context: RunContext;
  readonly #ended = new AbortController();
  /** The last two: one taken right after a step that diverged is not good. */
  #checkpoints: readonly KeptCheckpoint[] = [];
  /** Since the last checkpoint. */
  #restarts = 0;
  #reconfigured = false;
  #training: readonly PreparedRow[] = [];
  #validation: readonly PreparedRow[] = [];

  constructor(settings: Settings, context: RunContext, { origin = null, group = null }: RunBeginning = {}) {
    this.settings = settings;
    this.configuration = settings.configuration;
    this.record = origin?.record ?? new RunRecord();
    this.pace = new Pace(settings.configuration.iterations);
    this.group = group;
    this.#context = context;
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

  get model(): RunIdentity['model'] {
    return this.#start.model;
  }

  get data(): RunIdentity['data'] {
    return this.#start.data;
  }

  get #start(): Pick<RunIdentity, 'model' | 'data'> {
    return startOf(this.settings, this.#context.stage.pool.hashOf(this.#modelBase));
  }

  get #modelBase(): string {
    return new URL(this.settings.model, this.#context.stage.base).href;
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
        await this.#context.gate(signal);
        if (signal.aborted) return false;
        if (!(await this.#recover(error))) throw error;
      }
    }
  }

  /** The players' runtime waits for nothing where it is known what it is; else the files and the examples do not wait for that. */
  async #open(): Promise<Players> {
    const { stage, tell, keep } = this.#context;
    const { pool, planner, base } = stage;
    const onOpening = (opening: Opening | null): void => tell({ kind: 'opening', opening });
    const known = await planner.settle(this.settings);
    onOpening({ what: 'model', done: 0, total: 0 });
    const started = pool.start(this.#modelBase, known && wantedRuntime(known, base), ({ loaded: done, total }) =>
      onOpening({ what: 'model', done, total }),
    );
    const prepared = started.read.then((model) => this.#prepare(started.opponent, model, onOpening));
    const opened = (
      known === null ? planner.settleMeasured(this.settings, prepared, this.#ended.signal) : Promise.resolve(known)
    ).then((found) => {
      if (known === null) onOpening({ what: 'model', done: 0, total: 0 });
      return started.open(wantedRuntime(found, base));
    });
    const [players] = await Promise.all([opened, prepared]);
    tell({ kind: 'opened', opened: players.opened });
    this.log ??= this.#ended.signal.aborted ? null : await keep(this, players.opened);
    onOpening(null);
    return players;
  }

  async #prepare(
    opponent: Channel<OpponentProtocol>,
    { maxPositions }: ModelReport,
    onOpening: (opening: Opening) => void,
  ): Promise<void> {
    const wanted = this.settings.configuration;
    const configuration = withinPositions(wanted, maxPositions);
    this.configuration = configuration;
    this.#reconfigured = false;
    this.record.lowered = configuration === wanted ? null : configuration;
    const rows = await prepareRows(opponent, { ...this.settings, configuration }, onOpening);
    this.record.file = rows.file;
    this.#training = rows.training;
    this.#validation = rows.validation;
  }

  async #drive(players: Players): Promise<Ending> {
    const { signal } = this.#ended;
    const last = this.#checkpoints.at(-1);
    const from = last?.snapshot ?? null;
    const taker = new EventTaker(this, players, { rows: this.#training, context: this.#context, from });
    const start = from === null ? { weights: await players.player.call('baseWeights', null) } : { snapshot: from };
    const events = selfPlay<TrainableValues, TrainingState, EvaluationReport>({
      configuration: this.configuration,
      examples: this.#training.map(({ example }) => example),
      validation: this.#validation.map(({ example }) => example),
      opponent: remoteOpponent(
        players.opponent,
        (drawn) => this.#context.tell({ kind: 'drawn', drawn: taker.worded(drawn) }),
        (scoring) => {
          this.pace.scores(scoring);
          this.#context.tell({ kind: 'changed' });
        },
      ),
      player: remotePlayer(players.player),
      start,
      evaluate: () => this.#evaluate(players),
    });
    if (from !== null) this.#tellChanges(from);
    this.pace.resume(seconds());
    this.#context.tell({ kind: 'playing' });
    try {
      for (;;) {
        const next = await events.next();
        // What arrives after a pause is held back, so that a paused run shows and tells nothing new.
        await this.#context.gate(signal);
        if (signal.aborted) return 'aborted';
        if (next.done) return 'finished';
        await this.#take(taker, next.value);
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

  #evaluate(players: Players): Promise<EvaluationReport> {
    const onProgress = (progress: EvaluationProgress) => {
      if (progress.kind === 'drawn') {
        this.#context.tell({ kind: 'drawn', drawn: progress.drawn });
        return;
      }
      this.pace.evaluated(progress.share);
      this.#context.tell({ kind: 'changed' });
    };
    return players.opponent.call('evaluate', null, { signal: this.#ended.signal, onProgress });
  }

  async #take(taker: EventTaker, event: LabEvent): Promise<void> {
    await taker.take(event);
    this.pace.take(event, seconds());
    if (event.type === 'checkpoint') {
      this.#checkpoints = [...this.#checkpoints.slice(-1), { snapshot: event.snapshot, mark: this.record.mark() }];
      this.#restarts = 0;
    }
    this.#context.tell({ kind: 'event', event });
  }

  /** Makes ready to go on from the last checkpoint; false where that would not help. */
  async #recover(error: unknown): Promise<boolean> {
    if (error instanceof DivergedError) this.#forgetBadCheckpoints(error);
    const cure = cureOf(error);
    const last = this.#checkpoints.at(-1);
    if (cure === null || last === undefined || this.#restarts >= MOST_RESTARTS) return false;
    if (cure === 'both') this.#context.stage.pool.close();
    this.#restarts += 1;
    await this.#rewind();
    this.#context.tell({ kind: 'recovering', iteration: last.snapshot.iteration });
    return true;
  }

  /** Takes record and log back to the last checkpoint, if there is one. */
  async #rewind(): Promise<void> {
    const last = this.#checkpoints.at(-1);
    if (last === undefined) return;
    const { snapshot, mark } = last;
    this.record.rewind(mark);
    const { iteration, position } = snapshot;
    const planned = this.record.started?.steps ?? 0;
    this.pace.rewind(iteration, planned === 0 ? 0 : position.step / planned, seconds());
    await this.log?.rewind(this.log.pending === snapshot);
  }

  #forgetBadCheckpoints({ lastGood }: DivergedError): void {
    const good = this.#checkpoints.findIndex(({ snapshot }) => snapshot === lastGood);
    if (good >= 0) this.#checkpoints = this.#checkpoints.slice(0, good + 1);
  }
}
