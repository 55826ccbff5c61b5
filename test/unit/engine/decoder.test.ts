// The decoder against full forwards: what it says must be what the model, scored by teacher forcing, would say.

import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { folderFiles } from '../../../src/cli/model-files.ts';
import { openNodeRuntime } from '../../../src/cli/native-runtime.ts';
import type { Model } from '../../../src/engine/models/files/model-folder.ts';
import { openModel } from '../../../src/engine/models/files/model-folder.ts';
import { Answerer } from '../../../src/engine/players/answerer.ts';
import { base, valuesOf } from '../parameters.ts';
import { OPTIONS } from './answer-options.ts';

const folder = (path: string): string => fileURLToPath(new URL(`../../golden/${path}`, import.meta.url));

const PROMPTS = [[5], [7, 9, 11], [3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [100, 2, 30], [159, 158]];
const requests = PROMPTS.map((promptIds, key) => ({ promptIds, key }));

async function open(name: string): Promise<{ answerer: Answerer; model: Model }> {
  const model = await openModel(await folderFiles(folder(`${name}/policy`)));
  const answerer = new Answerer(await openNodeRuntime('wasm'), model.config);
  await answerer.load(base(valuesOf(model)));
  return { answerer, model };
}

/** log p of every possible next token, by scoring each as a one-token response. */
async function nextLogps(answerer: Answerer, promptIds: number[], vocabSize: number): Promise<number[]> {
  const rows = Array.from({ length: vocabSize }, (_, id) => ({ promptIds, responseIds: [id] }));
  return (await answerer.scorer.tokenLogps(answerer.weights(), rows)).map((logps) => logps[0]!);
}

describe.each(['llama-gqa', 'gpt2'])('%s', (name) => {
  test('greedy answers equal an argmax loop over full forwards', async () => {
    const { answerer, model } = await open(name);
    const answers = await answerer.answer(requests, { ...OPTIONS, temperature: 0 });
    for (const [row, answer] of answers.entries()) {
      const sequence = [...PROMPTS[row]!];
      for (const [step, id] of answer.ids.entries()) {
        const logps = await nextLogps(answerer, sequence, model.config.vocabSize);
        expect(id).toBe(logps.indexOf(Math.max(...logps)));
        expect(Math.abs(answer.tokenLogps[step]! - logps[id]!)).toBeLessThan(1e-4);
        sequence.push(id);
      }
      expect(answer.end).toBe(answer.ids.at(-1) === 2 ? 'stop' : 'length');
      if (answer.end === 'length') expect(answer.ids.length).toBe(12);
    }
  });

  test('tells of the first answers while they are drawn: each time a longer beginning of what is answered in the end', async () => {
    const { answerer } = await open(name);
    const told = new Map<number, number[][]>();
    const answers = await answerer.answer(requests, OPTIONS, (drawn) => {
      for (const { key, ids } of drawn) told.set(key, [...(told.get(key) ?? []), [...ids]]);
    });
    expect([...told.keys()]).toEqual([0, 1, 2, 3, 4]);
    for (const [key, beginnings] of told) {
      const { ids } = answers[key]!;
      for (const beginning of beginnings) expect(ids.slice(0, beginning.length)).toEqual(beginning);
      expect(beginnings.at(-1)).toEqual(ids);
      expect(beginnings[0]!.length).toBeLessThanOrEqual(4);
    }
  });

  test('sampled answers carry the log-probabilities of teacher forcing', async () => {
    const { answerer } = await open(name);
    const answers = await answerer.answer(requests, OPTIONS);
    const scored = await answerer.scorer.tokenLogps(
      answerer.weights(),
      answers.map(({ ids }, row) => ({ promptIds: PROMPTS[row]!, responseIds: ids })),
    );
    answers.forEach(({ tokenLogps }, row) => {
      tokenLogps.forEach((logp, step) => {
        expect(Math.abs(logp - scored[row]![step]!)).toBeLessThan(1e-4);
      });
    });
  });

  test('a row answers alike in any batch, and alike whether the graph or the caller samples', async () => {
    const { answerer, model } = await open(name);
    const together = await answerer.answer(requests, OPTIONS);
    const byCaller = await answerer.answer(requests, { ...OPTIONS, topK: model.config.vocabSize });
    expect(byCaller.map(({ ids }) => ids)).toEqual(together.map(({ ids }) => ids));
    for (const [row, request] of requests.entries()) {
      const [alone] = await answerer.answer([request], OPTIONS);
      expect(alone!.ids).toEqual(together[row]!.ids);
      expect(alone!.end).toBe(together[row]!.end);
    }
  });

  test('beams as wide as the tree find the likeliest answer', async () => {
    const { answerer, model } = await open(name);
    const { vocabSize } = model.config;
    const promptIds = [7, 9, 11];
    const first = await nextLogps(answerer, promptIds, vocabSize);
    const means = new Map<string, number>([['2', first[2]!]]);
    for (let id = 0; id < vocabSize; id += 1) {
      if (id === 2) continue;
      const second = await nextLogps(answerer, [...promptIds, id], vocabSize);
      second.forEach((logp, next) => {
        means.set(`${id} ${next}`, (first[id]! + logp) / 2);
      });
    }
    const [likeliest] = [...means].sort((a, b) => b[1] - a[1])[0]!;
    const [answer] = await answerer.answer([{ promptIds, key: 0 }], { ...OPTIONS, numBeams: 160, maxNewTokens: 2 });
    expect(answer!.ids.join(' ')).toBe(likeliest);
  });
});

test('first tokens of many samples are distributed as the model says (chi-square)', async () => {
  const { answerer, model } = await open('llama-gqa');
  const promptIds = [7, 9, 11];
  const probabilities = (await nextLogps(answerer, promptIds, model.config.vocabSize)).map(Math.exp);
  const n = 4096;
  const many = Array.from({ length: n }, (_, key) => ({ promptIds, key }));
  const answers = await answerer.answer(many, { ...OPTIONS, maxNewTokens: 1 });
  const counts = new Map<number, number>();
  for (const { ids } of answers) counts.set(ids[0]!, (counts.get(ids[0]!) ?? 0) + 1);
  const chiSquare = probabilities.reduce((sum, p, id) => sum + ((counts.get(id) ?? 0) - n * p) ** 2 / (n * p), 0);
  // 159 degrees of freedom: mean 159, standard deviation 17.8; 99.99 % lie below 234.
  expect(chiSquare).toBeLessThan(234);
  expect(chiSquare).toBeGreaterThan(100);
});

test('no n-gram is repeated, and repeated tokens become rarer', async () => {
  const { answerer } = await open('llama-gqa');
  const options = { ...OPTIONS, maxNewTokens: 40 };
  const bigrams = (ids: readonly number[]): string[] => ids.slice(1).map((id, i) => `${ids[i]} ${id}`);
  const plain = await answerer.answer(requests, { ...options, temperature: 0 });
  expect(plain.some(({ ids }) => new Set(bigrams(ids)).size < bigrams(ids).length)).toBe(true);
  const ngram = await answerer.answer(requests, { ...options, temperature: 0, noRepeatNgramSize: 2 });
  ngram.forEach(({ ids }, row) => {
    const all = bigrams([...PROMPTS[row]!, ...ids]);
    expect(new Set(all).size).toBe(all.length);
  });
  const penalised = await answerer.answer(requests, { ...options, repetitionPenalty: 5 });
  const distinct = (list: readonly { readonly ids: readonly number[] }[]): number =>
    list.reduce((sum, { ids }) => sum + new Set(ids).size / ids.length, 0);
  expect(distinct(penalised)).toBeGreaterThan(distinct(await answerer.answer(requests, options)));
});

test('top-k 1 is greedy, and a tiny top-p too', async () => {
  const { answerer } = await open('llama-gqa');
  const greedy = await answerer.answer(requests, { ...OPTIONS, temperature: 0 });
  for (const change of [{ topK: 1 }, { topP: 1e-6 }]) {
    const answers = await answerer.answer(requests, { ...OPTIONS, ...change });
    expect(answers.map(({ ids }) => ids)).toEqual(greedy.map(({ ids }) => ids));
  }
});
