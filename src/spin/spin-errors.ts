// What can go wrong in a run by the choice of its settings or data. Errors of a runtime are elsewhere.

import type { Snapshot } from './events.ts';
import { LabError } from './lab-error.ts';

/** A loss, gradient or log-probability is no longer a finite number. */
export class DivergedError extends LabError {
  readonly iteration: number;
  readonly step: number;
  /** The last snapshot after which all was still finite; null if there is none. */
  readonly lastGood: Snapshot | null;

  constructor(iteration: number, step: number, what: string, lastGood: Snapshot | null) {
    super(
      `Training diverged: ${what} at step ${step} of iteration ${iteration}.`,
      'Lower the learning rate or turn gradient clipping on; the run can go on from its last checkpoint.',
    );
    this.iteration = iteration;
    this.step = step;
    this.lastGood = lastGood;
  }
}

/** A snapshot that this run cannot go on from. */
export class SnapshotError extends LabError {}

/** Nothing is left to train on. */
export class NoExamplesError extends LabError {}
