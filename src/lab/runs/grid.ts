// Several runs from one configuration: over seeds, and over λ and the rate. Reads what a person typed, strictly.

import type { SpinConfiguration } from '../../spin/configuration.ts';
import { PARAMETERS } from '../../spin/parameters/parameter-table.ts';
import { type Problem, validate } from '../../spin/validation.ts';

/** More than this is no afternoon in a page: the command line plays longer series. */
export const MOST_RUNS = 50;

/** What to vary, as typed. Empty text: the base's own. */
export interface GridTexts {
  /** Whole numbers and ranges: "0-4, 7". */
  readonly seeds: string;
  /** λ of the first iteration of each run; the base's other iterations keep their ratio to it. */
  readonly lambdas: string;
  /** The peak learning rate of the first iteration; the others keep their ratio to it. */
  readonly rates: string;
}

export type GridProblem =
  | { readonly code: 'not-seeds' | 'not-numbers'; readonly field: keyof GridTexts; readonly text: string }
  | { readonly code: 'too-many'; readonly count: number; readonly most: number }
  | { readonly code: 'invalid'; readonly problem: Problem };

export type Grid =
  | { readonly ok: true; readonly configurations: readonly SpinConfiguration[] }
  | { readonly ok: false; readonly problem: GridProblem };

const SEPARATORS = /[\s,;]+/;
/** Two whole numbers with a hyphen, a dash or two points between them. */
const RANGE = /^(\d+)(?:-|–|\.\.)(\d+)$/;

/** One configuration for each combination, rates fastest, seeds slowest; each one once. */
export function gridOf(base: SpinConfiguration, texts: GridTexts): Grid {
  const seeds = readSeeds(texts.seeds, base.seed);
  const lambdas = readNumbers('lambdas', texts.lambdas, base.lambdas[0]!);
  const rates = readNumbers('rates', texts.rates, base.learningRates[0]!);
  for (const read of [seeds, lambdas, rates]) if (!Array.isArray(read)) return { ok: false, problem: read };
  return combined(base, seeds as number[], lambdas as number[], rates as number[]);
}

function combined(base: SpinConfiguration, seeds: number[], lambdas: number[], rates: number[]): Grid {
  const count = seeds.length * lambdas.length * rates.length;
  if (count > MOST_RUNS) return { ok: false, problem: { code: 'too-many', count, most: MOST_RUNS } };
  const changes = seeds.flatMap((seed) =>
    lambdas.flatMap((lambda) =>
      rates.map((rate) => ({
        seed,
        lambdas: scaled(base.lambdas, lambda),
        learningRates: scaled(base.learningRates, rate),
      })),
    ),
  );
  const configurations: SpinConfiguration[] = [];
  for (const change of changes) {
    const validated = validate(change, base);
    if (!validated.ok) return { ok: false, problem: { code: 'invalid', problem: validated.problems[0]! } };
    configurations.push(validated.configuration);
  }
  return { ok: true, configurations };
}

/** A list whose first entry is `first` and whose others keep their ratio to it; without the last digits' dust. */
function scaled(list: readonly number[], first: number): readonly number[] {
  const [old] = list as [number];
  return first === old ? list : list.map((value) => Number((value * (first / old)).toPrecision(12)));
}

const parts = (text: string): string[] => text.split(SEPARATORS).filter((part) => part !== '');

/** Each number once, in the order given. Ranges are counted before they are made, so that a large one costs nothing. */
function readSeeds(text: string, own: number): number[] | GridProblem {
  const seeds = new Set<number>();
  for (const part of parts(text.replace(/\s+(-|–|\.\.)\s+/g, '$1'))) {
    const [from, to] = rangeOf(part);
    if (from === undefined || to === undefined || to < from || to > PARAMETERS.seed.max) {
      return { code: 'not-seeds', field: 'seeds', text: part };
    }
    const count = seeds.size + to - from + 1;
    if (count > MOST_RUNS) return { code: 'too-many', count, most: MOST_RUNS };
    for (let seed = from; seed <= to; seed++) seeds.add(seed);
  }
  return seeds.size === 0 ? [own] : [...seeds];
}

function rangeOf(part: string): [number?, number?] {
  if (/^\d+$/.test(part)) return [Number(part), Number(part)];
  const range = RANGE.exec(part);
  return range === null ? [] : [Number(range[1]), Number(range[2])];
}

function readNumbers(field: 'lambdas' | 'rates', text: string, own: number): number[] | GridProblem {
  const numbers = new Set<number>();
  for (const part of parts(text)) {
    // Pages write a real minus sign.
    const value = Number(part.replace('−', '-'));
    if (!Number.isFinite(value) || value <= 0) return { code: 'not-numbers', field, text: part };
    numbers.add(value);
  }
  return numbers.size === 0 ? [own] : [...numbers];
}
