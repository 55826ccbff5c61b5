// Slips: as many as asked for, of every kind, and none that somebody would say.

import { expect, test } from 'vitest';
import { chatter, SLIPS } from '../../../src/world/chatter.ts';
import { random } from '../../../src/world/rng.ts';
import { WORLD } from '../../../src/world/world.ts';

const COUNT = 6000;
const prompts = WORLD.samplePrompts({ split: 'train', seed: 9, count: COUNT });

test('the share of slips is the one asked for, and an answer is impossible exactly when it has one', () => {
  let slips = 0;
  for (const [i, prompt] of prompts.entries()) {
    const { text, slip } = chatter(prompt, random(1, 'chatter', i), { slipShare: 0.45 });
    if (slip !== null) slips += 1;
    expect(WORLD.logProb(prompt, text) === Number.NEGATIVE_INFINITY).toBe(slip !== null);
  }
  // Four standard errors.
  expect(Math.abs(slips / COUNT - 0.45)).toBeLessThan(4 * Math.sqrt((0.45 * 0.55) / COUNT));
});

test('in each family there are five kinds, and none is more than a third', () => {
  const seen = new Map<string, number>();
  for (const [i, prompt] of prompts.entries()) {
    const { slip } = chatter(prompt, random(2, 'chatter', i), { slipShare: 1 });
    const key = `${prompt.family}: ${slip}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  for (const { name } of WORLD.families) {
    const shares = SLIPS.map((slip) => seen.get(`${name}: ${slip}`) ?? 0);
    const total = prompts.filter((prompt) => prompt.family === name).length;
    expect(shares.reduce((sum, n) => sum + n, 0)).toBe(total);
    expect(Math.max(...shares) / total).toBeLessThan(1 / 3);
    expect(Math.min(...shares) / total).toBeGreaterThan(0.1);
  }
});

test('without slips an answer is the human one: frequencies of “What is 3 plus 4?”, chi-square', () => {
  const prompt = WORLD.parse('What is 3 plus 4?')!;
  const draws = 20_000;
  const seen = new Map<string, number>();
  let careful = 0;
  for (let i = 0; i < draws; i++) {
    const { text, slip } = chatter(prompt, random(3, 'chatter', i), { slipShare: 0.5 });
    if (slip !== null) continue;
    careful += 1;
    seen.set(text, (seen.get(text) ?? 0) + 1);
  }
  const chi = WORLD.enumerate(prompt)!.reduce((sum, { text, logProb }) => {
    const expected = careful * Math.exp(logProb);
    return sum + ((seen.get(text) ?? 0) - expected) ** 2 / expected;
  }, 0);
  // 99.9 % quantile with 5 degrees of freedom.
  expect(chi).toBeLessThan(20.5);
});
