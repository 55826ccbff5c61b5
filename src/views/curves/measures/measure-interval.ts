// A measure of a round with its interval, as charts and tables show it. Computes none.

import type { Round } from '../../../lab/record/run-record.ts';
import type { Speech } from '../../../text/language.ts';
import { DATA_MEASURES, type MeasureKey, SHARES, WORLD_MEASURES } from '../steps/curve-list.ts';

export interface ToldEstimate {
  readonly value: number;
  /** The 95 % interval; null where there is none on that side. */
  readonly low: number | null;
  readonly high: number | null;
}

const numberOrNull = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** null where there was nothing to go by. */
export function estimateOf({ measures }: Round, name: MeasureKey): ToldEstimate | null {
  const value = numberOrNull(measures[name]);
  const interval = measures[`${name}_ci95`];
  const [low, high] = Array.isArray(interval) ? interval.map(numberOrNull) : [];
  return value === null ? null : { value, low: low ?? null, high: high ?? null };
}

/** The world's measures where the run plays on the world, else those that need no truth. */
export const measuresOf = (round: Round): readonly MeasureKey[] =>
  'human_likeness' in round.measures ? WORLD_MEASURES : DATA_MEASURES;

/** Where along the iterations a round stands: 0 is the base. */
export const placeOf = ({ moment, iteration }: Pick<Round, 'moment' | 'iteration'>): number =>
  moment === 'before' ? 0 : iteration + 1;

export const placeName = (speech: Speech, place: number): string =>
  place === 0 ? speech.say('measures.base') : speech.say('measures.after', { n: place });

export const estimateFormat = (speech: Speech, name: MeasureKey) => (value: number) =>
  SHARES.has(name) ? speech.percent(value, 1) : speech.number(value, 2);

export function estimateWords(speech: Speech, name: MeasureKey, { value, low, high }: ToldEstimate): string {
  const format = estimateFormat(speech, name);
  if (low === null || high === null) return format(value);
  return speech.say('curves.measure.readout', { value: format(value), low: format(low), high: format(high) });
}
