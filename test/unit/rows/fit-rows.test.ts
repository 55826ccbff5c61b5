import { describe, expect, test } from 'vitest';
import { type FitPolicy, fitExamples, fitPair, fitPrompt } from '../../../src/engine/rows/fit-rows.ts';
import { InvalidRowError } from '../../../src/engine/rows/read-lines.ts';
import { dataOf, pairOf, promptOf } from '../../../src/engine/rows/read-rows.ts';
import { createTextCodec } from '../../../src/engine/text.ts';
import { BEGIN, byteTokenizer, END, HE, VOCAB_SIZE } from '../engine/byte-tokenizer.ts';
import { rowOf } from './rows.ts';

const limits = { vocabSize: VOCAB_SIZE, positions: 8 };
const text = createTextCodec({
  tokenizerJson: byteTokenizer(true),
  tokenizerConfig: { eos_token: '</s>' },
  config: { vocabSize: VOCAB_SIZE, bosId: BEGIN, eosIds: [END] },
  template: '{prompt}:',
});
const codec = () => text;
const noCodec = () => {
  throw new Error('the codec was asked for');
};
const [A, COLON] = [97, 58];

describe('pairs', () => {
  const fitted = (row: unknown, needed = codec) => fitPair(pairOf(rowOf(row)), needed, limits);

  test('of text get begin and end tokens', () => {
    expect(fitted({ prompt: 'a', real: 'he', generated: 'aa' })).toEqual({
      promptIds: [BEGIN, A, COLON],
      realIds: [HE, END],
      generatedIds: [A, A, END],
    });
  });

  test('of ids are taken as they are, without a tokenizer; the end token alone is a response', () => {
    const row = { prompt_ids: [5], real_ids: [END], generated_ids: [1, 2, 3, 4, 5, 6, 7] };
    expect(fitted(row, noCodec)).toEqual({ promptIds: [5], realIds: [END], generatedIds: [1, 2, 3, 4, 5, 6, 7] });
  });

  test.each<[string, unknown, RegExp]>([
    ['an empty real text', { prompt: 'a', real: '', generated: 'a' }, /the real response is empty/],
    ['empty generated ids', { prompt_ids: [1], real_ids: [1], generated_ids: [] }, /the generated response is empty/],
    ['an empty prompt', { prompt_ids: [], real_ids: [1], generated_ids: [1] }, /the prompt is empty/],
    ['an id beyond the vocabulary', { prompt_ids: [1], real_ids: [260], generated_ids: [1] }, /260 is beyond.*260/],
    ['such an id in the prompt', { prompt_ids: [999], real_ids: [1], generated_ids: [1] }, /999/],
    [
      'too many tokens',
      { prompt_ids: [1], real_ids: [1], generated_ids: [1, 2, 3, 4, 5, 6, 7, 8] },
      /\(1\).*\(8\) take 9 tokens.*8 positions/,
    ],
    ['too long a text', { prompt: 'aaa', real: 'aaa', generated: 'a' }, /the real response \(4\) take 9/],
  ])('%s is refused', (_, row, message) => {
    expect(() => fitted(row)).toThrow(InvalidRowError);
    expect(() => fitted(row)).toThrow(message);
  });
});

describe('prompts', () => {
  test('leave room for one token', () => {
    const ids = [1, 2, 3, 4, 5, 6, 7];
    expect(fitPrompt(promptOf(rowOf({ prompt_ids: ids })), noCodec, limits)).toEqual(ids);
    expect(() => fitPrompt(promptOf(rowOf({ prompt_ids: [...ids, 8] })), noCodec, limits)).toThrow(/8 positions/);
  });

  test('that are empty or unknown are refused', () => {
    expect(() => fitPrompt(promptOf(rowOf({ prompt_ids: [] })), noCodec, limits)).toThrow(/the prompt is empty/);
    expect(() => fitPrompt(promptOf(rowOf({ prompt_ids: [260] })), noCodec, limits)).toThrow(/beyond/);
  });
});

describe('examples to play with', () => {
  const rows = [
    { prompt: 'a', response: 'he' },
    { prompt: 'a', response: '' },
    { prompt: 'abcdefgh', response: 'a' },
    { prompt: 'a', response: 'abcdefgh' },
    { prompt_ids: [300], response_ids: [1] },
    { prompt_ids: [1], response_ids: [2] },
  ].map((row) => dataOf(rowOf(row)));
  const fitted = (policy: Partial<FitPolicy>) =>
    fitExamples(rows, codec, limits, { tooLong: 'skip', maxPromptTokens: 5, maxTokens: 100, ...policy });

  test('leave out what is too long, count it, and keep their numbers', () => {
    const { examples, counts } = fitted({ tooLong: 'skip' });
    expect(examples).toEqual([
      { index: 0, promptIds: [BEGIN, A, COLON], realIds: [HE, END] },
      { index: 5, promptIds: [1], realIds: [2] },
    ]);
    expect(counts).toEqual({
      kept: 2,
      empty: 1,
      unknownIds: 1,
      tooLong: 2,
      shortened: 0,
      shortenedPrompts: 0,
      shortenedResponses: 0,
    });
  });

  test('or are shortened: prompts lose their beginning behind the begin token, responses their end', () => {
    const { examples, counts } = fitted({ tooLong: 'truncate' });
    const codes = (letters: string): number[] => [...letters].map((letter) => letter.charCodeAt(0));
    expect(examples.slice(1, 3)).toEqual([
      { index: 2, promptIds: [BEGIN, ...codes('fgh:')], realIds: [A, END] },
      { index: 3, promptIds: [BEGIN, A, COLON], realIds: codes('abcde') },
    ]);
    expect(counts).toEqual({
      kept: 4,
      empty: 1,
      unknownIds: 1,
      tooLong: 0,
      shortened: 2,
      shortenedPrompts: 1,
      shortenedResponses: 1,
    });
  });

  test('a prompt with no room left for itself is left out even then', () => {
    expect(fitted({ tooLong: 'truncate', maxPromptTokens: 1 }).counts).toMatchObject({ kept: 1, tooLong: 3 });
  });
});
