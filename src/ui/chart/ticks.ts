// Round marks of a linear or a logarithmic axis. Pure.

/** Marks that a linear axis aims at. */
const INTERVALS = 4;
/** Decades that still get marks at 1, 2 and 5, and marks at all. */
const FEW_DECADES = 2;
const MOST_DECADES = 6;

/** 1, 2 or 5 times a power of ten, at least `size` (> 0). */
export function niceStep(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  return ([1, 2, 5, 10].find((digit) => digit * power >= size * (1 - 1e-9)) ?? 10) * power;
}

/** Evenly spaced round numbers, the first and last of which hold `low` and `high`; [0, 1] where `low` is above `high`. */
export function linearTicks(low: number, high: number, intervals: number = INTERVALS): number[] {
  if (!(low <= high)) return [0, 1];
  const size = Math.max(Math.abs(low), Math.abs(high));
  const step = niceStep(Math.max(high - low || size || 1, 1e-6 * size, 1e-6) / intervals);
  // What is a multiple but for rounding is its own mark.
  const from = Math.floor(low / step + 1e-9);
  const to = Math.ceil(high / step - 1e-9);
  // Adding 0 turns −0, which would be written so, into 0.
  return Array.from({ length: Math.max(1, to - from) + 1 }, (_, at) => (from + at) * step + 0);
}

/**
 * Powers of ten, with 2 and 5 between them where there are few, the first and last of which hold `low` and `high` (both > 0);
 * [1, 10] where there is nothing positive.
 */
export function logTicks(low: number, high: number): number[] {
  if (!(low > 0 && low <= high)) return [1, 10];
  const from = Math.floor(Math.log10(low) + 1e-9);
  const to = Math.max(from + 1, Math.ceil(Math.log10(high) - 1e-9));
  const every = Math.ceil((to - from) / MOST_DECADES);
  const powers = Array.from({ length: Math.ceil((to - from) / every) + 1 }, (_, at) => 10 ** (from + at * every));
  if (to - from > FEW_DECADES) return powers;
  const all = powers.flatMap((power) => [power, 2 * power, 5 * power]);
  const first = all.findLastIndex((tick) => tick <= low * (1 + 1e-9));
  const last = all.findIndex((tick) => tick >= high * (1 - 1e-9));
  return all.slice(Math.max(0, first), Math.max(last, first + 1) + 1);
}

/** Round numbers within `low` to `high`, for an axis whose ends need not be round. */
export function innerTicks(low: number, high: number, intervals: number = INTERVALS): number[] {
  const slack = 1e-9 * (high - low);
  return linearTicks(low, high, intervals).filter((tick) => tick >= low - slack && tick <= high + slack);
}

/** The end of an axis that grows: `value` rounded up to two digits at most, so that the axis moves in jumps. */
export function roundedUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const steps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
  return (steps.find((step) => step * power >= value * (1 - 1e-9)) ?? 10) * power;
}

/** Digits after the point that tell neighbouring marks apart, and `more`; none where whole numbers are fine enough. */
export function tickDigits(ticks: readonly number[], more = 0): number {
  const gaps = ticks.slice(1).map((tick, at) => tick - ticks[at]!);
  const least = Math.min(...gaps);
  if (!(least > 0) || !Number.isFinite(least)) return more;
  return Math.max(0, more - Math.floor(Math.log10(least) + 1e-9));
}
