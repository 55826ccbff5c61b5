// Actions that change what is looked at: the view, the iteration, the recorded example. Part of the action table.

import { begunIterations } from '../record/segments.ts';
import { VIEWS } from '../settings/page-store.ts';
import type { Action } from './action-kinds.ts';

export const LOOK_ACTIONS: readonly Action[] = [
  ...VIEWS.map(
    (view, at): Action => ({
      id: `view-${view}`,
      group: 'look',
      keys: [String(at + 1)],
      label: () => `view.${view}`,
      hindrance: () => null,
      perform: ({ lab }) => lab.page.setState({ view, chart: null }),
    }),
  ),
  {
    id: 'iteration-previous',
    group: 'look',
    keys: [','],
    label: () => 'action.iteration-previous',
    hindrance: ({ page, shown }) =>
      (page.iteration ?? begunIterations(shown.record) - 1) > 0 ? null : 'why.no-iteration',
    perform: ({ lab }) => {
      const begun = begunIterations(lab.shown.getState().record);
      lab.page.setState(({ iteration }) => ({ iteration: Math.min(iteration ?? begun - 1, begun) - 1 }));
    },
  },
  {
    id: 'iteration-next',
    group: 'look',
    keys: ['.'],
    label: () => 'action.iteration-next',
    hindrance: ({ page }) => (page.iteration === null ? 'why.no-iteration' : null),
    perform: ({ lab }) => {
      const begun = begunIterations(lab.shown.getState().record);
      // At the last one there is nothing to hold on to: the run is followed again.
      lab.page.setState(({ iteration }) => ({
        iteration: iteration === null || iteration + 1 >= begun - 1 ? null : iteration + 1,
      }));
    },
  },
  {
    id: 'follow',
    group: 'look',
    keys: ['f'],
    label: () => 'action.follow',
    hindrance: ({ page }) => (page.iteration === null ? 'why.already' : null),
    perform: ({ lab }) => lab.page.setState({ iteration: null }),
  },
  {
    id: 'example',
    group: 'look',
    keys: ['o'],
    label: () => 'action.example',
    hindrance: ({ shown }) => (shown.source === 'example' ? 'why.already' : null),
    perform: ({ lab }) => void lab.runs.showExample(),
  },
];
