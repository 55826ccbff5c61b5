// Errors as a person needs them, and which of them new workers can overcome.

import { LabError } from '../../spin/lab-error.ts';

/** An error as a person reads it. */
export interface Trouble {
  readonly name: string;
  readonly message: string;
  /** Empty where nobody knows: then there is a general one. */
  readonly advice: string;
  /** What is still there. */
  readonly kept: 'nothing-begun' | 'run-so-far' | 'settings';
}

/** There is no room for the arrays that are needed. */
export class OutOfMemoryError extends LabError {}
/** The graphics adapter was reset, unplugged, or taken away. */
export class AdapterLostError extends LabError {}

/** Browsers and runtimes say it in words of their own. */
const OUT_OF_MEMORY =
  /out of memory|bad_alloc|allocation (?:failed|failure)|failed to allocate|cannot allocate|\bOOM\b/i;
const ADAPTER_LOST = /device (?:is |was )?lost|lost device|device lost|GPUDevice.*(?:lost|destroyed)|is destroyed/i;

/** The error by what is behind it, where its words tell. */
export function known(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { message } = error;
  if (OUT_OF_MEMORY.test(message)) {
    return new OutOfMemoryError(
      `The memory is full: ${message}`,
      'Lower “pairs at once”, close other tabs, or take a smaller model.',
      { cause: error },
    );
  }
  if (ADAPTER_LOST.test(message)) {
    return new AdapterLostError(
      `The graphics adapter was lost: ${message}`,
      'Go on from the last checkpoint, or take the CPU.',
      { cause: error },
    );
  }
  return error;
}

export function troubleOf(thrown: unknown, kept: Trouble['kept']): Trouble {
  const error = known(thrown);
  if (error instanceof LabError) return { name: error.name, message: error.message, advice: error.advice, kept };
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { name, message, advice: '', kept };
}

/** What must be started anew after an error before the run can go on: what has died, both workers, or nothing would help. */
export function cureOf(thrown: unknown): 'the dead' | 'both' | null {
  const error = known(thrown);
  switch (error instanceof Error ? error.name : '') {
    case 'WorkerDiedError':
      return 'the dead';
    // A runtime that has failed cannot be trusted, and which worker's it was the error does not say.
    case 'RuntimeFailedError':
    case 'AdapterLostError':
    // New workers begin with empty memories: if that is not enough, the next failure comes before the next checkpoint.
    case 'OutOfMemoryError':
      return 'both';
    default:
      return null;
  }
}
