// What trainers are measured on: dense batches of two sizes that others publish figures for, the built-in model on the built-in world's own
// batches, and a model of 15 million parameters. Written as files, so that page and Node read the same.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderFiles } from '../../src/cli/model-files.ts';
import type { LlamaConfig } from '../../src/engine/models/architectures/llama/llama-config.ts';
import { openModel } from '../../src/engine/models/files/model-folder.ts';
import { parameterLayout } from '../../src/engine/models/parameter-layout.ts';
import { parseConfig } from '../../src/engine/models/registry.ts';
import type { Pair } from '../../src/spin/players.ts';
import { uniforms } from '../../src/spin/random.ts';
import type { TrainingCase } from './contender.ts';

const ROOT = join(import.meta.dirname, '../..');

export interface Sizes {
  readonly vocabulary: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly inner: number;
  readonly positions?: number;
}

export const SIZES = {
  tiny: { vocabulary: 256, width: 32, layers: 2, heads: 2, inner: 88 },
  dense: { vocabulary: 1024, width: 128, layers: 4, heads: 4, inner: 352 },
  large: { vocabulary: 4096, width: 384, layers: 8, heads: 6, inner: 1024 },
} as const satisfies Record<string, Sizes>;

export function configOf({ vocabulary, width, layers, heads, inner, positions = 256 }: Sizes): LlamaConfig {
  return parseConfig({
    model_type: 'llama',
    architectures: ['LlamaForCausalLM'],
    vocab_size: vocabulary,
    hidden_size: width,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: heads,
    head_dim: width / heads,
    intermediate_size: inner,
    max_position_embeddings: positions,
    rms_norm_eps: 1e-5,
    rope_theta: 10000,
    hidden_act: 'silu',
    tie_word_embeddings: true,
    bos_token_id: 0,
    eos_token_id: 1,
  }) as LlamaConfig;
}

const SEED = 1;

/** Uniform in ±√3·0.02, the standard deviation of Hugging Face's initialisation; norms 1. */
export function randomWeights(config: LlamaConfig): Float32Array {
  const { tensors, count } = parameterLayout(config);
  const weights = new Float32Array(count);
  tensors.forEach(({ name, offset, size }, index) => {
    const norm = name.endsWith('norm.weight');
    const numbers = norm ? null : uniforms(size, SEED, 'answers', index, 0, 0);
    for (let i = 0; i < size; i += 1) {
      weights[offset + i] = numbers === null ? 1 : (2 * numbers[i]! - 1) * Math.sqrt(3) * 0.02;
    }
  });
  return weights;
}

/** Pairs of equal length: a prompt of a quarter, two answers of three quarters. */
export function densePairs(config: LlamaConfig, count: number, length: number): Pair[] {
  const prompt = Math.max(1, Math.round(length / 4));
  const idsOf = (pair: number, part: number, size: number): number[] =>
    Array.from(uniforms(size, SEED, 'evaluation', pair, part, 0), (u) => Math.floor(u * config.vocabSize));
  const flat = -(length - prompt) * Math.log(config.vocabSize);
  return Array.from({ length: count }, (_, pair) => ({
    promptIds: idsOf(pair, 0, prompt),
    realIds: idsOf(pair, 1, length - prompt),
    generatedIds: idsOf(pair, 2, length - prompt),
    exampleIndex: pair,
    madeIn: 0,
    end: 'length',
    opponent: { real: flat, generated: flat },
  }));
}

/** The same pairs with their answers exchanged. */
export const exchanged = (pairs: readonly Pair[]): Pair[] =>
  pairs.map((pair) => ({
    ...pair,
    realIds: pair.generatedIds,
    generatedIds: pair.realIds,
    opponent: { real: pair.opponent.generated, generated: pair.opponent.real },
  }));

/**
 * One batch and its contrary by turns, which cannot both be learned: after thousands of steps on one, gradients' squares would be too small
 * for normal numbers, and processors take many times as long for such.
 */
function denseCase(name: keyof typeof SIZES, count: number, length: number): TrainingCase {
  const config = configOf(SIZES[name]);
  const pairs = densePairs(config, count, length);
  return {
    name,
    config,
    weights: randomWeights(config),
    batches: [pairs, exchanged(pairs)],
    lambda: 0.1,
    learningRate: 1e-4,
  };
}

interface PairLine {
  readonly prompt_ids: number[];
  readonly real_ids: number[];
  readonly generated_ids: number[];
  readonly opponent_logps: Pair['opponent'];
}

/** The built-in model on pairs that a default run made of the built-in world, in the default's batches. */
async function worldCase(): Promise<TrainingCase> {
  const model = await openModel(await folderFiles(join(ROOT, 'public/models/spin-small')));
  const text = await readFile(join(ROOT, 'public/examples/first-run/pairs/iteration-0.jsonl'), 'utf8');
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as PairLine);
  const pairs = lines.map(
    (line, index): Pair => ({
      promptIds: line.prompt_ids,
      realIds: line.real_ids,
      generatedIds: line.generated_ids,
      exampleIndex: index,
      madeIn: 0,
      end: 'stop',
      opponent: line.opponent_logps,
    }),
  );
  return {
    name: 'world',
    config: model.config as LlamaConfig,
    weights: model.parameters.trainable.values,
    batches: Array.from({ length: BATCHES }, (_, i) => pairs.slice(i * BATCH, (i + 1) * BATCH)),
    lambda: 1,
    learningRate: 1e-5,
  };
}

/** The default batch, and how many of them are trained on in turn. */
const BATCH = 64;
const BATCHES = 4;

const CASES: Readonly<Record<string, () => TrainingCase | Promise<TrainingCase>>> = {
  tiny: () => denseCase('tiny', 2, 16),
  dense: () => denseCase('dense', 8, 64),
  world: worldCase,
  large: () => denseCase('large', 4, 64),
};

export const CASE_NAMES = Object.keys(CASES);

export const trainingCase = async (name: string): Promise<TrainingCase> => CASES[name]!();

/** Writes a case where the page finds it: everything but the weights as JSON, the weights as bytes. */
export async function writeCase(folder: string, { weights, ...rest }: TrainingCase): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${rest.name}.json`), JSON.stringify({ ...rest, config: rest.config.raw }));
  await writeFile(
    join(folder, `${rest.name}.bin`),
    new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength),
  );
}
