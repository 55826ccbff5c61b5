// How far computed numbers are from the right ones, in units of the largest number in play.

/**
 * The largest error of any element over the largest of 1, the right elements and `scale`: float32 rounds in proportion to the largest
 * number that took part. Infinite where the count differs or an element is not a number.
 */
export function relativeError(computed: ArrayLike<number>, right: ArrayLike<number>, scale = 1): number {
  if (computed.length !== right.length) return Number.POSITIVE_INFINITY;
  const expected = Array.from(right);
  const unit = Math.max(1, scale, largest(expected));
  const errors = expected.map((value, index) => Math.abs(computed[index]! - value) / unit);
  return errors.some(Number.isNaN) ? Number.POSITIVE_INFINITY : largest(errors);
}

/** The largest absolute value of any of the lists. */
export const largest = (...lists: readonly ArrayLike<number>[]): number =>
  Math.max(0, ...lists.map((list) => Array.from(list).reduce((top, value) => Math.max(top, Math.abs(value)), 0)));
