// Greedy answers against transformers.js: its own `generate()` over an ONNX file of the same weights, run by the runtime as it comes.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GPT2LMHeadModel, Tensor as HfTensor, LlamaForCausalLM, PretrainedConfig } from '@huggingface/transformers';
import type { Tensor } from 'onnxruntime-common';
import * as ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { folderFiles } from '../../../src/cli/model-files.ts';
import { transformerOf } from '../../../src/engine/models/computations.ts';
import { openModel } from '../../../src/engine/models/files/model-folder.ts';
import { parameterLayout } from '../../../src/engine/models/parameter-layout.ts';
import { causalMask, denseArrangement, maskedAttention } from '../../../src/engine/models/transformer.ts';
import { encodeModel } from '../../../src/engine/onnx/encode.ts';
import { Graph, type Value } from '../../../src/engine/onnx/graph.ts';
import { linear } from '../../../src/engine/onnx/matrix.ts';
import { concat } from '../../../src/engine/onnx/shape-operators.ts';
import { reshape } from '../../../src/engine/onnx/shaping.ts';
import { valuesOf } from '../parameters.ts';
import { linesOf } from './in-process.ts';
import { rowFile, scratch } from './tiny-model.ts';

const LENGTH = 32;
const NEW_TOKENS = 16;
const CACHE = 'past_key_values.0.key';
const golden = (path: string): string => fileURLToPath(new URL(`../../golden/${path}`, import.meta.url));

/** `input_ids` int32 [1, LENGTH] → `logits` [LENGTH, vocabulary], weights inside. */
async function exported(folder: string) {
  const model = await openModel(await folderFiles(folder));
  const { config } = model;
  const weights = valuesOf(model);
  const graph = new Graph();
  const values = new Map<string, Value>(
    parameterLayout(config).tensors.map(({ name, shape, offset, size }) => [
      name,
      graph.constant(weights.slice(offset, offset + size), 'float32', shape),
    ]),
  );
  const get = (name: string): Value => values.get(name)!;
  const parameters = { get, stacked: (names: readonly string[]) => concat(names.map(get), 0) };
  const architecture = transformerOf(config);
  const ids = graph.input('input_ids', 'int32', [1, LENGTH]);
  const attend = maskedAttention(causalMask(graph, LENGTH));
  const hidden = architecture.hidden(parameters, {
    ids: reshape(ids, [LENGTH]),
    positions: 'sequential',
    arrangement: denseArrangement(1, LENGTH),
    placePositions: 'sequential',
    span: LENGTH,
    attend,
    read: null,
  });
  graph.output('logits', linear(hidden, architecture.unembedding(parameters)));
  return { config, session: await ort.InferenceSession.create(encodeModel(graph)) };
}

/**
 * The session as transformers.js expects one with a cache. The cache it hands round holds the ids themselves: each call runs over the
 * whole text, so nothing of our own decoder takes part.
 */
function asDecoderSession(session: ort.InferenceSession, vocabulary: number) {
  return {
    inputNames: ['input_ids', CACHE],
    outputNames: ['logits', 'present.0.key'],
    inputMetadata: [{ name: CACHE, type: 'float32', shape: ['batch_size', 1, 0, 1] }],
    run: async (feeds: Record<string, Tensor>) => {
      const past = Array.from(feeds[CACHE]!.data as Float32Array);
      const text = [...past, ...Array.from(feeds.input_ids!.data as BigInt64Array, Number)];
      const padded = Int32Array.from({ length: LENGTH }, (_, i) => text[i] ?? 0);
      const { logits } = await session.run({ input_ids: new ort.Tensor('int32', padded, [1, LENGTH]) });
      const last = (logits!.data as Float32Array).slice((text.length - 1) * vocabulary, text.length * vocabulary);
      return {
        logits: new ort.Tensor('float32', last, [1, 1, vocabulary]),
        'present.0.key': new ort.Tensor('float32', Float32Array.from(text), [1, 1, text.length, 1]),
      };
    },
  };
}

it.each([
  ['llama-gqa', LlamaForCausalLM],
  ['gpt2', GPT2LMHeadModel],
] as const)('%s: greedy answers are those of generate()', async (name, Model) => {
  const folder = golden(`${name}/policy`);
  const { config, session } = await exported(folder);
  const pairs = readFileSync(golden(`${name}/pairs.jsonl`), 'utf8')
    .trim()
    .split('\n');
  const prompts = pairs.map((line) => (JSON.parse(line) as { prompt_ids: number[] }).prompt_ids);
  const model = new Model(new PretrainedConfig(config.raw), { model: asDecoderSession(session, config.vocabSize) }, {});
  const theirs: number[][] = [];
  for (const prompt of prompts) {
    const inputs = new HfTensor('int64', BigInt64Array.from(prompt, BigInt), [1, prompt.length]);
    const options = { inputs, max_new_tokens: NEW_TOKENS, do_sample: false, eos_token_id: config.eosIds[0] };
    const made = (await model.generate(options)) as HfTensor;
    theirs.push(Array.from(made.data as BigInt64Array, Number).slice(prompt.length));
  }
  const file = rowFile(
    join(scratch(), 'prompts.jsonl'),
    prompts.map((ids) => ({ prompt_ids: ids })),
  );
  const greedy = ['--temperature', '0', '--max-new-tokens', String(NEW_TOKENS)];
  const ours = await linesOf(['generate', '--model', folder, '--prompts', file, ...greedy]);
  expect(ours.map(({ ids }) => ids)).toEqual(theirs);
  expect(new Set(theirs.flat()).size).toBeGreaterThan(4);
  await session.release();
});
