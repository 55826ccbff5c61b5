// The bootstrap interval of a mean: values are drawn again with replacement, many times. Seeded.

import type { Estimate } from '../../world/estimates.ts';
import { random } from '../../world/rng.ts';
import { quantile } from '../record/series.ts';

const RESAMPLES = 10_000;
const TAIL = 0.025;
/** A uniform number has 53 bits; up to this many values, four indices can be read from it one after the other without a bias above 2⁻⁹. */
const FOUR_INDICES_UP_TO = 2 ** 11;

/**
 * Percentile interval (Efron and Tibshirani 1993, section 13.3) of the mean of independent values: 95 %, from `resamples` resamples.
 * One value, and equal values, give an interval of no width. @throws RangeError without values
 */
export function bootstrapMean(values: readonly number[], seed: number, resamples = RESAMPLES): Estimate {
  const count = values.length;
  if (count === 0) throw new RangeError('There is nothing to resample.');
  const kept = Float64Array.from(values);
  const means = resampledMeans(kept, resamples, seed).sort();
  const value = kept.reduce((sum, one) => sum + one, 0) / count;
  return { value, low: quantile(means, TAIL), high: quantile(means, 1 - TAIL), count };
}

/** In one function, so that what changes two million times stays in registers: as a closure's state each number would be made anew. */
function resampledMeans(values: Float64Array, resamples: number, seed: number): Float64Array {
  const count = values.length;
  const rng = random(seed, 'bootstrap');
  const reads = count <= FOUR_INDICES_UP_TO ? 4 : 1;
  const means = new Float64Array(resamples);
  let left = 0;
  let rest = 0;
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      if (left === 0) {
        rest = rng();
        left = reads;
      }
      left -= 1;
      const scaled = rest * count;
      const index = Math.floor(scaled);
      rest = scaled - index;
      sum += values[index]!;
    }
    means[resample] = sum / count;
  }
  return means;
}
