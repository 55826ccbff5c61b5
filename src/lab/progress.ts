// How far a run is, in the numbers that the page shows: from its record and its pace. Knows no view.

import type { Pace } from './pace.ts';
import type { RunRecord } from './record.ts';
import type { Progress } from './session-store.ts';

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
