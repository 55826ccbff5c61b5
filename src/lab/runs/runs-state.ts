// What the page shows of the kept runs, and what they need of the page around them.

import { createStore } from 'zustand/vanilla';
import type { RunEntry, Usage } from '../../../workers/messages/keeper-protocol.ts';
import type { StartWorker } from '../page-workers.ts';
import type { Session } from '../session/session.ts';
import type { SettingsStore } from '../settings/settings-store.ts';
import type { Keeping } from '../storage/keeper-client.ts';
import type { Tabs } from '../storage/tabs.ts';
import type { ShownStore } from './shown-run.ts';

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

export interface RunsContext {
  readonly keeper: Keeping;
  readonly session: Session;
  readonly settings: SettingsStore;
  readonly shown: ShownStore;
  readonly startWorker: StartWorker;
  readonly tabs: Tabs;
  /** The page's own address. */
  readonly base: string;
  /** Hands a file to the person. */
  download(content: Blob, name: string): void;
}
