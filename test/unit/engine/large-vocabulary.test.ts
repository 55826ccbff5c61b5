// A vocabulary of 50,000 and 1,024 positions: logits never exist but a chunk at a time, forward or backward.

import factory from 'onnxruntime-web/ort-wasm-simd-threaded.mjs';
import { expect, it } from 'vitest';
import { layOut } from '../../../src/engine/batches/batch.ts';
import { pairRows } from '../../../src/engine/batches/pair-rows.ts';
import { rowsAtOnce } from '../../../src/engine/graphs/scoring-graph.ts';
import { trainingGraph } from '../../../src/engine/graphs/training-graph.ts';
import type { ModelConfig } from '../../../src/engine/models/config.ts';
import { parameterLayout } from '../../../src/engine/models/parameter-layout.ts';
import { parseConfig } from '../../../src/engine/models/registry.ts';
import { reachable } from '../../../src/engine/onnx/encode.ts';
import { learningPasses } from '../../../src/engine/players/passes-for.ts';
import { Trainer } from '../../../src/engine/players/trainer.ts';
import { startModule } from '../../../src/engine/runtime/heap/heap-module.ts';
import { HeapRuntime } from '../../../src/engine/runtime/heap/heap-runtime.ts';
import type { Pair } from '../../../src/spin/players.ts';
import { base } from '../parameters.ts';
import { DEFAULT_RULES } from './golden-pairs.ts';
import { BY_GRAPHS, BY_KERNELS } from './kernel-models.ts';

const VOCABULARY = 50_000;
const WIDTH = 64;

const CONFIG = parseConfig({
  model_type: 'llama',
  architectures: ['LlamaForCausalLM'],
  vocab_size: VOCABULARY,
  hidden_size: WIDTH,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  num_key_value_heads: 2,
  head_dim: 32,
  intermediate_size: 128,
  max_position_embeddings: 1024,
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
  hidden_act: 'silu',
  tie_word_embeddings: true,
  bos_token_id: 0,
  eos_token_id: 1,
}) as ModelConfig;

const ids = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => (first + 977 * i) % VOCABULARY);

const pairOf = (pair: number, tokens: number): Pair => ({
  promptIds: ids(pair, 16),
  realIds: ids(3 * pair, tokens),
  generatedIds: ids(5 * pair + 1, tokens),
  exampleIndex: pair,
  madeIn: 0,
  end: 'length',
  opponent: { real: -10.8 * tokens, generated: -10.8 * tokens },
});

/** As long as the positions allow. */
const LONGEST = 1008;
/** Of a step: two thirds make the same point in two thirds of the time, all of which the long run takes. */
const STEP_TOKENS = process.env.FULL === '1' ? LONGEST : 672;

it('no array of the graph has a row of the vocabulary for more tokens than a chunk has', () => {
  const { shape } = layOut(pairRows([pairOf(0, LONGEST), pairOf(1, LONGEST)]), CONFIG);
  expect(shape.scored).toBeGreaterThanOrEqual(4 * 1008);
  const graph = trainingGraph(CONFIG, shape, { kind: 'self-play', loss: 'logistic', anchored: false });
  const wide = reachable(graph).filter(({ shape: dims }) => dims.at(-1) === VOCABULARY);
  // The weight's transposed form has as many rows as the model is wide.
  const tallest = Math.max(...wide.map(({ shape: dims }) => dims.slice(0, -1).reduce((rows, n) => rows * n, 1)));
  expect(tallest).toBe(rowsAtOnce(VOCABULARY));
  expect(tallest).toBe(83);
});

it.each([
  ['graphs', BY_GRAPHS],
  ['kernels', BY_KERNELS],
] as const)(
  'a step by the %s takes a fraction of the memory that all logits would',
  async (_, engines) => {
    const info = { backend: 'wasm', runtime: 'onnxruntime-web', adapter: '', threads: 1 } as const;
    const runtime = new HeapRuntime(await startModule(factory, 1), info);
    const trainer = new Trainer(runtime, CONFIG, { passes: learningPasses(runtime, CONFIG, { engines }) });
    const { count } = parameterLayout(CONFIG);
    await trainer.begin(base(Float32Array.from({ length: count }, (_, i) => 0.02 * Math.sin(i))), DEFAULT_RULES);
    const { loss, gradNorm } = await trainer.step([pairOf(0, STEP_TOKENS)], 1e-4);
    expect(Number.isFinite(loss) && gradNorm > 0).toBe(true);
    // Logits, probabilities and their gradients of one pair, all at once: 1.2 GB of the longest.
    const allLogits = 3 * 4 * 2 * STEP_TOKENS * VOCABULARY;
    expect(runtime.memoryBytes() + trainer.memoryBytes).toBeLessThan(allLogits / 3);
  },
  180_000,
);
