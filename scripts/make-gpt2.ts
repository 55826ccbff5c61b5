// Writes a small GPT-2 folder with random weights and a byte-level tokenizer, for trying `spin play --model`. Usage: see `--help`.

import { parseArgs } from 'node:util';
import { folderWriter } from '../src/cli/model-files.ts';
import { saveModel } from '../src/engine/models/files/model-folder.ts';
import { parameterLayout, wholeSet } from '../src/engine/models/parameter-layout.ts';
import { parseConfig } from '../src/engine/models/registry.ts';
import { random } from '../src/world/rng.ts';
import { byteSymbols, tokenizerJson } from './byte-pair-training.ts';

const END = '<|endoftext|>';
const END_ID = 256;

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'runs/gpt2' },
    seed: { type: 'string', default: '0' },
    width: { type: 'string', default: '64' },
    layers: { type: 'string', default: '2' },
    heads: { type: 'string', default: '4' },
    positions: { type: 'string', default: '1024' },
    help: { type: 'boolean' },
  },
});

if (values.help) {
  process.stderr.write('make-gpt2 [--out DIR] [--seed N] [--width N] [--layers N] [--heads N] [--positions N]\n');
  process.exit(0);
}

/** One token a byte: any text in any script is encoded and comes back. */
const tokenizer = tokenizerJson({ vocabulary: [...byteSymbols().values(), END], merges: [] }, { end: END });

const config = parseConfig({
  architectures: ['GPT2LMHeadModel'],
  model_type: 'gpt2',
  vocab_size: END_ID + 1,
  n_positions: Number(values.positions),
  n_embd: Number(values.width),
  n_layer: Number(values.layers),
  n_head: Number(values.heads),
  n_inner: null,
  activation_function: 'gelu_new',
  layer_norm_epsilon: 1e-5,
  initializer_range: 0.02,
  bos_token_id: END_ID,
  eos_token_id: END_ID,
  tie_word_embeddings: true,
  torch_dtype: 'float32',
});

/** GPT-2's own start: normal numbers of spread 0.02, those that write into the residual stream less by √(2·layers), norms at 1, biases at 0. */
function firstWeights(seed: number): Float32Array {
  const layout = parameterLayout(config);
  const weights = new Float32Array(layout.count);
  for (const [index, { name, shape, offset, size }] of layout.tensors.entries()) {
    const part = weights.subarray(offset, offset + size);
    if (shape.length === 1) {
      part.fill(/ln_\w+\.weight$/.test(name) ? 1 : 0);
      continue;
    }
    const spread = name.endsWith('c_proj.weight') ? 0.02 / Math.sqrt(2 * config.layers) : 0.02;
    const rng = random(seed, 'first weights of GPT-2', index);
    // Box and Muller 1958.
    for (let i = 0; i < size; i += 1)
      part[i] = spread * Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng());
  }
  return weights;
}

const json = (value: object): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
const companions = new Map([
  ['tokenizer.json', json(tokenizer)],
  [
    'tokenizer_config.json',
    json({
      tokenizer_class: 'GPT2Tokenizer',
      bos_token: END,
      eos_token: END,
      unk_token: END,
      add_prefix_space: false,
      clean_up_tokenization_spaces: false,
      model_max_length: Number(values.positions),
    }),
  ],
]);
const weights = firstWeights(Number(values.seed));
await saveModel(
  { config, parameters: wholeSet(config, { role: 'base', values: weights }), companions },
  folderWriter(values.out),
  { dtype: 'float32' },
);
process.stderr.write(`${values.out}: GPT-2 with ${weights.length} random weights\n`);
