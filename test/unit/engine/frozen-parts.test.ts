// A set of a frozen and a trainable part: only the trainable one moves, is snapshotted and travels, and only it has gradients.

import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { folderFiles } from '../../../src/cli/model-files.ts';
import { openNodeRuntime } from '../../../src/cli/native-runtime.ts';
import { layOut, shapeOf } from '../../../src/engine/batches/batch.ts';
import { pairGroups, pairRows } from '../../../src/engine/batches/pair-rows.ts';
import { trainingGraph } from '../../../src/engine/graphs/training-graph.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/engine/models/files/checkpoint.ts';
import { type Model, openModel } from '../../../src/engine/models/files/model-folder.ts';
import { parameterLayout, unpackTensors } from '../../../src/engine/models/parameter-layout.ts';
import {
  layoutBeside,
  type ParameterSet,
  split,
  tensorOf,
  trainableValues,
} from '../../../src/engine/models/parameter-set.ts';
import { reachable } from '../../../src/engine/onnx/encode.ts';
import { Answerer } from '../../../src/engine/players/answerer.ts';
import { Trainer } from '../../../src/engine/players/trainer.ts';
import type { Runtime } from '../../../src/engine/runtime/runtime.ts';
import type { Pair } from '../../../src/spin/players.ts';
import { SnapshotError } from '../../../src/spin/spin-errors.ts';
import { base, valuesOf } from '../parameters.ts';
import { OPTIONS } from './answer-options.ts';
import { DEFAULT_RULES } from './golden-pairs.ts';

const folder = (name: string): string => fileURLToPath(new URL(`../../golden/${name}/policy`, import.meta.url));

const PAIRS: readonly Pair[] = Array.from({ length: 6 }, (_, i) => ({
  promptIds: [5 + i, 9, 33],
  realIds: [12, 40 + i, 7, 2],
  generatedIds: [13 + i, 41, 2],
  exampleIndex: i,
  madeIn: 0,
  end: 'stop',
  opponent: { real: -12, generated: -9 },
}));

let model: Model;
let set: ParameterSet;

/** The last layer and all after it. */
const trains = (name: string): boolean => /layers\.1\.|model\.norm/.test(name);

beforeAll(async () => {
  model = await openModel(await folderFiles(folder('llama-gqa')));
  set = split(model.parameters.trainable, trains);
});

async function trained(
  runtime: Runtime,
  frozen: ParameterSet['frozen'],
  weights = trainableValues(set),
): Promise<Trainer> {
  const trainer = new Trainer(runtime, model.config, { frozen });
  await trainer.begin(weights, { ...DEFAULT_RULES, microBatch: 4 });
  for (let step = 0; step < 3; step += 1) await trainer.step(PAIRS, 1e-3);
  return trainer;
}

it('a part in two has every tensor once, with its own values', () => {
  expect(unpackTensors(set)).toEqual(unpackTensors(model.parameters));
  expect(set.trainable.tensors.every(({ name }) => trains(name))).toBe(true);
  expect(set.trainable.count + set.frozen[0]!.count).toBe(model.parameters.trainable.count);
});

describe.each(['wasm', 'native'] as const)('on %s', (backend) => {
  it('only the trainable part moves, and only it is in the state', async () => {
    const runtime = await openNodeRuntime(backend);
    const before = set.frozen[0]!.values.slice();
    const trainer = await trained(runtime, set.frozen);
    const { weights, slots } = await trainer.state();
    expect(weights.values.length).toBe(set.trainable.count);
    expect(slots.map(({ length }) => length)).toEqual([set.trainable.count]);
    expect(weights.values).not.toEqual(set.trainable.values);
    expect(set.frozen[0]!.values).toEqual(before);
  });

  it('its first gradient is that of the whole model, and its norm that of the part', async () => {
    const runtime = await openNodeRuntime(backend);
    const rules = { ...DEFAULT_RULES, optimizer: { name: 'rmsprop', alpha: 0, epsilon: 0 } as const };
    const squares = async (frozen: ParameterSet['frozen'], weights = trainableValues(set)): Promise<Float32Array> => {
      const trainer = new Trainer(runtime, model.config, { frozen });
      await trainer.begin(weights, rules);
      const { gradNorm } = await trainer.step(PAIRS, 1e-9);
      const [slot] = (await trainer.state()).slots;
      // With α = 0 the slot holds the squares of the gradient.
      expect(Math.sqrt(slot!.reduce((sum, x) => sum + x, 0)) / gradNorm).toBeCloseTo(1, 4);
      return slot!;
    };
    const part = await squares(set.frozen);
    const whole = { ...model.parameters.trainable, values: await squares([], base(valuesOf(model))) };
    const largest = Math.max(...part);
    for (const { name, offset, size } of set.trainable.tensors) {
      tensorOf(whole, name).forEach((square, i) => {
        expect(Math.abs(square - part.subarray(offset, offset + size)[i]!) / largest, name).toBeLessThan(1e-4);
      });
    }
  });

  it('answers and scores as the whole model', async () => {
    const runtime = await openNodeRuntime(backend);
    const [parts, whole] = [
      new Answerer(runtime, model.config, { frozen: set.frozen }),
      new Answerer(runtime, model.config),
    ];
    await parts.load(trainableValues(set));
    await whole.load(base(valuesOf(model)));
    const requests = PAIRS.map(({ promptIds }, key) => ({ promptIds, key }));
    const ids = async (answerer: Answerer) => (await answerer.answer(requests, OPTIONS)).map((answer) => answer.ids);
    expect(await ids(parts)).toEqual(await ids(whole));
    const [own, expected] = [await parts.score(PAIRS, 4), await whole.score(PAIRS, 4)];
    own.forEach(({ real }, i) => {
      expect(real).toBeCloseTo(expected[i]!.real, 4);
    });
  });
});

it('what goes on from a checkpoint of the trainable part alone is what went on', async () => {
  const runtime = await openNodeRuntime('wasm');
  const one = await trained(runtime, set.frozen);
  const state = await one.state();
  const snapshot = { opponent: trainableValues(set), player: state, position: {}, pairs: [], formatVersion: 1 };
  const bytes = Buffer.concat(encodeCheckpoint({ snapshot: snapshot as never, files: {} }));
  expect(bytes.length).toBeLessThan(4 * 3 * set.trainable.count + 2048);
  const back = decodeCheckpoint(bytes, 'checkpoint').snapshot;
  expect(back.player).toEqual(state);
  const two = new Trainer(runtime, model.config, { frozen: set.frozen });
  await two.resume(back.player!, { ...DEFAULT_RULES, microBatch: 4 });
  for (const trainer of [one, two]) await trainer.step(PAIRS, 1e-3);
  expect(await two.weights()).toEqual(await one.weights());
});

it('refuses values that are not as many as the part’s, by name and with what to do', async () => {
  const trainer = new Trainer(await openNodeRuntime('wasm'), model.config, { frozen: set.frozen });
  await expect(trainer.begin(base(valuesOf(model)), DEFAULT_RULES)).rejects.toThrow(SnapshotError);
});

describe('the training graph', () => {
  /** Matrix products in it: the forward pass has 16, of which 15 have two factors that may want a gradient, a product each. */
  const productsOf = (layout?: ReturnType<typeof layoutBeside>): number =>
    reachable(
      trainingGraph(
        model.config,
        shapeOf(pairRows(PAIRS)),
        { kind: 'self-play', loss: 'logistic', anchored: false },
        layout,
      ),
    ).filter(({ node }) => node?.operator === 'MatMul' || node?.operator === 'Gemm').length;

  it.each([
    ['nothing', () => true, 16 + 30],
    ['one matrix: its own gradient is missing', (name: string) => !name.includes('layers.1.mlp.down_proj'), 16 + 29],
    ['all below the last layer: nothing goes back beyond it', trains, 16 + 1 + 14],
    ['all but the last norm: from the logits back to it', (name: string) => name === 'model.norm.weight', 16 + 1],
  ])('has no products for gradients where frozen is %s', (_, trained, products) => {
    const whole = parameterLayout(model.config);
    const { frozen } = split({ ...whole, values: new Float32Array(whole.count) }, trained);
    expect(productsOf(layoutBeside(whole, frozen))).toBe(products);
  });

  it('reads the frozen part and gives the trainable one’s gradient', () => {
    const layout = layoutBeside(parameterLayout(model.config), set.frozen);
    const graph = trainingGraph(
      model.config,
      layOut(pairRows(PAIRS), model.config).shape,
      { kind: 'self-play', loss: 'logistic', anchored: false },
      layout,
    );
    expect(graph.inputs.find(({ name }) => name === 'frozen_0')!.shape).toEqual([set.frozen[0]!.count]);
    expect(graph.outputs.find(({ name }) => name === 'gradient')!.value.shape).toEqual([set.trainable.count]);
    expect(pairGroups(PAIRS, 4).length).toBe(2);
  });
});
