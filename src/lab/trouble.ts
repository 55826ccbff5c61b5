// Errors as a person needs them, and which of them new workers can overcome. Knows no run.

import { LabError } from '../spin/lab-error.ts';

/** An error as a person reads it. */
export interface Trouble {
  readonly name: string;
  readonly message: string;
  /** Empty where nobody knows: then there is a general one. */
  readonly advice: string;
  /** What is still there. */
  readonly kept: 'nothing-begun' | 'run-so-far' | 'settings';
}

export function troubleOf(error: unknown, kept: Trouble['kept']): Trouble {
  if (error instanceof LabError) return { name: error.name, message: error.message, advice: error.advice, kept };
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { name, message, advice: '', kept };
}

/** What must be started anew after an error before the run can go on: what has died, both workers, or nothing would help. */
export function cureOf(error: unknown): 'the dead' | 'both' | null {
  switch (error instanceof Error ? error.name : '') {
    case 'WorkerDiedError':
      return 'the dead';
    // A runtime that has failed cannot be trusted, and which worker's it was the error does not say.
    case 'RuntimeFailedError':
      return 'both';
    default:
      return null;
  }
}
