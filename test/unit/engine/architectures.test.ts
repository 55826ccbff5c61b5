// What the golden models do not hold: untied heads, biases, full heads, scalings. Each is tied to a golden model by an identity.

import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { folderFiles } from '../../../src/cli/model-files.ts';
import { openNodeRuntime } from '../../../src/cli/native-runtime.ts';
import { transformerOf } from '../../../src/engine/models/computations.ts';
import { type Model, openModel } from '../../../src/engine/models/files/model-folder.ts';
import { packedParameters } from '../../../src/engine/models/packed-parameters.ts';
import { parameterLayout, unpackTensors, wholeLayout, wholeSet } from '../../../src/engine/models/parameter-layout.ts';
import { parseConfig } from '../../../src/engine/models/registry.ts';
import { causalMask, denseArrangement, maskedAttention, onlyRead } from '../../../src/engine/models/transformer.ts';
import { mul } from '../../../src/engine/onnx/elementwise.ts';
import { gradients } from '../../../src/engine/onnx/gradient.ts';
import { Graph } from '../../../src/engine/onnx/graph.ts';
import { reduceSum } from '../../../src/engine/onnx/shaping.ts';
import { frozenPasses } from '../../../src/engine/players/passes-for.ts';
import { Scorer } from '../../../src/engine/players/scorer.ts';
import { download, type Runtime } from '../../../src/engine/runtime/runtime.ts';
import { productFlopsOf } from '../../bench/flops.ts';
import { base, held, valuesOf } from '../parameters.ts';

type Fill = (name: string, size: number) => ArrayLike<number>;

let runtime: Runtime;
let llama: Model;
let gpt2: Model;

const ROWS = [
  { promptIds: [5, 9, 33], responseIds: [12, 40, 7, 2] },
  { promptIds: [8], responseIds: [2] },
  { promptIds: [100, 101, 102, 103, 104, 105], responseIds: [90, 91, 92, 93, 94, 95, 96, 2] },
];

beforeAll(async () => {
  const open = async (name: string): Promise<Model> =>
    openModel(await folderFiles(fileURLToPath(new URL(`../../golden/${name}/policy`, import.meta.url))));
  [runtime, llama, gpt2] = [await openNodeRuntime('native'), await open('llama-gqa'), await open('gpt2')];
});

/** The model with other settings: parameters of the same name stay, new ones are filled. */
function changed(model: Model, fields: Record<string, unknown>, fill: Fill): Pick<Model, 'config' | 'parameters'> {
  const config = parseConfig({ ...model.config.raw, ...fields });
  const known = unpackTensors(model.parameters);
  const { tensors: parameters, count } = parameterLayout(config);
  const weights = new Float32Array(count);
  for (const { name, size, offset } of parameters) {
    const tensor = known.get(name);
    weights.set(tensor?.data.length === size ? tensor.data : fill(name, size), offset);
  }
  return { config, parameters: wholeSet(config, base(weights)) };
}

async function logps(model: Pick<Model, 'config' | 'parameters'>): Promise<number[]> {
  const weights = held(runtime.floats(valuesOf(model)));
  const scores = await new Scorer(frozenPasses(runtime, model.config).scores).tokenLogps(weights, ROWS);
  return scores.flatMap((row) => [...row]);
}

const farthest = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));
const zeros: Fill = (_, size) => new Float32Array(size);
const tensor = (model: Model, name: string): Float32Array => unpackTensors(model.parameters).get(name)!.data;

describe('Llama', () => {
  test('an untied head that equals the embedding scores as the tied one; another one does not', async () => {
    const tied = await logps(llama);
    const head: Fill = () => tensor(llama, 'model.embed_tokens.weight');
    const untied = changed(llama, { tie_word_embeddings: false }, head);
    expect(valuesOf(untied).length).toBe(valuesOf(llama).length + 160 * 32);
    expect(farthest(await logps(untied), tied)).toBeLessThan(1e-5);
    // A head of zeros makes all 160 tokens equally likely.
    const flat = await logps(changed(llama, { tie_word_embeddings: false }, zeros));
    flat.forEach((logp) => {
      expect(logp).toBeCloseTo(-Math.log(160), 5);
    });
  });

  test('biases of zero change nothing, others do', async () => {
    const plain = await logps(llama);
    const fields = { attention_bias: true, mlp_bias: true };
    expect(farthest(await logps(changed(llama, fields, zeros)), plain)).toBeLessThan(1e-6);
    for (const which of ['q_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj']) {
      const bias: Fill = (name, size) => new Float32Array(size).map((_, i) => (name.includes(which) ? Math.sin(i) : 0));
      expect(farthest(await logps(changed(llama, fields, bias)), plain), which).toBeGreaterThan(1e-3);
    }
  });

  test('grouped queries are full heads whose keys and values are repeated', async () => {
    const repeat: Fill = (name) => {
      const rows = tensor(llama, name);
      const headSize = rows.length / 2;
      return [0, 0, 1, 1].flatMap((head) => [...rows.subarray(head * headSize, (head + 1) * headSize)]);
    };
    const full = changed(llama, { num_key_value_heads: 4 }, repeat);
    expect(valuesOf(full).length).toBeGreaterThan(valuesOf(llama).length);
    expect(farthest(await logps(full), await logps(llama))).toBeLessThan(1e-5);
  });

  test('rotary scalings that amount to none change nothing, others do', async () => {
    const plain = await logps(llama);
    const scaled = (rope: object): Promise<number[]> =>
      logps(changed(llama, { rope_parameters: { rope_theta: 10000, ...rope } }, zeros));
    expect(farthest(await scaled({ rope_type: 'linear', factor: 1 }), plain)).toBeLessThan(1e-6);
    expect(farthest(await scaled({ rope_type: 'linear', factor: 4 }), plain)).toBeGreaterThan(1e-3);
    const llama3 = {
      rope_type: 'llama3',
      low_freq_factor: 1,
      high_freq_factor: 4,
      original_max_position_embeddings: 64,
    };
    expect(farthest(await scaled({ ...llama3, factor: 1 }), plain)).toBeLessThan(1e-6);
    expect(farthest(await scaled({ ...llama3, factor: 8 }), plain)).toBeGreaterThan(1e-5);
  });
});

describe('GPT-2', () => {
  test('the exact GELU is near its tanh approximation, and neither is ReLU', async () => {
    const approximate = await logps(gpt2);
    const exact = farthest(await logps(changed(gpt2, { activation_function: 'gelu' }, zeros)), approximate);
    expect(exact).toBeGreaterThan(0);
    expect(exact).toBeLessThan(5e-3);
    expect(farthest(await logps(changed(gpt2, { activation_function: 'relu' }, zeros)), approximate)).toBeGreaterThan(
      1e-2,
    );
  });

  test('unscaled attention is scaled attention with queries √headDim times as long', async () => {
    const plain = await logps(gpt2);
    const unscaled = changed(gpt2, { scale_attn_weights: false }, zeros);
    expect(farthest(await logps(unscaled), plain)).toBeGreaterThan(1e-3);
    for (const { name, offset, size, shape } of parameterLayout(unscaled.config).tensors) {
      if (!name.includes('c_attn')) continue;
      const columns = shape.at(-1)!;
      for (let i = 0; i < size; i += 1) if (i % columns < columns / 3) valuesOf(unscaled)[offset + i]! /= Math.sqrt(8);
    }
    expect(farthest(await logps(unscaled), plain)).toBeLessThan(1e-5);
  });

  test('scaling by layer halves the second layer’s scores', async () => {
    const byLayer = changed(gpt2, { scale_attn_by_inverse_layer_idx: true }, zeros);
    expect(farthest(await logps(byLayer), await logps(gpt2))).toBeGreaterThan(1e-4);
    for (const { name, offset, size, shape } of parameterLayout(byLayer.config).tensors) {
      if (!name.startsWith('transformer.h.1.attn.c_attn')) continue;
      const columns = shape.at(-1)!;
      for (let i = 0; i < size; i += 1) if (i % columns < columns / 3) valuesOf(byLayer)[offset + i]! *= 2;
    }
    expect(farthest(await logps(byLayer), await logps(gpt2))).toBeLessThan(1e-5);
  });
});

describe('hidden states of some tokens alone', () => {
  const READ = [4, 1, 1, 0];
  const LENGTH = 6;

  /** Those states, and the gradient that their sum of squares gives the weights: computed for these, or chosen among all. */
  async function ofRead(model: Model, early: boolean) {
    const { config } = model;
    const graph = new Graph();
    const parameters = packedParameters(graph, wholeLayout(config));
    const ids = graph.constant(Int32Array.of(5, 9, 33, 12, 40, 7), 'int32', [LENGTH]);
    const read = graph.constant(BigInt64Array.from(READ, BigInt), 'int64', [READ.length, 1]);
    const hidden = transformerOf(config).hidden(parameters, {
      ids,
      positions: 'sequential',
      arrangement: denseArrangement(1, LENGTH),
      placePositions: 'sequential',
      span: LENGTH,
      attend: maskedAttention(causalMask(graph, LENGTH)),
      read: early ? read : null,
    });
    const chosen = early ? hidden : onlyRead(hidden, read);
    const [gradient] = gradients(reduceSum(mul(chosen, chosen), [0, 1]), [parameters.theta]);
    graph.output('hidden', chosen);
    graph.output('gradient', gradient!);
    const outputs = await (await runtime.program(graph)).run({ theta: runtime.floats(valuesOf(model)) });
    const numbers = async (name: string): Promise<number[]> => [...(await download(outputs[name]!))];
    return { hidden: await numbers('hidden'), gradient: await numbers('gradient'), flops: productFlopsOf(graph) };
  }

  test.each(['llama', 'gpt2'])('of %s are those that are computed for all', async (name) => {
    const model = name === 'llama' ? llama : gpt2;
    const [early, late] = [await ofRead(model, true), await ofRead(model, false)];
    expect(early.hidden).toHaveLength(READ.length * model.config.width);
    expect(farthest(early.hidden, late.hidden)).toBeLessThan(1e-5);
    const largest = Math.max(...late.gradient.map(Math.abs));
    expect(farthest(early.gradient, late.gradient) / largest).toBeLessThan(1e-5);
    expect(early.flops).toBeLessThan(late.flops);
  });
});
