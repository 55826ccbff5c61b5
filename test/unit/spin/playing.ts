// Runs of self-play on the table, for the tests of the loop.

import type { SpinConfiguration } from '../../../src/spin/configuration.ts';
import type { SpinEvent } from '../../../src/spin/events.ts';
import type { SelfPlayOptions } from '../../../src/spin/run.ts';
import { selfPlay } from '../../../src/spin/self-play.ts';
import {
  logitsOf,
  logProbabilities,
  SHORT,
  TabularOpponent,
  TabularPlayer,
  type TabularState,
  tabularExamples,
} from './tabular.ts';

export type TabularMeasures = { readonly probabilities: readonly number[] };
export type TabularEvent = SpinEvent<Float64Array, TabularState, TabularMeasures>;
export type TabularOptions = SelfPlayOptions<Float64Array, TabularState, TabularMeasures> & {
  readonly opponent: TabularOpponent;
  readonly player: TabularPlayer;
};

export const BASE = logitsOf([0.1, 0.2, 0.3, 0.4], [0.4, 0.2, 0.2, 0.2]);

/** Options of a short run: 60 examples of two prompts, answered at 24 an iteration. */
export function options(
  changes: Partial<SpinConfiguration> = {},
  others: Partial<TabularOptions> = {},
): TabularOptions {
  return {
    configuration: { ...SHORT, ...changes },
    examples: tabularExamples(60, 2, [0.4, 0.3, 0.2, 0.1]),
    validation: tabularExamples(10, 2, [0.4, 0.3, 0.2, 0.1]),
    opponent: new TabularOpponent(),
    player: new TabularPlayer(),
    start: { weights: BASE },
    evaluate: async (opponent) => ({
      probabilities: logProbabilities((opponent as TabularOpponent).logits, 0).map(Math.exp),
    }),
    ...others,
  };
}

export async function play(given: TabularOptions): Promise<TabularEvent[]> {
  const events: TabularEvent[] = [];
  for await (const event of selfPlay(given)) events.push(event);
  return events;
}

export function ofType<T extends TabularEvent['type']>(
  events: readonly TabularEvent[],
  type: T,
): Extract<TabularEvent, { type: T }>[] {
  return events.filter((event): event is Extract<TabularEvent, { type: T }> => event.type === type);
}
