// The judge against models whose every probability is known.

import { describe, expect, it } from 'vitest';
import { evaluateWorld, type WorldSettings } from '../../../src/judge/judge-world.ts';
import { type Prompt, WORLD } from '../../../src/world/world.ts';
import { CODEC, type Habits, People } from './people.ts';

const SETTINGS: WorldSettings = {
  ...{ seed: 3, iteration: 0, samples: 8, humanAnswers: 2, maxNewTokens: 200, maxTokens: 1000 },
  ...{ answerBatch: 16, microBatch: 4, shown: 5 },
};

const PROMPTS = WORLD.samplePrompts({ split: 'heldout', seed: 5, count: 48 });
const LISTABLE = PROMPTS.filter((prompt) => WORLD.enumerate(prompt) !== null);

const judge = (habits: Habits, prompts: readonly Prompt[] = PROMPTS, settings: Partial<WorldSettings> = {}) =>
  evaluateWorld(new People(habits), CODEC, prompts, { ...SETTINGS, ...settings });

describe('the world judged', () => {
  it('gives the people themselves likeness 1 and no divergence either way', async () => {
    const report = await judge({});
    expect(report.human_likeness).toBe(1);
    expect(report.kl_forward).toBeCloseTo(0, 10);
    expect(report.kl_reverse).toBeCloseTo(0, 10);
    expect(report.diversity).toBeGreaterThan(0.9);
    expect(report.diversity).toBeLessThan(1.1);
    expect(report.samples).toBe(PROMPTS.length * 8);
    expect(report.human_likeness_n).toBe(PROMPTS.length);
  });

  it('finds −ln(1 − s) forward and nothing in reverse where a share s slips', async () => {
    const report = await judge({ slip: 0.25 }, LISTABLE, { samples: 32 });
    expect(report.kl_forward).toBeCloseTo(-Math.log(0.75), 10);
    expect(report.kl_reverse).toBeCloseTo(0, 10);
    expect(report.kl_reverse_estimated).toBe(0);
    const [low, high] = report.human_likeness_ci95;
    expect(low).toBeLessThan(0.75);
    expect(high).toBeGreaterThan(0.75);
    expect(report.human_likeness).toBeCloseTo(0.75, 1);
  });

  it('estimates the divergences of prompts with too many answers, and says how many', async () => {
    const many = PROMPTS.filter((prompt) => WORLD.enumerate(prompt) === null);
    const report = await judge({ slip: 0.25 }, many, { samples: 64 });
    expect(report.kl_reverse_estimated).toBe(many.length);
    expect(report.kl_forward).toBeCloseTo(-Math.log(0.75), 10);
    // ln of the sampled share stands for ln 0.75.
    expect(Math.abs(report.kl_reverse!)).toBeLessThan(0.2);
  });

  it('counts an answer that was cut as impossible, and says so', async () => {
    const report = await judge({ endless: true });
    expect(report.human_likeness).toBe(0);
    expect(report.diversity).toBe(0);
    expect(report.answers.map(({ fault }) => fault)).not.toContain(null);
    expect(report.answers[0]!.end).toBe('length');
  });

  it('sees collapse in diversity though every answer is possible', async () => {
    const report = await judge({ dull: true }, LISTABLE, { samples: 64 });
    expect(report.human_likeness).toBe(1);
    expect(report.diversity).toBeLessThan(0.35);
  });

  it('takes the likelihood per token over all human answers', async () => {
    const report = await judge({}, LISTABLE);
    // What the same answers have under p_data itself, recomputed from the shown ones of a one-answer run.
    const one = await judge({}, LISTABLE, { humanAnswers: 1, shown: LISTABLE.length });
    const nats = one.answers.reduce((sum, { prompt, human }) => sum - WORLD.logProb(WORLD.parse(prompt)!, human!), 0);
    const tokens = one.answers.reduce((sum, { human }) => sum + human!.length + 1, 0);
    expect(one.nll).toBeCloseTo(nats / tokens, 12);
    expect(one.human_tokens).toBe(tokens);
    expect(report.human_answers).toBe(LISTABLE.length * 2);
  });

  it('splits the same numbers by family', async () => {
    const report = await judge({ slip: 0.3 });
    const families = Object.values(report.families);
    expect(families.length).toBe(WORLD.families.length);
    expect(families.reduce((sum, { samples }) => sum + samples, 0)).toBe(report.samples);
    const mean = families.reduce((sum, one) => sum + one.human_likeness! * one.samples, 0) / report.samples;
    expect(mean).toBeCloseTo(report.human_likeness!, 12);
  });

  it('is the same in any batch, and another for another seed', async () => {
    const first = await judge({ slip: 0.3 });
    expect(await judge({ slip: 0.3 }, PROMPTS, { answerBatch: 5, microBatch: 9 })).toEqual(first);
    expect((await judge({ slip: 0.3 }, PROMPTS, { seed: 4 })).answers).not.toEqual(first.answers);
    expect((await judge({ slip: 0.3 }, PROMPTS, { iteration: 1 })).human_likeness).not.toBe(first.human_likeness);
  });

  it('leaves prompts out that the model cannot take, and counts them', async () => {
    const report = await judge({}, PROMPTS, { maxTokens: 70 });
    expect(report.too_long).toBeGreaterThan(0);
    expect(report.too_long).toBe(PROMPTS.length - report.human_likeness_n);
    expect(report.human_likeness).toBe(1);
  });

  it('reports progress up to the whole and stops at once when aborted', async () => {
    const seen: { done: number; total: number }[] = [];
    await evaluateWorld(new People(), CODEC, PROMPTS, SETTINGS, { onProgress: (one) => seen.push(one) });
    expect(seen.at(-1)!.done).toBe(seen.at(-1)!.total);
    expect(seen.every(({ done }, i) => i === 0 || done > seen[i - 1]!.done)).toBe(true);
    const people = new People();
    const stop = new AbortController();
    const onProgress = () => stop.abort(new Error('enough'));
    const work = evaluateWorld(people, CODEC, PROMPTS, SETTINGS, { signal: stop.signal, onProgress });
    await expect(work).rejects.toThrow('enough');
    expect(people.calls).toBe(1);
  });

  it('writes null where there is nothing to go by', async () => {
    const report = await judge({}, PROMPTS.slice(0, 1), { samples: 0, humanAnswers: 0 });
    expect(report.human_likeness).toBeNull();
    expect(report.nll).toBeNull();
    expect(report.nll_n).toBe(0);
    expect(report.kl_forward_ci95).toEqual([null, null]);
    expect(JSON.stringify(report)).not.toContain('NaN');
  });
});
