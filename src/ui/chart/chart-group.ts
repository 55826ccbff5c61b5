// What charts of one x-axis share: where the cursor stands and which stretch is shown.

import { createStore, type StoreApi } from 'zustand/vanilla';

export interface ChartGroupState {
  /** In units of x; null: no cursor. */
  readonly cursor: number | null;
  /** From and to in units of x; null: all. */
  readonly window: readonly [number, number] | null;
}

export type ChartGroup = StoreApi<ChartGroupState>;

const NOTHING: ChartGroupState = { cursor: null, window: null };

export const createChartGroup = (): ChartGroup => createStore(() => NOTHING);

/** A stretch `factor` times as long about `centre`, within `whole`; null where that is the whole. */
export function zoomed(
  [from, to]: readonly [number, number],
  centre: number,
  factor: number,
  whole: readonly [number, number],
): readonly [number, number] | null {
  const window = [
    Math.max(whole[0], centre - (centre - from) * factor),
    Math.min(whole[1], centre + (to - centre) * factor),
  ] as const;
  return window[0] <= whole[0] && window[1] >= whole[1] ? null : window;
}
