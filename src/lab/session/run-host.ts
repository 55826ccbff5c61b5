// What a run needs of the session around it, and what a kept run goes on from. Types only.

import type { EvaluationReport, Opened } from '../../../workers/messages/protocol.ts';
import type { TrainableValues, TrainingState } from '../../engine/models/parameter-set.ts';
import type { WatchedLine } from '../../folder/lines.ts';
import type { SpinConfiguration } from '../../spin/configuration.ts';
import type { Snapshot, SpinEvent } from '../../spin/events.ts';
import type { Pair } from '../../spin/players.ts';
import type { BackendPlan } from '../players/backend.ts';
import type { PlayerPool } from '../players/worker-pool.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { Settings } from '../settings/settings-store.ts';
import type { RunLog } from '../storage/run-log.ts';
import type { DrawnWords, Opening } from './session-store.ts';

export type LabEvent = SpinEvent<TrainableValues, TrainingState, EvaluationReport>;
export type RunSnapshot = Snapshot<TrainableValues, TrainingState>;

/** A run as those see it who keep it. */
export interface BegunRun {
  readonly settings: Settings;
  /** The settings' own, its lengths within the model's positions. */
  readonly configuration: SpinConfiguration;
  readonly record: RunRecord;
  /** null: it is not kept. */
  readonly log: RunLog | null;
}

/** What a run needs of the session around it, and tells it. */
export interface RunHost {
  readonly pool: PlayerPool;
  /** The page's own address, under which models and runtime lie. */
  readonly base: string;
  /** What a run with these settings is played on; null where it must be measured first. */
  plan(settings: Settings): Promise<BackendPlan | null>;
  /** Measures, once what is under way is done. @throws the signal's reason, and what `underWay` rejects with */
  measuredPlan(settings: Settings, underWay: Promise<unknown>, signal: AbortSignal): Promise<BackendPlan>;
  /** Where the run is kept from its first event on; null: nowhere. */
  keep(run: BegunRun, opened: Opened): Promise<RunLog | null>;
  /** Resolves when the run is not paused, or aborted. */
  gate(signal: AbortSignal): Promise<void>;
  /** The pair that somebody wants to see token by token after this step; null: none. */
  wanted(): Pair | null;
  onWatched(line: WatchedLine): void;
  /** The first of the pairs that are watched in this iteration. */
  onFollowed(pair: Pair | null): void;
  /** The first few answers of a batch while their tokens are drawn. */
  onDrawn(drawn: readonly DrawnWords[]): void;
  onOpening(opening: Opening | null): void;
  onOpened(opened: Opened): void;
  /** The loop begins, or goes on after a recovery. */
  onPlaying(): void;
  onEvent(event: LabEvent): void;
  /** Something else has changed that is worth showing. */
  onChange(): void;
  onRecovery(iteration: number): void;
  /** Something failed that the run goes on without. */
  onTrouble(error: unknown): void;
}

/** A kept run, taken back to its checkpoint. */
export interface Origin {
  readonly log: RunLog;
  /** All that the run told before the checkpoint. */
  readonly record: RunRecord;
  readonly snapshot: RunSnapshot;
}
