// The kernel that makes gradients, against the runtime's graphs, which are its slower twin. (Numbers from PyTorch: golden.test.ts.)

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openNodeRuntime } from '../../../src/cli/native-runtime.ts';
import { pairGroups, pairRows } from '../../../src/engine/batches/pair-rows.ts';
import { GraphGradients } from '../../../src/engine/graphs/graph-gradients.ts';
import { kernelBatch } from '../../../src/engine/kernels/kernel-batch.ts';
import { KernelGradients } from '../../../src/engine/kernels/kernel-gradients.ts';
import { TrainingKernel } from '../../../src/engine/kernels/training-kernel.ts';
import { LAYER_PARTS } from '../../../src/engine/models/architecture.ts';
import type { ModelConfig } from '../../../src/engine/models/config.ts';
import { parameterLayout } from '../../../src/engine/models/parameter-layout.ts';
import { parseConfig } from '../../../src/engine/models/registry.ts';
import { enginesFor } from '../../../src/engine/passes/engine-choice.ts';
import { frozenPasses, learningPasses, modelShape } from '../../../src/engine/players/passes-for.ts';
import { Trainer } from '../../../src/engine/players/trainer.ts';
import { RuntimeFailedError, SequenceError } from '../../../src/engine/runtime/errors.ts';
import { download, type Runtime, type Tensor } from '../../../src/engine/runtime/runtime.ts';
import { LOSS_NAMES } from '../../../src/spin/losses.ts';
import type { Pair, TrainingRules } from '../../../src/spin/players.ts';
import { base } from '../parameters.ts';
import { DEFAULT_RULES } from './golden-pairs.ts';
import { BY_GRAPHS, BY_KERNELS, type KernelModel, openGolden, openSized, SIZES } from './kernel-models.ts';

let runtime: Runtime;

beforeAll(async () => {
  runtime = await openNodeRuntime('wasm');
});

/** Pairs of many lengths, responses of one token among them. */
function pairsOf(count: number, vocabulary: number): Pair[] {
  const ids = (start: number, length: number): number[] =>
    Array.from({ length }, (_, i) => (start * 31 + i * 17) % vocabulary);
  return Array.from({ length: count }, (_, i) => ({
    promptIds: ids(i, 1 + ((i * 3) % 11)),
    realIds: ids(i + 1, 1 + (i % 7)),
    generatedIds: ids(i + 2, 1 + ((i * 5) % 13)),
    exampleIndex: i,
    madeIn: 0,
    end: 'stop',
    opponent: { real: -4 - (i % 3), generated: -5 + (i % 2) },
  }));
}

interface Made {
  readonly gradient: Float32Array;
  readonly reports: readonly Float32Array[];
  readonly tokens: number;
}

/** By the kernel, and by the graphs. */
async function both({ config, model, theta }: KernelModel, rules: TrainingRules, pairs: Pair[]): Promise<[Made, Made]> {
  const blank = (): Promise<Tensor> => runtime.hold(new Float32Array(parameterLayout(config).count));
  const batch = { pairs, parts: pairGroups(pairs, rules.microBatch), rules };
  const made: Made[] = [];
  for (const gradients of [
    new KernelGradients(runtime, config, new TrainingKernel(model, true)),
    new GraphGradients(runtime, config),
  ]) {
    const { gradient, reports, tokens } = await gradients.of(theta, batch, [await blank(), await blank()]);
    const numbers = await Promise.all(reports.map(download));
    made.push({
      gradient: (await download(gradient)).slice(),
      reports: numbers.map((report) => report.slice()),
      tokens,
    });
  }
  return made as [Made, Made];
}

const largest = (list: Float32Array): number => list.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

/** Every parameter's gradient, to that parameter's own scale, but where it is next to nothing. */
function expectAlike(config: ModelConfig, [own, graphs]: [Made, Made]): void {
  expect(own.tokens).toBe(graphs.tokens);
  own.reports.forEach((report, part) => {
    expect(report.length).toBe(graphs.reports[part]!.length);
    report.forEach((number, i) => {
      expect(Math.abs(number - graphs.reports[part]![i]!)).toBeLessThan(1e-4);
    });
  });
  const scale = largest(graphs.gradient);
  expect(scale).toBeGreaterThan(1e-2);
  for (const { name, offset, size } of parameterLayout(config).tensors) {
    const expected = graphs.gradient.subarray(offset, offset + size);
    const far = largest(own.gradient.subarray(offset, offset + size).map((x, i) => x - expected[i]!));
    expect(far / Math.max(largest(expected), 1e-3 * scale), name).toBeLessThan(2e-4);
  }
}

describe.each(SIZES)('with %s', (_, fields) => {
  it.each([2, 5, 24])('%i pairs have the gradient of the graphs', async (count) => {
    const opened = await openSized(runtime, fields);
    const pairs = pairsOf(count, opened.config.vocabSize);
    expectAlike(opened.config, await both(opened, { ...DEFAULT_RULES, lambda: 0.7, microBatch: 16 }, pairs));
  });
});

describe('the rules', () => {
  it.each(LOSS_NAMES)('%s', async (loss) => {
    const opened = await openGolden(runtime, 'policy');
    expectAlike(opened.config, await both(opened, { ...DEFAULT_RULES, loss }, pairsOf(12, opened.config.vocabSize)));
  });

  it.each([
    ['an anchor', { anchorWeight: 0.4, microBatch: 5 }],
    ['supervised', { objective: 'supervised', microBatch: 5 }],
  ] as const)('%s', async (_, changes) => {
    const opened = await openGolden(runtime, 'policy');
    const pairs = pairsOf(12, opened.config.vocabSize);
    expectAlike(opened.config, await both(opened, { ...DEFAULT_RULES, ...changes }, pairs));
  });
});

it('a response scores the same alone and beside others, to the last digit', async () => {
  const { config, model, theta } = await openGolden(runtime, 'policy');
  const kernel = new TrainingKernel(model, true);
  kernel.load(runtime.view(theta.theta)!);
  const rows = pairsOf(9, config.vocabSize).map(({ promptIds, realIds }) => ({ promptIds, responses: [realIds] }));
  const together = [...kernel.score(kernelBatch(rows, config))];
  expect(rows.flatMap((row) => [...kernel.score(kernelBatch([row], config))])).toEqual(together);
  expect([...kernel.forward(kernelBatch(rows, config))]).toEqual(together);
});

it('logits of a large vocabulary are made part by part, to the same gradient', async () => {
  const opened = await openSized(runtime, { vocab_size: 60_000, hidden_size: 8, num_hidden_layers: 1 });
  const pairs = pairsOf(24, opened.config.vocabSize);
  const scored = pairs.reduce((sum, { realIds, generatedIds }) => sum + realIds.length + generatedIds.length - 1, 0);
  expect(scored * 60_000).toBeGreaterThan(2 ** 22);
  const [own, graphs] = await both(opened, { ...DEFAULT_RULES, microBatch: 24 }, pairs);
  const far = largest(own.gradient.map((x, i) => x - graphs.gradient[i]!));
  expect(far / largest(graphs.gradient)).toBeLessThan(2e-4);
});

it('trains as the graphs do: weights after eight steps', async () => {
  const { config, theta } = await openGolden(runtime, 'policy');
  const weights = (await download(theta.theta)).slice();
  const pairs = pairsOf(32, config.vocabSize);
  const after: Float32Array[] = [];
  for (const engines of [BY_KERNELS, BY_GRAPHS]) {
    const trainer = new Trainer(runtime, config, { passes: learningPasses(runtime, config, { engines }) });
    await trainer.begin(base(weights), { ...DEFAULT_RULES, microBatch: 8, clipNorm: 1 });
    for (let step = 0; step < 8; step += 1) await trainer.step(pairs, 1e-4);
    after.push((await trainer.weights()).values);
  }
  const moved = largest(after[1]!.map((x, i) => x - weights[i]!));
  expect(moved).toBeGreaterThan(5e-4);
  expect(largest(after[0]!.map((x, i) => x - after[1]![i]!)) / moved).toBeLessThan(0.02);
});

it('refuses a row that the model could not take', async () => {
  const { config } = await openSized(runtime, {});
  const row = (promptIds: number[], response: number[]) => [{ promptIds, responses: [response] }];
  expect(() => kernelBatch(row([1], []), config)).toThrow(SequenceError);
  expect(() => kernelBatch(row([config.vocabSize], [1]), config)).toThrow(SequenceError);
  expect(() => kernelBatch(row(new Array(256).fill(1), [1]), config)).toThrow(SequenceError);
});

it('says so where a batch needs more memory than there can be, and goes on with a smaller one', async () => {
  const { config, model, theta } = await openSized(runtime, { hidden_size: 512, intermediate_size: 8192 });
  const kernel = new TrainingKernel(model, true);
  kernel.load(runtime.view(theta.theta)!);
  const row = { promptIds: [1], responses: [new Array(200).fill(2)] };
  expect(() => kernel.forward(kernelBatch(new Array(100).fill(row), config))).toThrow(RuntimeFailedError);
  expect(kernel.forward(kernelBatch([row], config)).length).toBe(200);
});

it('the assembly knows the parts of a layer in the order of their list', () => {
  const source = readFileSync('src/engine/kernels/assembly/trainer-layout.ts', 'utf8');
  const constants = [...source.matchAll(/^export const ([A-Z_]+): i32 = (\d+);/gm)].map(([, name, n]) => [
    name,
    Number(n),
  ]);
  const named = LAYER_PARTS.map((part, i) => [part.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase(), i]);
  expect(constants).toEqual([...named, ['BIAS', LAYER_PARTS.length]]);
});

it('trains where the runtime has one thread', async () => {
  const { config } = await openSized(runtime, {});
  const trains = (threads: number, model: ModelConfig) =>
    enginesFor({ backend: 'wasm', threads }, modelShape(model)).trains;
  expect(trains(1, config)).toBe('kernels');
  expect(trains(2, config)).toBe('graphs');
  const scaled = parseConfig({ ...config.raw, rope_scaling: { rope_type: 'dynamic', factor: 2 } });
  expect(trains(1, scaled)).toBe('graphs');
});

it('logits at each response token are those of the graphs', async () => {
  const { config, theta } = await openGolden(runtime, 'policy');
  const rows = pairRows(pairsOf(9, config.vocabSize));
  const [own, graphs] = [BY_KERNELS, BY_GRAPHS].map((engines) => frozenPasses(runtime, config, { engines }).scores);
  const [ours, theirs] = [await own!.logits(theta, rows), await graphs!.logits(theta, rows)];
  expect(ours.map(({ length }) => length)).toEqual(theirs.map(({ length }) => length));
  ours.forEach((logits, response) => {
    expect(largest(logits.map((x, i) => x - theirs[response]![i]!))).toBeLessThan(5e-5);
  });
});
