// What can go wrong while models run, each with what to do next.

import { LabError } from '../../spin/lab-error.ts';

/** The runtime could not be started. */
export class RuntimeUnavailableError extends LabError {}

/** A run failed inside the runtime, which cannot be trusted afterwards. */
export class RuntimeFailedError extends LabError {
  constructor(operation: string, options?: ErrorOptions) {
    super(
      `The runtime failed while ${operation}: ${options?.cause instanceof Error ? options.cause.message : String(options?.cause)}`,
      'Restart from the last checkpoint; if it happens again, use a smaller batch or the other back end.',
      options,
    );
  }
}

/** A sequence that the model has no positions for, or ids that it has no rows for. */
export class SequenceError extends LabError {}

/** A player was asked for something before it had weights. */
export class MissingWeightsError extends LabError {
  constructor(player: 'opponent' | 'main player') {
    super(`The ${player} has no weights yet.`, 'Load a model first.');
  }
}
