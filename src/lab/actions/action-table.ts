// Everything that a person can do, in one table: buttons, keys, the palette and the help sheet read it.

import { LANGUAGES, type Language, type Tongue } from '../../text/language.ts';
import { THEMES } from '../settings/page-store.ts';
import type { Action, ActionId, ActionState } from './action-kinds.ts';
import { KEEP_ACTIONS } from './action-table-keep.ts';
import { LOOK_ACTIONS } from './action-table-look.ts';
import { RUN_ACTIONS } from './action-table-run.ts';

const LANGUAGE_TAGS = Object.keys(LANGUAGES) as Language[];
const TONGUES: readonly Tongue[] = LANGUAGE_TAGS;

const PAGE_ACTIONS: readonly Action[] = [
  {
    id: 'palette',
    group: 'page',
    keys: ['k', 'mod+k'],
    label: () => 'action.palette',
    hindrance: () => null,
    perform: ({ lab }) => lab.page.setState({ dialog: 'palette' }),
  },
  {
    id: 'help',
    group: 'page',
    keys: ['?'],
    label: () => 'action.help',
    hindrance: () => null,
    perform: ({ lab }) => lab.page.setState({ dialog: 'help' }),
  },
  {
    id: 'theme',
    group: 'page',
    keys: ['t'],
    label: ({ page }) => `action.theme-${page.theme}`,
    hindrance: () => null,
    perform: ({ lab }) =>
      lab.page.setState(({ theme }) => ({ theme: THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]! })),
  },
  {
    id: 'language',
    group: 'page',
    keys: ['l'],
    label: () => 'action.language',
    hindrance: () => null,
    perform: ({ language, choose }) => {
      const next = TONGUES.indexOf(language) + 1;
      choose(LANGUAGE_TAGS[next % LANGUAGE_TAGS.length]!);
    },
  },
  {
    id: 'dismiss',
    group: 'page',
    keys: ['escape'],
    label: () => 'action.dismiss',
    hindrance: ({ session }) => (session.trouble === null ? 'why.no-notice' : null),
    perform: ({ lab }) => lab.session.dismiss(),
  },
];

export const ACTIONS: readonly Action[] = [...RUN_ACTIONS, ...LOOK_ACTIONS, ...KEEP_ACTIONS, ...PAGE_ACTIONS];

const BY_ID = new Map<ActionId, Action>(ACTIONS.map((action) => [action.id, action]));

export const actionNamed = (id: ActionId): Action => BY_ID.get(id)!;

export const isAllowed = (action: Action, state: ActionState): boolean => action.hindrance(state) === null;

/** A key as the table writes it; null where it is held with keys that make it another's. */
export function keyOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): string | null {
  if (event.altKey) return null;
  const key = event.key.toLowerCase();
  return event.ctrlKey || event.metaKey ? `mod+${key}` : key;
}

/** The action that a key means now, if any. */
export function actionForKey(key: string, state: ActionState): Action | undefined {
  return ACTIONS.find((action) => action.keys.includes(key) && isAllowed(action, state));
}
