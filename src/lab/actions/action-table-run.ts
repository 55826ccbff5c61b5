// Actions on the run that is played: start, pause, step, speed, reset. Part of the action table.

import { PARAMETERS } from '../../spin/parameters/parameter-table.ts';
import type { TextKey } from '../../text/en.ts';
import type { Shown } from '../runs/shown-run.ts';
import { changeParameter } from '../settings/settings-store.ts';
import { STEP_UNITS, type StepUnit } from '../settings/step-units.ts';
import { type Action, type ActionState, actionState } from './action-kinds.ts';

/** A kept run is shown that was left in its midst, and nothing else is being played: going on means going on with that. */
export function isResumable(
  state: ActionState,
): state is ActionState & { shown: { entry: NonNullable<Shown['entry']> } } {
  const { session, shown } = state;
  const free = session.status === 'idle' || session.status === 'finished';
  return free && shown.source === 'kept' && shown.entry !== null && shown.entry.checkpoint !== null;
}

function startLabel(state: ActionState): TextKey {
  const { status, trouble } = state.session;
  if (status === 'paused' || isResumable(state)) return 'action.resume';
  if (status === 'failed') return trouble?.kept === 'run-so-far' ? 'action.retry' : 'action.start';
  return status === 'finished' && state.shown.source === 'live' ? 'action.again' : 'action.start';
}

/** Why the run cannot go on just now. */
function busy({ session: { status } }: ActionState): TextKey | null {
  switch (status) {
    case 'opening':
      return 'why.opening';
    case 'stopping':
      return 'why.stopping';
    case 'running':
      return 'why.running';
    default:
      return null;
  }
}

const stepHindrance = (state: ActionState): TextKey | null =>
  busy(state) ?? (state.session.status === 'finished' ? 'why.finished' : null);

const takeUnit = (unit: StepUnit): Action => ({
  id: `step-${unit}`,
  group: 'run',
  keys: [],
  label: () => `action.step-${unit}`,
  hindrance: ({ page }) => (page.stepUnit === unit ? 'why.already' : null),
  perform: ({ lab }) => lab.page.setState({ stepUnit: unit }),
});

export const RUN_ACTIONS: readonly Action[] = [
  {
    id: 'start',
    group: 'run',
    keys: [' '],
    label: startLabel,
    hindrance: busy,
    perform: ({ lab }) => {
      const state = actionState(lab);
      if (isResumable(state)) void lab.runs.resume(state.shown.entry.id);
      else lab.session.start();
    },
  },
  {
    id: 'pause',
    group: 'run',
    keys: [' '],
    label: () => 'action.pause',
    hindrance: ({ session }) => (session.status === 'running' ? null : 'why.not-running'),
    perform: ({ lab }) => lab.session.pause(),
  },
  {
    id: 'step',
    group: 'run',
    keys: ['n'],
    label: () => 'action.step',
    hindrance: stepHindrance,
    perform: ({ lab }) => lab.session.step(lab.page.getState().stepUnit),
  },
  {
    id: 'step-unit',
    group: 'run',
    keys: ['u'],
    label: () => 'action.step-unit',
    hindrance: () => null,
    perform: ({ lab }) => {
      const next = STEP_UNITS.indexOf(lab.page.getState().stepUnit) + 1;
      lab.page.setState({ stepUnit: STEP_UNITS[next % STEP_UNITS.length]! });
    },
  },
  ...STEP_UNITS.map(takeUnit),
  {
    id: 'slow',
    group: 'run',
    keys: ['m'],
    label: () => 'action.slow',
    pressed: ({ session }) => session.slow,
    hindrance: () => null,
    perform: ({ lab }) => lab.session.setSlow(!lab.session.store.getState().slow),
  },
  {
    id: 'end',
    group: 'run',
    keys: ['e'],
    label: () => 'action.end',
    // While it runs this ends a step under way, and slow motion.
    hindrance: (state) => (state.session.status === 'running' ? null : stepHindrance(state)),
    perform: ({ lab }) => {
      lab.session.setSlow(false);
      lab.session.start();
    },
  },
  {
    id: 'reset',
    group: 'run',
    keys: ['r'],
    label: () => 'action.reset',
    hindrance: ({ session: { status } }) =>
      status === 'idle' ? 'why.nothing' : status === 'stopping' ? 'why.stopping' : null,
    perform: ({ lab }) => void lab.session.reset(),
  },
  {
    id: 'seed',
    group: 'run',
    keys: ['d'],
    label: () => 'action.seed',
    hindrance: ({ session, page }) =>
      session.status === 'stopping' ? 'why.stopping' : page.hidden.includes('seed') ? 'why.locked' : null,
    perform: ({ lab }) => {
      const seed = lab.settings.getState().configuration.seed + 1;
      void lab.session.reset().then(() => changeParameter(lab.settings, PARAMETERS.seed, String(seed)));
    },
  },
];
