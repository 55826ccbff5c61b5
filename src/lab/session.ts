// What a person does to a run and sees of it: start, pause, step, reset; status, progress and troubles in the store. How a run is
// played is elsewhere; it knows neither engine nor view.

import { Activity } from './activity.ts';
import { type Capabilities, planBackend } from './backend.ts';
import { PlayedRun, type RunHost, seconds } from './played-run.ts';
import { PlayerPool, type StartWorker } from './players.ts';
import { type LabEvent, RunRecord, recordLines } from './record.ts';
import { type Announcement, createSessionStore, NOTHING_YET, type SessionStatus } from './session-store.ts';
import type { Settings } from './settings-store.ts';
import { ends, type StepUnit } from './step-units.ts';
import { type Trouble, troubleOf } from './trouble.ts';

export interface SessionContext {
  readonly startWorker: StartWorker;
  readonly capabilities: () => Promise<Capabilities>;
  readonly settings: () => Settings;
  /** The page's own address, under which models and runtime lie. */
  readonly base: string;
  /** Nobody sees the page now: numbers are kept, nothing is published. */
  readonly hidden: () => boolean;
}

const PUBLISH_EVERY_MS = 200;

export class Session {
  readonly store = createSessionStore();
  readonly activity = new Activity();
  record = new RunRecord();
  readonly #context: SessionContext;
  readonly #host: RunHost;
  #run: PlayedRun | null = null;
  #stepUntil: StepUnit | null = null;
  #wake: (() => void) | null = null;
  #driving: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #announced = 0;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#host = this.#hostOf(new PlayerPool(context.startWorker, (span) => this.activity.add(span)));
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
    this.#run?.pace.rest(seconds());
    this.#set('paused', { kind: 'paused' });
  }

  /** Ends the run and forgets it; the next start plays the same run again. */
  async reset(): Promise<void> {
    if (this.#status === 'stopping' || this.#status === 'idle') return;
    this.#run?.abort();
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
      this.#run?.pace.resume(seconds());
      this.#set('running', { kind: 'resumed' });
      this.#wake?.();
      return;
    }
    if (status !== 'idle' && status !== 'failed' && status !== 'finished') return;
    const run = status === 'failed' && this.#run !== null ? this.#run : this.#begin();
    this.store.setState({ trouble: null });
    this.#set('opening', { kind: 'opening' });
    this.#driving = this.#play(run);
  }

  #begin(): PlayedRun {
    const run = new PlayedRun(this.#context.settings(), this.#host);
    this.record = run.record;
    this.activity.clear();
    this.#run = run;
    const { capabilities, plan, opened, announcement, revision } = this.store.getState();
    this.store.setState({ ...NOTHING_YET, capabilities, plan, opened, announcement, revision });
    return run;
  }

  /** Plays until the run is finished, reset or beyond help. Never rejects. */
  async #play(run: PlayedRun): Promise<void> {
    try {
      const finished = await run.play();
      run.pace.rest(seconds());
      if (finished) this.#set('finished', { kind: 'finished' });
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
      plan: async ({ backend }) => {
        const plan = planBackend(backend, await this.look());
        this.store.setState({ plan });
        return plan;
      },
      gate: (signal) => this.#gate(signal),
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

  /** Waits while the run is paused. */
  async #gate(signal: AbortSignal): Promise<void> {
    while (this.#status === 'paused' && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#wake = null;
  }

  #take(event: LabEvent): void {
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
    const pace = this.#run?.pace;
    const progress =
      pace === undefined
        ? null
        : {
            phase: pace.phase,
            iteration: pace.iteration,
            fraction: pace.fraction,
            secondsLeft: pace.secondsLeft(now),
            tokensPerSecond: pace.tokensPerSecond(now),
            step: columns.length === 0 ? 0 : columns.row(columns.length - 1).step + 1,
            steps: started?.steps ?? 0,
          };
    this.store.setState((state) => ({ progress, revision: state.revision + 1 }));
  }
}
