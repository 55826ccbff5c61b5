// A command's options: their table, their values by type, and the help made from it.

import { parseArgs } from 'node:util';
import { LabError } from '../spin/lab-error.ts';

/** Wrong usage, as distinct from a failure: the program ends with status 2. */
export class UsageError extends LabError {}

export interface CommandOption {
  /** What stands for the value in the help: DIR, FILE, N, or the allowed words. */
  readonly value: string;
  readonly help: string;
  /** As a person would type it. */
  readonly default?: string;
  readonly required?: true;
}

export type OptionTable = Readonly<Record<string, CommandOption>>;

/** Options that every command takes. */
export const COMMON_OPTIONS: OptionTable = {
  backend: { value: 'wasm|native', help: 'the runtime; native where it loads, else wasm' },
  threads: { value: 'N', help: 'threads of one run', default: '1' },
};

/** The given options of one command, read by type. Everything it refuses is a UsageError. */
export class Options {
  readonly #command: string;
  readonly #given: Readonly<Record<string, string>>;

  constructor(command: string, given: Readonly<Record<string, string>>) {
    this.#command = command;
    this.#given = given;
  }

  /** null where it was left out and has no default. */
  text(name: string): string | null {
    const value = this.#given[name];
    if (value === '') this.refuse(`--${name} is empty`);
    return value ?? null;
  }

  required(name: string): string {
    return this.text(name) ?? this.refuse(`--${name} is missing`);
  }

  choice<Word extends string>(name: string, words: readonly Word[]): Word {
    const value = this.required(name);
    return words.find((word) => word === value) ?? this.refuse(`--${name} is one of ${words.join(', ')}, not ${value}`);
  }

  number(name: string, { min, max }: { readonly min: number; readonly max: number }): number {
    const text = this.required(name);
    const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    return this.refuse(`--${name} is a number from ${min} to ${max}, not ${text}`);
  }

  integer(name: string, { min, max }: { readonly min: number; readonly max: number }): number {
    const text = this.required(name);
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    return this.refuse(`--${name} is a whole number from ${min} to ${max}, not ${text}`);
  }

  refuse(what: string): never {
    throw new UsageError(`${what}.`, `See \`spin ${this.#command} --help\`.`);
  }
}

/** null where help is asked for. @throws UsageError for an unknown option, a missing value or a stray word */
export function readOptions(command: string, table: OptionTable, args: readonly string[]): Options | null {
  const options = Object.fromEntries(Object.keys(table).map((name) => [name, { type: 'string' } as const]));
  const { help, ...given } = parse(command, { ...options, help: { type: 'boolean', short: 'h' } }, args);
  if (help === true) return null;
  const defaults = Object.entries(table).flatMap(([name, { default: value }]) =>
    value === undefined ? [] : [[name, value]],
  );
  return new Options(command, { ...Object.fromEntries(defaults), ...(given as Record<string, string>) });
}

function parse(
  command: string,
  options: Record<string, { type: 'string' | 'boolean'; short?: string }>,
  args: readonly string[],
) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    const [what = ''] = (cause as Error).message.split('\n');
    const [first = ''] = what.split(/\. (?=To specify|This command)/);
    throw new UsageError(`${first.replace(/\.$/, '')}.`, `See \`spin ${command} --help\`.`, { cause });
  }
}

/** The help of one command. */
export function helpText(command: string, summary: string, table: OptionTable): string {
  const rows = Object.entries(table).map(([name, { value, help, default: byDefault, required }]) => {
    const note = required ? ' (required)' : byDefault === undefined ? '' : ` (default ${byDefault})`;
    return [`  --${name} ${value}`, `${help}${note}`] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  const lines = rows.map(([left, right]) => `${left.padEnd(width)}${right}`);
  return [`spin ${command}: ${summary}`, '', ...lines].join('\n');
}
