// How far a run is, in the numbers that the page shows: from its record and its pace.

import type { Pace, Phase } from './pace.ts';
import type { RunRecord } from './run-record.ts';

export interface Progress {
  readonly phase: Phase;
  readonly iteration: number;
  readonly fraction: number;
  readonly secondsLeft: number | null;
  readonly tokensPerSecond: number;
  readonly step: number;
  readonly steps: number;
  /** New pairs of the iteration so far, and in all. */
  readonly pairs: number;
  readonly pairsPlanned: number;
}

/** @param now seconds by the clock of the pace */
export function progressOf({ answered, columns, started }: RunRecord, pace: Pace, now: number): Progress {
  return {
    phase: pace.phase,
    iteration: pace.iteration,
    fraction: pace.fraction,
    secondsLeft: pace.secondsLeft(now),
    tokensPerSecond: pace.tokensPerSecond(now),
    step: columns.length === 0 ? 0 : columns.row(columns.length - 1).step + 1,
    steps: started?.steps ?? 0,
    pairs: answered?.done ?? 0,
    pairsPlanned: started?.examples ?? 0,
  };
}
