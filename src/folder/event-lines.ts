// A run's events as the lines of its folder: what is large goes to files of its own.

import type { SpinEvent } from '../spin/events.ts';
import type { Pair } from '../spin/players.ts';
import type { EventLine, PairLine } from './lines.ts';

/** What an evaluator of this lab measures: flat fields; and the answers that it shows. */
export interface WithMeasures {
  readonly measures: object;
}

/** The line of events.jsonl for an event. `time`: ISO. */
export function eventLine<Weights, State>(event: SpinEvent<Weights, State, WithMeasures>, time: string): EventLine {
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

/** A pair's texts, null where nobody could read them; `fault` is absent where no truth is known. */
export type PairTexts = Pick<PairLine, 'prompt' | 'real' | 'generated' | 'fault'>;

/** The line of a pair in pairs/iteration-T.jsonl. */
export function pairLine(pair: Pair, { prompt, real, generated, fault }: PairTexts): PairLine {
  const { promptIds, realIds, generatedIds, exampleIndex, madeIn, end, opponent } = pair;
  return {
    prompt,
    real,
    generated,
    prompt_ids: promptIds,
    real_ids: realIds,
    generated_ids: generatedIds,
    example: exampleIndex,
    made_in: madeIn,
    end,
    opponent_logps: opponent,
    ...(fault !== undefined && { fault }),
  };
}
