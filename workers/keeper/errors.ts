// The named refusals of everything that keeps runs. Each says what was wrong and the cure.

import { LabError } from '../../src/spin/lab-error.ts';

/** The browser gives this site no more room. */
export class StorageFullError extends LabError {
  constructor(cause: unknown) {
    super(
      'The storage is full: what was last to be kept was not.',
      'Delete runs that are no longer needed, or make room on the disk; then resume the run from its last checkpoint.',
      { cause },
    );
  }
}

/** The browser does not let this site store anything, or has closed what was open. */
export class StorageDeniedError extends LabError {
  constructor(what: string, advice: string, cause: unknown) {
    super(`Runs cannot be kept: ${what}.`, advice, { cause });
  }
}

/** No run has this id, or it was removed. */
export class MissingRunError extends LabError {
  constructor(id: string) {
    super(`There is no run ${id}.`, 'Reload the list of runs: it may have been deleted in another tab.');
  }
}

/** A stored file that is gone, shorter than it was, or not what was written. */
export class CorruptFileError extends LabError {
  readonly path: string;

  constructor(path: string, what: string) {
    super(
      `${path}: ${what}.`,
      'Import the run again if it was exported, or play it anew: its seed is in its settings.',
    );
    this.path = path;
  }
}

/** A file that is no zip of a run folder, or a damaged or unsafe one. */
export class InvalidZipError extends LabError {
  constructor(name: string, what: string, advice = 'Choose a zip that the lab exported, or zip a whole run folder.') {
    super(`${name}: ${what}.`, advice);
  }
}

/** A run too large for one zip. */
export class RunTooLargeError extends LabError {
  constructor(bytes: number, limit: number) {
    super(
      `The run has ${megabytes(bytes)} MB, more than the ${megabytes(limit)} MB that one zip may hold.`,
      'Play it with the command line, which writes a folder.',
    );
  }
}

/** Nothing tells any more which configuration and tokenizer a run's weights belong to. */
export class ModelGoneError extends LabError {
  constructor(place: string | null, cause?: unknown) {
    super(
      place === null
        ? 'It is not known where the files of this run’s model are.'
        : `${place}: the files of this run’s model are not to be had.`,
      place === null ? 'Name the address of the model.' : 'Check the connection and the address of the model.',
      { cause },
    );
  }
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

const nameOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : '';

/** What the browser's storage throws, by our names; everything else as it is. */
export function storageError(error: unknown): unknown {
  switch (nameOf(error)) {
    case 'QuotaExceededError':
      return new StorageFullError(error);
    case 'SecurityError':
    case 'NotAllowedError':
      return denied(error);
    case 'InvalidStateError':
      return new StorageDeniedError('the browser has closed the storage', 'Reload the page.', error);
    default:
      return error;
  }
}

/** The same for what opening the database throws: browsers have several words for not letting a site do so. */
export function openingError(error: unknown): unknown {
  switch (nameOf(error)) {
    case 'VersionError':
      return new StorageDeniedError(
        'those that are stored are of a newer version of the lab',
        'Reload the page to get the newer version.',
        error,
      );
    case 'InvalidStateError':
    case 'UnknownError':
      return denied(error);
    default:
      return storageError(error);
  }
}

const denied = (cause: unknown): StorageDeniedError =>
  new StorageDeniedError(
    'the browser does not let this site store anything',
    'Allow site data for this page, or leave the private window; the lab works without, and forgets.',
    cause,
  );
