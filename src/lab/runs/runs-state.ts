// What the page shows of the kept runs.

import { createStore } from 'zustand/vanilla';
import type { RunEntry, Usage } from '../../../workers/messages/keeper-protocol.ts';

export interface RunsState {
  /** Newest first; null: still being read, or storage is denied. */
  readonly entries: readonly RunEntry[] | null;
  /** The run that was deleted last: it can be brought back. */
  readonly removed: RunEntry | null;
  readonly usage: Usage | null;
  readonly busy: { readonly what: 'export' | 'import' | 'open'; readonly share: number } | null;
  /** Runs that another tab plays. */
  readonly playedElsewhere: ReadonlySet<string>;
  /** Why nothing is kept; null where runs are. */
  readonly denied: unknown;
}

export const createRunsStore = () =>
  createStore<RunsState>(() => ({
    entries: null,
    removed: null,
    usage: null,
    busy: null,
    playedElsewhere: new Set(),
    denied: null,
  }));
