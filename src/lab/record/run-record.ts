// What a run has told so far, built from the lines of its folder, live or read back; it can be taken back to a checkpoint. Outside any
// store.

import {
  type AnswerLine,
  type AnswersLine,
  type EventLine,
  type IterationFinishedLine,
  type PairLine,
  pairKey,
  type ScoresLine,
  type WatchedLine,
} from '../../folder/lines.ts';
import type { SpinConfiguration } from '../../spin/configuration.ts';
import type { IterationStarted, Step, StepPair, Validation } from '../../spin/events.ts';
import type { FitCounts } from '../../spin/fitting.ts';
import { writtenConfiguration } from '../../spin/former-rules.ts';
import { Columns } from './columns.ts';
import { RunClock } from './run-clock.ts';

export const STEP_COLUMNS = [
  'iteration',
  'step',
  'epoch',
  'learning_rate',
  'loss',
  'rewards/real',
  'rewards/generated',
  'rewards/margins',
  'rewards/accuracies',
  'logps/real',
  'logps/generated',
  'grad_norm',
  'tokens',
] as const;
/** Derived as steps come: seconds of work since the run began, tokens trained on so far, and how many a second. */
export const DERIVED_COLUMNS = ['seconds', 'tokens_total', 'tokens_per_second'] as const;
export type StepColumn = (typeof STEP_COLUMNS)[number] | (typeof DERIVED_COLUMNS)[number];

/** Fields of an evaluation: each measure, its `_ci95` and `_n`. */
export type MeasureFields = Readonly<Record<string, unknown>>;

export interface Round {
  readonly moment: 'before' | 'after';
  readonly iteration: number;
  readonly measures: MeasureFields;
  readonly answers: readonly AnswerLine[];
}

/** Each trained pair of an iteration as its latest step saw it: log-ratios and λ · margin, one entry a pair. */
export interface PairRatios {
  readonly real: Float64Array;
  readonly generated: Float64Array;
  readonly margin: Float64Array;
}

/** When pairs were watched: steps done in an iteration. */
type Moment = Pick<WatchedLine, 'iteration' | 'step'>;

/** A place to which the record can be taken back. */
export interface Mark {
  readonly steps: number;
  readonly rounds: number;
  readonly pairs: number;
  /** The last moment at which pairs were watched. */
  readonly watched: Moment | null;
  readonly finished: number;
  readonly validations: number;
  readonly started: IterationStarted | null;
  readonly answered: AnswersLine | null;
  readonly scored: ScoresLine | null;
  readonly clock: RunClock;
}

/** What became of an own file's rows. */
export interface FittedFile {
  readonly name: string;
  readonly counts: FitCounts;
}

/** More pairs than this are read from the run's files when they are asked for. */
const PAIRS_KEPT = 256;

/** Moments of an iteration that are at hand, so that a run of any length takes the same room; the run's files hold them all. */
const MOMENTS_KEPT = 64;

export const isAfter = (a: Moment, b: Moment): boolean =>
  a.iteration === b.iteration ? a.step > b.step : a.iteration > b.iteration;

/** Where an iteration has too many moments, every second one goes until it has not; its first and its last stay. */
function withFewMoments(lines: readonly WatchedLine[]): readonly WatchedLine[] {
  const steps = new Map<number, Set<number>>();
  for (const { iteration, step } of lines) steps.set(iteration, (steps.get(iteration) ?? new Set()).add(step));
  const kept = new Map([...steps].map(([iteration, of]) => [iteration, new Set(few([...of]))]));
  return lines.filter(({ iteration, step }) => kept.get(iteration)!.has(step));
}

function few(steps: readonly number[]): readonly number[] {
  if (steps.length <= MOMENTS_KEPT) return steps;
  return few(steps.filter((_, at) => at === 0 || (steps.length - 1 - at) % 2 === 0));
}

/** A second; NaN where a pause came between, which is no time of work. */
const rate = (tokens: number, seconds: number): number => (seconds > 0 ? tokens / seconds : Number.NaN);

function withoutTime<Line extends { readonly time?: string }>({ time: _, ...line }: Line): Omit<Line, 'time'> {
  return line;
}

export class RunRecord {
  readonly columns = new Columns<StepColumn>([...STEP_COLUMNS, ...DERIVED_COLUMNS]);
  configuration: SpinConfiguration | null = null;
  file: FittedFile | null = null;
  /** The lengths that the model has room for, where longer ones were asked for. */
  lowered: Pick<SpinConfiguration, 'maxLength' | 'maxNewTokens'> | null = null;
  rounds: readonly Round[] = [];
  /** The latest pairs, newest first. */
  pairs: readonly PairLine[] = [];
  /** Pairs told in all. */
  pairCount = 0;
  /** Pairs as both players saw them, oldest first; of an iteration with very many moments, some of them. */
  watched: readonly WatchedLine[] = [];
  finished: readonly IterationFinishedLine[] = [];
  validations: readonly Validation[] = [];
  started: IterationStarted | null = null;
  answered: AnswersLine | null = null;
  /** Older pairs of the window, scored again. */
  scored: ScoresLine | null = null;
  /** The batch of the latest step. */
  batch: readonly StepPair[] = [];
  skipped = 0;
  truncated = 0;
  completed = false;
  #clock = new RunClock();
  #concealing = false;
  #concealed: PairLine[] = [];
  readonly #ratios = new Map<number, Map<string, StepPair>>();

  /** Takes note of a line of events.jsonl. */
  take(line: EventLine): void {
    this.#clock = this.#clock.at(line);
    switch (line.type) {
      case 'run-started':
        this.configuration = writtenConfiguration(line.configuration);
        this.skipped = line.skipped;
        this.truncated = line.truncated;
        break;
      case 'reconfigured':
        this.configuration = writtenConfiguration(line.configuration);
        break;
      case 'evaluation': {
        const { type: _, moment, iteration, time: __, ...measures } = line;
        this.rounds = [...this.rounds, { moment, iteration, measures, answers: [] }];
        break;
      }
      case 'iteration-started':
        this.started = line;
        this.answered = null;
        this.scored = null;
        this.batch = [];
        break;
      case 'answers':
        this.answered = line;
        break;
      case 'step':
        this.#takeStep(line);
        break;
      case 'validation':
        this.validations = [...this.validations, line];
        break;
      case 'iteration-finished':
        this.finished = [...this.finished, withoutTime(line)];
        break;
      case 'run-finished':
        this.completed = line.why === 'completed';
        break;
      case 'scores':
        this.scored = line;
        break;
      case 'checkpoint':
        break;
    }
  }

  /** The answers of an evaluation that was taken note of. */
  addAnswers({ moment, iteration }: Pick<Round, 'moment' | 'iteration'>, answers: readonly AnswerLine[]): void {
    this.rounds = this.rounds.map((round) =>
      round.moment === moment && round.iteration === iteration ? { ...round, answers } : round,
    );
  }

  addPairs(pairs: readonly PairLine[]): void {
    this.pairCount += pairs.length;
    this.#concealed.push(...pairs);
    this.reveal(this.#concealing ? 1 : Number.POSITIVE_INFINITY);
  }

  /** Whether pairs are shown one at a time, as somebody steps through them. */
  conceal(on: boolean): void {
    this.#concealing = on;
    if (!on) this.reveal(Number.POSITIVE_INFINITY);
  }

  /** Pairs that are told but not shown yet. */
  get concealed(): number {
    return this.#concealed.length;
  }

  /** Shows the next pairs of those that are concealed. */
  reveal(count: number): void {
    const shown = this.#concealed.splice(0, count);
    this.pairs = [...shown.reverse(), ...this.pairs].slice(0, PAIRS_KEPT);
  }

  addWatched(lines: readonly WatchedLine[]): void {
    this.watched = withFewMoments([...this.watched, ...lines]);
  }

  /** The trained pairs of an iteration; empty where there are none, as in the control. */
  pairRatios(iteration: number): PairRatios {
    const pairs = [...(this.#ratios.get(iteration)?.values() ?? [])];
    return {
      real: Float64Array.from(pairs, ({ real }) => real),
      generated: Float64Array.from(pairs, ({ generated }) => generated),
      margin: Float64Array.from(pairs, ({ margin }) => margin),
    };
  }

  mark(): Mark {
    return {
      steps: this.columns.length,
      rounds: this.rounds.length,
      pairs: this.pairCount,
      watched: this.watched.at(-1) ?? null,
      finished: this.finished.length,
      validations: this.validations.length,
      started: this.started,
      answered: this.answered,
      scored: this.scored,
      clock: this.#clock,
    };
  }

  /** Forgets what came after a mark. */
  rewind(mark: Mark): void {
    this.columns.truncate(mark.steps);
    this.rounds = this.rounds.slice(0, mark.rounds);
    this.reveal(Number.POSITIVE_INFINITY);
    this.pairs = this.pairs.slice(Math.max(0, this.pairCount - mark.pairs));
    this.pairCount = mark.pairs;
    this.watched = this.watched.filter((line) => mark.watched !== null && !isAfter(line, mark.watched));
    this.finished = this.finished.slice(0, mark.finished);
    this.validations = this.validations.slice(0, mark.validations);
    this.started = mark.started;
    this.answered = mark.answered;
    this.scored = mark.scored;
    this.completed = false;
    this.#clock = mark.clock;
    for (const iteration of this.#ratios.keys()) {
      if (iteration > (mark.started?.iteration ?? -1)) this.#ratios.delete(iteration);
    }
  }

  #takeStep(line: Step): void {
    const seconds = this.#clock.seconds;
    const last = this.columns.length === 0 ? null : this.columns.row(this.columns.length - 1);
    const numbers = Object.fromEntries(STEP_COLUMNS.map((name) => [name, line[name]])) as Record<StepColumn, number>;
    this.columns.push({
      ...numbers,
      seconds,
      tokens_total: (last?.tokens_total ?? 0) + line.tokens,
      // Of a step that follows another: before an iteration's first one the opponent answers.
      tokens_per_second: last?.iteration === line.iteration ? rate(line.tokens, seconds - last.seconds) : Number.NaN,
    });
    this.batch = line.pairs;
    const ratios = this.#ratios.get(line.iteration) ?? new Map<string, StepPair>();
    for (const pair of line.pairs) ratios.set(pairKey(pair), pair);
    this.#ratios.set(line.iteration, ratios);
  }
}
