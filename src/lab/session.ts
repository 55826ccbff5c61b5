// One run in the page: opens the players, advances the loop, pauses, steps, resets, and goes on from the last checkpoint when a worker
// dies. It knows the protocol and the loop; neither engine nor view.

import type { EvaluationReport, PlayerState, Weights } from '../../workers/protocol.ts';
import type { SpinConfiguration } from '../spin/configuration.ts';
import type { Answers, Snapshot } from '../spin/events.ts';
import type { EvaluationRequest } from '../spin/run.ts';
import { selfPlay } from '../spin/self-play.ts';
import { Activity } from './activity.ts';
import { type Capabilities, planBackend } from './backend.ts';
import { openRequest, prepareRows } from './opening.ts';
import { Pace } from './pace.ts';
import { PlayerPool, type Players, remoteOpponent, remotePlayer, type StartWorker } from './players.ts';
import { readPairs } from './read-pairs.ts';
import { type LabEvent, type Mark, RunRecord, recordLines } from './record.ts';
import {
  type Announcement,
  createSessionStore,
  NOTHING_YET,
  type Opening,
  type SessionStatus,
} from './session-store.ts';
import type { Settings } from './settings-store.ts';
import { ends, type StepUnit } from './step-units.ts';
import { cureOf, type Trouble, troubleOf } from './trouble.ts';

export interface SessionContext {
  readonly startWorker: StartWorker;
  readonly capabilities: () => Promise<Capabilities>;
  readonly settings: () => Settings;
  /** The page's own address, under which models and runtime lie. */
  readonly base: string;
  /** Nobody sees the page now: numbers are kept, nothing is published. */
  readonly hidden: () => boolean;
}

interface Run {
  readonly configuration: SpinConfiguration;
  readonly settings: Settings;
  /** Aborted by a reset. */
  readonly ended: AbortController;
  last: { readonly snapshot: Snapshot<Weights, PlayerState>; readonly mark: Mark } | null;
  /** Restarts since the last checkpoint. */
  restarts: number;
}

const PUBLISH_EVERY_MS = 200;
const MOST_RESTARTS = 3;
const ANSWERS_SHOWN = 24;

const seconds = (): number => performance.now() / 1000;

export class Session {
  readonly store = createSessionStore();
  readonly activity = new Activity();
  record = new RunRecord();
  readonly #context: SessionContext;
  readonly #pool: PlayerPool;
  #run: Run | null = null;
  #pace = new Pace(1);
  #stepUntil: StepUnit | null = null;
  #wake: (() => void) | null = null;
  #driving: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #announced = 0;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#pool = new PlayerPool(context.startWorker, (span) => this.activity.add(span));
  }

  get #status(): SessionStatus {
    return this.store.getState().status;
  }

  /** Finds out what the browser offers; done once, and again by whoever needs it. */
  async look(): Promise<Capabilities> {
    const known = this.store.getState().capabilities;
    if (known !== null) return known;
    const capabilities = await this.#context.capabilities();
    this.store.setState({ capabilities, plan: planBackend(this.#context.settings().backend, capabilities) });
    return capabilities;
  }

  /** Tells the store which back end the settings now mean. */
  replan(): void {
    const { capabilities } = this.store.getState();
    if (capabilities !== null && this.#run === null) {
      this.store.setState({ plan: planBackend(this.#context.settings().backend, capabilities), opened: null });
    }
  }

  /** Starts a run, or goes on with the one that is paused or failed. */
  start(): void {
    this.#stepUntil = null;
    this.#goOn();
  }

  /** Goes on to the end of the next batch, phase or iteration. */
  step(unit: StepUnit): void {
    this.#stepUntil = unit;
    this.#goOn();
  }

  pause(): void {
    if (this.#status !== 'running') return;
    this.#pace.rest(seconds());
    this.#set('paused', { kind: 'paused' });
  }

  /** Ends the run and forgets it; the next start plays the same run again. */
  async reset(): Promise<void> {
    if (this.#status === 'stopping' || this.#status === 'idle') return;
    this.#run?.ended.abort();
    this.#set('stopping');
    this.#wake?.();
    await this.#driving;
    this.#run = null;
    this.record = new RunRecord();
    this.activity.clear();
    this.store.setState({ progress: null, trouble: null, opening: null, recoveries: 0 });
    this.#set('idle', { kind: 'reset' });
    this.replan();
  }

  /** Shows an error that came from elsewhere in the page, such as a file that cannot be read. */
  trouble(error: unknown, kept: Trouble['kept']): void {
    this.store.setState({ trouble: troubleOf(error, kept) });
  }

  dismiss(): void {
    this.store.setState({ trouble: null });
  }

  announce(announcement: Omit<Announcement, 'id'>): void {
    this.#announced += 1;
    this.store.setState({ announcement: { id: this.#announced, ...announcement } });
  }

  /** The run's numbers as JSON lines. */
  lines(): string {
    const { opened, plan } = this.store.getState();
    return recordLines(this.record, { ...opened, reason: plan?.why, configuration: this.#run?.configuration });
  }

  #goOn(): void {
    const status = this.#status;
    if (status === 'paused') {
      this.#pace.resume(seconds());
      this.#set('running', { kind: 'resumed' });
      this.#wake?.();
      return;
    }
    if (status !== 'idle' && status !== 'failed' && status !== 'finished') return;
    if (status !== 'failed' || this.#run === null) this.#begin();
    else this.#run.restarts = 0;
    this.store.setState({ trouble: null });
    if (this.#run !== null) this.#driving = this.#play(this.#run);
  }

  #begin(): void {
    const settings = this.#context.settings();
    this.record = new RunRecord();
    this.activity.clear();
    this.#pace = new Pace(settings.configuration.iterations);
    this.#run = {
      configuration: settings.configuration,
      settings,
      ended: new AbortController(),
      last: null,
      restarts: 0,
    };
    this.store.setState({ ...NOTHING_YET, ...this.#kept() });
  }

  #kept() {
    const { capabilities, plan, opened, announcement, revision } = this.store.getState();
    return { capabilities, plan, opened, announcement, revision };
  }

  /** Plays until the run is finished, reset or beyond help. Never rejects. */
  async #play(run: Run): Promise<void> {
    for (;;) {
      try {
        const players = await this.#open(run);
        if (run.ended.signal.aborted) return;
        await this.#drive(run, players);
        return;
      } catch (error) {
        // A worker that dies while the run is paused is started anew when it goes on.
        await this.#gate(run.ended.signal);
        if (run.ended.signal.aborted) return;
        if (!this.#recover(run, error)) {
          this.#fail(run, error);
          return;
        }
      }
    }
  }

  async #open(run: Run): Promise<Players> {
    this.#set('opening', run.restarts === 0 ? { kind: 'opening' } : undefined);
    const capabilities = await this.look();
    const plan = planBackend(run.settings.backend, capabilities);
    this.store.setState({ plan, opening: { what: 'model', done: 0, total: 0 } });
    const onOpening = (opening: Opening) => this.store.setState({ opening });
    const players = await this.#pool.open(
      openRequest(run.settings, plan, this.#context.base),
      ({ loaded: done, total }) => onOpening({ what: 'model', done, total }),
    );
    this.store.setState({ opened: players.opened });
    const { training, validation } = await prepareRows(players.opponent, run.settings, onOpening);
    this.record.setRows(training, validation);
    this.store.setState({ opening: null });
    return players;
  }

  async #drive(run: Run, players: Players): Promise<void> {
    const { signal } = run.ended;
    const { training, validation } = this.record;
    const start =
      run.last === null ? { weights: await players.player.call('baseWeights', null) } : { snapshot: run.last.snapshot };
    const events = selfPlay<Weights, PlayerState, EvaluationReport>({
      configuration: run.configuration,
      examples: training.map(({ example }) => example),
      validation: validation.map(({ example }) => example),
      opponent: remoteOpponent(players.opponent),
      player: remotePlayer(players.player),
      start,
      evaluate: (_, request) => this.#evaluate(run, players, request),
    });
    this.#pace.resume(seconds());
    this.#set('running', run.restarts === 0 ? { kind: 'started' } : undefined);
    try {
      for (;;) {
        const next = await events.next();
        // What arrives after a pause is held back, so that a paused run shows and tells nothing new.
        await this.#gate(signal);
        if (signal.aborted) return;
        if (next.done) break;
        this.#take(run, players, next.value);
      }
    } finally {
      await events.return();
    }
    this.#pace.rest(seconds());
    this.#set('finished', { kind: 'finished' });
  }

  /** Waits while the run is paused. */
  async #gate(signal: AbortSignal): Promise<void> {
    while (this.#status === 'paused' && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#wake = null;
  }

  #evaluate({ configuration, ended }: Run, players: Players, { moment, iteration }: EvaluationRequest) {
    return players.opponent.call(
      'evaluate',
      { configuration, moment, iteration, shown: ANSWERS_SHOWN },
      {
        signal: ended.signal,
        onProgress: (share) => {
          this.#pace.evaluated(share);
          this.#publishSoon();
        },
      },
    );
  }

  #take(run: Run, players: Players, event: LabEvent): void {
    this.record.take(event);
    this.#pace.take(event, seconds());
    if (event.type === 'checkpoint') {
      run.last = { snapshot: event.snapshot, mark: this.record.mark() };
      run.restarts = 0;
    }
    if (event.type === 'answers') void this.#readPairs(players, event);
    if (event.type === 'iteration-started' || event.type === 'iteration-finished') {
      this.announce({ kind: event.type, iteration: event.iteration });
    }
    if (event.type === 'evaluation') this.announce({ kind: 'evaluated', iteration: event.iteration });
    this.#publishSoon();
    if (this.#stepUntil !== null && ends(this.#stepUntil, event)) {
      this.#stepUntil = null;
      this.pause();
    }
  }

  /** Puts pairs into words behind the loop's back: the numbers do not wait for it. */
  async #readPairs(players: Players, event: Answers): Promise<void> {
    const { record } = this;
    try {
      record.addPairs(await readPairs(players.opponent, event, record.rowOf));
      this.#publishSoon();
    } catch (error) {
      // A death of the worker is told by the loop's own calls; only the words of a few pairs are missing.
      if (cureOf(error) === null) console.warn('Some pairs could not be read.', error);
    }
  }

  /** Makes ready to go on from the last checkpoint; false where that would not help. */
  #recover(run: Run, error: unknown): boolean {
    const cure = cureOf(error);
    if (cure === null || run.last === null || run.restarts >= MOST_RESTARTS) return false;
    if (cure === 'both') this.#pool.close();
    run.restarts += 1;
    this.record.rewind(run.last.mark);
    const { iteration, position } = run.last.snapshot;
    const planned = this.record.started?.steps ?? 0;
    this.#pace.rewind(iteration, planned === 0 ? 0 : position.step / planned, seconds());
    this.store.setState((state) => ({ recoveries: state.recoveries + 1 }));
    this.announce({ kind: 'recovered', iteration });
    return true;
  }

  #fail(run: Run, error: unknown): void {
    this.#pace.rest(seconds());
    const kept = run.last === null ? 'nothing-begun' : 'run-so-far';
    if (run.last === null) this.#run = null;
    this.store.setState({ trouble: troubleOf(error, kept), opening: null });
    this.#set('failed', { kind: 'failed' });
  }

  #set(status: SessionStatus, announcement?: Omit<Announcement, 'id'>): void {
    this.store.setState({ status });
    if (announcement !== undefined) this.announce(announcement);
    this.publish();
  }

  #publishSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (!this.#context.hidden()) this.publish();
    }, PUBLISH_EVERY_MS);
  }

  /** Shows the record as it is now. */
  publish(): void {
    const now = seconds();
    const { columns, started } = this.record;
    const progress = this.#run && {
      phase: this.#pace.phase,
      iteration: this.#pace.iteration,
      fraction: this.#pace.fraction,
      secondsLeft: this.#pace.secondsLeft(now),
      tokensPerSecond: this.#pace.tokensPerSecond(now),
      step: columns.length === 0 ? 0 : columns.row(columns.length - 1).step + 1,
      steps: started?.steps ?? 0,
    };
    this.store.setState((state) => ({ progress, revision: state.revision + 1 }));
  }
}
