// One run in the page: opens the players, advances the loop, pauses, steps, resets, and goes on from the last checkpoint when a worker
// dies. It knows the protocol and the loop; neither engine nor view.

import type { EvaluationReport, OpenRequest, PlayerState, RowsChunk, Weights } from '../../workers/protocol.ts';
import type { SpinConfiguration } from '../spin/configuration.ts';
import type { Answers, Snapshot } from '../spin/events.ts';
import { LabError } from '../spin/lab-error.ts';
import type { EvaluationRequest } from '../spin/run.ts';
import { selfPlay } from '../spin/self-play.ts';
import { Activity } from './activity.ts';
import { type Capabilities, planBackend } from './backend.ts';
import { Pace } from './pace.ts';
import { PlayerPool, type Players, remoteOpponent, remotePlayer, type StartWorker } from './players.ts';
import { type LabEvent, type Mark, type ReadPair, RunRecord, recordLines } from './record.ts';
import {
  type Announcement,
  createSessionStore,
  NOTHING_YET,
  type SessionStatus,
  type Trouble,
} from './session-store.ts';
import type { Settings } from './settings-store.ts';
import { ends, type StepUnit } from './step-units.ts';

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
/** Pairs of each chunk that are put into words: a person cannot read more as they pass. */
const PAIRS_READ = 8;
const ANSWERS_SHOWN = 24;
/** Errors after which new workers can go on from the last checkpoint. */
const RECOVERABLE = new Set(['WorkerDiedError', 'RuntimeFailedError']);

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
    const players = await this.#pool.open(this.#request(run.settings, plan), ({ loaded, total }) =>
      this.store.setState({ opening: { what: 'model', done: loaded, total } }),
    );
    this.store.setState({ opened: players.opened });
    await this.#prepare(run, players);
    return players;
  }

  #request(
    settings: Settings,
    { backend, threads }: { backend: OpenRequest['backend']; threads: number },
  ): OpenRequest {
    const under = (path: string): string => new URL(path, this.#context.base).href;
    return { backend, threads, runtimeBase: under('runtime/'), modelBase: under(settings.model) };
  }

  /** Has the examples made and encoded; they arrive in chunks. */
  async #prepare(run: Run, players: Players): Promise<void> {
    const { configuration } = run;
    const { iterations, examplesPerIteration, freshExamples } = configuration;
    const { own } = run.settings;
    const training = own?.pairs.length ?? examplesPerIteration * (freshExamples ? iterations : 1);
    const rows: RowsChunk[] = [];
    let done = 0;
    await players.opponent.call(
      'prepare',
      { source: own === null ? { kind: 'world' } : { kind: 'own', ...own }, configuration },
      {
        onProgress: (chunk) => {
          rows.push(chunk);
          done += chunk.rows.length;
          this.store.setState({ opening: { what: 'data', done, total: training } });
        },
      },
    );
    const all = (part: RowsChunk['part']) => rows.filter((one) => one.part === part).flatMap((one) => one.rows);
    this.record.setRows(all('training'), all('validation'));
    this.store.setState({ opening: null });
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
    if (event.type === 'answers') this.#readPairs(run, players, event);
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

  /** Puts some of a chunk's pairs into words, behind the loop's back: the numbers do not wait for it. */
  #readPairs(run: Run, players: Players, event: Answers): void {
    const pairs = event.pairs.slice(0, PAIRS_READ).flatMap((pair) => {
      const row = this.record.rowOf.get(pair.exampleIndex);
      return row === undefined ? [] : [{ pair, row }];
    });
    const { record } = this;
    players.opponent
      .call(
        'read',
        pairs.map(({ pair, row }) => ({ prompt: row.prompt, answer: { ids: pair.generatedIds, end: pair.end } })),
      )
      .then((texts) => {
        const read = pairs.map(
          ({ pair, row }, at): ReadPair => ({
            ...texts[at]!,
            key: `${event.iteration} ${pair.exampleIndex}`,
            iteration: event.iteration,
            prompt: row.prompt,
            human: row.response,
            end: pair.end,
            logps: pair.opponent,
          }),
        );
        record.addPairs(read);
        this.#publishSoon();
      })
      // A death of the worker is told by the loop's own calls; only the words of a few pairs are missing.
      .catch((error: unknown) => console.warn('Some pairs could not be read.', error, run.restarts));
  }

  /** Makes ready to go on from the last checkpoint; false where that would not help. */
  #recover(run: Run, error: unknown): boolean {
    const name = error instanceof Error ? error.name : '';
    if (!RECOVERABLE.has(name) || run.last === null || run.restarts >= MOST_RESTARTS) return false;
    // A runtime that has failed cannot be trusted; the other worker may live on.
    if (name === 'RuntimeFailedError') this.#pool.close();
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

function troubleOf(error: unknown, kept: Trouble['kept']): Trouble {
  if (error instanceof LabError) return { name: error.name, message: error.message, advice: error.advice, kept };
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { name, message, advice: '', kept };
}
