// The estimate of memory beside what the real runtime's memory grew to: both players on the CPU, on pairs of the recorded example.

import { readFileSync } from 'node:fs';
import factory from 'onnxruntime-web/ort-wasm-simd-threaded.mjs';
import { describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../../src/engine/models/config.ts';
import { parameterLayout } from '../../../src/engine/models/parameter-layout.ts';
import { parseConfig } from '../../../src/engine/models/registry.ts';
import { Answerer } from '../../../src/engine/players/answerer.ts';
import { modelShape } from '../../../src/engine/players/passes-for.ts';
import { Trainer } from '../../../src/engine/players/trainer.ts';
import { startModule } from '../../../src/engine/runtime/heap/heap-module.ts';
import { HeapRuntime } from '../../../src/engine/runtime/heap/heap-runtime.ts';
import { BUILT_IN_SHAPE, costs } from '../../../src/lab/forecast/costs.ts';
import { settingsFromQuery } from '../../../src/lab/settings/settings-store.ts';
import type { Pair } from '../../../src/spin/players.ts';
import { trainingRules } from '../../../src/spin/run.ts';
import { base } from '../parameters.ts';

const LINES = readFileSync(
  new URL('../../../public/examples/first-run/pairs/iteration-0.jsonl', import.meta.url),
  'utf8',
);
const BUILT_IN = JSON.parse(
  readFileSync(new URL('../../../public/models/spin-small/config.json', import.meta.url), 'utf8'),
) as object;

const PAIRS: readonly Pair[] = LINES.trim()
  .split('\n')
  .map((line, index) => {
    const { prompt_ids, real_ids, generated_ids, opponent_logps } = JSON.parse(line);
    return {
      promptIds: prompt_ids,
      realIds: real_ids,
      generatedIds: generated_ids,
      exampleIndex: index,
      madeIn: 0,
      end: 'stop',
      opponent: opponent_logps,
    };
  });

/** A memory of its own: it never shrinks. */
async function openRuntime(): Promise<HeapRuntime> {
  const info = { backend: 'wasm', runtime: 'onnxruntime-web', adapter: '', threads: 1 } as const;
  return new HeapRuntime(await startModule(factory, 1), info);
}

/** Small numbers that keep everything finite. */
function weightsOf(config: ModelConfig): Float32Array {
  return Float32Array.from({ length: parameterLayout(config).count }, (_, i) => 0.02 * Math.sin(i));
}

const WIDER = parseConfig({
  ...BUILT_IN,
  hidden_size: 256,
  num_hidden_layers: 4,
  head_dim: 64,
  intermediate_size: 704,
});
const MODELS: readonly (readonly [string, ModelConfig])[] = [
  ['the built-in model', parseConfig(BUILT_IN)],
  ...(process.env.FULL === '1' ? [['one of five times its size', WIDER] as const] : []),
];

/** A memory has grown to its height after four; the long run looks on for as many more. */
const STEPS = process.env.FULL === '1' ? 12 : 6;
/** The larger model's steps take most of a minute where another file's tests run beside them. */
const TIMEOUT_MS = 180_000;

/** Within a fifth: a memory grows by so much at a time, so that an estimate can be one growth off. */
function expectNear(estimate: number, measured: number): void {
  const ratio = estimate / measured;
  expect(ratio).toBeGreaterThan(1 / 1.205);
  expect(ratio).toBeLessThan(1.205);
}

describe.each(MODELS)('of %s', { timeout: TIMEOUT_MS }, (_, config) => {
  const shape = modelShape(config);

  it.each(['', 'micro=64', 'opt=adamw'])('the main player with %s', async (query) => {
    const settings = settingsFromQuery(query);
    const { configuration } = settings;
    const runtime = await openRuntime();
    const trainer = new Trainer(runtime, config);
    await trainer.begin(base(weightsOf(config)), trainingRules(configuration, 0));
    for (let step = 0; step < STEPS; step += 1) {
      const first = step * configuration.batchSize;
      await trainer.step(PAIRS.slice(first, first + configuration.batchSize), 1e-6);
    }
    const estimate = costs(settings, shape)!.player.total;
    expectNear(estimate, runtime.memoryBytes() + trainer.memoryBytes);
  });

  it('the opponent', async () => {
    const settings = settingsFromQuery('');
    const { answerBatch, maxNewTokens, microBatch } = settings.configuration;
    const runtime = await openRuntime();
    const answerer = new Answerer(runtime, config);
    await answerer.load(base(weightsOf(config)));
    for (let chunk = 0; chunk < STEPS; chunk += 1) {
      const pairs = PAIRS.slice(chunk * answerBatch, (chunk + 1) * answerBatch);
      const requests = pairs.map(({ promptIds }, key) => ({ promptIds, key }));
      await answerer.answer(requests, { ...settings.configuration, maxNewTokens, purpose: 'answers', iteration: 0 });
      await answerer.score(pairs, microBatch);
    }
    const estimate = costs(settings, shape)!.opponent.total;
    expectNear(estimate, runtime.memoryBytes() + answerer.memoryBytes);
  });
});

it('the built-in model has the shape that the page knows', () => {
  expect(modelShape(parseConfig(BUILT_IN))).toEqual(BUILT_IN_SHAPE);
});
