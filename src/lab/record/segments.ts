// How far each iteration of a run is, part by part, from its record: what the timeline shows.

import type { Progress } from './progress.ts';
import type { RunRecord } from './run-record.ts';

export const SEGMENT_PARTS = ['answering', 'scoring', 'learning', 'evaluating'] as const;
export type SegmentPart = (typeof SEGMENT_PARTS)[number];

export interface Segment {
  readonly iteration: number;
  /** Done of each part, 0 to 1. */
  readonly parts: Readonly<Record<SegmentPart, number>>;
  readonly begun: boolean;
  readonly done: boolean;
}

type Told = Pick<RunRecord, 'rounds' | 'finished' | 'started' | 'answered' | 'scored' | 'columns' | 'completed'>;

/** Iterations of which something is known. */
export function begunIterations({ started, finished, rounds }: Pick<Told, 'started' | 'finished' | 'rounds'>): number {
  const after = rounds.filter(({ moment }) => moment === 'after').map(({ iteration }) => iteration + 1);
  return Math.max(0, (started?.iteration ?? -1) + 1, ...finished.map(({ iteration }) => iteration + 1), ...after);
}

/** How far the base model's evaluation is, 0 to 1. @param progress of the live run, null for others */
export function baseShare({ rounds, started }: Pick<Told, 'rounds' | 'started'>, progress: Progress | null): number {
  if (rounds.length > 0 || started !== null) return 1;
  return progress?.phase === 'evaluating' ? progress.fraction : 0;
}

/** @param progress of the live run, null for others: within an evaluation only it knows how far it is */
export function segmentOf(iteration: number, record: Told, progress: Progress | null): Segment {
  const begun = iteration < begunIterations(record);
  const learnt = record.finished.some((line) => line.iteration === iteration);
  const evaluated = record.rounds.some((round) => round.moment === 'after' && round.iteration === iteration);
  const parts =
    learnt || evaluated
      ? {
          answering: 1,
          scoring: 1,
          learning: 1,
          evaluating: evaluated ? 1 : evaluatingShare(iteration, record, progress),
        }
      : {
          answering: answeringShare(iteration, record),
          scoring: scoringShare(iteration, record),
          learning: learningShare(iteration, record),
          evaluating: 0,
        };
  return { iteration, parts, begun, done: SEGMENT_PARTS.every((part) => parts[part] >= 1) };
}

function evaluatingShare(iteration: number, record: Told, progress: Progress | null): number {
  // A run may go without evaluations: then nothing is missing once it goes on.
  if (record.completed || iteration + 1 < begunIterations(record)) return 1;
  return progress?.phase === 'evaluating' && progress.iteration === iteration ? progress.fraction : 0;
}

function answeringShare(iteration: number, { answered, started }: Told): number {
  if (started?.iteration !== iteration || answered === null || answered.total === 0) return 0;
  return Math.min(1, answered.done / answered.total);
}

/** Of new pairs, which are told once they are scored, and of the window's older ones. */
function scoringShare(iteration: number, { answered, scored, started }: Told): number {
  if (started?.iteration !== iteration || started.pairs === 0) return 0;
  return Math.min(1, ((answered?.done ?? 0) + (scored?.done ?? 0)) / started.pairs);
}

function learningShare(iteration: number, { columns, started }: Told): number {
  if (started?.iteration !== iteration || columns.length === 0 || started.steps === 0) return 0;
  const last = columns.row(columns.length - 1);
  return last.iteration === iteration ? Math.min(1, (last.step + 1) / started.steps) : 0;
}
