// How near a model is to the world's people: human-likeness, KL divergence both ways, diversity. Pure functions of what
// an evaluator scored. Log-probabilities come in as numbers (natural logs).

import { clusteredShare, type Estimate, mean, ratio } from './estimates.ts';
import { type GrammarAnswer, logProb, sample } from './grammar.ts';
import { random } from './rng.ts';
import { MOST_ANSWERS, type Prompt, WORLD } from './world.ts';

/** An answer of the model. `logp` is ln p_θ(answer and its end | prompt); `ended`: it stopped by itself. */
export type ModelSample = { readonly text: string; readonly logp: number; readonly ended: boolean };

/** A human answer with ln p_data and the model's ln p_θ of its canonical tokens and end token. */
export type ScoredAnswer = { readonly text: string; readonly logProb: number; readonly modelLogp: number };

export type MeasuredPrompt = {
  readonly prompt: Prompt;
  /** Drawn from the model at temperature 1; any number. */
  readonly samples: readonly ModelSample[];
  /** Drawn from p_data; any number. */
  readonly human: readonly ScoredAnswer[];
  /** Every possible answer, where they were listed and scored: makes both divergences of this prompt exact. */
  readonly all?: readonly ScoredAnswer[];
};

export type WorldMeasures = {
  /** Share of samples that ended and have p_data > 0. */
  readonly humanLikeness: Estimate;
  /** KL(p_data ‖ p_θ) in nats per answer; an upper bound, as p_θ is that of the canonical tokens. */
  readonly klForward: Estimate;
  /** KL(p_θ(· | possible) ‖ p_data) in nats per answer, over prompts with a possible sample or with all answers scored. */
  readonly klReverse: Estimate;
  /** Distinct possible answers among a prompt's samples, over the number that as many draws of p_data give. */
  readonly diversity: Estimate;
  /** Answers behind human-likeness and diversity, and human answers behind klForward where it is sampled. */
  readonly samples: number;
  readonly humanAnswers: number;
  /** Prompts whose reverse KL is a Monte Carlo estimate, because their answers were not listed. 0: it is exact. */
  readonly klReverseEstimated: number;
};

export type Measured = { readonly overall: WorldMeasures; readonly byFamily: Readonly<Record<string, WorldMeasures>> };

/** Simulated draws where expected diversity has no closed form at hand. */
const SIMULATIONS = 200;

type Row = {
  readonly family: string;
  readonly samples: number;
  readonly humanAnswers: number;
  readonly possible: number;
  readonly distinct: number;
  readonly expected: number;
  readonly forward: number | null;
  readonly reverse: number | null;
  readonly reverseExact: boolean;
};

const average = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((total, value) => total + value, 0) / values.length;

/** KL(p_data ‖ p_θ) from all answers, exact up to canonical tokens; nats. */
export function exactForward(all: readonly ScoredAnswer[]): number {
  return all.reduce((total, one) => total + Math.exp(one.logProb) * (one.logProb - one.modelLogp), 0);
}

/** KL(q ‖ p_data) from all answers, q being p_θ conditioned on these; nats. */
export function exactReverse(all: readonly ScoredAnswer[]): number {
  const highest = Math.max(...all.map((one) => one.modelLogp));
  const possible = highest + Math.log(all.reduce((total, one) => total + Math.exp(one.modelLogp - highest), 0));
  return all.reduce((total, one) => {
    const logShare = one.modelLogp - possible;
    return total + Math.exp(logShare) * (logShare - one.logProb);
  }, 0);
}

/**
 * The reverse divergence from samples: mean of ln p_θ − ln p_data over the possible ones, less the log of their share,
 * which stands for ln p_θ(possible | prompt). Null where no sample is possible.
 */
export function estimatedReverse(possible: readonly ScoredAnswer[], samples: number): number | null {
  const gap = average(possible.map((one) => one.modelLogp - one.logProb));
  return gap === null ? null : gap - Math.log(possible.length / samples);
}

/** Distinct answers that `draws` independent human answers give on average: Σ 1 − (1 − p)ⁿ. */
export function expectedDistinct(answers: readonly GrammarAnswer[], draws: number): number {
  return answers.reduce((total, { logProb: logP }) => total - Math.expm1(draws * Math.log1p(-Math.exp(logP))), 0);
}

/** The same by simulation, for prompts whose answers are too many to list; seeded, so always the same. */
export function simulatedDistinct(prompt: Prompt, draws: number): number {
  const human = WORLD.familyOf(prompt).human(prompt);
  let total = 0;
  for (let i = 0; i < SIMULATIONS; i++) {
    const rng = random(0, `expected diversity of ${prompt.text}`, draws, i);
    total += new Set(Array.from({ length: draws }, () => sample(human, rng))).size;
  }
  return total / SIMULATIONS;
}

function expected(prompt: Prompt, draws: number): number {
  const answers = WORLD.enumerate(prompt, MOST_ANSWERS);
  return answers ? expectedDistinct(answers, draws) : simulatedDistinct(prompt, draws);
}

function measurePrompt({ prompt, samples, human, all }: MeasuredPrompt): Row {
  const grammar = WORLD.familyOf(prompt).human(prompt);
  const possible = samples
    .filter((one) => one.ended)
    .map((one) => ({ text: one.text, logProb: logProb(grammar, one.text), modelLogp: one.logp }))
    .filter((one) => one.logProb > Number.NEGATIVE_INFINITY);
  return {
    family: prompt.family,
    samples: samples.length,
    humanAnswers: human.length,
    possible: possible.length,
    distinct: new Set(possible.map((one) => one.text)).size,
    expected: expected(prompt, samples.length),
    forward: all ? exactForward(all) : average(human.map((one) => one.logProb - one.modelLogp)),
    reverse: all ? exactReverse(all) : estimatedReverse(possible, samples.length),
    reverseExact: all !== undefined,
  };
}

const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);

function summarise(rows: readonly Row[]): WorldMeasures {
  const sampled = rows.filter((row) => row.samples > 0);
  return {
    humanLikeness: clusteredShare(
      sampled.map((row) => row.possible),
      sampled.map((row) => row.samples),
    ),
    klForward: mean(known(rows.map((row) => row.forward))),
    klReverse: mean(known(rows.map((row) => row.reverse))),
    diversity: ratio(
      sampled.map((row) => row.distinct),
      sampled.map((row) => row.expected),
    ),
    samples: rows.reduce((total, row) => total + row.samples, 0),
    humanAnswers: rows.reduce((total, row) => total + row.humanAnswers, 0),
    klReverseEstimated: rows.filter((row) => row.reverse !== null && !row.reverseExact).length,
  };
}

/** All measures, over all prompts and by family. A measure that has nothing to go by is NaN with `count` 0. */
export function measure(prompts: readonly MeasuredPrompt[]): Measured {
  const rows = prompts.map(measurePrompt);
  const names = [...new Set(rows.map((row) => row.family))];
  return {
    overall: summarise(rows),
    byFamily: Object.fromEntries(names.map((name) => [name, summarise(rows.filter((row) => row.family === name))])),
  };
}
