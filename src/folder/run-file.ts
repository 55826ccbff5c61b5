// run.json: what a run is. Its format is versioned: this version writes format 2 and reads 1, which had no tokens/, shorter answers and
// no `lab`.

import type { SpinConfiguration } from '../spin/configuration.ts';
import { baseOfWritten } from '../spin/former-rules.ts';
import { LabError } from '../spin/lab-error.ts';
import { validate } from '../spin/validation.ts';

export const RUN_FORMAT = 2;

/** A run folder that this version cannot read. */
export class RunFormatError extends LabError {}

/** On what a run was played: a seed gives the same numbers again only on the same. */
export interface RunEnvironment {
  readonly version: string;
  readonly runtime: string;
  readonly runtime_version: string;
  readonly backend: string;
  readonly adapter: string;
  readonly threads: number;
  /** The browser or Node in words. */
  readonly node?: string;
  readonly browser?: string;
  readonly seed: number | null;
}

/** What a person made of a run. The command line keeps it as it is. */
export interface RunNotes {
  readonly name: string;
  /** Index into the runs' own palette. */
  readonly colour: number;
  readonly pinned: boolean;
  readonly notes: string;
  /** The preset that it was begun with. */
  readonly preset: string;
  /** Runs queued together share a group; null: a run of its own. */
  readonly group: string | null;
}

/** run.json. */
export interface RunFile {
  readonly format_version: 1 | typeof RUN_FORMAT;
  readonly configuration: SpinConfiguration;
  readonly environment: RunEnvironment;
  /** `folder`: a path or address, or BUILT_IN_MODEL_NAME. `sha256` is of its configuration and weights; null where it was not computed. */
  readonly model: { readonly folder: string; readonly sha256: string | null; readonly parameters: number };
  /** `sha256`: of the file's bytes; null for the built-in world. */
  readonly data: { readonly source: string; readonly sha256: string | null };
  /** Times of day. `finished` is null until then. */
  readonly started: string;
  readonly finished: string | null;
  readonly lab?: RunNotes;
}

export const BUILT_IN_MODEL_NAME = 'the built-in model';
export const WORLD_NAME = 'the built-in world';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value);

/** Fields that every format has. The others may be missing or of another form without harm: nobody computes with them. */
const SHAPE: Readonly<Record<string, (value: unknown) => boolean>> = {
  environment: (value) =>
    isObject(value) &&
    ['version', 'runtime', 'runtime_version', 'backend', 'adapter'].every((name) => isText(value[name])) &&
    typeof value.threads === 'number',
  model: (value) =>
    isObject(value) && isText(value.folder) && isTextOrNull(value.sha256) && typeof value.parameters === 'number',
  data: (value) => isObject(value) && isText(value.source) && isTextOrNull(value.sha256),
  started: isText,
  finished: isTextOrNull,
};

/** Reads run.json, checked. Notes that are none are left out. @param place what messages call it. @throws RunFormatError */
export function readRunFile(text: string, place: string): RunFile {
  const json = parsed(text);
  const version = isObject(json) ? json.format_version : undefined;
  if (typeof version === 'number' && version > RUN_FORMAT) {
    throw new RunFormatError(
      `${place}: the run has format ${version}; this version reads formats 1 to ${RUN_FORMAT}.`,
      'Open it with a newer version of the lab.',
    );
  }
  if (!isObject(json) || (version !== 1 && version !== RUN_FORMAT) || !isObject(json.configuration)) {
    throw new RunFormatError(
      `${place}: this is no record of a run.`,
      'Choose the run.json, or the zip, that the lab wrote.',
    );
  }
  const wrong = Object.entries(SHAPE).find(([name, fits]) => !fits(json[name]));
  if (wrong !== undefined) {
    throw new RunFormatError(`${place}: its “${wrong[0]}” is not what it should be.`, 'Export the run anew.');
  }
  const validated = validate(json.configuration, baseOfWritten(json.configuration));
  if (!validated.ok) {
    throw new RunFormatError(
      `${place}: ${validated.problems.map(({ message }) => message).join(' ')}`,
      'Correct the configuration, or open another run.',
    );
  }
  const { lab, ...record } = json;
  const notes = isNotes(lab) ? { lab } : {};
  return { ...record, configuration: validated.configuration, ...notes } as unknown as RunFile;
}

function isNotes(value: unknown): value is RunNotes {
  return (
    isObject(value) &&
    [value.name, value.notes, value.preset].every(isText) &&
    isTextOrNull(value.group) &&
    typeof value.pinned === 'boolean' &&
    Number.isInteger(value.colour) &&
    (value.colour as number) >= 0
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
