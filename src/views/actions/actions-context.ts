// How the frame's buttons, keys, palette and help sheet reach the action table.

import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { Action, ActionId, ActionState } from '../../lab/actions/action-kinds.ts';
import { actionNamed } from '../../lab/actions/action-table.ts';
import type { RunsState } from '../../lab/runs/kept-runs.ts';
import { usePage, useSession, useShown, useSurroundings } from '../common/lab-context.ts';

export type Perform = (action: Action) => void;

export const PerformContext = createContext<Perform>(() => {
  throw new Error('An action was asked for outside the page.');
});

export const usePerform = (): Perform => useContext(PerformContext);

export function useRuns<T>(select: (state: RunsState) => T): T {
  return useStore(useSurroundings().lab.runs.store, select);
}

/** All that labels and permissions of actions depend on. */
export function useActionState(): ActionState {
  return {
    session: useSession((state) => state),
    page: usePage((state) => state),
    shown: useShown((state) => state),
    runs: useRuns((state) => state),
  };
}

/** An action as it stands, with a function that does it. */
export function useAction(id: ActionId): { readonly action: Action; readonly state: ActionState; act(): void } {
  const perform = usePerform();
  const state = useActionState();
  const action = actionNamed(id);
  return { action, state, act: () => perform(action) };
}
