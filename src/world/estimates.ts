// Means, ratios and shares with their 95 % intervals. Pure.

/** A number with its 95 % interval. `count` is the number of independent units (prompts) behind it. */
export type Estimate = {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
};

/** The standard normal's 97.5 % quantile. */
const Z = 1.959963984540054;

const NOTHING: Estimate = { value: Number.NaN, low: Number.NaN, high: Number.NaN, count: 0 };

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/**
 * Wilson's interval (1927) of a share: `successes` of `trials`, both may be fractional, `trials` > 0. An empty share's lower bound is
 * exactly 0 and a full one's upper bound exactly 1: in the formula they are so but for rounding.
 */
export function wilson(successes: number, trials: number): { low: number; high: number } {
  const p = successes / trials;
  const centre = (p + Z ** 2 / (2 * trials)) / (1 + Z ** 2 / trials);
  const half = (Z / (1 + Z ** 2 / trials)) * Math.sqrt((p * (1 - p)) / trials + Z ** 2 / (4 * trials ** 2));
  return { low: p === 0 ? 0 : Math.max(0, centre - half), high: p === 1 ? 1 : Math.min(1, centre + half) };
}

/** Mean of independent values with the normal interval; one value alone has an infinite one. NaN where there is none. */
export function mean(values: readonly number[]): Estimate {
  if (values.length === 0) return NOTHING;
  return ratio(
    values,
    values.map(() => 1),
  );
}

/**
 * Ratio of two sums over independent units, with the linearised (delta-method) normal interval:
 * residuals aᵢ − R·bᵢ, their standard error over the mean of b (Cochran 1977, section 2.11).
 */
export function ratio(above: readonly number[], below: readonly number[]): Estimate {
  const count = above.length;
  if (count === 0) return NOTHING;
  const total = sum(below);
  const value = sum(above) / total;
  const squares = sum(above.map((a, i) => (a - value * below[i]!) ** 2));
  const half = count > 1 ? (Z * Math.sqrt((squares * count) / (count - 1))) / total : Number.POSITIVE_INFINITY;
  return { value, low: value - half, high: value + half, count };
}

/**
 * A share from samples that come in clusters (several answers to a prompt): Wilson's interval at the effective sample
 * size p(1 − p)/se² (Kish 1965), se being the ratio estimator's, never more than the samples nor less than one a cluster.
 */
export function clusteredShare(successes: readonly number[], trials: readonly number[]): Estimate {
  const count = successes.length;
  if (count === 0) return NOTHING;
  const { value, high } = ratio(successes, trials);
  const samples = sum(trials);
  const error = (high - value) / Z;
  const effective = error > 0 ? (value * (1 - value)) / error ** 2 : count;
  const trusted = Math.min(samples, Math.max(Math.min(count, samples), effective));
  return { value, ...wilson(value * trusted, trusted), count };
}
