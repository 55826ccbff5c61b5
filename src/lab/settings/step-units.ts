// How far a step goes: which event ends it.

import type { SpinEvent } from '../../spin/events.ts';

export const STEP_UNITS = ['answer', 'batch', 'phase', 'iteration'] as const;
/** `answer`: one answer of a chunk, or a training step; `batch`: a chunk of answers or a training step; `phase`: answering, learning or an evaluation; `iteration`: with its evaluation. */
export type StepUnit = (typeof STEP_UNITS)[number];

export function ends(unit: StepUnit, event: SpinEvent<unknown, unknown, unknown>): boolean {
  switch (event.type) {
    case 'evaluation':
      return true;
    case 'answers':
      return unit === 'answer' || unit === 'batch' || (unit === 'phase' && event.done === event.total);
    case 'step':
      return unit === 'answer' || unit === 'batch';
    case 'iteration-finished':
      return unit === 'phase';
    default:
      return false;
  }
}
