// How far a step goes: which event ends it. Knows no session.

import type { LabEvent } from './record.ts';

export const STEP_UNITS = ['batch', 'phase', 'iteration'] as const;
/** `batch`: a chunk of answers or a training step; `phase`: answering, learning or an evaluation; `iteration`: with its evaluation. */
export type StepUnit = (typeof STEP_UNITS)[number];

export function ends(unit: StepUnit, event: LabEvent): boolean {
  switch (event.type) {
    case 'evaluation':
      return true;
    case 'answers':
      return unit === 'batch' || (unit === 'phase' && event.done === event.total);
    case 'step':
      return unit === 'batch';
    case 'iteration-finished':
      return unit === 'phase';
    default:
      return false;
  }
}
