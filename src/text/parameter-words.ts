// Parameters, and what is wrong with values given for them, in the page's language.

import { isParameterKey, type PARAMETERS, type ProblemCode } from '../spin/parameters/parameter-table.ts';
import type { TextKey } from './en.ts';
import type { Speech } from './language.ts';

type Row = (typeof PARAMETERS)[keyof typeof PARAMETERS];

export function parameterName(speech: Speech, row: Pick<Row, 'key'>): string {
  return speech.say(`parameter.${row.key}`);
}

export function parameterHelp(speech: Speech, row: Pick<Row, 'key'>): string {
  return speech.say(`parameter.${row.key}.help`);
}

/** The name of one of a choice's options. */
export function optionName(speech: Speech, row: Pick<Row, 'key'>, value: string | number): string {
  // Each option of the table has a key of this form, which the type of the English words demands.
  return speech.say(`parameter.${row.key}.option.${value}` as TextKey);
}

/** What the parameter's number counts, in the form that the number `n` takes; empty for a bare number. */
export function unitName(speech: Speech, row: Pick<Row, 'unit'>, n?: number): string {
  return row.unit === '' ? '' : speech.say(`unit.${row.unit}`, n === undefined ? {} : { n });
}

/** A problem as validation tells it: why, and with which parameter. */
interface ToldProblem {
  readonly key: string;
  readonly reason: { readonly code: ProblemCode; readonly values: Readonly<Record<string, string>> };
}

/** The problem in a whole sentence, which names the parameter as the page does. */
export function problemWords(speech: Speech, { key, reason }: ToldProblem): string {
  const name = isParameterKey(key) ? parameterName(speech, { key }) : key;
  return speech.say(`problem.${reason.code}`, { ...reason.values, name });
}
