// Trains the built-in model's tokenizer and writes its two files. Usage: npx tsx scripts/train-tokenizer.ts [FOLDER]

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tokenizerConfig, tokenizerJson } from './byte-pair-training.ts';
import { SPECIAL_TOKENS, trainWorldTokenizer } from './world-tokenizer.ts';

/** Positions of the built-in model; the longest prompt with its answer takes about 50. */
const MAX_LENGTH = 256;

const folder = process.argv[2] ?? 'public/models/spin-small';
const pairs = trainWorldTokenizer();
const files = {
  'tokenizer.json': tokenizerJson(pairs, SPECIAL_TOKENS),
  'tokenizer_config.json': tokenizerConfig(SPECIAL_TOKENS, MAX_LENGTH),
};
mkdirSync(folder, { recursive: true });
for (const [name, content] of Object.entries(files)) {
  writeFileSync(join(folder, name), `${JSON.stringify(content, null, 1)}\n`);
}
console.log(`${pairs.vocabulary.length} tokens, ${pairs.merges.length} merges, written to ${folder}`);
