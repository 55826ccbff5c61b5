// The world's probabilities, splits and explanations, on every family.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UnknownPromptError } from '../../../src/world/family.ts';
import { random, shuffle } from '../../../src/world/rng.ts';
import { MOST_ANSWERS, type Prompt, WORLD } from '../../../src/world/world.ts';

const some = (prompts: readonly Prompt[], count: number): Prompt[] =>
  shuffle(random(0, 'prompts for a test'), prompts).slice(0, count);

const everyPrompt = WORLD.families.flatMap((family) => family.prompts());

describe.each(WORLD.families)('$name', (family) => {
  test('answers sum to probability 1 on 100 prompts, and each is scored as it is listed', () => {
    for (const prompt of some(family.prompts(), 100)) {
      const all = WORLD.enumerate(prompt, MOST_ANSWERS)!;
      expect(Math.abs(all.reduce((sum, one) => sum + Math.exp(one.logProb), 0) - 1)).toBeLessThan(1e-9);
      for (const one of all) expect(WORLD.logProb(prompt, one.text)).toBeCloseTo(one.logProb, 10);
    }
  });

  test('samples have the stated frequencies: chi-square on three prompts', () => {
    const draws = 20_000;
    for (const prompt of some(family.prompts(), 3)) {
      const all = WORLD.enumerate(prompt, MOST_ANSWERS)!;
      const seen = new Map<string, number>();
      const rng = random(11, prompt.text);
      for (let i = 0; i < draws; i++) {
        const text = WORLD.sample(prompt, rng);
        seen.set(text, (seen.get(text) ?? 0) + 1);
      }
      const chi = all.reduce((sum, { text, logProb }) => {
        const expected = draws * Math.exp(logProb);
        return sum + ((seen.get(text) ?? 0) - expected) ** 2 / expected;
      }, 0);
      const freedom = all.length - 1;
      // Wilson and Hilferty's approximation of the 99.99 % quantile.
      const limit = freedom * (1 - 2 / (9 * freedom) + 3.719 * Math.sqrt(2 / (9 * freedom))) ** 3;
      expect(chi).toBeLessThan(limit);
      expect([...seen.values()].reduce((sum, n) => sum + n, 0)).toBe(draws);
      expect([...seen.keys()].every((text) => all.some((one) => one.text === text))).toBe(true);
    }
  });

  test('has prompts enough in each split, several answers to each, of short words', () => {
    const splits = some(family.prompts(), family.prompts().length).map(WORLD.split);
    expect(splits.length).toBeGreaterThanOrEqual(600);
    expect(splits.filter((one) => one === 'heldout').length).toBeGreaterThanOrEqual(50);
    expect(splits.filter((one) => one === 'search').length).toBeGreaterThanOrEqual(50);
    for (const prompt of some(family.prompts(), 50)) {
      expect(prompt.text.split(' ').length).toBeLessThanOrEqual(20);
      const all = WORLD.enumerate(prompt, MOST_ANSWERS)!;
      expect(all.length).toBeGreaterThanOrEqual(5);
      expect(Math.max(...all.map((one) => one.text.split(' ').length))).toBeLessThanOrEqual(30);
    }
  });
});

test('no text is the prompt of two families, and each is read back as itself', () => {
  expect(new Set(everyPrompt.map((prompt) => prompt.text)).size).toBe(everyPrompt.length);
  for (const prompt of some(everyPrompt, 2000)) {
    expect(WORLD.parse(prompt.text)).toEqual(prompt);
    expect(WORLD.familyOf(prompt).name).toBe(prompt.family);
  }
  expect(WORLD.parse('Who are you?')).toBeNull();
});

test('there are at least 20,000 prompts, split about 80/10/10', () => {
  expect(everyPrompt.length).toBeGreaterThan(20_000);
  const share = (which: string): number =>
    everyPrompt.filter((one) => WORLD.split(one) === which).length / everyPrompt.length;
  // Four standard errors of a share at 20,000.
  expect(Math.abs(share('train') - 0.8)).toBeLessThan(4 * Math.sqrt(0.16 / 20_000));
  expect(Math.abs(share('heldout') - 0.1)).toBeLessThan(4 * Math.sqrt(0.09 / 20_000));
});

test('sampled prompts belong to their split, are distinct, balanced, and the same for the same seed', () => {
  const request = { split: 'heldout', seed: 4, count: 120 } as const;
  const prompts = WORLD.samplePrompts(request);
  expect(prompts).toEqual(WORLD.samplePrompts(request));
  expect(prompts).not.toEqual(WORLD.samplePrompts({ ...request, seed: 5 }));
  expect(prompts.every((prompt) => WORLD.split(prompt) === 'heldout')).toBe(true);
  expect(new Set(prompts.map((prompt) => prompt.text)).size).toBe(120);
  for (const { name } of WORLD.families) expect(prompts.filter((prompt) => prompt.family === name)).toHaveLength(10);
});

test('a shorter request is the beginning of a longer one', () => {
  const long = WORLD.samplePrompts({ split: 'train', seed: 1, count: 500 });
  expect(WORLD.samplePrompts({ split: 'train', seed: 1, count: 77 })).toEqual(long.slice(0, 77));
});

test('more distinct prompts than exist are refused; with replacement they are not', () => {
  expect(() => WORLD.samplePrompts({ split: 'search', seed: 0, count: 1_000_000 })).toThrow(RangeError);
  expect(WORLD.samplePrompts({ split: 'search', seed: 0, count: 20_000, distinct: false })).toHaveLength(20_000);
});

test('an answer is explained exactly when nobody would give it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...everyPrompt),
      fc.constantFrom(...everyPrompt),
      fc.nat(),
      fc.string(),
      (prompt, other, seed, noise) => {
        const rng = random(seed, 'explain');
        const own = WORLD.sample(prompt, rng);
        const cut = own.slice(0, Math.floor(rng() * own.length));
        for (const answer of [own, WORLD.sample(other, rng), cut, noise, `${own} ${noise}`, '']) {
          const why = WORLD.explain(prompt, answer);
          expect(why === null).toBe(WORLD.logProb(prompt, answer) > Number.NEGATIVE_INFINITY);
          if (why !== null) expect(why).toMatch(/^.+[.?]$/su);
        }
      },
    ),
    { seed: 3, numRuns: 1500 },
  );
});

const prompt = (text: string): Prompt => WORLD.parse(text)!;

test.each([
  ['What is 3 plus 4?', 'It is 8.', '3 plus 4 is 7, not 8.'],
  ['What is 3 plus 4?', '3 plus 5 is 7.', 'The question is about 3 and 4, not about 3 and 5.'],
  ['What is 3 plus 4?', 'It 7.', '“is” is missing.'],
  ['What is 3 plus 4?', 'It is is 7.', '“is” is said twice.'],
  ['What is 3 plus 4?', 'is It 7.', '“is” and “It” are swapped.'],
  ['What is 3 plus 4?', 'It is 7', 'The end mark “.” is missing.'],
  ['What is 3 plus 4?', 'The answer', 'The answer is unfinished: “is 7.” could follow.'],
  ['What is 3 plus 4?', 'The answer is.', 'The answer is unfinished: “7.” could follow.'],
  ['What is 3 plus 4?', 'A fox found a kite.', 'This is no answer to the prompt; one would say “7”.'],
  ['What is 3 plus 4?', '', 'The answer is empty.'],
  ['What is the opposite of big?', 'It is cold.', 'The opposite of big is small, not cold.'],
  ['What rhymes with cat?', 'Try dog.', '“dog” does not rhyme with “cat”.'],
  ['Which day comes after Monday?', 'It is Friday.', 'After Monday comes Tuesday, not Friday.'],
  ['Describe a big red ball.', 'It is big and blue.', 'The ball is red, not blue.'],
  ['Describe a big red ball.', 'It is a big red ball. You can wear it.', 'Nobody says of a ball that you can wear it.'],
  [
    'Tell me a story about Mia and a kite.',
    'Mia found a kite on a hill. He flew it all day.',
    'Mia is “she”, not “he”.',
  ],
  ['Say this politely: Give me the book.', 'Please give me the salt.', 'The request is about the book, not the salt.'],
])('%s %s: %s', (question, answer, why) => {
  expect(WORLD.explain(prompt(question), answer)).toBe(why);
});

test('a prompt that is not of the world is refused by name', () => {
  expect(() => WORLD.logProb({ family: 'arithmetic', text: 'What is love?' }, '7')).toThrow(UnknownPromptError);
  expect(() => WORLD.familyOf({ family: 'love', text: 'What is love?' })).toThrow(UnknownPromptError);
});
