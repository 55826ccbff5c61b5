// The named refusals of everything that turns files into a model. Each says what was wrong and the cure.

import { LabError } from '../../spin/lab-error.ts';

/** A field of config.json (or a file like it) that is missing, mistyped or contradicts another. */
export class InvalidConfigError extends LabError {
  readonly field: string;

  constructor(field: string, what: string, file = 'config.json') {
    const place = field === file ? `Correct ${file}` : `Correct "${field}" in ${file}`;
    super(`${file}: ${what}.`, `${place}, or save the model again with save_pretrained().`);
    this.field = field;
  }
}

/** A well-formed model that this lab cannot run. */
export class UnsupportedModelError extends LabError {
  readonly field: string;
  readonly value: unknown;

  constructor(field: string, value: unknown, supported: string, file = 'config.json') {
    super(
      `${file}: "${field}" is ${shown(value)}, which is not supported.`,
      `Choose a model whose "${field}" is ${supported}.`,
    );
    this.field = field;
    this.value = value;
  }
}

/** A safetensors file (or its index) that is damaged or holds what cannot be read. */
export class InvalidSafetensorsError extends LabError {
  readonly file: string;
  readonly tensor: string | null;

  constructor(
    file: string,
    tensor: string | null,
    what: string,
    advice = `Download or save ${file} again: it is damaged.`,
  ) {
    super(tensor === null ? `${file}: ${what}.` : `${file}, tensor "${tensor}": ${what}.`, advice);
    this.file = file;
    this.tensor = tensor;
  }
}

/** A tensor that the configuration asks for and the file lacks, or the reverse, or one of another shape. */
export class TensorMismatchError extends LabError {
  readonly tensor: string;
  readonly file: string;
  /** What the configuration asks for; null for a tensor that it does not know. */
  readonly expected: readonly number[] | null;
  /** What the file holds; null for a tensor that is not there. */
  readonly found: readonly number[] | null;

  constructor(tensor: string, expected: readonly number[] | null, found: readonly number[] | null, file: string) {
    super(mismatch(tensor, expected, found, file), `Use the config.json and the weights of one and the same model.`);
    this.tensor = tensor;
    this.expected = expected;
    this.found = found;
    this.file = file;
  }
}

function mismatch(
  tensor: string,
  expected: readonly number[] | null,
  found: readonly number[] | null,
  file: string,
): string {
  if (expected === null)
    return `${file} holds tensor "${tensor}" of shape ${dims(found)}, which config.json has no place for.`;
  if (found === null) return `${file} lacks tensor "${tensor}" of shape ${dims(expected)}.`;
  return `${file}, tensor "${tensor}": the shape is ${dims(found)}, config.json asks for ${dims(expected)}.`;
}

/** NaN or infinity among the weights. `position` counts values from the tensor's first. */
export class NonFiniteWeightsError extends LabError {
  readonly tensor: string;
  readonly position: number;

  constructor(tensor: string, position: number, value: number, file: string) {
    super(
      `${file}, tensor "${tensor}": the value at position ${position} is ${value}.`,
      'Go back to a checkpoint from before the training diverged, or download the model again.',
    );
    this.tensor = tensor;
    this.position = position;
  }
}

/** A finite weight that float16 cannot hold. */
export class WeightRangeError extends LabError {
  constructor(tensor: string, position: number, value: number) {
    super(
      `Tensor "${tensor}": the value ${value} at position ${position} is beyond float16's largest, 65504.`,
      'Save the model as float32.',
    );
  }
}

/** A file or folder that is not there, or is not what it should be. */
export class MissingFileError extends LabError {
  readonly path: string;

  constructor(path: string, what: string, advice: string, options?: ErrorOptions) {
    super(`${path}: ${what}.`, advice, options);
    this.path = path;
  }
}

/** A download that failed. `status` is the HTTP status, 0 where no answer came. */
export class DownloadError extends LabError {
  readonly url: string;
  readonly status: number;

  constructor(url: string, status: number, what: string, options?: ErrorOptions) {
    super(`${url}: ${what}.`, downloadAdvice(status), options);
    this.url = url;
    this.status = status;
  }
}

function downloadAdvice(status: number): string {
  if (status === 401 || status === 403)
    return 'Choose a model that needs no login, or open it from a folder on this computer.';
  if (status === 429) return 'The server asks for patience: wait a minute and try again.';
  if (status >= 500) return 'The server has a fault of its own: try again later.';
  if (status >= 400) return 'Check the address.';
  return 'Check the connection and try again.';
}

/** "[2, 3]", for messages. */
export function dims(shape: readonly number[] | null): string {
  return `[${(shape ?? []).join(', ')}]`;
}

/** A value as a message shows it: JSON, cut short. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
