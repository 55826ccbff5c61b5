// An architecture of the test's own, registered and taken through score, step, generate, save and load: nothing else needs to know of it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { folderFiles, folderWriter } from '../../../src/cli/model-files.ts';
import { openNodeRuntime } from '../../../src/cli/native-runtime.ts';
import type { Architecture, Computation } from '../../../src/engine/models/architecture.ts';
import { registerComputation } from '../../../src/engine/models/computations.ts';
import { type ModelConfig, refuseForeign, specialIds } from '../../../src/engine/models/config.ts';
import { openModel, saveModel } from '../../../src/engine/models/files/model-folder.ts';
import { parameterLayout, wholeSet } from '../../../src/engine/models/parameter-layout.ts';
import { parseConfig, registerArchitecture } from '../../../src/engine/models/registry.ts';
import { onlyRead } from '../../../src/engine/models/transformer.ts';
import { add } from '../../../src/engine/onnx/elementwise.ts';
import { sizeOf } from '../../../src/engine/onnx/graph.ts';
import { gatherRows } from '../../../src/engine/onnx/indexing.ts';
import { linear } from '../../../src/engine/onnx/matrix.ts';
import { reshape } from '../../../src/engine/onnx/shaping.ts';
import { Answerer } from '../../../src/engine/players/answerer.ts';
import { opponentMemory } from '../../../src/engine/players/memory-for.ts';
import { modelShape } from '../../../src/engine/players/passes-for.ts';
import { Trainer } from '../../../src/engine/players/trainer.ts';
import type { Runtime } from '../../../src/engine/runtime/runtime.ts';
import type { Pair } from '../../../src/spin/players.ts';
import { thrownBy } from '../models/golden.ts';
import { base, valuesOf } from '../parameters.ts';
import { OPTIONS } from './answer-options.ts';
import { DEFAULT_RULES } from './golden-pairs.ts';

interface ToyConfig extends ModelConfig {
  /** What a token gives to those after it is counted so many times. */
  readonly echo: number;
}

/** One layer of plain attention over the embeddings: x + echo·attend(x, x, x·W). No norm, no positions, no feed-forward half. */
const TOY: Architecture<ToyConfig> = {
  name: 'toy',
  prefix: 'toy.',
  ignores: () => false,
  parse(fields) {
    refuseForeign(fields, ['ToyForCausalLM']);
    const vocabSize = fields.integer('vocab_size', 1000);
    const width = fields.integer('width', 64);
    return {
      architecture: 'toy',
      vocabSize,
      width,
      layers: 1,
      heads: 1,
      mlpWidth: width,
      positions: 32,
      normEpsilon: 1e-5,
      tied: false,
      ...specialIds(fields, vocabSize, { bos: 1, eos: 2 }),
      echo: fields.number('echo', 0, 10, 1),
      raw: fields.raw,
    };
  },
  parameters: ({ vocabSize, width }) => [
    ['toy.embed.weight', [vocabSize, width]],
    ['toy.mix.weight', [width, width]],
    ['lm_head.weight', [vocabSize, width]],
  ],
  saved: ({ echo }) => ({ architectures: ['ToyForCausalLM'], echo }),
  sizes: ({ width }) => ({ keyWidth: width, innerKept: 0 }),
};

const TOY_COMPUTATION: Computation<ToyConfig> = {
  kernel: () => null,
  transformer: ({ width }) => ({
    kvHeads: 1,
    headDim: width,
    layers: 1,
    hidden(parameters, forward) {
      const { ids, arrangement, attend, read } = forward;
      const x = reshape(gatherRows(parameters.get('toy.embed.weight'), ids), [sizeOf(ids.shape), width]);
      const rows = arrangement.split(x, 1);
      const values = arrangement.split(linear(x, parameters.get('toy.mix.weight')), 1);
      const seen = arrangement.join(attend(0, rows, rows, values));
      return add(onlyRead(x, read), onlyRead(seen, read));
    },
    unembedding: (parameters) => parameters.get('lm_head.weight'),
  }),
};

const RAW = { model_type: 'toy', vocab_size: 20, width: 8, echo: 1 };

const PAIRS: readonly Pair[] = Array.from({ length: 5 }, (_, i) => ({
  promptIds: [3 + i, 9],
  realIds: [12, 4 + i, 2],
  generatedIds: [13, 2],
  exampleIndex: i,
  madeIn: 0,
  end: 'stop',
  opponent: { real: -9, generated: -6 },
}));

let place = '';
let runtime: Runtime;
let config: ModelConfig;
let values: Float32Array;

beforeAll(async () => {
  registerArchitecture(TOY);
  registerComputation('toy', TOY_COMPUTATION);
  place = mkdtempSync(join(tmpdir(), 'toy-'));
  runtime = await openNodeRuntime('wasm');
  config = parseConfig(RAW);
  values = Float32Array.from({ length: parameterLayout(config).count }, (_, i) => 0.4 * Math.sin(1.3 * i));
});

afterAll(() => rmSync(place, { recursive: true, force: true }));

/** log p(next | ids) by hand, in double precision. */
function logpsByHand(ids: readonly number[], weights: Float32Array): number[][] {
  const { width, vocabSize } = config;
  const matrix = (start: number, rows: number): number[][] =>
    Array.from({ length: rows }, (_, r) => [...weights.subarray(start + r * width, start + (r + 1) * width)]);
  const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  const embed = matrix(0, vocabSize);
  const mix = matrix(vocabSize * width, width);
  const head = matrix((vocabSize + width) * width, vocabSize);
  const x = ids.map((id) => embed[id]!);
  const v = x.map((row) => mix.map((column) => dot(row, column)));
  return x.map((query, n) => {
    const scores = x.slice(0, n + 1).map((key) => Math.exp(dot(query, key)));
    const sum = scores.reduce((total, score) => total + score, 0);
    const state = query.map((own, d) => own + scores.reduce((total, score, m) => total + (score / sum) * v[m]![d]!, 0));
    const logits = head.map((row) => dot(state, row));
    const log = Math.log(logits.reduce((total, logit) => total + Math.exp(logit), 0));
    return logits.map((logit) => logit - log);
  });
}

const sumByHand = (promptIds: readonly number[], responseIds: readonly number[], weights: Float32Array): number => {
  const logps = logpsByHand([...promptIds, ...responseIds], weights);
  return responseIds.reduce((sum, id, i) => sum + logps[promptIds.length + i - 1]![id]!, 0);
};

it('scores as its formula does', async () => {
  const answerer = new Answerer(runtime, config);
  await answerer.load(base(values));
  const scored = await answerer.score(PAIRS, 4);
  PAIRS.forEach(({ promptIds, realIds, generatedIds }, i) => {
    expect(scored[i]!.real).toBeCloseTo(sumByHand(promptIds, realIds, values), 4);
    expect(scored[i]!.generated).toBeCloseTo(sumByHand(promptIds, generatedIds, values), 4);
  });
});

it('steps down the gradient: a small step lowers the loss by rate · norm²', async () => {
  const trainer = new Trainer(runtime, config);
  // With α = 1 and a slot that stays 0, RMSProp divides by ε: plain gradient descent at the rate / ε.
  await trainer.begin(base(values), { ...DEFAULT_RULES, optimizer: { name: 'rmsprop', alpha: 1, epsilon: 1 } });
  const rate = 1e-3;
  const first = await trainer.step(PAIRS, rate);
  const second = await trainer.step(PAIRS, rate);
  expect((first.loss - second.loss) / (rate * first.gradNorm ** 2)).toBeCloseTo(1, 1);
});

it('answers greedily with what its formula finds likeliest', async () => {
  const answerer = new Answerer(runtime, config);
  await answerer.load(base(values));
  const [answer] = await answerer.answer([{ promptIds: [3, 9], key: 0 }], {
    ...OPTIONS,
    temperature: 0,
    maxNewTokens: 5,
  });
  const ids = [3, 9];
  for (const id of answer!.ids) {
    const logps = logpsByHand(ids, values).at(-1)!;
    expect(id).toBe(logps.indexOf(Math.max(...logps)));
    ids.push(id);
  }
});

it('is saved under its own name, and opens again', async () => {
  await saveModel(
    { config, parameters: wholeSet(config, base(values)), companions: new Map() },
    folderWriter(join(place, 'saved')),
    { dtype: 'float32' },
  );
  const back = await openModel(await folderFiles(join(place, 'saved')));
  expect(back.config).toMatchObject({ architecture: 'toy', echo: 1 });
  expect(back.config.raw).toMatchObject({ model_type: 'toy', architectures: ['ToyForCausalLM'] });
  expect(valuesOf(back)).toEqual(values);
});

it('has an estimate of its memory, by the graphs', () => {
  const work = { batchSize: 8, pairs: 8, mean: 10, longest: 16, rows: 8, prompt: 8, slots: 16 };
  const { weights, cache } = opponentMemory({ backend: 'wasm', threads: 1 }, modelShape(config), work);
  expect(weights).toBe(4 * values.length);
  expect(cache).toBe(4 * 8 * 16 * 2 * 8);
});

it('a model type that nobody registered is refused by name, with those that are', () => {
  const advice = expect.stringContaining('"llama", "gpt2" or "toy"');
  expect(thrownBy(() => parseConfig({ ...RAW, model_type: 'another' }))).toMatchObject({ advice });
});
