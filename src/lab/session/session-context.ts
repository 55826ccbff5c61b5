// What a session needs of the page around it. Types only.

import type { Opened } from '../../../workers/messages/protocol.ts';
import type { WatchedLine } from '../../folder/lines.ts';
import type { Pair } from '../../spin/players.ts';
import type { StartWorker } from '../page-workers.ts';
import type { BackendPlan, Capabilities } from '../players/backend.ts';
import type { ThreadChooser } from '../players/thread-choice.ts';
import type { Settings } from '../settings/settings-store.ts';
import type { RunLog } from '../storage/run-log.ts';
import type { BegunRun } from './run-host.ts';

export interface SessionContext {
  readonly startWorker: StartWorker;
  readonly capabilities: () => Promise<Capabilities>;
  readonly settings: () => Settings;
  /** How many threads are fastest here. */
  readonly threads: Pick<ThreadChooser, 'known' | 'measure'>;
  /** The page's own address, under which models and runtime lie. */
  readonly base: string;
  /** Nobody sees the page now: numbers are kept, nothing is published. */
  readonly hidden: () => boolean;
  /** Where a run is kept; null: nowhere. */
  readonly keep?: (run: BegunRun, opened: Opened, plan: BackendPlan | null) => Promise<RunLog | null>;
  /** The run at hand is left: reset, or replaced by another. */
  readonly leave?: (run: BegunRun) => Promise<void>;
  /** Who looks at a pair token by token. */
  readonly watcher?: {
    wanted(): Pair | null;
    take(line: WatchedLine): void;
    follow(pair: Pair | null): void;
    rest(): void;
  };
  /** The run goes on with lower learning rates than the page's settings say. */
  readonly onLowered?: (learningRates: readonly number[]) => void;
  /** A run is finished. `follows`: it was begun with the page's settings. */
  readonly finished?: (run: BegunRun, follows: boolean) => Promise<void>;
  /** An evaluation was told. */
  readonly measured?: (run: BegunRun) => void;
}
