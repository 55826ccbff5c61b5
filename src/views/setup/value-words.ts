// Values of parameters, their ranges and what follows from changing one, in the page's language.

import { parameterText, plainNumber } from '../../lab/settings/parameter-text.ts';
import type { ListParameter, NumberParameter, Parameter } from '../../spin/parameters/parameter-kinds.ts';
import type { Speech } from '../../text/language.ts';
import { optionName, parameterHelp, parameterName, unitName } from '../../text/parameter-words.ts';

/** A number with its unit, as a slider says it. */
export function numberWords(speech: Speech, { unit }: Pick<Parameter, 'unit'>, value: number): string {
  const number = plainNumber(value);
  const words = unitName(speech, { unit }, value);
  return words === '' ? number : speech.say('setup.with-unit', { value: number, unit: words });
}

/** A parameter's value as a person reads it. */
export function valueWords(speech: Speech, row: Parameter, value: unknown): string {
  switch (row.kind) {
    case 'boolean':
      return speech.say(value === true ? 'setup.on' : 'setup.off');
    case 'choice':
      return optionName(speech, row, value as string | number);
    case 'list':
      return (value as readonly number[]).map(plainNumber).join(speech.say('setup.listed'));
    default:
      return numberWords(speech, row, value as number);
  }
}

/** What text stands in a parameter's boxes for a value. */
export const boxText = (value: unknown): string =>
  Array.isArray(value)
    ? value.map(plainNumber).join(', ')
    : typeof value === 'number'
      ? plainNumber(value)
      : parameterText(value);

/** "From 1 to 4096 pairs."; empty for what has no range. */
export function rangeWords(speech: Speech, row: Parameter): string {
  if (row.kind === 'boolean' || row.kind === 'choice') return '';
  const { min, max } = row as NumberParameter | ListParameter;
  return speech.say('setup.range', { min: plainNumber(min), max: numberWords(speech, row, max) });
}

/** All by which a parameter is found. */
export function searchText(speech: Speech, row: Parameter): string {
  const options = row.kind === 'choice' ? row.options.map(({ value }) => optionName(speech, row, value)) : [];
  const group = speech.say(`group.${row.group}`);
  return [parameterName(speech, row), row.symbol, row.key, row.url ?? '', group, parameterHelp(speech, row), ...options]
    .join(' ')
    .toLocaleLowerCase();
}
