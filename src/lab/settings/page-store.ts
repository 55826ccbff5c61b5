// What the page looks at: the view, the iteration, theme, dialogs, and what a teacher's link hides.

import { createStore } from 'zustand/vanilla';
import type { ParameterKey } from '../../spin/parameters/parameter-kinds.ts';
import type { StepUnit } from './step-units.ts';

export const VIEWS = ['arena', 'curves', 'compare', 'runs', 'setup'] as const;
export type ViewName = (typeof VIEWS)[number];

const CHART_ID = /^[\w./-]{1,64}$/;

/** Whether a text may be a chart's id. */
export const isChartId = (text: string): boolean => CHART_ID.test(text);

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export type DialogName = 'palette' | 'help' | 'share';

export interface PageState {
  readonly view: ViewName;
  /** The iteration that Arena and Compare look at; null follows the run. */
  readonly iteration: number | null;
  /** The chart that Curves brings into sight, by its id; null: none in particular. */
  readonly chart: string | null;
  readonly theme: Theme;
  readonly stepUnit: StepUnit;
  readonly dialog: DialogName | null;
  /** Controls that a workshop link hides. */
  readonly hidden: readonly ParameterKey[];
  /** A workshop link has fixed the preset. */
  readonly locked: boolean;
}

export const createPageStore = (first: Partial<PageState> = {}) =>
  createStore<PageState>(() => ({
    view: 'arena',
    iteration: null,
    chart: null,
    theme: 'auto',
    stepUnit: 'batch',
    dialog: null,
    hidden: [],
    locked: false,
    ...first,
  }));
export type PageStore = ReturnType<typeof createPageStore>;
