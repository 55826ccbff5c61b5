// The built-in tokenizer's two files: reproducible, read by Hugging Face's libraries, and true to any text.

import { readFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';
import { PreTrainedTokenizer } from '@huggingface/transformers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenizerJson } from '../../../scripts/byte-pair-training.ts';
import { SPECIAL_TOKENS, trainWorldTokenizer, VOCABULARY_SIZE } from '../../../scripts/world-tokenizer.ts';
import { random } from '../../../src/world/rng.ts';
import { WORLD } from '../../../src/world/world.ts';

const read = (name: string) => JSON.parse(readFileSync(`public/models/spin-small/${name}`, 'utf8'));
const json = read('tokenizer.json');
const config = read('tokenizer_config.json');
const tokenizer = new Tokenizer(json, config);
const transformers = new PreTrainedTokenizer(json, config);

const encode = (text: string): number[] => tokenizer.encode(text, { add_special_tokens: false }).ids;
const decode = (ids: number[]): string => tokenizer.decode(ids, { skip_special_tokens: false });

test('training again gives the stored file', () => {
  expect(tokenizerJson(trainWorldTokenizer(), SPECIAL_TOKENS)).toEqual(json);
});

test('ids run from 0 without a gap, special tokens first, then 256 bytes', () => {
  const ids = Object.values<number>(json.model.vocab).sort((a, b) => a - b);
  expect(ids).toEqual(Array.from({ length: VOCABULARY_SIZE }, (_, id) => id));
  expect(json.model.merges).toHaveLength(VOCABULARY_SIZE - 3 - 256);
  expect(encode('<|begin|><|end|><|pad|>')).toEqual([0, 1, 2]);
});

test.each([
  '你好，世界。今天天气很好！',
  'مرحبا بالعالم',
  'Привет, мир — «как дела»?',
  '🙂👩‍👩‍👧‍👦🇩🇪 e\u0301 ﬁ',
  'for (let i = 0; i < n; i++) {\n\tx[i] *= 2; // tab\n}\r\n',
  '  two  spaces   three   ',
  '"isn\'t" , she said . They \'ve gone',
  '\u0000\u007f\u00a0\ufeff\u200b',
])('comes back: %j', (text) => {
  expect(decode(encode(text))).toBe(text);
  const ids = transformers.encode(text, { add_special_tokens: false });
  expect(ids).toEqual(encode(text));
  expect(transformers.decode(ids, { skip_special_tokens: true })).toBe(text);
});

test('any well-formed text comes back, by both libraries', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'grapheme', minLength: 1 })),
      (text) => {
        expect(decode(encode(text))).toBe(text);
        expect(transformers.encode(text, { add_special_tokens: false })).toEqual(encode(text));
      },
    ),
    { seed: 4, numRuns: 1000 },
  );
});

test('an empty text has no tokens', () => {
  expect(encode('')).toEqual([]);
});

test('the numbers 0 to 30 are single tokens, after a space or not', () => {
  for (let n = 0; n <= 30; n++) expect([encode(`${n}`).length, encode(` ${n}`).length]).toEqual([1, 1]);
});

test('words of held-out prompts and answers take less than 1.1 tokens each on average', () => {
  const prompts = WORLD.samplePrompts({ split: 'heldout', seed: 6, count: 600 });
  const words = prompts.flatMap(
    (prompt, i) => `${prompt.text} ${WORLD.sample(prompt, random(6, 'words', i))}`.match(/\p{L}+/gu) ?? [],
  );
  const tokens = words.reduce((sum, word) => sum + encode(` ${word}`).length, 0);
  expect(tokens / words.length).toBeLessThan(1.1);
});
