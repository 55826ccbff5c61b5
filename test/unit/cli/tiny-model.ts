// Folders for the tests beside this file: a Llama of a few thousand random weights with a byte-level tokenizer, and files of rows.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderWriter } from '../../../src/cli/model-files.ts';
import { saveModel } from '../../../src/engine/models/files/model-folder.ts';
import { parameterLayout, wholeSet } from '../../../src/engine/models/parameter-layout.ts';
import { parseConfig } from '../../../src/engine/models/registry.ts';
import { random } from '../../../src/world/rng.ts';
import { BEGIN, byteTokenizer, END, VOCAB_SIZE } from '../engine/byte-tokenizer.ts';
import { base } from '../parameters.ts';

export const scratch = (): string => mkdtempSync(join(tmpdir(), 'spin-'));

export interface Tiny {
  readonly seed?: number;
  readonly positions?: number;
  readonly tokenizer?: boolean;
}

export async function tinyModel(
  folder: string,
  { seed = 1, positions = 256, tokenizer = true }: Tiny = {},
): Promise<string> {
  const config = parseConfig({
    model_type: 'llama',
    vocab_size: VOCAB_SIZE,
    hidden_size: 16,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    num_key_value_heads: 1,
    intermediate_size: 24,
    max_position_embeddings: positions,
    tie_word_embeddings: true,
    bos_token_id: BEGIN,
    eos_token_id: END,
  });
  const layout = parameterLayout(config);
  const weights = new Float32Array(layout.count);
  for (const [i, { shape, offset, size }] of layout.tensors.entries()) {
    const rng = random(seed, 'tiny weights', i);
    for (let at = offset; at < offset + size; at += 1) weights[at] = shape.length === 1 ? 1 : (rng() - 0.5) * 0.5;
  }
  const companions = new Map(tokenizer ? [['tokenizer.json', Buffer.from(JSON.stringify(byteTokenizer(true)))]] : []);
  await saveModel({ config, parameters: wholeSet(config, base(weights)), companions }, folderWriter(folder), {
    dtype: 'float32',
  });
  return folder;
}

/** Writes rows as JSONL; a text stands for itself. Returns the path. */
export function rowFile(path: string, rows: readonly unknown[]): string {
  writeFileSync(path, rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join(''));
  return path;
}
