// The base model's shape, first weights and training data: what makes it, apart from the loop that trains it. All seeded.

import type { ModelConfig } from '../src/engine/models/config.ts';
import { parameterLayout } from '../src/engine/models/parameter-layout.ts';
import type { TextCodec } from '../src/engine/text.ts';
import type { Pair } from '../src/spin/players.ts';
import { chatter } from '../src/world/chatter.ts';
import { integer, type Random, random, shuffle } from '../src/world/rng.ts';
import { type Prompt, WORLD } from '../src/world/world.ts';

export interface BaseSettings {
  readonly seed: number;
  readonly steps: number;
  /** Answers a step. */
  readonly batch: number;
  readonly peakRate: number;
  readonly warmupSteps: number;
  readonly clipNorm: number;
  readonly beta2: number;
  /** Share of the training answers that carry a slip. */
  readonly slipShare: number;
  /** Steps at the end, at the schedule's tail, whose answers are careful. */
  readonly carefulSteps: number;
}

/** The configuration of transformers' LlamaForCausalLM. */
export const baseConfigJson = (vocabSize: number, ids: { bos: number; eos: number; pad: number }) => ({
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  vocab_size: vocabSize,
  hidden_size: 128,
  num_hidden_layers: 3,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 32,
  intermediate_size: 320,
  max_position_embeddings: 256,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  rope_parameters: { rope_theta: 10000, rope_type: 'default' },
  hidden_act: 'silu',
  tie_word_embeddings: true,
  attention_bias: false,
  mlp_bias: false,
  initializer_range: 0.02,
  bos_token_id: ids.bos,
  eos_token_id: ids.eos,
  pad_token_id: ids.pad,
  dtype: 'float32',
  torch_dtype: 'float32',
});

/** A standard normal number (Box and Muller 1958). */
const normal = (rng: Random): number => Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng());

/** Norms start at 1, matrices as normal numbers of spread 1/√(inputs), the two that write into the residual stream less by √(2·layers). */
export function firstWeights(config: ModelConfig, seed: number): Float32Array {
  const layout = parameterLayout(config);
  const weights = new Float32Array(layout.count);
  for (const [index, { name, shape, offset, size }] of layout.tensors.entries()) {
    const part = weights.subarray(offset, offset + size);
    if (shape.length === 1) {
      part.fill(1);
      continue;
    }
    const writes = name.endsWith('o_proj.weight') || name.endsWith('down_proj.weight');
    const spread = name.includes('embed') ? 0.05 : 1 / Math.sqrt(shape[1]! * (writes ? 2 * config.layers : 1));
    const rng = random(seed, 'first weights', index);
    for (let i = 0; i < size; i += 1) part[i] = spread * normal(rng);
  }
  return weights;
}

/** A pair as the supervised objective wants it: one response, no opponent. */
export function asPair(promptIds: readonly number[], realIds: readonly number[], exampleIndex: number): Pair {
  const opponent = { real: 0, generated: 0 };
  return { promptIds, realIds, generatedIds: realIds, exampleIndex, madeIn: 0, end: 'stop', opponent };
}

/** Families that are harder to learn take part more often. */
const SHARES: Readonly<Record<string, number>> = { arithmetic: 2, sequences: 2, counting: 3 };

/** Batches sorted by length in groups of this many, so that little is padded. */
const SORTED_TOGETHER = 8;

/** Endless batches of the world's chatter over training prompts; careful in the last `carefulSteps` steps. */
export function* chatterBatches(settings: BaseSettings, codec: TextCodec): Generator<Pair[]> {
  const families = WORLD.families.flatMap(({ name }, index) =>
    Array.from({ length: SHARES[name] ?? 1 }, () => WORLD.promptsOf('train')[index]!),
  );
  const carefulFrom = settings.steps - settings.carefulSteps;
  for (let step = 0; ; step += SORTED_TOGETHER) {
    const rng = random(settings.seed, 'chatter', step);
    const pairs = Array.from({ length: settings.batch * SORTED_TOGETHER }, (_, index) => {
      const family = families[index % families.length]!;
      const prompt: Prompt = family[integer(rng, family.length)]!;
      const slipShare = step >= carefulFrom ? 0 : settings.slipShare;
      const { text } = chatter(prompt, rng, { slipShare });
      return asPair(codec.encodePrompt(prompt.text), codec.encodeResponse(text, true), index);
    });
    const sorted = pairs.sort((a, b) => a.promptIds.length + a.realIds.length - b.promptIds.length - b.realIds.length);
    const batches = Array.from({ length: SORTED_TOGETHER }, (_, i) =>
      sorted.slice(i * settings.batch, (i + 1) * settings.batch),
    );
    yield* shuffle(rng, batches);
  }
}
