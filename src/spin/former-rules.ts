// What configurations written before version 0.2 mean: they name neither the arithmetic nor what decays, and keep the rules of their time,
// so that what was begun with them goes on with the same numbers.

import type { SpinConfiguration } from './configuration.ts';
import type { ParameterKey } from './parameters/parameter-kinds.ts';
import { DEFAULTS, differences } from './parameters/parameter-table.ts';
import { type Validated, validate } from './validation.ts';

/** The rules of their time. */
export const FORMER_RULES = { arithmetic: 1, decayed: 'all' } as const satisfies Partial<SpinConfiguration>;

/** What a configuration that was written down means by what it does not name; elsewhere than in its rules, the same as ever. */
export const baseOfWritten = (written: unknown, base: SpinConfiguration = DEFAULTS): SpinConfiguration =>
  namesArithmetic(written) ? base : { ...base, ...FORMER_RULES };

/** A configuration that was written down and checked then. */
export const writtenConfiguration = (written: SpinConfiguration): SpinConfiguration => ({
  ...baseOfWritten(written),
  ...written,
});

/** Whether the rules of before 0.2 give these settings other numbers than those of now, but for the rounding of the norm that is told. */
export function rulesMatter(configuration: SpinConfiguration): boolean {
  const { optimizer, weightDecay, clipNorm, numBeams, repetitionPenalty, noRepeatNgramSize } = configuration;
  return (
    clipNorm > 0 ||
    (optimizer === 'adamw' && weightDecay > 0) ||
    (numBeams > 1 && (repetitionPenalty !== 1 || noRepeatNgramSize > 0))
  );
}

/**
 * Checks settings that were written down to be played later. Those of before 0.2 keep the rules of their time where these make a difference,
 * and else take those of now.
 */
export function validateWritten(written: unknown, base: SpinConfiguration = DEFAULTS): Validated {
  const now = validate(written, base);
  if (!now.ok || !rulesMatter(now.configuration)) return now;
  return validate(written, baseOfWritten(written, base));
}

/** Keys in which two configurations play differently: their rules count where they make a difference. */
export const playedDifferently = (a: SpinConfiguration, b: SpinConfiguration): ParameterKey[] =>
  differences(a, b).filter((key) => !(key in FORMER_RULES) || rulesMatter(a) || rulesMatter(b));

const namesArithmetic = (written: unknown): boolean =>
  typeof written === 'object' && written !== null && 'arithmetic' in written;
