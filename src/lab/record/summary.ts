// A finished run in a few numbers: what it began with, what came of it, and whether that is more than chance.

import type { EstimateFields } from '../../judge/measure-fields.ts';
import type { Round, RunRecord } from './run-record.ts';

/** A measure before the run and after it; null where there was nothing to go by. */
export interface MeasureChange {
  readonly before: number | null;
  readonly after: number | null;
}

export type Summary = {
  readonly iterations: number;
  /** The leading measure's 95 % intervals of before and after do not overlap. */
  readonly clear: boolean;
  /** At the end of the last iteration the human answers had lost log-probability. */
  readonly fled: boolean;
} & (
  | { readonly kind: 'world'; readonly humanLikeness: MeasureChange; readonly kl: MeasureChange }
  | { readonly kind: 'own'; readonly nll: MeasureChange; readonly exact: MeasureChange }
);

type Leading = 'human_likeness' | 'kl_forward' | 'nll' | 'exact_match';
type Fields = Partial<EstimateFields<Leading>>;

/** null until the run has been measured before and after. */
export function summarise(record: RunRecord): Summary | null {
  const [first, ...later] = record.rounds;
  const last = later.at(-1);
  if (first === undefined || last === undefined) return null;
  const change = (name: Leading): MeasureChange => ({ before: measured(first, name), after: measured(last, name) });
  const common = { iterations: last.iteration + 1, fled: fled(record) };
  return 'human_likeness' in first.measures
    ? {
        kind: 'world',
        ...common,
        clear: apart(first, last, 'human_likeness'),
        humanLikeness: change('human_likeness'),
        kl: change('kl_forward'),
      }
    : { kind: 'own', ...common, clear: apart(first, last, 'nll'), nll: change('nll'), exact: change('exact_match') };
}

/** The leading measure before the run and at its last evaluation, for the list of runs; null until there are both. */
export function headlineOf(
  record: RunRecord,
): { readonly measure: 'human_likeness' | 'nll'; readonly before: number; readonly after: number } | null {
  const [first, ...later] = record.rounds;
  const last = later.at(-1);
  if (first === undefined || last === undefined) return null;
  const measure = 'human_likeness' in first.measures ? 'human_likeness' : 'nll';
  const [before, after] = [measured(first, measure), measured(last, measure)];
  return before === null || after === null ? null : { measure, before, after };
}

const measured = ({ measures }: Round, name: Leading): number | null => (measures as Fields)[name] ?? null;

function apart(first: Round, last: Round, name: Leading): boolean {
  const [a, b] = [first, last].map(({ measures }) => (measures as Fields)[`${name}_ci95`] ?? [null, null]);
  const [lowA, highA, lowB, highB] = [a![0], a![1], b![0], b![1]];
  if (lowA === null || highA === null || lowB === null || highB === null) return false;
  return lowB > highA || highB < lowA;
}

/** Over the last quarter of the last iteration's steps, whose batches differ. */
function fled({ columns }: RunRecord): boolean {
  const iterations = columns.column('iteration');
  const last = iterations.at(-1);
  const rewards = columns.column('rewards/real').filter((_, row) => iterations[row] === last);
  const tail = rewards.subarray(Math.floor(0.75 * rewards.length));
  return tail.reduce((sum, reward) => sum + reward, 0) < 0;
}
