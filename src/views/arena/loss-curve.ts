// The loss ℓ(t) as a path in a box, and where a pair's t lies on it. Pure geometry.

import { type LossName, lossValue } from '../../spin/losses.ts';

/** Samples of the curve: enough that no corner of it shows, and the hinge's own corner at 1 is among them for whole ranges. */
const SAMPLES = 121;
/** The least that the axis reaches to both sides of 0. */
const LEAST_REACH = 2;
/** Of the box's height, left free above and below the curve. */
const FREE = 0.08;

export interface Box {
  readonly width: number;
  readonly height: number;
}

export interface LossCurve {
  /** The axis: t from and to. */
  readonly range: readonly [from: number, to: number];
  /** For the `d` of a path. */
  readonly path: string;
  /** Where the box shows a pair of that t. */
  place(t: number): { readonly x: number; readonly y: number };
}

/** Axis that holds all `ts` and 0, its ends jumping by 1, 2 or 5 times a power of ten, so that it rests while points move. */
export function axisRange(ts: readonly number[]): readonly [number, number] {
  const finite = ts.filter(Number.isFinite);
  return [0 - reach(Math.max(0, ...finite.map((t) => -t))), reach(Math.max(0, ...finite))];
}

function reach(size: number): number {
  if (size <= LEAST_REACH) return LEAST_REACH;
  const power = 10 ** Math.floor(Math.log10(size));
  return ([1, 2, 5, 10].find((digit) => digit * power >= size) ?? 10) * power;
}

export function lossCurve(loss: LossName, ts: readonly number[], { width, height }: Box): LossCurve {
  const range = axisRange(ts);
  const [from, to] = range;
  const samples = Array.from({ length: SAMPLES }, (_, at) => from + ((to - from) * at) / (SAMPLES - 1));
  const values = samples.map((t) => lossValue(loss, t));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const place = (t: number) => ({
    x: (width * (t - from)) / (to - from),
    y: height * (FREE + (1 - 2 * FREE) * (1 - (lossValue(loss, t) - low) / (high - low))),
  });
  const points = samples.map(place).map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`);
  return { range, path: `M${points.join('L')}`, place };
}
