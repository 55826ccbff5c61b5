// What an action is: the shape of the rows of the action table.

import type { TextKey } from '../../text/en.ts';
import type { Language, Tongue } from '../../text/language.ts';
import type { Lab } from '../lab.ts';
import type { RunsState } from '../runs/kept-runs.ts';
import type { Shown } from '../runs/shown-run.ts';
import type { SessionState } from '../session/session-store.ts';
import type { PageState, ViewName } from '../settings/page-store.ts';
import type { StepUnit } from '../settings/step-units.ts';

export const ACTION_GROUPS = ['run', 'look', 'keep', 'page'] as const;
/** `run`: playing; `look`: what is looked at; `keep`: runs and links that are kept or given away; `page`: the page itself. */
export type ActionGroup = (typeof ACTION_GROUPS)[number];

export type ActionId =
  | 'start'
  | 'pause'
  | 'step'
  | 'step-unit'
  | `step-${StepUnit}`
  | 'slow'
  | 'end'
  | 'reset'
  | 'seed'
  | `view-${ViewName}`
  | 'iteration-previous'
  | 'iteration-next'
  | 'follow'
  | 'example'
  | 'resume'
  | 'save'
  | 'export'
  | 'import'
  | 'undo'
  | 'copy-link'
  | 'share'
  | 'palette'
  | 'help'
  | 'theme'
  | 'language'
  | 'dismiss';

/** What decides what an action is called and whether it can be done now. */
export interface ActionState {
  readonly session: SessionState;
  readonly page: PageState;
  readonly shown: Shown;
  readonly runs: Pick<RunsState, 'removed'>;
}

/** The parts of the lab that actions work on. */
export type ActionLab = Pick<Lab, 'session' | 'settings' | 'page' | 'shown' | 'runs'>;

/** What actions work on: the lab, and what only the page around it can do. */
export interface ActionContext {
  readonly lab: ActionLab;
  /** The language that the page speaks. */
  readonly language: Tongue;
  choose(language: Language): void;
  /** Hands a text to the person as a file. */
  save(name: string, text: string): void;
  /** Asks for the zip of a run and takes it in. */
  importRun(): void;
  /** Puts a link to these settings and this view on the clipboard. */
  copyLink(): void;
}

export interface Action {
  readonly id: ActionId;
  readonly group: ActionGroup;
  /** As in `KeyboardEvent.key`, small letters; `mod+` stands for Ctrl or ⌘. The first is the one that is shown. */
  readonly keys: readonly string[];
  label(state: ActionState): TextKey;
  /** Of a switch: whether it is on. */
  readonly pressed?: (state: ActionState) => boolean;
  /** null: it can be done now; otherwise why not. */
  hindrance(state: ActionState): TextKey | null;
  perform(context: ActionContext): void;
}

/** An action's other words, by which it is found too. */
export const keywordsOf = ({ id }: Action): TextKey => `keywords.${id}`;

/** The lab as it is now. */
export function actionState({ session, page, shown, runs }: ActionLab): ActionState {
  return {
    session: session.store.getState(),
    page: page.getState(),
    shown: shown.getState(),
    runs: runs.store.getState(),
  };
}
