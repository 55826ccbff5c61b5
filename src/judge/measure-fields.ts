// Measures as flat named fields: what an evaluation event, a line of the command line and a table hold.

import { type Estimate, ratio } from '../world/estimates.ts';
import type { WorldMeasures } from '../world/measures.ts';

export type MeasureName = 'human_likeness' | 'kl_forward' | 'kl_reverse' | 'diversity' | 'nll';
export type DataMeasureName = 'nll' | 'distinct' | 'mean_length' | 'ended' | 'exact_match';

/**
 * Each measure with its 95 % interval and `_n`, the number of independent units (prompts) behind it. null where there is nothing to
 * go by, or where a bound is infinite because there is one prompt only.
 */
export type EstimateFields<Name extends string> = { readonly [K in Name]: number | null } & {
  readonly [K in `${Name}_ci95`]: readonly [number | null, number | null];
} & { readonly [K in `${Name}_n`]: number };

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

export function estimateFields<Name extends string>(estimates: Readonly<Record<Name, Estimate>>): EstimateFields<Name> {
  const entries = Object.entries<Estimate>(estimates).flatMap(([name, { value, low, high, count }]) => [
    [name, finite(value)],
    [`${name}_ci95`, [finite(low), finite(high)]],
    [`${name}_n`, count],
  ]);
  return Object.fromEntries(entries) as EstimateFields<Name>;
}

/** A prompt's human answers: nats, and response tokens, end tokens counted. */
export interface Likelihood {
  readonly nats: number;
  readonly tokens: number;
}

/** Mean negative log-likelihood per response token, nats. */
export function nllEstimate(prompts: readonly Likelihood[]): Estimate {
  const known = prompts.filter(({ tokens }) => tokens > 0);
  return ratio(
    known.map(({ nats }) => nats),
    known.map(({ tokens }) => tokens),
  );
}

export interface WorldFields extends EstimateFields<MeasureName> {
  /** Answers drawn, human answers scored, and their tokens. */
  readonly samples: number;
  readonly human_answers: number;
  readonly human_tokens: number;
  /** Prompts whose reverse KL is a Monte Carlo estimate, because their answers are too many to list; 0: it is exact. */
  readonly kl_reverse_estimated: number;
}

export function worldFields(measures: WorldMeasures, humans: readonly Likelihood[], humanAnswers: number): WorldFields {
  const { humanLikeness, klForward, klReverse, diversity, samples, klReverseEstimated } = measures;
  return {
    ...estimateFields({
      human_likeness: humanLikeness,
      kl_forward: klForward,
      kl_reverse: klReverse,
      diversity,
      nll: nllEstimate(humans),
    }),
    samples,
    human_answers: humanAnswers,
    human_tokens: humans.reduce((sum, { tokens }) => sum + tokens, 0),
    kl_reverse_estimated: klReverseEstimated,
  };
}
