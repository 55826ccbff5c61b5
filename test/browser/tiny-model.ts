// A model small enough for a software graphics adapter: the built-in tokenizer, and seeded random weights that know nothing.

import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { saveModel } from '../../src/engine/models/files/model-folder.ts';
import { parameterLayout, wholeSet } from '../../src/engine/models/parameter-layout.ts';
import { parseConfig } from '../../src/engine/models/registry.ts';
import { random } from '../../src/world/rng.ts';
import { base } from '../unit/parameters.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer_config.json'];

export interface TinySize {
  readonly width: number;
  readonly layers: number;
}

/** Writes the model's folder. Weights are uniform within ±0.2, norms' gains are 1. */
export async function writeTinyModel(folder: string, { width, layers }: TinySize): Promise<void> {
  const config = parseConfig({
    model_type: 'llama',
    architectures: ['LlamaForCausalLM'],
    vocab_size: 1024,
    hidden_size: width,
    intermediate_size: 2 * width,
    num_hidden_layers: layers,
    num_attention_heads: 2,
    num_key_value_heads: 2,
    max_position_embeddings: 256,
    rms_norm_eps: 1e-5,
    rope_theta: 10000,
    tie_word_embeddings: true,
    bos_token_id: 0,
    eos_token_id: 1,
  });
  const draw = random(0, 'weights of a tiny model');
  const { tensors, count } = parameterLayout(config);
  const weights = new Float32Array(count);
  for (const { name, offset, size } of tensors) {
    for (let at = offset; at < offset + size; at++) weights[at] = name.includes('norm') ? 1 : 0.4 * (draw() - 0.5);
  }
  await mkdir(folder, { recursive: true });
  for (const name of TOKENIZER_FILES) {
    await cp(join(ROOT, 'public/models/spin-small', name), join(folder, name));
  }
  const model = { config, parameters: wholeSet(config, base(weights)), companions: new Map<string, Uint8Array>() };
  await saveModel(model, (path, bytes) => writeFile(join(folder, path), bytes), { dtype: 'float32' });
}
