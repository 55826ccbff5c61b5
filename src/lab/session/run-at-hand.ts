// The run at hand, as those see it who keep it and show it, and what a kept run goes on from. Types only, and how it names its model.

import type { EvaluationReport } from '../../../workers/messages/protocol.ts';
import type { RunSnapshot, TrainableValues, TrainingState } from '../../engine/models/parameter-set.ts';
import { BUILT_IN_MODEL_NAME, WORLD_NAME } from '../../folder/run-file.ts';
import type { SpinConfiguration } from '../../spin/configuration.ts';
import type { SpinEvent } from '../../spin/events.ts';
import type { RunRecord } from '../record/run-record.ts';
import { BUILT_IN_MODEL } from '../settings/allowed-settings.ts';
import type { Settings } from '../settings/settings-store.ts';
import type { RunLog } from '../storage/run-log.ts';

export type LabEvent = SpinEvent<TrainableValues, TrainingState, EvaluationReport>;

/** What a run's numbers come from, whatever it is played on: a part of run.json, whose words these are. */
export interface RunIdentity {
  readonly configuration: SpinConfiguration;
  readonly model: { readonly folder: string; readonly sha256: string | null };
  readonly data: { readonly source: string; readonly sha256: string | null };
}

/** Its `configuration` is the settings' own, its lengths within the model's positions once the model is open. */
export interface RunAtHand extends RunIdentity {
  readonly settings: Settings;
  /** Runs queued together share a group; null: a run of its own. */
  readonly group: string | null;
  readonly record: RunRecord;
  /** null: it is not kept. */
  readonly log: RunLog | null;
}

/** A kept run, taken back to its checkpoint. */
export interface Origin {
  readonly log: RunLog;
  /** All that the run told before the checkpoint. */
  readonly record: RunRecord;
  readonly snapshot: RunSnapshot;
}

/** The model and the data of a run with these settings. @param sha256 of the model; null where it is not known */
export function startOf({ model, own }: Settings, sha256: string | null): Pick<RunIdentity, 'model' | 'data'> {
  return {
    model: { folder: model === BUILT_IN_MODEL ? BUILT_IN_MODEL_NAME : model, sha256 },
    data: own === null ? { source: WORLD_NAME, sha256: null } : { source: own.name, sha256: own.sha256 },
  };
}
