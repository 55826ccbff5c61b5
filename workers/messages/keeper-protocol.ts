// The messages between the page and the keeper, the worker that stores runs. Types only.

import type { PartRole, TrainableValues, TrainingState } from '../../src/engine/models/parameter-set.ts';
import type { RunFile, RunNotes } from '../../src/folder/run-file.ts';
import type { SpinConfiguration } from '../../src/spin/configuration.ts';
import type { Snapshot } from '../../src/spin/events.ts';
import type { Method } from './channel.ts';
import type { RowFile } from './protocol.ts';

/** A run in the list of runs. */
export interface RunEntry {
  readonly id: string;
  readonly file: RunFile;
  readonly notes: RunNotes;
  /** When something was last written to it: ISO. */
  readonly changed: string;
  /** It can be gone on with: it is unfinished and has a checkpoint. `step` of `iteration` is where. */
  readonly checkpoint: { readonly iteration: number; readonly step: number } | null;
  readonly imported: boolean;
  readonly bytes: number;
  /** The leading measure before the run and after its last evaluation; null until then. */
  readonly headline: {
    readonly measure: 'human_likeness' | 'nll';
    readonly before: number;
    readonly after: number;
  } | null;
}

export interface NewRun {
  readonly id: string;
  readonly file: RunFile;
  readonly notes: RunNotes;
  /** The folder of the model, an address with a slash at its end: its configuration and tokenizer go into every saved model. */
  readonly modelBase: string;
  /** Own data, kept with the run so that it can be gone on with; null: the world. */
  readonly own: RowFile | null;
}

/** Text to be added to a file of a run. */
export interface Appended {
  readonly id: string;
  readonly path: string;
  readonly text: string;
}

export interface RunPlace {
  readonly id: string;
  readonly path: string;
}

/** `values` of an array of `length`, from `from` on; pieces come in order. `array` is its number, from 0, in the call that names it. */
export interface ArrayPiece {
  readonly id: string;
  readonly array: number;
  readonly length: number;
  readonly from: number;
  readonly values: Float32Array;
}

/** A trainable part whose array was sent ahead. */
export interface ValuesByNumber {
  readonly role: PartRole;
  readonly values: number;
}

/** A main player's state whose arrays were sent ahead. */
export interface StateByNumber {
  readonly weights: ValuesByNumber;
  readonly slots: readonly number[];
  readonly steps: number;
}

export interface ModelPlace {
  readonly id: string;
  readonly iteration: number;
}

/** A run as it was at its checkpoint. */
export interface Resumed {
  readonly snapshot: Snapshot<TrainableValues, TrainingState>;
  /** null: the world, or a file that a command line's run did not keep: `file.data.sha256` then says which. */
  readonly own: RowFile | null;
  /** null for an imported run: saved models then take their configuration from an earlier iteration, unless `rebase` tells of one. */
  readonly modelBase: string | null;
}

export interface Usage {
  /** Bytes that this site has stored, and may store; null where the browser does not tell. */
  readonly used: number | null;
  readonly quota: number | null;
  /** The browser will not delete them by itself. */
  readonly persisted: boolean;
  /** Where weights lie: the origin private file system, or the database where there is none. */
  readonly weights: 'opfs' | 'database';
}

/**
 * Every method may throw StorageFullError, StorageDeniedError and MissingRunError by name; every one that reads or writes weights,
 * CorruptFileError. Calls take effect in the order in which they are made. After an append that failed the run's files lack
 * something: whatever writes to it then fails in the same way, until `resume` takes it back.
 */
export interface KeeperProtocol {
  /** All runs, newest first. Removed ones are not among them. */
  list: Method<null, RunEntry[]>;
  /** One run; null where there is none. */
  entry: Method<string, RunEntry | null>;
  /** @throws ModelGoneError, DownloadError by name where there is no model at its address */
  create: Method<NewRun, RunEntry>;
  append: Method<Appended, void>;
  /** Sends a piece of an array ahead of the call that names it by its number. */
  ahead: Method<ArrayPiece, void>;
  /** Writes the run's checkpoint, its arrays by number: all that was appended before belongs to it. */
  checkpoint: Method<{ readonly id: string; readonly snapshot: Snapshot<ValuesByNumber, StateByNumber> }, void>;
  /**
   * Saves an iteration's result, sent ahead, as a Hugging Face folder, in float32. @throws ModelGoneError by name where neither the run's address
   * nor an iteration saved before has the model's configuration
   */
  saveModel: Method<ModelPlace & { readonly weights: ValuesByNumber }, void>;
  /** Marks the run finished and drops its checkpoint. */
  finish: Method<{ readonly id: string; readonly time: string }, RunEntry>;
  note: Method<{ readonly id: string; readonly changes: Partial<RunNotes> }, RunEntry>;
  /** The run goes on with other settings: its record says with which. */
  reconfigure: Method<{ readonly id: string; readonly configuration: SpinConfiguration }, RunEntry>;
  headline: Method<{ readonly id: string; readonly headline: RunEntry['headline'] }, void>;
  /**
   * A text file of a run from a byte offset on; `end` is where to read on. Empty where there is no such file. `end` is less than `from`
   * where the file was cut back since: read it again from its start.
   */
  read: Method<RunPlace & { readonly from?: number }, { readonly text: string; readonly end: number }>;
  /** Paths of all files of a run, run.json among them. */
  files: Method<string, string[]>;
  /** Takes the run back to its checkpoint, deleting what came after, and gives it; null where there is none. */
  resume: Method<string, Resumed | null>;
  /** Tells where the files of a run's model are now: for one that was imported, or when the lab has moved. */
  rebase: Method<{ readonly id: string; readonly modelBase: string }, void>;
  /** The weights that a saved iteration ended with, packed; null where they are not kept. */
  weights: Method<ModelPlace, TrainableValues | null>;
  /** Files of a saved model, by name within its folder; empty where it is not kept. */
  modelFiles: Method<ModelPlace, ReadonlyMap<string, Uint8Array>>;
  /** Hides a run; `purge` deletes it for good, `restore` brings it back. */
  remove: Method<string, void>;
  restore: Method<string, void>;
  /** Deletes what was removed. */
  purge: Method<null, void>;
  /** A zip of the run folder; tells the share done. @throws RunTooLargeError by name */
  exportRun: Method<string, Uint8Array, number>;
  /**
   * Takes in a zip of a run folder under a new id; tells the share done. `notes` are for a run that has none of its own; null: it is
   * called after the zip. @throws RunFormatError, InvalidZipError, InvalidSafetensorsError by name
   */
  importRun: Method<
    { readonly name: string; readonly bytes: Uint8Array; readonly notes: RunNotes | null },
    RunEntry,
    number
  >;
  usage: Method<null, Usage>;
  /** Deletes all runs for good. */
  clear: Method<null, void>;
}
