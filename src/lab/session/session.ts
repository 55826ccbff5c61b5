// What a person does to a run and sees of it: start, pause, step, reset; status, progress and troubles in the store. How a run is
// played is in `played-run.ts`.

import type { SpinConfiguration } from '../../spin/configuration.ts';
import { differences, PARAMETERS } from '../../spin/parameters/parameter-table.ts';
import { halvedRates } from '../../spin/schedules.ts';
import { Listeners } from '../browser/listeners.ts';
import { Activity } from '../players/activity.ts';
import type { BackendPlan, Capabilities } from '../players/backend.ts';
import { type Trouble, troubleOf } from '../players/trouble.ts';
import { WorkerPool } from '../players/worker-pool.ts';
import { recordLines } from '../record/record-lines.ts';
import { RunRecord } from '../record/run-record.ts';
import type { Settings } from '../settings/settings-store.ts';
import { ends, type StepUnit } from '../settings/step-units.ts';
import type { PairWatcher, RunContext, RunNews, SessionContext } from './collaborators.ts';
import { Gate } from './gate.ts';
import { watcherWhileSeen } from './pair-views.ts';
import { Planner } from './planner.ts';
import { PlayedRun } from './played-run.ts';
import type { LabEvent, Origin, RunAtHand } from './run-at-hand.ts';
import { SessionBoard, seconds } from './session-board.ts';
import { type Announcement, createSessionStore, NOTHING_YET, type SessionStatus } from './session-store.ts';

export class Session {
  readonly store = createSessionStore();
  readonly activity = new Activity();
  /** A run is finished, and stored whole where it is kept. `follows`: it was begun with the page's settings. */
  readonly finished = new Listeners<[run: RunAtHand, follows: boolean]>();
  /** The run goes on with lower learning rates than the page's settings say. */
  readonly lowered = new Listeners<[learningRates: readonly number[]]>();
  record = new RunRecord();
  readonly #context: SessionContext;
  readonly #board: SessionBoard;
  readonly #watcher: PairWatcher;
  readonly #runContext: RunContext;
  readonly #gate = new Gate(() => {
    const { status, slow } = this.store.getState();
    return { paused: status === 'paused', slow };
  });
  readonly #planner: Planner;
  #run: PlayedRun | null = null;
  #stepUntil: StepUnit | null = null;
  #driving: Promise<void> = Promise.resolve();
  /** The run at hand was begun with the page's settings, and takes their changes. */
  #follows = true;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#planner = new Planner(this.store, context);
    this.#board = new SessionBoard(this.store, context.hidden, () => ({
      record: this.record,
      pace: this.#run?.pace ?? null,
    }));
    this.#watcher = watcherWhileSeen(context.watcher, context.hidden);
    this.#runContext = this.#contextOfRuns();
    context.shelf?.onUnsaved((error) => this.#board.unsaved(error));
  }

  /** The run at hand; null where there is none. */
  get run(): RunAtHand | null {
    return this.#run;
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

  /** Plays a run with settings of its own; one that is at hand must have ended. @param group of the runs that it was queued with */
  play(settings: Settings, group: string | null = null): void {
    this.#stepUntil = null;
    if (this.#run !== null) void this.#context.shelf?.leave(this.#run);
    this.#adopt(new PlayedRun(settings, this.#runContext, { group }), false);
    this.#launch();
  }

  /** Goes on with a kept run from where it was; one that is at hand must have been reset. */
  goOnWith(settings: Settings, origin: Origin): void {
    this.#stepUntil = null;
    this.#adopt(new PlayedRun(settings, this.#runContext, { origin }));
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
    this.#gate.look();
  }

  /** Leaves the run, which is kept as far as it got; the next start plays the same run from its beginning. */
  async reset(): Promise<void> {
    if (this.#status === 'stopping' || this.#status === 'idle') return;
    const run = this.#run;
    run?.abort();
    this.#set('stopping');
    this.#gate.look();
    await this.#driving;
    if (run !== null) await this.#context.shelf?.leave(run);
    this.#watcher.rest();
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
    if (this.#follows) this.lowered.tell(learningRates);
    this.start();
  }

  /** Shows an error that came from elsewhere in the page, such as a file that cannot be read. */
  trouble(error: unknown, kept: Trouble['kept']): void {
    this.#board.trouble(error, kept);
  }

  dismiss(): void {
    this.#board.dismiss();
  }

  announce(announcement: Omit<Announcement, 'id'>): void {
    this.#board.announce(announcement);
  }

  /** Shows the record as it is now. */
  publish(): void {
    this.#board.publish();
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
      this.#gate.look();
      return;
    }
    if (status !== 'idle' && status !== 'failed' && status !== 'finished') return;
    if (status !== 'failed' || this.#run === null) {
      if (this.#run !== null) void this.#context.shelf?.leave(this.#run);
      this.#adopt(new PlayedRun(this.#context.settings(), this.#runContext));
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
      // A queue that waits for this begins its next run at once.
      const follows = this.#follows;
      this.#set('finished', { kind: 'finished' });
      void this.#end(run, follows);
    } catch (error) {
      run.pace.rest(seconds());
      if (!run.kept) this.#run = null;
      const trouble = troubleOf(error, run.kept ? 'run-so-far' : 'nothing-begun');
      this.store.setState({ trouble, opening: null });
      this.#set('failed', { kind: 'failed' });
    }
  }

  async #end(run: PlayedRun, follows: boolean): Promise<void> {
    await this.#context.shelf?.ended(run);
    this.finished.tell(run, follows);
  }

  #contextOfRuns(): RunContext {
    const { machine, shelf } = this.#context;
    return {
      stage: {
        pool: new WorkerPool(machine.startWorker, (span) => this.activity.add(span)),
        planner: this.#planner,
        base: machine.base,
      },
      keep: async (run, opened) => {
        const log = (await shelf?.begin(run, opened)) ?? null;
        this.store.setState({ runId: log?.id ?? null });
        return log;
      },
      watcher: this.#watcher,
      tell: (news) => this.#hear(news),
      gate: (signal) => this.#gate.pass(signal),
    };
  }

  #hear(news: RunNews): void {
    this.#board.hear(news);
    if (news.kind === 'playing') this.#set('running', this.#run?.recovering ? undefined : { kind: 'started' });
    if (news.kind === 'event') this.#take(news.event);
  }

  #take(event: LabEvent): void {
    if (event.type === 'evaluation' && this.#run !== null) this.#context.shelf?.measured(this.#run);
    if (event.type === 'answers' || event.type === 'step') this.#gate.stand();
    if (this.#stepUntil !== null && ends(this.#stepUntil, event)) {
      this.#stepUntil = null;
      this.pause();
    }
  }

  #set(status: SessionStatus, announcement?: Omit<Announcement, 'id'>): void {
    this.#board.set(status, announcement);
  }
}
