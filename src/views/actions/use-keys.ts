// Keys become actions, unless the element in focus wants them itself.

import { useLayoutEffect } from 'react';
import { actionState } from '../../lab/actions/action-kinds.ts';
import { actionForKey, keyOf } from '../../lab/actions/action-table.ts';
import { useSurroundings } from '../common/lab-context.ts';
import type { Perform } from './actions-context.ts';
import { singleKeysWork } from './single-keys.ts';

const FIELDS = 'input, select, textarea, [contenteditable]';
const CONTROLS = `${FIELDS}, button, summary, a, [role=button], [role=option], [role=slider], [role=tab]`;

export function useKeys(perform: Perform): void {
  const { lab } = useSurroundings();
  // At once when what is shown changes: a key pressed then means what is seen.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // What a view or an open dialog has taken for itself is not taken twice.
      if (event.defaultPrevented || event.repeat || document.querySelector('dialog[open]') !== null) return;
      const key = keyOf(event);
      if (key === null || belongsTo(event.target, key) || (isSingle(key) && !singleKeysWork())) return;
      const action = actionForKey(key, actionState(lab));
      if (action === undefined) return;
      event.preventDefault();
      perform(action);
    };
    // On the window, so that every view's own handlers come first.
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [lab, perform]);
}

/** Whether the element in focus wants the key itself: text fields all but the palette's, controls the space bar. */
function belongsTo(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element) || key === 'mod+k') return false;
  return target.closest(key === ' ' ? CONTROLS : FIELDS) !== null;
}

/** A letter, digit or sign, as against the space bar, Escape and keys held with Ctrl or ⌘. */
const isSingle = (key: string): boolean => key.length === 1 && key !== ' ';
