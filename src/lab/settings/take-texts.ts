// What texts mean for parameters, typed or from a link: taken where they are valid together, told where not.

import type { SpinConfiguration } from '../../spin/configuration.ts';
import type { Parameter, ParameterKey } from '../../spin/parameters/parameter-kinds.ts';
import { PARAMETERS } from '../../spin/parameters/parameter-table.ts';
import { type Problem, validate } from '../../spin/validation.ts';
import { parameterValue } from './parameter-text.ts';

/** A text that was given for a parameter and not taken. `key` is of the parameter that the sentence speaks of. */
export interface Refused extends Problem {
  /** The parameter that it was given for. */
  readonly at: ParameterKey;
  readonly text: string;
}

export type ParameterTexts = ReadonlyMap<ParameterKey, string>;

/** The parameters that a problem is with: a joint one is with both. */
export function concerns({ key, reason }: Problem, parameter: ParameterKey): boolean {
  return key === parameter || (reason.code === 'tooLongAnswer' && parameter === 'maxLength');
}

/** Takes what texts give for parameters over a valid configuration, and tells what is not taken. */
export function takeTexts(
  base: SpinConfiguration,
  texts: ParameterTexts,
): { readonly configuration: SpinConfiguration; readonly problems: readonly Refused[] } {
  const values = Object.fromEntries([...texts].map(([key, text]) => [key, given(key, text)]));
  const validated = validate(values, base);
  if (validated.ok) return { configuration: validated.configuration, problems: [] };
  const problems = validated.problems.flatMap((problem) =>
    [...texts].filter(([at]) => concerns(problem, at)).map(([at, text]) => ({ ...problem, at, text })),
  );
  const others = [...texts].filter(([key]) => !problems.some(({ at }) => at === key));
  // Without those that are refused the rest may still not go together.
  const rest = takeTexts(base, new Map(others));
  return { configuration: rest.configuration, problems: [...problems, ...rest.problems] };
}

const given = (key: ParameterKey, text: string): unknown => parameterValue(PARAMETERS[key] as Parameter, text);
