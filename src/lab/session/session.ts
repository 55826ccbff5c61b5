// What a person does to a run and sees of it: start, pause, step, reset; status, progress and troubles in the store. How a run is
// played is in `played-run.ts`.

import type { SpinConfiguration } from '../../spin/configuration.ts';
import { differences, PARAMETERS } from '../../spin/parameters/parameter-table.ts';
import { halvedRates } from '../../spin/schedules.ts';
import { Activity } from '../players/activity.ts';
import type { BackendPlan, Capabilities } from '../players/backend.ts';
import { type Trouble, troubleOf } from '../players/trouble.ts';
import { PlayerPool } from '../players/worker-pool.ts';
import { progressOf } from '../record/progress.ts';
import { recordLines } from '../record/record-lines.ts';
import { RunRecord } from '../record/run-record.ts';
import type { Settings } from '../settings/settings-store.ts';
import { ends, type StepUnit } from '../settings/step-units.ts';
import { Planner } from './planner.ts';
import { PlayedRun, seconds } from './played-run.ts';
import type { LabEvent, Origin, RunHost } from './run-host.ts';
import type { SessionContext } from './session-context.ts';
import { type Announcement, createSessionStore, NOTHING_YET, type SessionStatus } from './session-store.ts';

const PUBLISH_EVERY_MS = 200;
/** Slow motion: how long each batch of answers and each step is left standing. */
const SLOW_MS = 900;

export class Session {
  readonly store = createSessionStore();
  readonly activity = new Activity();
  record = new RunRecord();
  readonly #context: SessionContext;
  readonly #host: RunHost;
  readonly #planner: Planner;
  #run: PlayedRun | null = null;
  #stepUntil: StepUnit | null = null;
  #wake: (() => void) | null = null;
  #driving: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #announced = 0;
  #slowUntil = 0;
  /** The run at hand was begun with the page's settings, and takes their changes. */
  #follows = true;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#planner = new Planner(this.store, context);
    this.#host = this.#hostOf(new PlayerPool(context.startWorker, (span) => this.activity.add(span)));
  }

  get #status(): SessionStatus {
    return this.store.getState().status;
  }

  /** Finds out what the browser offers; done once, and again by whoever needs it. */
  look(): Promise<Capabilities> {
    return this.#planner.look();
  }

  /** Tells the store which back end the settings now mean. */
  replan(): void {
    if (this.#run === null) this.#planner.replan();
  }

  /** What the page's settings mean as far as it is known, beside whatever is played. */
  plan(): Promise<BackendPlan> {
    return this.#planner.now();
  }

  /** Measures again how many threads are fastest. Not while a run is at hand that may go on: it keeps the number that it began with. */
  async measureThreads(): Promise<void> {
    if (this.#status === 'idle' || this.#status === 'finished') await this.#planner.measureAgain();
  }

  /** Starts a run, or goes on with the one that is paused or failed. */
  start(): void {
    this.#stepUntil = null;
    this.#goOn();
  }

  /** Plays a run with settings of its own; one that is at hand must have ended. */
  play(settings: Settings): void {
    this.#stepUntil = null;
    if (this.#run !== null) void this.#context.leave?.(this.#run);
    this.#adopt(new PlayedRun(settings, this.#host), false);
    this.#launch();
  }

  /** Goes on with a kept run from where it was; one that is at hand must have been reset. */
  goOnWith(settings: Settings, origin: Origin): void {
    this.#stepUntil = null;
    this.#adopt(new PlayedRun(settings, this.#host, origin));
    this.store.setState({ runId: origin.log.id });
    this.#launch();
  }

  /** Goes on to the end of the next answer, batch, phase or iteration. */
  step(unit: StepUnit): void {
    if (unit === 'answer' && this.#status === 'paused' && this.record.concealed > 0) {
      this.record.reveal(1);
      this.publish();
      return;
    }
    this.#stepUntil = unit;
    this.#goOn();
  }

  pause(): void {
    if (this.#status !== 'running') return;
    this.#run?.pace.rest(seconds());
    this.#set('paused', { kind: 'paused' });
  }

  setSlow(slow: boolean): void {
    this.store.setState({ slow });
    this.#wake?.();
  }

  /** Leaves the run, which is kept as far as it got; the next start plays the same run from its beginning. */
  async reset(): Promise<void> {
    if (this.#status === 'stopping' || this.#status === 'idle') return;
    const run = this.#run;
    run?.abort();
    this.#set('stopping');
    this.#wake?.();
    await this.#driving;
    if (run !== null) await this.#context.leave?.(run);
    this.#context.watcher?.rest();
    this.#run = null;
    this.record = new RunRecord();
    this.activity.clear();
    this.store.setState({ progress: null, trouble: null, unsaved: null, opening: null, recoveries: 0 });
    this.store.setState({ configuration: null, runId: null });
    this.#set('idle', { kind: 'reset' });
    this.replan();
  }

  /**
   * Takes other settings for the run at hand, from its next checkpoint on. Returns the parameters that stand in the way, because a run
   * once begun cannot change them: then nothing is taken.
   */
  apply(configuration: SpinConfiguration): (keyof SpinConfiguration)[] {
    const run = this.#run;
    if (run === null || !this.#follows || this.#status === 'finished') return [];
    const changed = differences(run.settings.configuration, configuration);
    const fixed = changed.filter((key) => PARAMETERS[key].restart);
    if (fixed.length > 0 || changed.length === 0) return fixed;
    this.#reconfigure(run, configuration);
    return [];
  }

  #reconfigure(run: PlayedRun, configuration: SpinConfiguration): void {
    run.reconfigure(configuration);
    this.store.setState({ configuration });
    this.announce({ kind: 'reconfigured' });
  }

  /** Goes on from the last good checkpoint with half the learning rate from its iteration on. */
  retryAtHalfRate(): void {
    const run = this.#run;
    if (run === null || this.#status !== 'failed') return;
    const { configuration } = run.settings;
    const learningRates = halvedRates(configuration, this.record.started?.iteration ?? 0);
    this.#reconfigure(run, { ...configuration, learningRates });
    if (this.#follows) this.#context.onLowered?.(learningRates);
    this.start();
  }

  /** Shows an error that came from elsewhere in the page, such as a file that cannot be read. */
  trouble(error: unknown, kept: Trouble['kept']): void {
    this.store.setState({ trouble: troubleOf(error, kept) });
  }

  /** The run at hand is no longer kept. */
  unsaved(error: unknown): void {
    this.store.setState({ unsaved: troubleOf(error, 'run-so-far') });
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
    this.record.conceal(this.#stepUntil === 'answer');
    if (status === 'paused') {
      this.#run?.pace.resume(seconds());
      this.#set('running', { kind: 'resumed' });
      this.#wake?.();
      return;
    }
    if (status !== 'idle' && status !== 'failed' && status !== 'finished') return;
    if (status !== 'failed' || this.#run === null) {
      if (this.#run !== null) void this.#context.leave?.(this.#run);
      this.#adopt(new PlayedRun(this.#context.settings(), this.#host));
    }
    this.#launch();
  }

  #adopt(run: PlayedRun, follows = true): void {
    this.#follows = follows;
    run.record.conceal(this.#stepUntil === 'answer');
    this.record = run.record;
    this.activity.clear();
    this.#run = run;
    const { capabilities, plan, opened, announcement, revision, slow } = this.store.getState();
    const { configuration } = run.settings;
    this.store.setState({ ...NOTHING_YET, capabilities, plan, opened, announcement, revision, slow, configuration });
  }

  #launch(): void {
    const run = this.#run;
    if (run === null) return;
    this.store.setState({ trouble: null });
    this.#set('opening', { kind: 'opening' });
    this.#driving = this.#play(run);
  }

  /** Plays until the run is finished, reset or beyond help. Never rejects. */
  async #play(run: PlayedRun): Promise<void> {
    try {
      const finished = await run.play();
      run.pace.rest(seconds());
      if (!finished) return;
      this.#set('finished', { kind: 'finished' });
      void this.#context.finished?.(run, this.#follows);
    } catch (error) {
      run.pace.rest(seconds());
      if (!run.kept) this.#run = null;
      const trouble = troubleOf(error, run.kept ? 'run-so-far' : 'nothing-begun');
      this.store.setState({ trouble, opening: null });
      this.#set('failed', { kind: 'failed' });
    }
  }

  #hostOf(pool: PlayerPool): RunHost {
    return {
      pool,
      base: this.#context.base,
      plan: (settings) => this.#planner.settle(settings),
      measuredPlan: (settings, underWay, signal) => this.#planner.settleMeasured(settings, underWay, signal),
      keep: async (run, opened) => {
        const log = (await this.#context.keep?.(run, opened, this.store.getState().plan)) ?? null;
        this.store.setState({ runId: log?.id ?? null });
        return log;
      },
      gate: (signal) => this.#gate(signal),
      wanted: () => (this.#context.hidden() ? null : (this.#context.watcher?.wanted() ?? null)),
      onWatched: (line) => this.#context.watcher?.take(line),
      onFollowed: (pair) => this.#context.watcher?.follow(pair),
      onDrawn: (drawn) => {
        if (!this.#context.hidden()) this.store.setState({ drawn });
      },
      onOpening: (opening) => this.store.setState({ opening }),
      onOpened: (opened) => this.store.setState({ opened }),
      onPlaying: () => this.#set('running', this.#run?.recovering ? undefined : { kind: 'started' }),
      onEvent: (event) => this.#take(event),
      onChange: () => this.#publishSoon(),
      onTrouble: (error) => this.trouble(error, 'run-so-far'),
      onRecovery: (iteration) => {
        this.store.setState((state) => ({ recoveries: state.recoveries + 1 }));
        this.announce({ kind: 'recovered', iteration });
        this.#set('opening');
      },
    };
  }

  /** Waits while the run is paused, or its last event is left standing in slow motion. */
  async #gate(signal: AbortSignal): Promise<void> {
    for (;;) {
      const left = this.store.getState().slow ? this.#slowUntil - performance.now() : 0;
      if (signal.aborted || (this.#status !== 'paused' && left <= 0)) break;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (this.#status !== 'paused') setTimeout(resolve, left);
      });
    }
    this.#wake = null;
  }

  #take(event: LabEvent): void {
    if (event.type === 'iteration-started' || event.type === 'iteration-finished') {
      this.announce({ kind: event.type, iteration: event.iteration });
    }
    if (event.type === 'evaluation') {
      this.announce({ kind: 'evaluated', iteration: event.iteration });
      if (this.#run !== null) this.#context.measured?.(this.#run);
    }
    const answered = event.type === 'evaluation' || (event.type === 'answers' && event.done === event.total);
    if (answered) this.store.setState({ drawn: [] });
    if (event.type === 'answers' || event.type === 'step') this.#slowUntil = performance.now() + SLOW_MS;
    this.#publishSoon();
    if (this.#stepUntil !== null && ends(this.#stepUntil, event)) {
      this.#stepUntil = null;
      this.pause();
    }
  }

  #set(status: SessionStatus, announcement?: Omit<Announcement, 'id'>): void {
    this.store.setState(status === 'running' ? { status } : { status, drawn: [] });
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
    const pace = this.#run?.pace;
    const progress = pace === undefined ? null : progressOf(this.record, pace, seconds());
    this.store.setState((state) => ({ progress, revision: state.revision + 1 }));
  }
}
