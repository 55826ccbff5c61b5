// What the page shows of the session: small, published at most five times a second. The numbers of the run are in its record.

import { createStore } from 'zustand/vanilla';
import type { Opened } from '../../../workers/messages/protocol.ts';
import type { SpinConfiguration } from '../../spin/configuration.ts';
import type { BackendPlan, Capabilities } from '../players/backend.ts';
import type { Trouble } from '../players/trouble.ts';
import type { Progress } from '../record/progress.ts';

/** `stopping`: a reset waits for the work under way. */
export type SessionStatus = 'idle' | 'opening' | 'running' | 'paused' | 'stopping' | 'finished' | 'failed';

/** What opening is busy with: how many threads are fastest, the files and the runtime, or the run's examples. */
export interface Opening {
  readonly what: 'threads' | 'model' | 'data';
  /** Bytes or examples so far, and in all; 0 where unknown. */
  readonly done: number;
  readonly total: number;
}

/** An answer whose tokens are being drawn. */
export interface DrawnWords {
  /** The example's index. */
  readonly key: number;
  readonly prompt: string;
  /** The human answer; absent where it is not at hand. */
  readonly human?: string;
  readonly text: string;
}

/** Something worth saying, in order: views put it into words, the live region reads it out. */
export interface Announcement {
  readonly id: number;
  readonly kind:
    | 'opening'
    | 'started'
    | 'paused'
    | 'resumed'
    | 'reset'
    | 'iteration-started'
    | 'iteration-finished'
    | 'evaluated'
    | 'recovered'
    | 'finished'
    | 'failed'
    | 'file-taken'
    | 'slept'
    | 'former-rules'
    | 'reconfigured';
  readonly iteration?: number;
  readonly text?: string;
}

export interface SessionState {
  readonly status: SessionStatus;
  readonly capabilities: Capabilities | null;
  readonly plan: BackendPlan | null;
  readonly opened: Opened | null;
  /** Threads are also measured while nothing is opened, when somebody asks for it. */
  readonly opening: Opening | null;
  readonly progress: Progress | null;
  readonly trouble: Trouble | null;
  /** Why the run is no longer kept; null where it is. */
  readonly unsaved: Trouble | null;
  /** What the run at hand is played with; null where there is none. */
  readonly configuration: SpinConfiguration | null;
  /** The id of the run at hand, where it is kept. */
  readonly runId: string | null;
  /** Slow motion: a pause after every batch. */
  readonly slow: boolean;
  /** The opponent's answers on their way; none while it does not answer. */
  readonly drawn: readonly DrawnWords[];
  readonly announcement: Announcement | null;
  /** How often workers were started anew in this run. */
  readonly recoveries: number;
  /** Counts publications of the record: whoever shows it looks again. */
  readonly revision: number;
}

export const NOTHING_YET: SessionState = {
  status: 'idle',
  capabilities: null,
  plan: null,
  opened: null,
  opening: null,
  progress: null,
  trouble: null,
  unsaved: null,
  configuration: null,
  runId: null,
  slow: false,
  drawn: [],
  announcement: null,
  recoveries: 0,
  revision: 0,
};

export const createSessionStore = () => createStore<SessionState>(() => NOTHING_YET);
export type SessionStore = ReturnType<typeof createSessionStore>;
