// Those whom a session, and within it a run, works with: one interface a subject. Types only.

import type { Opened } from '../../../workers/messages/protocol.ts';
import type { WatchedLine } from '../../folder/lines.ts';
import type { Pair } from '../../spin/players.ts';
import type { StartWorker } from '../browser/page-workers.ts';
import type { Capabilities } from '../players/backend.ts';
import type { ThreadChooser } from '../players/thread-choice.ts';
import type { WorkerPool } from '../players/worker-pool.ts';
import type { Settings } from '../settings/settings-store.ts';
import type { RunLog } from '../storage/run-log.ts';
import type { Planner } from './planner.ts';
import type { LabEvent, RunAtHand } from './run-at-hand.ts';
import type { DrawnWords, Opening } from './session-store.ts';

/** What runs are played on. */
export interface Machine {
  readonly startWorker: StartWorker;
  readonly capabilities: () => Promise<Capabilities>;
  /** How many threads are fastest here. */
  readonly threads: Pick<ThreadChooser, 'known' | 'measure'>;
  /** The page's own address, under which models and runtime lie. */
  readonly base: string;
}

/** Where runs are kept. */
export interface RunShelf {
  /** Keeps a run from its first event on; null where nothing can be kept. */
  begin(run: RunAtHand, opened: Opened): Promise<RunLog | null>;
  /** An evaluation was told. */
  measured(run: RunAtHand): void;
  /** The run is over. Resolves when all of it is stored. */
  ended(run: RunAtHand): Promise<void>;
  /** The run is left: reset, or replaced by another. */
  leave(run: RunAtHand): Promise<void>;
  /** Calls when the run at hand is no longer kept, with the reason. */
  onUnsaved(listener: (error: unknown) => void): void;
}

/** Who looks at a pair token by token. */
export interface PairWatcher {
  /** The pair to look at after this step; null: none. */
  wanted(): Pair | null;
  take(line: WatchedLine): void;
  /** The first of the pairs that are watched in this iteration. */
  follow(pair: Pair | null): void;
  /** The run at hand has ended or was left. */
  rest(): void;
}

/** Whom a session is made with. */
export interface SessionContext {
  readonly machine: Machine;
  readonly settings: () => Settings;
  /** Nobody sees the page now: numbers are kept, nothing is published. */
  readonly hidden: () => boolean;
  /** Absent: nothing is kept. */
  readonly shelf?: RunShelf;
  /** Absent: nobody looks. */
  readonly watcher?: PairWatcher;
}

/** What one run is played on. */
export interface Stage {
  readonly pool: WorkerPool;
  readonly planner: Pick<Planner, 'settle' | 'settleMeasured'>;
  /** The page's own address. */
  readonly base: string;
}

/** What a run tells beside its record. */
export type RunNews =
  | { readonly kind: 'opening'; readonly opening: Opening | null }
  | { readonly kind: 'opened'; readonly opened: Opened }
  /** The loop begins, or goes on after a recovery. */
  | { readonly kind: 'playing' }
  /** The first few answers of a batch while their tokens are drawn. */
  | { readonly kind: 'drawn'; readonly drawn: readonly DrawnWords[] }
  | { readonly kind: 'event'; readonly event: LabEvent }
  /** Something else has changed that is worth showing. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'recovering'; readonly iteration: number }
  /** Something failed that the run goes on without. */
  | { readonly kind: 'trouble'; readonly error: unknown };

/** Whom a run works with. */
export interface RunContext {
  readonly stage: Stage;
  /** Keeps the run from its first event on; null where it is not kept. */
  readonly keep: (run: RunAtHand, opened: Opened) => Promise<RunLog | null>;
  readonly watcher: Pick<PairWatcher, 'wanted' | 'take' | 'follow'>;
  readonly tell: (news: RunNews) => void;
  /** Resolves when the run is not paused, or aborted. */
  readonly gate: (signal: AbortSignal) => Promise<void>;
}
