// Which part of the page each view is. All but the first are loaded when they are first looked at.

import { type ComponentType, lazy } from 'react';
import type { ViewName } from '../../lab/settings/page-store.ts';
import { Arena } from '../arena/arena-view.tsx';

const Compare = lazy(async () => ({ default: (await import('../compare/compare-view.tsx')).Compare }));
const Curves = lazy(async () => ({ default: (await import('../curves/curves-view.tsx')).Curves }));
const RunsView = lazy(async () => ({ default: (await import('../runs/runs-view.tsx')).RunsView }));
const SetupView = lazy(async () => ({ default: (await import('../setup/setup-view.tsx')).SetupView }));

export const VIEW_PARTS: Readonly<Record<ViewName, ComponentType>> = {
  arena: Arena,
  curves: Curves,
  compare: Compare,
  runs: RunsView,
  setup: SetupView,
};
