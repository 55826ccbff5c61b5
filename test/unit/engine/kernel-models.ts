// Models for the kernels' tests: the golden one, and small ones of all kinds of sizes.

import { fileURLToPath } from 'node:url';
import { folderFiles } from '../../../src/cli/model-files.ts';
import { type FittingModel, fittingModel } from '../../../src/engine/kernels/kernel-fit.ts';
import type { ModelConfig } from '../../../src/engine/models/config.ts';
import { openModel } from '../../../src/engine/models/files/model-folder.ts';
import { parameterLayout } from '../../../src/engine/models/parameter-layout.ts';
import { parseConfig } from '../../../src/engine/models/registry.ts';
import type { Engines } from '../../../src/engine/passes/engine-choice.ts';
import type { HeldParameters } from '../../../src/engine/passes/held-parameters.ts';
import type { Runtime } from '../../../src/engine/runtime/runtime.ts';
import { held } from '../parameters.ts';

export const golden = (path: string): string =>
  fileURLToPath(new URL(`../../golden/llama-gqa/${path}`, import.meta.url));

export interface KernelModel {
  readonly config: ModelConfig;
  /** As the kernels take it. */
  readonly model: FittingModel;
  readonly theta: HeldParameters;
}

export function fitting(config: ModelConfig): FittingModel {
  const model = fittingModel(config);
  if (model === null) throw new Error('this model does not fit the kernels');
  return model;
}

/** Who computes, whatever would be chosen. */
export const BY_GRAPHS: Engines = { answers: 'graphs', trains: 'graphs' };
export const BY_KERNELS: Engines = { answers: 'kernels', trains: 'kernels' };

export async function openGolden(runtime: Runtime, which: string): Promise<KernelModel> {
  const { config, parameters } = await openModel(await folderFiles(golden(which)));
  return { config, model: fitting(config), theta: held(await runtime.hold(parameters.trainable.values)) };
}

/** Scores that are far apart would leave attention nothing to learn. */
function spreadOf(name: string): [middle: number, spread: number] {
  if (name.endsWith('norm.weight')) return [1, 0.3];
  if (name.endsWith('bias')) return [0, 0.2];
  return [0, /[qk]_proj/.test(name) ? 0.12 : 0.3];
}

/** A model of these sizes with weights that keep its numbers near 1. */
export async function openSized(runtime: Runtime, fields: Record<string, unknown>): Promise<KernelModel> {
  const config = parseConfig({
    model_type: 'llama',
    vocab_size: 37,
    hidden_size: 20,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    head_dim: 8,
    intermediate_size: 30,
    max_position_embeddings: 256,
    ...fields,
  });
  const weights = new Float32Array(parameterLayout(config).count);
  for (const { name, size, offset } of parameterLayout(config).tensors) {
    const [middle, spread] = spreadOf(name);
    for (let i = 0; i < size; i += 1) weights[offset + i] = middle + spread * Math.sin(1.7 * (offset + i) ** 1.3);
  }
  return { config, model: fitting(config), theta: held(await runtime.hold(weights)) };
}

/** What models differ in. */
export const SIZES: readonly (readonly [string, Record<string, unknown>])[] = [
  ['sizes that fill no panel', {}],
  ['biases everywhere', { attention_bias: true, mlp_bias: true }],
  ['a tied output matrix', { tie_word_embeddings: true }],
  ['one head for all queries', { num_key_value_heads: 1 }],
  ['a head for each query, of 24', { num_attention_heads: 3, num_key_value_heads: 3, head_dim: 24 }],
  ['a width of whole panels', { hidden_size: 64, intermediate_size: 128, vocab_size: 96 }],
  ['an odd width', { hidden_size: 13, intermediate_size: 7, vocab_size: 9 }],
  [
    'scaled rotations',
    { rope_scaling: { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 64 }, rope_theta: 500 },
  ],
];
