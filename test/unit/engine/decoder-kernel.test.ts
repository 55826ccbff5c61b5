// The kernel that answers against numbers from PyTorch, and against the runtime's graphs where no such numbers are: they are its slower twin.

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileKernel } from '../../../scripts/compile-kernel.ts';
import { openNodeRuntime } from '../../../src/cli/native-runtime.ts';
import { DecoderPrograms } from '../../../src/engine/graphs/graph-rows.ts';
import { DecoderKernel } from '../../../src/engine/kernels/decoder-kernel.ts';
import { PROGRAM as DECODER } from '../../../src/engine/kernels/decoder-program.ts';
import { DECODED_TOKENS } from '../../../src/engine/kernels/kernel-memory.ts';
import { KernelStarter } from '../../../src/engine/kernels/kernel-rows.ts';
import { PROGRAM as TRAINER } from '../../../src/engine/kernels/trainer-program.ts';
import { parseConfig } from '../../../src/engine/models/registry.ts';
import type { AnswerRows } from '../../../src/engine/passes/answer-rows.ts';
import { enginesFor } from '../../../src/engine/passes/engine-choice.ts';
import type { HeldParameters } from '../../../src/engine/passes/held-parameters.ts';
import { logpOf } from '../../../src/engine/players/choose.ts';
import { Decoder } from '../../../src/engine/players/decoder.ts';
import { modelShape } from '../../../src/engine/players/passes-for.ts';
import { RuntimeFailedError } from '../../../src/engine/runtime/errors.ts';
import type { Runtime } from '../../../src/engine/runtime/runtime.ts';
import { OPTIONS } from './answer-options.ts';
import { golden, openGolden, openSized, SIZES } from './kernel-models.ts';

let runtime: Runtime;

beforeAll(async () => {
  runtime = await openNodeRuntime('wasm');
});

const farthest = (a: Float32Array, b: Float32Array): number => {
  expect(a.length).toBe(b.length);
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);
};

it.each([
  ['decoder', DECODER],
  ['trainer', TRAINER],
] as const)('the program of the %s is what its source compiles to', async (name, program) => {
  expect(Buffer.from(await compileKernel(name)).toString('base64')).toBe(program);
});

it.each(['policy', 'opponent'])('token log-probabilities of the %s equal those of PyTorch', async (which) => {
  const { model, theta } = await openGolden(runtime, which);
  const { token_logps: expected } = JSON.parse(readFileSync(golden('expected.json'), 'utf8'));
  const pairs = readFileSync(golden('pairs.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const starter = new KernelStarter(runtime, model);
  for (const [index, { prompt_ids, real_ids }] of pairs.entries()) {
    const rows = await starter.start(theta, [prompt_ids], real_ids.length);
    for (const [step, id] of real_ids.entries()) {
      expect(Math.abs(logpOf(await rows.logits(), id) - expected[index].real[which][step])).toBeLessThan(1e-4);
      rows.take([id]);
    }
    rows.release();
  }
});

/** Prompts of different lengths, some of them the same. */
const promptsOf = (count: number, vocabulary: number): number[][] =>
  Array.from({ length: count }, (_, row) =>
    Array.from({ length: 1 + ((row * 5) % 11) }, (_, i) => (3 * (row % 7) + 2 * i) % vocabulary),
  );

describe.each(SIZES)('with %s', (_, fields) => {
  it.each([1, 3, 6, 45])('%i rows have the logits of the graphs, step after step', async (count) => {
    const { config, model, theta } = await openSized(runtime, fields);
    const prompts = promptsOf(count, config.vocabSize);
    const both: AnswerRows[] = [
      await new KernelStarter(runtime, model).start(theta, prompts, 12),
      await new DecoderPrograms(runtime, config).start(theta, prompts, 12),
    ];
    for (let step = 0; step < 4; step += 1) {
      const [own, graphs] = [await both[0]!.logits(), await both[1]!.logits()];
      expect(farthest(own, graphs)).toBeLessThan(2e-5);
      expect(Math.max(...graphs)).toBeGreaterThan(0.1);
      for (const rows of both) rows.take(prompts.map((_, row) => (row + 5 * step) % config.vocabSize));
    }
  });
});

it('rows that go on in another order, twice or more often have the logits of the graphs', async () => {
  const { config, model, theta } = await openSized(runtime, {});
  const prompts = promptsOf(4, config.vocabSize);
  const own = await new KernelStarter(runtime, model).start(theta, prompts, 12);
  const graphs = await new DecoderPrograms(runtime, config).start(theta, prompts, 12);
  for (const index of [
    [3, 1, 0],
    [2, 2, 0, 2],
    [1, 3, 0, 0, 1, 2, 2],
    [6, 4],
  ]) {
    expect(farthest(await own.logits(), await graphs.logits())).toBeLessThan(2e-5);
    for (const rows of [own, graphs]) {
      await rows.keep(index);
      rows.take(index.map((row, at) => (7 * row + at) % config.vocabSize));
    }
  }
  expect(farthest(await own.logits(), await graphs.logits())).toBeLessThan(2e-5);
});

it('a prompt of more tokens than a pass takes has the logits of the graphs', async () => {
  const { config, model, theta } = await openSized(runtime, {});
  const prompt = Array.from({ length: 3 * DECODED_TOKENS }, (_, i) => (i * i) % config.vocabSize);
  const own = await new KernelStarter(runtime, model).start(theta, [prompt, [5]], 4);
  const graphs = await new DecoderPrograms(runtime, config).start(theta, [prompt, [5]], 4);
  expect(farthest(await own.logits(), await graphs.logits())).toBeLessThan(2e-5);
});

it.each([1, 0.6, 1.8, 0])('draws what the graphs draw at temperature %f', async (temperature) => {
  const { config, model, theta } = await openGolden(runtime, 'policy');
  const requests = promptsOf(60, config.vocabSize).map((promptIds, key) => ({ promptIds, key }));
  const options = { ...OPTIONS, temperature, maxNewTokens: 20, seed: 11 };
  const answer = (starter: KernelStarter | DecoderPrograms) =>
    new Decoder(config, starter).answer(theta, requests, options);
  const own = await answer(new KernelStarter(runtime, model));
  const graphs = await answer(new DecoderPrograms(runtime, config));
  const same = own.filter(({ ids }, row) => ids.join() === graphs[row]!.ids.join());
  // Sums are rounded in another order: where a number falls between the two, another token is drawn, once in thousands.
  expect(same.length).toBeGreaterThanOrEqual(58);
  for (const [row, { ids, tokenLogps }] of own.entries()) {
    if (ids.join() !== graphs[row]!.ids.join()) continue;
    const far = tokenLogps.map((logp, step) => Math.abs(logp - graphs[row]!.tokenLogps[step]!));
    expect(Math.max(...far)).toBeLessThan(1e-5);
  }
});

it('answers with the weights that it is given next', async () => {
  const [policy, opponent] = [await openGolden(runtime, 'policy'), await openGolden(runtime, 'opponent')];
  const starter = new KernelStarter(runtime, policy.model);
  const first = async (theta: HeldParameters): Promise<Float32Array> => {
    const rows = await starter.start(theta, [[7, 9]], 4);
    const logits = await rows.logits();
    rows.release();
    return logits;
  };
  const [a, b, again] = [await first(policy.theta), await first(opponent.theta), await first(policy.theta)];
  expect(farthest(a, b)).toBeGreaterThan(0.01);
  expect(again).toEqual(a);
});

it('answers that are asked for at once do not mix', async () => {
  const { config, model, theta } = await openGolden(runtime, 'policy');
  const decoder = new Decoder(config, new KernelStarter(runtime, model));
  const ask = (count: number, first: number) => {
    const requests = promptsOf(count, config.vocabSize).map((promptIds, key) => ({ promptIds, key: first + key }));
    return decoder.answer(theta, requests, OPTIONS);
  };
  const together = await Promise.all([ask(5, 0), ask(9, 50), ask(2, 90)]);
  expect(together).toEqual([await ask(5, 0), await ask(9, 50), await ask(2, 90)]);
});

it('says so where rows need more memory than there can be, and answers fewer afterwards', async () => {
  const { config, model } = await openSized(runtime, {});
  const kernel = new DecoderKernel(model);
  kernel.begin(2, 16);
  expect(() => kernel.begin(100_000, 65_536)).toThrow(RuntimeFailedError);
  kernel.begin(2, 16);
  expect(kernel.logits({ ids: [1, 2], rows: [0, 1], positions: [0, 0] }).length).toBe(2 * config.vocabSize);
});

it('the estimate knows how many tokens a pass takes', async () => {
  expect(new DecoderKernel((await openSized(runtime, {})).model).tokens).toBe(DECODED_TOKENS);
});

it('takes what it has room for, and large models only where the runtime has one thread', () => {
  const config = (fields: object) =>
    parseConfig({
      model_type: 'llama',
      vocab_size: 4096,
      hidden_size: 384,
      num_hidden_layers: 8,
      num_attention_heads: 6,
      intermediate_size: 1024,
      max_position_embeddings: 256,
      ...fields,
    });
  const answers = (threads: number, fields: object) =>
    enginesFor({ backend: 'wasm', threads }, modelShape(config(fields))).answers;
  expect(answers(1, {})).toBe('kernels');
  expect(answers(2, {})).toBe('graphs');
  expect(answers(2, { num_hidden_layers: 1, vocab_size: 1024 })).toBe('kernels');
  expect(answers(1, { head_dim: 12 })).toBe('graphs');
  expect(answers(1, { hidden_size: 1536, head_dim: 64 })).toBe('graphs');
});
