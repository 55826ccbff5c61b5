// English: parameters, presets, and what can be wrong with a value. What the tables say of themselves is taken from them.

import { PARAMETER_LIST, type PARAMETERS, PROBLEMS } from '../../spin/parameters/parameter-table.ts';
import { PRESETS } from '../../spin/presets.ts';
import type { Phrase } from '../phrase.ts';

type Rows = typeof PARAMETERS;
type Key = keyof Rows;
type OptionOf<K extends Key> = Rows[K] extends { options: readonly { value: infer Value extends string | number }[] }
  ? Value
  : never;
type OptionKey = { [K in Key]: `parameter.${K}.option.${OptionOf<K>}` }[Key];
type RowWords = Readonly<Record<`parameter.${Key}` | `parameter.${Key}.help` | OptionKey, string>>;
type PresetWords = Readonly<Record<`preset.${keyof typeof PRESETS}` | `preset.${keyof typeof PRESETS}.help`, string>>;
type ProblemWords = { readonly [Code in keyof typeof PROBLEMS as `problem.${Code}`]: (typeof PROBLEMS)[Code] };

const ROW_WORDS = Object.fromEntries(
  PARAMETER_LIST.flatMap((row) => [
    [`parameter.${row.key}`, row.name],
    [`parameter.${row.key}.help`, row.help],
    ...(row.kind === 'choice' ? row.options : []).map(({ value, name }) => [
      `parameter.${row.key}.option.${value}`,
      name,
    ]),
  ]),
) as RowWords;

const PRESET_WORDS = Object.fromEntries(
  Object.entries(PRESETS).flatMap(([key, { name, description }]) => [
    [`preset.${key}`, name],
    [`preset.${key}.help`, description],
  ]),
) as PresetWords;

const PROBLEM_WORDS = Object.fromEntries(
  Object.entries(PROBLEMS).map(([code, sentence]) => [`problem.${code}`, sentence]),
) as ProblemWords;

export const PARAMETER_WORDS = {
  ...ROW_WORDS,
  ...PRESET_WORDS,
  ...PROBLEM_WORDS,
  'group.play': 'Play',
  'group.play.help': 'What is played, for how long and on which data.',
  'group.training': 'Learning',
  'group.training.help': 'How the main player learns from the pairs.',
  'group.optimizer': 'Optimizer',
  'group.optimizer.help': 'How gradients become steps.',
  'group.answers': 'Answers',
  'group.answers.help': 'How the opponent’s answers are drawn.',
  'group.watching': 'Watching',
  'group.watching.help': 'When to stop, save and measure.',
  'unit.tokens': { one: 'token', other: 'tokens' },
  'unit.prompts': { one: 'prompt', other: 'prompts' },
  'unit.answers': { one: 'answer', other: 'answers' },
  'unit.pairs': { one: 'pair', other: 'pairs' },
  'unit.examples': { one: 'example', other: 'examples' },
  'unit.iterations': { one: 'iteration', other: 'iterations' },
  'unit.steps': { one: 'step', other: 'steps' },
  'unit.checks': { one: 'check', other: 'checks' },
} as const satisfies Record<string, Phrase>;
