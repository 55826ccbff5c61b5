// What the world says of wrong answers, in every language: each sentence is known, comes back the same in English, and is whole in Chinese.

import { describe, expect, it } from 'vitest';
import { EN } from '../../../src/text/en.ts';
import { speechOf } from '../../../src/text/language.ts';
import { verdictWords } from '../../../src/text/verdict-words.ts';
import { ZH } from '../../../src/text/zh.ts';
import { chatter } from '../../../src/world/chatter.ts';
import { FAULTS, type FaultCode, readFault } from '../../../src/world/faults.ts';
import { pick, random, shuffle } from '../../../src/world/rng.ts';
import { type Family, type Prompt, WORLD } from '../../../src/world/world.ts';

const english = speechOf('en', EN);
const chinese = speechOf('zh', ZH);

/** Answers to some prompts of a family: with slips, to other prompts of it, of other families, cut in the middle. */
function* wrongAnswers(family: Family): Generator<readonly [Prompt, string]> {
  const everyone = WORLD.families.flatMap((one) => one.prompts());
  for (const prompt of shuffle(random(1, family.name), family.prompts()).slice(0, 150)) {
    const rng = random(2, prompt.text);
    for (let i = 0; i < 4; i++) yield [prompt, chatter(prompt, rng, { slipShare: 1 }).text];
    for (let i = 0; i < 4; i++) yield [prompt, WORLD.sample(pick(rng, family.prompts()), rng)];
    yield [prompt, WORLD.sample(pick(rng, everyone), rng)];
    const whole = WORLD.sample(prompt, rng);
    yield [prompt, whole.slice(0, Math.floor(rng() * whole.length))];
    yield [prompt, `${whole} ${whole}`];
  }
}

const faultsOf = (family: Family): string[] => [
  ...new Set([...wrongAnswers(family)].flatMap(([prompt, answer]) => WORLD.explain(prompt, answer) ?? [])),
];

const seen = new Set<FaultCode>();

describe.each(WORLD.families)('$name', (family) => {
  const faults = faultsOf(family);
  it('every sentence is one of the table’s, and is the same when said again in English', () => {
    expect(faults.length).toBeGreaterThan(100);
    for (const fault of faults) {
      const read = readFault(fault);
      expect(read, fault).not.toBeNull();
      seen.add(read!.code);
      expect(verdictWords(english, fault)).toBe(fault);
    }
  });
  it('in Chinese nothing but the world’s own words, in quotation marks, is English', () => {
    for (const fault of faults) {
      const said = verdictWords(chinese, fault);
      expect(said.replace(/“[^”]*”/g, '')).not.toMatch(/[A-Za-z{}]/);
      expect(said).toMatch(/\p{Script=Han}.*。$/su);
    }
  });
});

it('the answers above meet every sentence but a few rare ones, which are below', () => {
  const rare: readonly FaultCode[] = ['cut', 'mark', 'pronoun', 'spacing'];
  expect((Object.keys(FAULTS) as FaultCode[]).filter((code) => !seen.has(code)).sort()).toEqual([...rare].sort());
});

it.each([
  ['3 plus 4 is 7, not 8.', 'plus', { left: '3', right: '4', total: '7', said: '8' }],
  ['The opposite of big is small, not cold.', 'opposite', { word: 'big', opposite: 'small', said: 'cold' }],
  ['The ball is red, not blue.', 'quality', { thing: 'ball', quality: 'red', said: 'blue' }],
  [
    'The question is about 3 and 4, not about 3 and 5.',
    'otherNumbers',
    { left: '3', right: '4', otherLeft: '3', otherRight: '5' },
  ],
  ['The question is about tools, not about fruits.', 'otherKind', { kinds: 'tools', said: 'fruits' }],
  ['An owl is an animal, not a tool.', 'ofOtherKind', { said: 'An owl', kind: 'an animal', wanted: 'a tool' }],
  ['An owl is an animal.', 'ofKind', { said: 'An owl', kind: 'an animal' }],
  ['“is” is missing.', 'missing', { word: 'is' }],
  ['“cat” is missing from the list.', 'lacking', { word: 'cat' }],
  ['Several things are wrong, the first: “is” is said twice.', 'several', { fault: '“is” is said twice.' }],
  ['The words are right, but not the spacing: one writes “It is 7.”.', 'spacing', { nearest: 'It is 7.' }],
  ['After “order” belongs “:”.', 'mark', { word: 'order', mark: ':' }],
  ['A fox is “it”, not “she”.', 'pronoun', { hero: 'A fox', pronoun: 'it', said: 'she' }],
  ['The answer was cut at the longest length.', 'cut', {}],
])('%s is read as %s', (sentence, code, values) => {
  expect(readFault(sentence)).toEqual({ code, values });
  expect(verdictWords(english, sentence)).toBe(sentence);
});

it('a sentence within a sentence is said in Chinese, too', () => {
  expect(verdictWords(chinese, 'Several things are wrong, the first: “is” is said twice.')).toBe(
    '有好几处错误，第一处：“is”说了两遍。',
  );
});

it('words that look like patterns or like another sentence change nothing', () => {
  for (const fault of ['“$&” is missing.', '“{word}” is said twice.', '“a” b” stands where “.*” belongs.']) {
    expect(verdictWords(english, fault)).toBe(fault);
  }
});

it('a sentence of another’s is left as it is', () => {
  for (const fault of ['', 'Wrong.', 'It is a b c d e f, g.']) {
    expect(readFault(fault)).toBeNull();
    expect(verdictWords(chinese, fault)).toBe(fault);
  }
});
