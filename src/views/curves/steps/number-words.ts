// How a chart's numbers are written: as many digits as its axis needs, and small ones with their power of ten.

import type { Speech } from '../../../text/language.ts';
import { inNumbers } from '../../../text/number-format.ts';
import { tickDigits } from '../../../ui/chart/ticks.ts';

export interface WrittenNumber {
  /** A share: in percent. */
  readonly share: boolean;
  /** The axis is logarithmic: each mark has digits of its own. */
  readonly log: boolean;
  /** Large numbers in short, for marks: 200k. */
  readonly short?: boolean;
  /** Digits beyond those that tell the marks apart. */
  readonly more: number;
}

const MOST_DIGITS = 5;
/** Smaller than this, a number is written with its power of ten. */
const SMALL = 1e-3;

/** From here on marks are written in short. */
const LARGE = 1e5;

export const MARKS: WrittenNumber = { share: false, log: false, more: 0, short: true };

/** For an axis with these marks. */
export function numberWords(speech: Speech, ticks: readonly number[], written: WrittenNumber) {
  const { share, log, more, short = false } = written;
  const small = Math.max(...ticks.map(Math.abs)) < SMALL;
  const ofAxis = tickDigits(share ? ticks.map((tick) => 100 * tick) : ticks, more);
  return (value: number): string => {
    const size = Math.abs(share ? 100 * value : value);
    if (size === 0) return share ? speech.percent(0) : speech.number(0);
    const digits = Math.min(MOST_DIGITS, log ? Math.max(0, more - Math.floor(Math.log10(size) + 1e-9)) : ofAxis);
    if (share) return speech.percent(value, digits);
    if (short && size >= LARGE) return inShort(speech, value);
    return small || (log && size < SMALL) ? powerOfTen(speech, value, more) : speech.number(value, digits);
  };
}

function powerOfTen(speech: Speech, value: number, digits: number): string {
  const [mantissa, power] = value.toExponential(digits).split('e') as [string, string];
  return `${speech.number(Number(mantissa), digits)}e${power.replace('-', '−').replace('+', '')}`;
}

/** As the language shortens thousands and millions. */
function inShort({ language }: Speech, value: number): string {
  return inNumbers(language, value, { notation: 'compact', maximumFractionDigits: 1 });
}
