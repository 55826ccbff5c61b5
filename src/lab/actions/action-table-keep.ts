// Actions on what is kept or given away: runs, their files, links. Part of the action table.

import { type Action, actionState } from './action-kinds.ts';
import { isResumable } from './action-table-run.ts';

export const KEEP_ACTIONS: readonly Action[] = [
  {
    id: 'resume',
    group: 'keep',
    keys: [],
    label: () => 'action.resume-kept',
    hindrance: (state) => (isResumable(state) ? null : 'why.not-resumable'),
    perform: ({ lab }) => {
      const state = actionState(lab);
      if (isResumable(state)) void lab.runs.resume(state.shown.entry.id);
    },
  },
  {
    id: 'save',
    group: 'keep',
    keys: ['s'],
    label: () => 'action.save',
    hindrance: ({ session }) => (session.progress === null ? 'why.nothing' : null),
    perform: ({ lab, save }) => save('spin-lab-run.jsonl', lab.session.lines()),
  },
  {
    id: 'export',
    group: 'keep',
    keys: ['x'],
    label: () => 'action.export',
    hindrance: ({ shown }) => (shown.entry === null ? 'why.not-kept' : null),
    perform: ({ lab }) => {
      const { entry } = lab.shown.getState();
      if (entry !== null) void lab.runs.exportRun(entry.id);
    },
  },
  {
    id: 'import',
    group: 'keep',
    keys: ['i'],
    label: () => 'action.import',
    hindrance: () => null,
    perform: ({ importRun }) => importRun(),
  },
  {
    id: 'undo',
    group: 'keep',
    keys: ['z', 'mod+z'],
    label: () => 'action.undo',
    hindrance: ({ runs }) => (runs.removed === null ? 'why.nothing-removed' : null),
    perform: ({ lab }) => void lab.runs.undoRemove(),
  },
  {
    id: 'copy-link',
    group: 'keep',
    keys: ['c'],
    label: () => 'action.copy-link',
    hindrance: () => null,
    perform: ({ copyLink }) => copyLink(),
  },
  {
    id: 'share',
    group: 'keep',
    keys: ['w'],
    label: () => 'action.share',
    hindrance: () => null,
    perform: ({ lab }) => lab.page.setState({ dialog: 'share' }),
  },
];
