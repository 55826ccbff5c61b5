// How the charts are looked at; it outlives the view, which comes and goes with its tab.

import { createStore } from 'zustand/vanilla';

export const X_AXES = ['step', 'seconds', 'tokens'] as const;
export type XAxisName = (typeof X_AXES)[number];

export interface CurveOptions {
  /** β of the exponential average, 0 (none) to 0.99. */
  readonly smoothing: number;
  readonly log: boolean;
  readonly x: XAxisName;
  /** Ids of the charts that are not shown. */
  readonly hidden: readonly string[];
}

export const MOST_SMOOTHING = 0.99;

export const curveOptions = createStore<CurveOptions>(() => ({ smoothing: 0.6, log: false, x: 'step', hidden: [] }));
