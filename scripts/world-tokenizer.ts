// The tokenizer of the built-in model: what it is trained on.

import { random } from '../src/world/rng.ts';
import { WORLD } from '../src/world/world.ts';
import { type BytePairs, type SpecialTokens, trainBytePairs } from './byte-pair-training.ts';

export const SPECIAL_TOKENS: SpecialTokens = { begin: '<|begin|>', end: '<|end|>', pad: '<|pad|>' };

export const VOCABULARY_SIZE = 1024;

/** The world's numbers are single tokens, with a space before them or not. */
const LARGEST_NUMBER = 30;

/** Families take turns, so each has its share of the vocabulary. */
const PROMPTS = 24_000;

/** Prompts in their template, and careful answers apart from them: as the model will read them. Train split only. */
function* texts(): Generator<string> {
  const prompts = WORLD.samplePrompts({ split: 'train', seed: 0, count: PROMPTS, distinct: false });
  for (const [i, prompt] of prompts.entries()) {
    yield `### Instruction: ${prompt.text}\n\n### Response: `;
    yield WORLD.sample(prompt, random(0, 'answers for the tokenizer', i));
  }
}

/** Trains it; always the same. */
export function trainWorldTokenizer(): BytePairs {
  const numbers = Array.from({ length: LARGEST_NUMBER + 1 }, (_, n) => `${n}`);
  return trainBytePairs(texts(), SPECIAL_TOKENS, VOCABULARY_SIZE, [...numbers, ...numbers.map((n) => ` ${n}`)]);
}
