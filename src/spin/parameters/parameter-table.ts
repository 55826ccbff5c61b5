// The one parameter table: what the lab knows of each setting of a run. Validation, presets, controls, links, exports and the
// documentation derive from it.

import type { SpinConfiguration } from '../configuration.ts';
import type { Parameter, ParameterKey, Rows } from './parameter-kinds.ts';
import { ANSWERS_PARAMETERS } from './parameters-answers.ts';
import { OPTIMIZER_PARAMETERS } from './parameters-optimizer.ts';
import { PLAY_PARAMETERS } from './parameters-play.ts';
import { TRAINING_PARAMETERS } from './parameters-training.ts';
import { WATCHING_PARAMETERS } from './parameters-watching.ts';

export const PARAMETERS: Rows<ParameterKey> = {
  ...PLAY_PARAMETERS,
  ...TRAINING_PARAMETERS,
  ...OPTIMIZER_PARAMETERS,
  ...ANSWERS_PARAMETERS,
  ...WATCHING_PARAMETERS,
};

/** All rows in the order in which a person reads them. */
export const PARAMETER_LIST: readonly Parameter[] = Object.values(PARAMETERS);

export function isParameterKey(key: string): key is ParameterKey {
  return Object.hasOwn(PARAMETERS, key);
}

/**
 * What can be wrong with values given for parameters: a sentence each, with holes that its reason fills; {name} is the name of the
 * parameter that the problem is with.
 */
export const PROBLEMS = {
  notObject: 'A configuration is an object of parameters and their values.',
  unknown: 'There is no parameter "{key}".',
  notBoolean: '{name} is true or false, not {value}.',
  notOption: '{name} is one of {options}, not {value}.',
  notList: '{name} is a list of numbers, one an iteration, not {value}.',
  notWhole: '{name} is a whole number, not {value}.',
  notNumber: '{name} is a finite number, not {value}.',
  outOfRange: '{name} is between {min} and {max}, not {value}.',
  tooLongAnswer: '{name} ({answer}) must be less than the longest example ({example}), which holds the prompt too.',
} as const;
export type ProblemCode = keyof typeof PROBLEMS;

/** Every parameter at its default. */
export const DEFAULTS = Object.fromEntries(
  PARAMETER_LIST.map((row) => [row.key, row.default]),
) as unknown as SpinConfiguration;

/** Keys in which two configurations differ, in table order. */
export function differences(a: SpinConfiguration, b: SpinConfiguration): ParameterKey[] {
  return PARAMETER_LIST.map((row) => row.key).filter((key) => JSON.stringify(a[key]) !== JSON.stringify(b[key]));
}
