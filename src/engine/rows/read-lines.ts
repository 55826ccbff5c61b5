// JSONL: one JSON object a line.

import { LabError } from '../../spin/lab-error.ts';
import { shown } from '../models/errors.ts';
import { isObject, type JsonObject } from '../models/fields.ts';

/** A row that cannot be used. `line` counts from 1, as editors do. */
export class InvalidRowError extends LabError {
  readonly file: string;
  readonly line: number;

  constructor(file: string, line: number, what: string, cure: string) {
    super(`${file}, line ${line}: ${what}.`, cure);
    this.file = file;
    this.line = line;
  }
}

/** One line of a JSONL file, with its fields read by type. */
export class FileRow {
  readonly file: string;
  readonly line: number;
  readonly #fields: JsonObject;

  constructor(file: string, line: number, fields: JsonObject) {
    this.file = file;
    this.line = line;
    this.#fields = fields;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#fields, key) && this.#fields[key] !== null;
  }

  value(key: string): unknown {
    return Object.hasOwn(this.#fields, key) ? this.#fields[key] : undefined;
  }

  text(key: string): string {
    const value = this.value(key);
    if (typeof value !== 'string')
      this.refuse(`"${key}" is ${shown(value ?? null)}, not a text`, `Write "${key}" as a text.`);
    return value;
  }

  /** Whole numbers from 0; whether the vocabulary has them is for the one who knows the model. */
  ids(key: string): readonly number[] {
    const value = this.value(key);
    if (!Array.isArray(value))
      this.refuse(`"${key}" is ${shown(value ?? null)}, not a list`, `Write "${key}" as a list of token ids.`);
    const wrong = value.findIndex((id) => !Number.isSafeInteger(id) || id < 0);
    if (wrong >= 0) {
      this.refuse(`"${key}" holds ${shown(value[wrong])}, which is no token id`, 'Token ids are whole numbers from 0.');
    }
    return value as number[];
  }

  refuse(what: string, cure: string): never {
    throw new InvalidRowError(this.file, this.line, what, cure);
  }
}

/** The rows of a file's bytes. A byte-order mark, carriage returns and blank lines are passed over. @throws InvalidRowError */
export function parseRows(bytes: Uint8Array, file: string): FileRow[] {
  const rows: FileRow[] = [];
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 0;
  for (const part of splitLines(bytes)) {
    line += 1;
    const text = decodeLine(decoder, part, file, line).trim();
    if (text !== '') rows.push(parseLine(text, file, line));
  }
  if (rows.length === 0)
    throw new InvalidRowError(file, Math.max(line, 1), 'the file holds no rows', 'Write one JSON object a line.');
  return rows;
}

/** Lines as bytes, so that bad UTF-8 is found on its own line. A decoder drops a byte-order mark, here on the first line. */
function* splitLines(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}

function decodeLine(decoder: TextDecoder, bytes: Uint8Array, file: string, line: number): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new InvalidRowError(file, line, 'the line is not UTF-8', 'Save the file as UTF-8.');
  }
}

function parseLine(text: string, file: string, line: number): FileRow {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new InvalidRowError(
      file,
      line,
      `not JSON (${(cause as Error).message})`,
      'Write one whole JSON object on each line.',
    );
  }
  if (!isObject(json)) {
    throw new InvalidRowError(
      file,
      line,
      `this is ${shown(json)}, not an object`,
      'Write each row as {"field": value, …}.',
    );
  }
  return new FileRow(file, line, json);
}
