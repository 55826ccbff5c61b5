// What a run has told so far, built from its events; it can be taken back to a checkpoint. Outside any store. Knows no view.

import type { EvaluationReport, PlayerState, ReadAnswer, Row, ShownAnswer, Weights } from '../../workers/protocol.ts';
import type { SpinConfiguration } from '../spin/configuration.ts';
import type { Answers, IterationFinished, IterationStarted, SpinEvent, Step, Validation } from '../spin/events.ts';
import { countFields } from '../spin/fitting.ts';
import type { AnswerEnd } from '../spin/players.ts';
import { Columns } from './columns.ts';
import type { FittedFile, RunRows } from './opening.ts';

export type LabEvent = SpinEvent<Weights, PlayerState, EvaluationReport>;

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
export type StepColumn = (typeof STEP_COLUMNS)[number];

/** A pair as a person reads it. */
export interface ReadPair extends ReadAnswer {
  /** Unique in the run. */
  readonly key: string;
  readonly iteration: number;
  readonly prompt: string;
  readonly human: string;
  readonly end: AnswerEnd;
  /** Under the opponent: log p of the human answer and of its own. */
  readonly logps: { readonly real: number; readonly generated: number };
}

/** An answer in an evaluation, as views show it. */
export type AnswerShown = ShownAnswer;

export interface Round {
  readonly moment: 'before' | 'after';
  readonly iteration: number;
  readonly report: EvaluationReport;
}

/** A place to which the record can be taken back. */
export interface Mark {
  readonly steps: number;
  readonly rounds: number;
  readonly pairs: number;
  readonly finished: number;
  readonly validations: number;
  readonly started: IterationStarted | null;
  readonly answered: Answers | null;
}

const PAIRS_KEPT = 60;

export class RunRecord {
  readonly columns = new Columns<StepColumn>(STEP_COLUMNS);
  /** The run's examples. */
  training: readonly Row[] = [];
  validation: readonly Row[] = [];
  file: FittedFile | null = null;
  /** The lengths that the model has room for, where longer ones were asked for. */
  lowered: Pick<SpinConfiguration, 'maxLength' | 'maxNewTokens'> | null = null;
  /** Training rows by their example's index. */
  rowOf: ReadonlyMap<number, Row> = new Map();
  rounds: readonly Round[] = [];
  /** The latest pairs, newest first. */
  pairs: readonly ReadPair[] = [];
  /** Pairs read in all. */
  pairCount = 0;
  finished: readonly IterationFinished<Weights>[] = [];
  validations: readonly Validation[] = [];
  started: IterationStarted | null = null;
  answered: Answers | null = null;
  skipped = 0;
  truncated = 0;

  /** Takes note of an event. Pairs are noted by `addPairs`, once their texts are there. */
  take(event: LabEvent): void {
    switch (event.type) {
      case 'run-started':
        this.skipped = event.skipped;
        this.truncated = event.truncated;
        break;
      case 'evaluation':
        this.rounds = [...this.rounds, { moment: event.moment, iteration: event.iteration, report: event.measures }];
        break;
      case 'iteration-started':
        this.started = event;
        this.answered = null;
        break;
      case 'answers':
        this.answered = { ...event, pairs: [] };
        break;
      case 'step':
        this.columns.push(rowOf(event));
        break;
      case 'validation':
        this.validations = [...this.validations, event];
        break;
      case 'iteration-finished':
        // The weights live in snapshots; a record of a long run need not hold them all.
        this.finished = [...this.finished, { ...event, weights: new Float32Array() }];
        break;
      case 'scores':
      case 'checkpoint':
      case 'run-finished':
        break;
    }
  }

  setRows({ training, validation, file }: RunRows): void {
    this.file = file;
    this.training = training;
    this.rowOf = new Map(training.map((row) => [row.example.index, row]));
    this.validation = validation;
  }

  addPairs(pairs: readonly ReadPair[]): void {
    this.pairs = [...[...pairs].reverse(), ...this.pairs].slice(0, PAIRS_KEPT);
    this.pairCount += pairs.length;
  }

  mark(): Mark {
    return {
      steps: this.columns.length,
      rounds: this.rounds.length,
      pairs: this.pairCount,
      finished: this.finished.length,
      validations: this.validations.length,
      started: this.started,
      answered: this.answered,
    };
  }

  /** Forgets what came after a mark. */
  rewind(mark: Mark): void {
    this.columns.truncate(mark.steps);
    this.rounds = this.rounds.slice(0, mark.rounds);
    this.pairs = this.pairs.slice(this.pairCount - mark.pairs);
    this.pairCount = mark.pairs;
    this.finished = this.finished.slice(0, mark.finished);
    this.validations = this.validations.slice(0, mark.validations);
    this.started = mark.started;
    this.answered = mark.answered;
  }
}

function rowOf(event: Step): Record<StepColumn, number> {
  return Object.fromEntries(STEP_COLUMNS.map((name) => [name, event[name]])) as Record<StepColumn, number>;
}

/** The file that a run played on, with what became of its rows; nothing for the world. */
function dataOf({ file }: RunRecord): object {
  return file === null ? {} : { data: { source: file.name, kept: file.counts.kept, ...countFields(file.counts) } };
}

/** The record as JSON lines: one line a step, an evaluation or an iteration, under the names of the events. */
export function recordLines(record: RunRecord, environment: object): string {
  const steps = Array.from({ length: record.columns.length }, (_, at) => ({ type: 'step', ...record.columns.row(at) }));
  const rounds = record.rounds.map(({ moment, iteration, report: { measures } }) => ({
    type: 'evaluation',
    moment,
    iteration,
    ...measures,
  }));
  const ends = record.finished.map(({ weights: _, ...event }) => event);
  return [{ type: 'environment', ...environment, ...dataOf(record) }, ...steps, ...rounds, ...ends]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}
