// Answers to typed prompts from the built-in model: texts, tokens and numbers belong together, and the world's verdict is the world's.

import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { openNodeRuntime } from '../../../src/cli/native-runtime.ts';
import { type OpenedModel, openModelFolder } from '../../../src/cli/open.ts';
import { Answerer } from '../../../src/engine/players/answerer.ts';
import { seenPairs } from '../../../src/engine/players/seen-pairs.ts';
import type { TextCodec } from '../../../src/engine/text.ts';
import { evaluateWorld } from '../../../src/judge/judge-world.ts';
import { JUDGING } from '../../../src/judge/run-settings.ts';
import type { AnswerOptions } from '../../../src/spin/players.ts';
import { WORLD } from '../../../src/world/world.ts';
import { respond } from '../../../workers/respond.ts';
import { base, valuesOf } from '../parameters.ts';

const BUILT_IN = fileURLToPath(new URL('../../../public/models/spin-small', import.meta.url));
const OPTIONS: AnswerOptions = {
  arithmetic: 2,
  ...{ temperature: 1, topK: 0, topP: 1, repetitionPenalty: 1, noRepeatNgramSize: 0, numBeams: 1, maxNewTokens: 32 },
  ...{ seed: 4, purpose: 'evaluation', iteration: 0 },
};
const PROMPTS = WORLD.samplePrompts({ split: 'heldout', seed: 0, count: 24 });

let model: OpenedModel;
let codec: TextCodec;
let answerer: Answerer;

beforeAll(async () => {
  model = await openModelFolder(BUILT_IN);
  codec = model.codec();
  answerer = new Answerer(await openNodeRuntime('wasm'), model.config);
  await answerer.load(base(valuesOf(model)));
});

const ask = (prompts: readonly string[], options: Partial<AnswerOptions> = {}) =>
  respond(answerer, codec, { prompts, options: { ...OPTIONS, ...options } });

describe('an answer', () => {
  it('has a text for each token, which joined are the answer and its end token', async () => {
    const answers = await ask(PROMPTS.map(({ text }) => text));
    for (const { ids, tokens, token_logps, answer, logp, end, prompt, prompt_ids } of answers) {
      expect(tokens.length).toBe(ids.length);
      expect(tokens.join('')).toBe(end === 'stop' ? `${answer}<|end|>` : answer);
      expect(logp).toBeCloseTo(
        token_logps.reduce((sum, one) => sum + one, 0),
        12,
      );
      expect(prompt_ids).toEqual(codec.encodePrompt(prompt));
    }
    expect(new Set(answers.map(({ answer }) => answer)).size).toBeGreaterThan(12);
  });

  it('is judged by the world where the prompt is its own', async () => {
    const answers = await ask(PROMPTS.map(({ text }) => text));
    answers.forEach(({ answer, end, family, log_prob, fault, human, human_ids }, i) => {
      const prompt = PROMPTS[i]!;
      expect(family).toBe(prompt.family);
      expect(WORLD.logProb(prompt, human!)).toBeGreaterThan(Number.NEGATIVE_INFINITY);
      expect(codec.decode(human_ids!)).toBe(human);
      if (fault === null) expect([log_prob, end]).toEqual([WORLD.logProb(prompt, answer), 'stop']);
      else expect([log_prob, WORLD.explain(prompt, answer)]).toEqual([null, fault]);
    });
    const faults = answers.filter(({ fault }) => fault !== null).length;
    expect(faults, 'some are right and some are wrong').toBeGreaterThan(0);
    expect(faults).toBeLessThan(answers.length);
  });

  it('to any other prompt is an answer and no more', async () => {
    const [answer] = await ask(['Wer bist du?']);
    expect(answer!.prompt).toBe('Wer bist du?');
    for (const name of ['human', 'family', 'log_prob', 'fault']) expect(answer).not.toHaveProperty(name);
  });

  it('that was cut is nobody’s', async () => {
    const [answer] = await ask([PROMPTS[0]!.text], { maxNewTokens: 1 });
    expect(answer).toMatchObject({ end: 'length', log_prob: null, fault: expect.any(String) });
  });
});

it('is the line that an evaluation of the same seed keeps', async () => {
  const settings = { ...JUDGING, seed: 4, iteration: 0, samples: 1, maxNewTokens: 32, maxTokens: 128, shown: 24 };
  const { answers } = await evaluateWorld(answerer, codec, PROMPTS, settings);
  const responded = await ask(PROMPTS.map(({ text }) => text));
  expect(responded).toEqual(answers);
});

it('tells its progress, and stops between two chunks', async () => {
  const many = Array.from({ length: 130 }, (_, i) => PROMPTS[i % 24]!.text);
  const request = { prompts: many, options: { ...OPTIONS, maxNewTokens: 2 } };
  const shares: number[] = [];
  expect((await respond(answerer, codec, request, { onProgress: (share) => shares.push(share) })).length).toBe(130);
  expect(shares).toEqual([64 / 130, 128 / 130, 1]);
  const stop = new AbortController();
  const seen: number[] = [];
  const onProgress = (share: number) => {
    seen.push(share);
    stop.abort(new Error('enough'));
  };
  await expect(respond(answerer, codec, request, { onProgress, signal: stop.signal })).rejects.toThrow('enough');
  expect(seen.length).toBe(1);
});

it('shows views of tokens in the tokenizer’s words, or as ids without one', async () => {
  const { ids } = (await ask([PROMPTS[0]!.text]))[0]!;
  const pair = { promptIds: codec.encodePrompt(PROMPTS[0]!.text), realIds: ids, generatedIds: ids };
  const views = await answerer.inspect([pair]);
  const [seen] = seenPairs(views, codec);
  expect(seen!.real.map(({ text }) => text).join('')).toBe(codec.decode(ids, { skipSpecial: false }));
  seen!.real.forEach(({ text, top, rank }) => {
    if (rank <= top.length) expect(top[rank - 1]!.text).toBe(text);
  });
  expect(seen!.real.some(({ rank, top }) => rank > top.length || top.length === 5)).toBe(true);
  const [bare] = seenPairs(views, null);
  expect(bare!.generated.map(({ text }) => text)).toEqual(ids.map(String));
});
