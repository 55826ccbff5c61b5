// Unknown data to a configuration, or to all that is wrong with it, one sentence a problem. Everything derives from the parameter
// table but the few rules that join two parameters.

import type { SpinConfiguration } from './configuration.ts';
import type { Parameter } from './parameter-kinds.ts';
import { DEFAULTS, isParameterKey, PARAMETERS } from './parameters.ts';

/** What is wrong with one parameter. `key` is as it was given, '' if the whole is wrong; `message` is a whole sentence. */
export interface Problem {
  readonly key: string;
  readonly message: string;
}

export type Validated =
  | { readonly ok: true; readonly configuration: SpinConfiguration }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Checks the parameters given and fills in the others from `base`. Strict: unknown keys, numbers that are not finite and values of
 * another type are problems; nothing is rounded or clamped.
 */
export function validate(given: unknown, base: SpinConfiguration = DEFAULTS): Validated {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return {
      ok: false,
      problems: [{ key: '', message: 'A configuration is an object of parameters and their values.' }],
    };
  }
  const problems: Problem[] = [];
  for (const [key, value] of Object.entries(given)) {
    const message = isParameterKey(key) ? problemWith(PARAMETERS[key], value) : `There is no parameter "${key}".`;
    if (message !== null) problems.push({ key, message });
  }
  if (problems.length > 0) return { ok: false, problems };
  const configuration: SpinConfiguration = { ...base, ...given };
  const joint = jointProblems(configuration);
  return joint.length > 0 ? { ok: false, problems: joint } : { ok: true, configuration };
}

/** What is wrong with one value, or null. */
export function problemWith(row: Parameter, value: unknown): string | null {
  switch (row.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? null : `${row.name} is true or false, not ${shown(value)}.`;
    case 'choice':
      return row.options.some((option) => option.value === value)
        ? null
        : `${row.name} is one of ${row.options.map((option) => option.value).join(', ')}, not ${shown(value)}.`;
    case 'list':
      if (!Array.isArray(value) || value.length === 0) {
        return `${row.name} is a list of numbers, one an iteration, not ${shown(value)}.`;
      }
      return value.map((entry) => outOfRange(row, entry)).find((message) => message !== null) ?? null;
    case 'integer':
      if (typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value)) {
        return `${row.name} is a whole number, not ${value}.`;
      }
      return outOfRange(row, value);
    case 'number':
      return outOfRange(row, value);
  }
}

function outOfRange(row: { name: string; min: number; max: number }, value: unknown): string | null {
  if (typeof value !== 'number' || !Number.isFinite(value))
    return `${row.name} is a finite number, not ${shown(value)}.`;
  if (value < row.min || value > row.max) return `${row.name} is between ${row.min} and ${row.max}, not ${value}.`;
  return null;
}

function jointProblems({ maxNewTokens, maxLength }: SpinConfiguration): Problem[] {
  if (maxNewTokens < maxLength) return [];
  const message = `Longest answer (${maxNewTokens}) is less than the longest example (${maxLength}), which holds the prompt too.`;
  return [{ key: 'maxNewTokens', message }];
}

function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
}
