// Everything that a person can do to a run: one table that buttons and keys read. Knows no button.

import type { TextKey } from '../text/en.ts';
import type { Session } from './session.ts';
import type { SessionState } from './session-store.ts';
import type { StepUnit } from './step-units.ts';

/** What actions work on. */
export interface ActionContext {
  readonly session: Session;
  readonly stepUnit: StepUnit;
  /** Hands a text to the person as a file. */
  save(name: string, text: string): void;
}

export interface Action {
  readonly id: 'start' | 'pause' | 'step' | 'reset' | 'save';
  label(state: SessionState): TextKey;
  /** As in `KeyboardEvent.key`. */
  readonly key: string;
  allowed(state: SessionState): boolean;
  perform(context: ActionContext): void;
}

const canGoOn = ({ status }: SessionState): boolean =>
  status === 'idle' || status === 'paused' || status === 'finished' || status === 'failed';

function startLabel({ status, trouble }: SessionState): TextKey {
  switch (status) {
    case 'paused':
      return 'action.resume';
    case 'finished':
      return 'action.again';
    case 'failed':
      return trouble?.kept === 'run-so-far' ? 'action.retry' : 'action.start';
    default:
      return 'action.start';
  }
}

export const ACTIONS: readonly Action[] = [
  {
    id: 'start',
    label: startLabel,
    key: ' ',
    allowed: canGoOn,
    perform: ({ session }) => session.start(),
  },
  {
    id: 'pause',
    label: () => 'action.pause',
    key: ' ',
    allowed: ({ status }) => status === 'running',
    perform: ({ session }) => session.pause(),
  },
  {
    id: 'step',
    label: () => 'action.step',
    key: 'n',
    allowed: (state) => canGoOn(state) && state.status !== 'finished',
    perform: ({ session, stepUnit }) => session.step(stepUnit),
  },
  {
    id: 'reset',
    label: () => 'action.reset',
    key: 'r',
    allowed: ({ status }) => status !== 'idle' && status !== 'stopping',
    perform: ({ session }) => void session.reset(),
  },
  {
    id: 'save',
    label: () => 'action.save',
    key: 's',
    allowed: ({ progress }) => progress !== null,
    perform: ({ session, save }) => save('spin-lab-run.jsonl', session.lines()),
  },
];

/** The action that a key means now, if any. */
export function actionForKey(key: string, state: SessionState): Action | undefined {
  return ACTIONS.find((action) => action.key === key.toLowerCase() && action.allowed(state));
}
