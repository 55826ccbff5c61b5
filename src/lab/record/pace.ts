// How far a run is and how long it will still take, from its events and a clock.

import type { SpinEvent } from '../../spin/events.ts';

/** What the loop waits for. The opponent answers a chunk and scores it, and then the next, until the player can begin. */
export type Phase = 'evaluating' | 'answering' | 'scoring' | 'learning';

/** An evaluation beside an iteration, in time, until both have been seen. */
const EVALUATION_SHARE = 0.3;
/** The opponent's first answers beside the whole iteration: after them the player learns while the opponent goes on. */
const ANSWERING_SHARE = 0.1;

/** Seconds that the finished parts of one kind took. */
class Timer {
  #sum = 0;
  #count = 0;

  add(seconds: number): void {
    this.#sum += seconds;
    this.#count += 1;
  }

  get mean(): number | null {
    return this.#count === 0 ? null : this.#sum / this.#count;
  }
}

export class Pace {
  #phase: Exclude<Phase, 'scoring'> = 'evaluating';
  #scoring = false;
  /** Within the phase, 0 to 1. */
  fraction = 0;
  iteration = 0;
  /** Planned. */
  iterations: number;
  readonly #evaluationTimes = new Timer();
  readonly #iterationTimes = new Timer();
  #evaluations = 0;
  #finished = 0;
  /** Seconds at work before the clock was last stopped. */
  #worked = 0;
  #since: number | null = null;
  #partBegan = 0;
  /** What of the part under way was already done when its clock began, as after a restart. */
  #partHead = 0;
  #tokens: readonly { readonly at: number; readonly tokens: number }[] = [];

  constructor(iterations: number) {
    this.iterations = iterations;
  }

  /** Starts the clock. All times are in seconds. */
  resume(now: number): void {
    this.#since ??= now;
  }

  /** Stops the clock. */
  rest(now: number): void {
    this.#worked = this.#workedAt(now);
    this.#since = null;
  }

  take(event: SpinEvent<unknown, unknown, unknown>, now: number): void {
    const at = this.#workedAt(now);
    switch (event.type) {
      case 'iteration-started':
        this.iteration = event.iteration;
        this.#begin('answering', at);
        break;
      case 'answers':
        if (this.#phase === 'answering') this.fraction = event.done / event.total;
        break;
      case 'step':
        this.#phase = 'learning';
        this.fraction = (event.step + 1) / event.steps;
        this.#tokens = [...this.#tokens.filter((one) => one.at > at - 5), { at, tokens: event.tokens }];
        break;
      case 'iteration-finished':
        if (this.#partHead === 0) this.#iterationTimes.add(at - this.#partBegan);
        this.#finished = event.iteration + 1;
        this.#begin('evaluating', at);
        break;
      case 'evaluation':
        if (this.#partHead === 0) this.#evaluationTimes.add(at - this.#partBegan);
        this.#evaluations = event.moment === 'before' ? 1 : event.iteration + 2;
        this.fraction = 1;
        break;
      default:
        break;
    }
  }

  get phase(): Phase {
    return this.#phase === 'answering' && this.#scoring ? 'scoring' : this.#phase;
  }

  /** Whether the opponent scores now, rather than answers. */
  scores(scoring: boolean): void {
    this.#scoring = scoring;
  }

  /** How far an evaluation is. */
  evaluated(fraction: number): void {
    if (this.#phase === 'evaluating') this.fraction = fraction;
  }

  /** Goes back to a checkpoint: `done` of iteration `iteration`, 0 to 1; 0 is just before its evaluation. */
  rewind(iteration: number, done: number, now: number): void {
    this.#begin(done > 0 ? 'learning' : 'evaluating', this.#workedAt(now));
    this.iteration = iteration;
    this.fraction = done;
    this.#partHead = done;
    this.#finished = iteration;
    this.#evaluations = done > 0 ? iteration + 1 : iteration;
  }

  /** Tokens trained on a second, lately. */
  tokensPerSecond(now: number): number {
    const [first, ...later] = this.#tokens;
    if (first === undefined || later.length === 0) return 0;
    const sum = later.reduce((total, { tokens }) => total + tokens, 0);
    return sum / Math.max(1e-3, this.#workedAt(now) - first.at);
  }

  /** Seconds of work left; null while too little has been timed. */
  secondsLeft(now: number): number | null {
    const done = this.#partDone();
    const here = this.#workedAt(now) - this.#partBegan;
    const evaluating = this.#phase === 'evaluating';
    // The first questions of an evaluation also prepare its graphs: they tell little of the others.
    const enough = evaluating ? 0.3 : 0.04;
    const timed = done - this.#partHead > enough ? here / (done - this.#partHead) : null;
    const iteration = this.#iterationTimes.mean ?? (evaluating ? null : timed);
    const evaluation = this.#evaluationTimes.mean ?? (evaluating ? timed : null);
    const perIteration = iteration ?? (evaluation === null ? null : evaluation / EVALUATION_SHARE);
    if (perIteration === null) return null;
    const perEvaluation = evaluation ?? EVALUATION_SHARE * perIteration;
    const iterations = this.iterations - this.#finished - (evaluating ? 0 : done);
    const evaluations = this.iterations + 1 - this.#evaluations - (evaluating && done < 1 ? done : 0);
    return Math.max(0, iterations * perIteration + evaluations * perEvaluation);
  }

  /** Share of the evaluation or iteration under way that is done. */
  #partDone(): number {
    if (this.#phase === 'evaluating') return this.fraction;
    if (this.#phase === 'answering') return ANSWERING_SHARE * this.fraction;
    return Math.max(ANSWERING_SHARE * 0.5, this.fraction);
  }

  #begin(phase: Exclude<Phase, 'scoring'>, at: number): void {
    this.#phase = phase;
    this.fraction = 0;
    this.#partBegan = at;
    this.#partHead = 0;
  }

  #workedAt(now: number): number {
    return this.#worked + (this.#since === null ? 0 : now - this.#since);
  }
}
