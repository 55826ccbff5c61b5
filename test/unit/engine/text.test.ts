import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTextCodec, InvalidTemplateError, type TextCodec, TokenizerError } from '../../../src/engine/text.ts';
import { BEGIN, byteTokenizer, END, HE, LL, VOCAB_SIZE } from './byte-tokenizer.ts';

const MODEL = { vocabSize: VOCAB_SIZE, bosId: BEGIN, eosIds: [END] };
const bytes = (text: string): number[] => [...new TextEncoder().encode(text)];

function codec(tokenizerConfig?: unknown, dressed = false, config = MODEL, template = '{prompt}:'): TextCodec {
  return createTextCodec({ tokenizerJson: byteTokenizer(dressed), tokenizerConfig, config, template });
}

test('prompt and response are tokenised apart: no merge crosses from one to the other', () => {
  const text = codec(undefined, false, MODEL, '{prompt}h');
  expect(text.encodePrompt('x')).toEqual(bytes('xh'));
  expect(text.encodeResponse('ello', false)).toEqual([...bytes('e'), LL, ...bytes('o')]);
  expect(text.encodeResponse('hello', false)).toEqual([HE, LL, ...bytes('o')]);
});

test("the default template is the paper's", () => {
  const text = createTextCodec({ tokenizerJson: byteTokenizer(false), config: MODEL });
  expect(text.decode(text.encodePrompt('Say $& "2".'))).toBe('### Instruction: Say $& "2".\n\n### Response: ');
});

describe('the begin token comes first', () => {
  test.each<[string, unknown, boolean, number[]]>([
    ["where the tokenizer's own template adds it", {}, true, [BEGIN]],
    ['where its configuration says so', { add_bos_token: true, bos_token: '<s>' }, false, [BEGIN]],
    [
      'where its configuration says so with an object',
      { add_bos_token: true, bos_token: { content: '<s>' } },
      false,
      [BEGIN],
    ],
    ["as the model's, where the tokenizer has no name for it", { add_bos_token: true }, false, [BEGIN]],
    ['not where the tokenizer only knows it', { bos_token: '<s>' }, false, []],
    ['not where its configuration forbids it', { add_bos_token: false, bos_token: '<s>' }, true, []],
  ])('%s', (_, settings, dressed, beginIds) => {
    const text = codec(settings, dressed);
    expect(text.beginIds).toEqual(beginIds);
    expect(text.encodePrompt('he')).toEqual([...beginIds, HE, ...bytes(':')]);
    expect(text.encodeResponse('he', false)).toEqual([HE]);
  });
});

describe('the end token', () => {
  test('follows a response that ended by itself, and only such a one', () => {
    expect(codec({ eos_token: '</s>' }, true).encodeResponse('he', true)).toEqual([HE, END]);
    expect(codec({ eos_token: '</s>' }, true).encodeResponse('', true)).toEqual([END]);
  });

  test("is the model's where the tokenizer names none, and both end an answer where they differ", () => {
    expect(codec({}, false, { ...MODEL, eosIds: [7, 8] })).toMatchObject({ endId: 7, stopIds: [7, 8] });
    expect(codec({ eos_token: '</s>' }, false, { ...MODEL, eosIds: [7] })).toMatchObject({
      endId: END,
      stopIds: [END, 7],
    });
  });

  test('is asked for by name where there is none', () => {
    const text = codec({}, false, { ...MODEL, eosIds: [] });
    expect(text.endId).toBeNull();
    expect(text.encodeResponse('he', false)).toEqual([HE]);
    expect(() => text.encodeResponse('he', true)).toThrow(TokenizerError);
  });
});

test('any text comes back, in any script', () => {
  const text = codec();
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }).filter((s) => !/<\/?s>/.test(s)),
      (sample) => {
        expect(text.decode(text.encodeResponse(sample, true))).toBe(sample);
      },
    ),
    { numRuns: 300, seed: 5 },
  );
  for (const sample of ["don't  tidy , this .", 'Ünïcødé ✓ 漢字 العربية 👩‍🚀', '\r\n\t ']) {
    expect(text.decode(text.encodeResponse(sample, false))).toBe(sample);
  }
});

test('special tokens are shown where asked for, and tokens one by one', () => {
  const text = codec();
  expect(text.decode([HE, END], { skipSpecial: false })).toBe('he</s>');
  expect(text.decode([HE, END])).toBe('he');
  expect(text.decode([])).toBe('');
  expect(text.tokenTexts([HE, 32, 0xc3, END])).toEqual(['he', ' ', '\uFFFD', '</s>']);
});

describe('pieces', () => {
  test('are what each token adds: a character comes with the last of its bytes', () => {
    const text = codec();
    expect(text.pieces([HE, LL, 111, 32, ...bytes('é'), ...bytes('漢'), 33, END])).toEqual([
      ...['he', 'll', 'o', ' ', '', 'é', '', '', '漢', '!', '</s>'],
    ]);
    expect(text.pieces([])).toEqual([]);
  });

  test('joined are the whole, whatever the tokens', () => {
    const text = codec();
    fc.assert(
      fc.property(fc.array(fc.nat({ max: VOCAB_SIZE - 1 }), { maxLength: 24 }), (ids) => {
        const pieces = text.pieces(ids);
        expect(pieces.length).toBe(ids.length);
        expect(pieces.join('')).toBe(text.decode(ids, { skipSpecial: false }));
      }),
      { numRuns: 500, seed: 11 },
    );
  });
});

describe('what cannot be used is named', () => {
  test.each(['no place', '{prompt} {prompt}'])('the template "%s"', (template) => {
    expect(() => codec({}, false, MODEL, template)).toThrow(InvalidTemplateError);
  });

  test.each([undefined, null, 3, {}, { model: {} }])('the tokenizer %j', (tokenizerJson) => {
    expect(() => createTextCodec({ tokenizerJson, config: MODEL })).toThrow(TokenizerError);
  });

  test('a tokenizer with more tokens than the model', () => {
    expect(() => codec({}, false, { ...MODEL, vocabSize: 257 }).encodeResponse('ll', false)).toThrow(
      /"ll" the id 257.*257 tokens/,
    );
  });

  test('a text for which the tokenizer has no token, nor the unknown token that it names', () => {
    const tokenizer = byteTokenizer(false);
    const model = tokenizer.model as { vocab: Record<string, number> };
    const { z: _, ...vocab } = model.vocab;
    const json = { ...tokenizer, model: { ...model, vocab, unk_token: '<unk>' } };
    expect(() => createTextCodec({ tokenizerJson: json, config: MODEL }).encodeResponse('az', false)).toThrow(
      /no token for "<unk>"/,
    );
  });
});
