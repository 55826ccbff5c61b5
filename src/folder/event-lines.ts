// A run's events as the lines of its folder: what is large goes to files of its own. Knows neither disk nor page.

import type { SpinEvent } from '../spin/events.ts';
import type { EventLine } from './lines.ts';

/** What an evaluator of this lab measures: flat fields; and the answers that it shows. */
export interface Judgement {
  readonly measures: object;
}

/** The line of events.jsonl for an event. `time`: ISO. */
export function eventLine<Weights, State>(event: SpinEvent<Weights, State, Judgement>, time: string): EventLine {
  switch (event.type) {
    case 'answers':
    case 'scores': {
      const { pairs, ...rest } = event;
      return { ...rest, count: pairs.length, time };
    }
    case 'checkpoint': {
      const { snapshot: _, ...rest } = event;
      return { ...rest, time };
    }
    case 'iteration-finished': {
      const { weights: _, ...rest } = event;
      return { ...rest, time };
    }
    case 'evaluation': {
      const { type, moment, iteration, measures } = event;
      return { type, moment, iteration, ...measures.measures, time };
    }
    default:
      return { ...event, time };
  }
}
