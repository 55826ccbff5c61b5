// Reads the fields of a parsed JSON object, each with its type and range checked.

import { InvalidConfigError, shown, UnsupportedModelError } from './errors.ts';

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The checked fields of one JSON object. `prefix` names the object inside its file, as in "rope_parameters.". */
export class Fields {
  readonly raw: JsonObject;
  readonly #file: string;
  readonly #prefix: string;

  constructor(raw: unknown, file = 'config.json', prefix = '') {
    if (!isObject(raw))
      throw new InvalidConfigError(prefix || file, `the content is ${shown(raw)}, not a JSON object`, file);
    this.raw = raw;
    this.#file = file;
    this.#prefix = prefix;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.raw, key) && this.raw[key] !== null && this.raw[key] !== undefined;
  }

  value(key: string): unknown {
    return Object.hasOwn(this.raw, key) ? this.raw[key] : undefined;
  }

  /** A whole number in [min, max]; missing or null gives the fallback, or an error where there is none. */
  integer(key: string, max: number, fallback?: number, min = 1): number {
    const value = this.#present(key, fallback);
    if (typeof value !== 'number' || !Number.isInteger(value)) this.refuse(key, 'a whole number');
    if (value < min || value > max) this.refuse(key, `a whole number from ${min} to ${max}`);
    return value;
  }

  /** A number in [min, max]. */
  number(key: string, min: number, max: number, fallback?: number): number {
    const value = this.#present(key, fallback);
    if (typeof value !== 'number' || !Number.isFinite(value)) this.refuse(key, 'a number');
    if (value < min || value > max) this.refuse(key, `a number from ${min} to ${max}`);
    return value;
  }

  optionalNumber(key: string, min: number, max: number): number | null {
    return this.has(key) ? this.number(key, min, max) : null;
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = this.#present(key, fallback);
    if (typeof value !== 'boolean') this.refuse(key, 'true or false');
    return value;
  }

  string(key: string, fallback?: string): string {
    const value = this.#present(key, fallback);
    if (typeof value !== 'string') this.refuse(key, 'a text');
    return value;
  }

  /** A list of exactly `length` positive numbers. */
  numbers(key: string, length: number): readonly number[] {
    const value = this.#present(key);
    const good = Array.isArray(value) && value.length === length && value.every((x) => typeof x === 'number' && x > 0);
    if (!good) this.refuse(key, `a list of ${length} positive numbers`);
    return value as number[];
  }

  /** Token ids given as a number, a list of numbers or null. */
  ids(key: string): readonly number[] {
    const value = this.value(key) ?? [];
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (!list.every((id) => typeof id === 'number' && Number.isInteger(id)))
      this.refuse(key, 'a token id or a list of them');
    return list as number[];
  }

  object(key: string): Fields {
    const value = this.#present(key);
    if (!isObject(value)) this.refuse(key, 'an object');
    return new Fields(value, this.#file, `${this.#prefix}${key}.`);
  }

  /** The object at `key` where the file has none. */
  empty(key: string): Fields {
    return new Fields({}, this.#file, `${this.#prefix}${key}.`);
  }

  refuse(key: string, wanted: string): never {
    this.fail(key, `is ${shown(this.value(key))} and must be ${wanted}`);
  }

  /** @param what goes on from the field's name */
  fail(key: string, what: string): never {
    throw new InvalidConfigError(`${this.#prefix}${key}`, `"${this.#prefix}${key}" ${what}`, this.#file);
  }

  unsupported(key: string, value: unknown, supported: string): never {
    throw new UnsupportedModelError(`${this.#prefix}${key}`, value, supported, this.#file);
  }

  #present(key: string, fallback?: unknown): unknown {
    if (this.has(key)) return this.raw[key];
    if (fallback !== undefined) return fallback;
    return this.fail(key, 'is missing');
  }
}
