// How views reach the lab and the language.

import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { Lab } from '../../lab/lab.ts';
import type { RunRecord } from '../../lab/record/run-record.ts';
import type { Shown } from '../../lab/runs/shown-run.ts';
import type { SessionState } from '../../lab/session/session-store.ts';
import type { PageState } from '../../lab/settings/page-store.ts';
import type { Settings } from '../../lab/settings/settings-store.ts';
import type { Language, Speech } from '../../text/language.ts';

export interface Surroundings {
  readonly lab: Lab;
  readonly speech: Speech;
  readonly choose: (language: Language) => void;
}

export const LabContext = createContext<Surroundings | null>(null);

export function useSurroundings(): Surroundings {
  const found = useContext(LabContext);
  if (found === null) throw new Error('A view was shown outside the lab.');
  return found;
}

export const useSpeech = (): Speech => useSurroundings().speech;

export function useSession<T>(select: (state: SessionState) => T): T {
  return useStore(useSurroundings().lab.session.store, select);
}

export function useSettings<T>(select: (state: Settings) => T): T {
  return useStore(useSurroundings().lab.settings, select);
}

export function usePage<T>(select: (state: PageState) => T): T {
  return useStore(useSurroundings().lab.page, select);
}

export function useShown<T>(select: (state: Shown) => T): T {
  return useStore(useSurroundings().lab.shown, select);
}

/** The shown run's record, looked at again at each publication. */
export function useRecord(): RunRecord {
  useShown((state) => state.revision);
  return useShown((state) => state.record);
}
