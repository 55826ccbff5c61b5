// Unknown data to a configuration, or to all that is wrong with it, one sentence a problem. Everything derives from the parameter
// table but the few rules that join two parameters.

import type { SpinConfiguration } from './configuration.ts';
import type { Parameter } from './parameters/parameter-kinds.ts';
import { DEFAULTS, isParameterKey, PARAMETERS, PROBLEMS, type ProblemCode } from './parameters/parameter-table.ts';

/** Why a value is not taken: which sentence of `PROBLEMS`, and what fills its holes but {name}. */
export interface Reason {
  readonly code: ProblemCode;
  readonly values: Readonly<Record<string, string>>;
}

/** What is wrong with one parameter. `key` is as it was given, '' if the whole is wrong; `message` is a whole sentence in English. */
export interface Problem {
  readonly key: string;
  readonly message: string;
  /** The same for other languages. */
  readonly reason: Reason;
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
    return { ok: false, problems: [problem('', reason('notObject'))] };
  }
  const problems: Problem[] = [];
  for (const [key, value] of Object.entries(given)) {
    const found = isParameterKey(key) ? problemWith(PARAMETERS[key], value) : reason('unknown', { key });
    if (found !== null) problems.push(problem(key, found));
  }
  if (problems.length > 0) return { ok: false, problems };
  const configuration: SpinConfiguration = { ...base, ...given };
  const joint = jointProblems(configuration);
  return joint.length > 0 ? { ok: false, problems: joint } : { ok: true, configuration };
}

/** What is wrong with one value, or null. */
export function problemWith(row: Parameter, value: unknown): Reason | null {
  switch (row.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? null : reason('notBoolean', { value: shown(value) });
    case 'choice':
      return row.options.some((option) => option.value === value)
        ? null
        : reason('notOption', { options: row.options.map((option) => option.value).join(', '), value: shown(value) });
    case 'list':
      if (!Array.isArray(value) || value.length === 0) {
        return reason('notList', { value: shown(value) });
      }
      return value.map((entry) => outOfRange(row, entry)).find((found) => found !== null) ?? null;
    case 'integer':
      if (typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value)) {
        return reason('notWhole', { value: shown(value) });
      }
      return outOfRange(row, value);
    case 'number':
      return outOfRange(row, value);
  }
}

function outOfRange({ min, max }: { min: number; max: number }, value: unknown): Reason | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return reason('notNumber', { value: shown(value) });
  if (value < min || value > max) {
    return reason('outOfRange', { min: shown(min), max: shown(max), value: shown(value) });
  }
  return null;
}

function jointProblems({ maxNewTokens, maxLength }: SpinConfiguration): Problem[] {
  if (maxNewTokens < maxLength) return [];
  return [problem('maxNewTokens', reason('tooLongAnswer', { answer: shown(maxNewTokens), example: shown(maxLength) }))];
}

function reason(code: ProblemCode, values: Reason['values'] = {}): Reason {
  return { code, values };
}

/** The problem with its sentence in English. */
function problem(key: string, found: Reason): Problem {
  const values: Reason['values'] = { ...found.values, name: isParameterKey(key) ? PARAMETERS[key].name : key };
  return {
    key,
    message: PROBLEMS[found.code].replace(/\{(\w+)\}/g, (_, hole: string) => values[hole]!),
    reason: found,
  };
}

function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
}
