// Seconds of work in a run, from the times of its lines: a pause between two lines is not work.

import type { EventLine } from '../../folder/lines.ts';

/** Nothing that a run does takes longer without a line: a longer gap is a pause, a reload or a sleeping machine. */
const LONGEST_WORK_S = 60;
/** Times of day have milliseconds; no two lines are at the same moment, so that rates are finite. */
const LEAST_S = 1e-3;

/** Immutable, so that a mark can keep one. */
export class RunClock {
  /** Since the run began. */
  readonly seconds: number;
  readonly #last: number | null;

  constructor(seconds = 0, last: number | null = null) {
    this.seconds = seconds;
    this.#last = last;
  }

  /** The clock after a line; lines without a time do not move it. */
  at({ time }: Pick<EventLine, 'time'>): RunClock {
    const now = time === undefined ? Number.NaN : Date.parse(time) / 1000;
    if (Number.isNaN(now)) return this;
    if (this.#last === null) return new RunClock(this.seconds, now);
    const gap = now - this.#last;
    const worked = gap >= 0 && gap <= LONGEST_WORK_S ? Math.max(gap, LEAST_S) : 0;
    return new RunClock(this.seconds + worked, now);
  }
}
