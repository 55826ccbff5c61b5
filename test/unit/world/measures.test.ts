// Measures against closed forms.

import { describe, expect, test } from 'vitest';
import { clusteredShare, mean, ratio, wilson } from '../../../src/world/estimates.ts';
import {
  exactReverse,
  expectedDistinct,
  type MeasuredPrompt,
  measure,
  simulatedDistinct,
} from '../../../src/world/measures.ts';
import { random } from '../../../src/world/rng.ts';
import { MOST_ANSWERS, type Prompt, WORLD } from '../../../src/world/world.ts';

/** What an evaluator would hand over for a model that is p_data times e^−shift on each answer. */
function perfect(prompt: Prompt, samples: number, shift = 0, all = true): MeasuredPrompt {
  const rng = random(1, prompt.text);
  const drawn = (count: number): string[] => Array.from({ length: count }, () => WORLD.sample(prompt, rng));
  const scored = (text: string) => {
    const logProb = WORLD.logProb(prompt, text);
    return { text, logProb, modelLogp: logProb - shift };
  };
  return {
    prompt,
    samples: drawn(samples).map((text) => ({ text, logp: scored(text).modelLogp, ended: true })),
    human: drawn(4).map(scored),
    ...(all ? { all: WORLD.enumerate(prompt, MOST_ANSWERS)!.map((one) => scored(one.text)) } : {}),
  };
}

const prompts = WORLD.samplePrompts({ split: 'heldout', seed: 2, count: 120 });

describe('intervals', () => {
  test('Wilson of 10 in 20 is 0.2993 to 0.7007, of 0 in 10 it is 0 to 0.2775', () => {
    expect(wilson(10, 20).low).toBeCloseTo(0.2993, 4);
    expect(wilson(10, 20).high).toBeCloseTo(0.7007, 4);
    expect(wilson(0, 10).low).toBe(0);
    expect(wilson(0, 10).high).toBeCloseTo(0.2775, 4);
  });

  test('an empty share begins at exactly 0 and a full one ends at exactly 1, whatever the trials', () => {
    const trials = Array.from({ length: 400 }, (_, i) => (i + 1) / 2);
    expect(new Set(trials.map((n) => wilson(0, n).low))).toEqual(new Set([0]));
    expect(new Set(trials.map((n) => wilson(n, n).high))).toEqual(new Set([1]));
  });

  test('the mean of 1, 2, 3, 4, 5 has the half-width 1.96 · √(2.5/5)', () => {
    const { value, high, count } = mean([1, 2, 3, 4, 5]);
    expect([value, count]).toEqual([3, 5]);
    expect(high - value).toBeCloseTo(1.959964 * Math.sqrt(0.5), 6);
  });

  test('a ratio of proportional sums has no width', () => {
    expect(ratio([1, 2, 3], [2, 4, 6])).toMatchObject({ value: 0.5, low: 0.5, high: 0.5 });
  });

  test('answers to a prompt that agree count once: 64 equal ones are as good as one', () => {
    const successes = Array.from({ length: 100 }, (_, i) => (i % 2) * 64);
    const { low, high } = clusteredShare(successes, new Array<number>(100).fill(64));
    expect(low).toBeCloseTo(wilson(50, 100).low, 2);
    expect(high).toBeCloseTo(wilson(50, 100).high, 2);
  });

  test('the interval of a share covers the truth in about 95 of 100 trials', () => {
    let covered = 0;
    for (let trial = 0; trial < 400; trial++) {
      const rng = random(trial, 'coverage');
      const hits = Array.from({ length: 60 }, () =>
        Array.from({ length: 8 }, () => Number(rng() < 0.6)).reduce((a, b) => a + b),
      );
      const { low, high } = clusteredShare(hits, new Array<number>(60).fill(8));
      if (low <= 0.6 && 0.6 <= high) covered += 1;
    }
    expect(covered / 400).toBeGreaterThan(0.91);
    expect(covered / 400).toBeLessThan(0.99);
  });

  test('nothing measured is NaN of count 0', () => {
    expect(mean([])).toMatchObject({ value: Number.NaN, count: 0 });
    expect(measure([]).overall.humanLikeness.count).toBe(0);
  });
});

describe('measures', () => {
  test('p_data itself: human-likeness 1, both divergences 0, diversity 1 within its interval', () => {
    const { overall, byFamily } = measure(prompts.map((prompt) => perfect(prompt, 64)));
    expect(overall.humanLikeness.value).toBe(1);
    expect(Math.abs(overall.klForward.value)).toBeLessThan(1e-9);
    expect(Math.abs(overall.klReverse.value)).toBeLessThan(1e-9);
    expect(overall.klReverseEstimated).toBe(0);
    expect(overall.diversity.low).toBeLessThan(1);
    expect(overall.diversity.high).toBeGreaterThan(1);
    expect(overall.diversity.high - overall.diversity.low).toBeLessThan(0.05);
    expect(Object.keys(byFamily)).toHaveLength(WORLD.families.length);
    expect(overall).toMatchObject({ samples: 120 * 64, humanAnswers: 480 });
  });

  test('a model that gives each answer e^−0.7 of its probability: forward 0.7, reverse 0, as it is conditioned', () => {
    const { overall } = measure(prompts.map((prompt) => perfect(prompt, 2, 0.7)));
    expect(overall.klForward.value).toBeCloseTo(0.7, 9);
    expect(overall.klReverse.value).toBeCloseTo(0, 9);
    const sampled = measure(prompts.map((prompt) => perfect(prompt, 2, 0.7, false))).overall;
    expect(sampled.klForward.value).toBeCloseTo(0.7, 9);
    expect(sampled.klReverseEstimated).toBe(120);
  });

  test('half of the samples impossible or cut: the estimated reverse divergence adds ln 2 back', () => {
    const rows = prompts.map((prompt) => {
      const row = perfect(prompt, 32, Math.log(2), false);
      const cut = row.samples.map((one, i) => (i % 2 ? { ...one, ended: false } : { ...one, text: `${one.text}!` }));
      return { ...row, samples: [...row.samples, ...cut] };
    });
    const { overall } = measure(rows);
    expect(overall.humanLikeness.value).toBe(0.5);
    expect(overall.klReverse.value).toBeCloseTo(0, 9);
  });

  test('a model that always gives the likeliest answer: diversity falls, reverse KL is −ln of its p_data', () => {
    const prompt = WORLD.parse('What is 3 plus 4?')!;
    const all = WORLD.enumerate(prompt)!;
    const answers = all.map((one, i) => ({ ...one, modelLogp: i === 0 ? -1e-12 : -1000 }));
    expect(exactReverse(answers)).toBeCloseTo(-Math.log(0.32), 6);
    const samples = Array.from({ length: 64 }, () => ({ text: '7', logp: 0, ended: true }));
    const { diversity } = measure([{ prompt, samples, human: [], all: answers }]).overall;
    expect(diversity.value).toBeCloseTo(1 / expectedDistinct(all, 64), 12);
  });

  test('expected distinct answers: one draw gives 1, two equal halves give 1.5 in two', () => {
    const half = [
      { text: 'a', logProb: Math.log(0.5) },
      { text: 'b', logProb: Math.log(0.5) },
    ];
    expect(expectedDistinct(half, 1)).toBeCloseTo(1, 12);
    expect(expectedDistinct(half, 2)).toBeCloseTo(1.5, 12);
  });

  test('simulation agrees with the closed form on a story', () => {
    const prompt = WORLD.parse('Tell me a story about Mia and a kite.')!;
    const exact = expectedDistinct(WORLD.enumerate(prompt, MOST_ANSWERS)!, 64);
    // The number of distinct stories among 64 has a standard deviation of about 3; four standard errors of 200 draws.
    expect(Math.abs(simulatedDistinct(prompt, 64) - exact)).toBeLessThan((4 * 3) / Math.sqrt(200));
  });
});
