// The binding to the runtime's private C interface, beside the public one of the same release: what src/engine/runtime/heap/README.md lists,
// fact by fact. A release that changes one of them fails here by name.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import factory from 'onnxruntime-web/ort-wasm-simd-threaded.mjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { folderFiles } from '../../../src/cli/model-files.ts';
import { openNodeRuntime } from '../../../src/cli/native-runtime.ts';
import { openModel } from '../../../src/engine/models/files/model-folder.ts';
import { add, cast, mul } from '../../../src/engine/onnx/elementwise.ts';
import { encodeModel } from '../../../src/engine/onnx/encode.ts';
import { gradients } from '../../../src/engine/onnx/gradient.ts';
import { Graph } from '../../../src/engine/onnx/graph.ts';
import { gatherRows } from '../../../src/engine/onnx/indexing.ts';
import { matmul } from '../../../src/engine/onnx/matrix.ts';
import { rmsNorm } from '../../../src/engine/onnx/norms.ts';
import { slice, swapLast } from '../../../src/engine/onnx/shape-operators.ts';
import { reduceSum, reshape } from '../../../src/engine/onnx/shaping.ts';
import { Answerer } from '../../../src/engine/players/answerer.ts';
import { Trainer } from '../../../src/engine/players/trainer.ts';
import { cpuDialect } from '../../../src/engine/runtime/heap/cpu-dialect.ts';
import {
  allocate,
  check,
  copyIn,
  type HeapModule,
  memoryOf,
  startModule,
} from '../../../src/engine/runtime/heap/heap-module.ts';
import { HeapRuntime } from '../../../src/engine/runtime/heap/heap-runtime.ts';
import { copyOut, handleTo } from '../../../src/engine/runtime/heap/heap-tensor.ts';
import { download, type Feeds, type Runtime } from '../../../src/engine/runtime/runtime.ts';
import { ADAMW } from '../../../src/spin/optimizers.ts';
import { base, valuesOf } from '../parameters.ts';
import { OPTIONS } from './answer-options.ts';
import { DEFAULT_RULES, goldenPairs } from './golden-pairs.ts';

const text = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** Every C function that the binding calls, with its number of arguments. */
const FUNCTIONS = {
  _malloc: 1,
  _free: 1,
  _OrtInit: 2,
  _OrtGetLastError: 2,
  _OrtCreateSessionOptions: 10,
  _OrtReleaseSessionOptions: 1,
  _OrtCreateSession: 3,
  _OrtReleaseSession: 1,
  _OrtCreateRunOptions: 4,
  _OrtCreateTensor: 6,
  _OrtGetTensorData: 5,
  _OrtReleaseTensor: 1,
  _OrtFree: 1,
  _OrtRun: 8,
} as const satisfies Partial<Record<keyof HeapModule, number>>;

const HELPERS = ['stringToUTF8', 'lengthBytesUTF8', 'UTF8ToString', 'setValue', 'getValue'] as const;

let module: HeapModule;
let heap: HeapRuntime;
let open: Runtime;

beforeAll(async () => {
  // A module of its own: the tests fill its memory.
  module = await startModule(factory, 1);
  heap = new HeapRuntime(module, { backend: 'wasm', runtime: 'onnxruntime-web', adapter: '', threads: 1 });
  open = await openNodeRuntime('wasm', 1, 'public');
});

const waves = (count: number, factor = 1): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => factor * Math.sin(i + 1));

/** Every output of a graph, through both interfaces. */
async function both(graph: Graph, feeds: (runtime: Runtime) => Feeds): Promise<[number[][], number[][]]> {
  const results: number[][][] = [];
  for (const runtime of [heap, open]) {
    const outputs = await (await runtime.program(graph)).run(feeds(runtime));
    const lists: number[][] = [];
    for (const { name } of graph.outputs) lists.push(Array.from(await download(outputs[name]!), Number));
    results.push(lists);
  }
  return results as [number[][], number[][]];
}

function expectClose(ours: readonly number[][], theirs: readonly number[][], within = 1e-6): void {
  expect(ours.map(({ length }) => length)).toEqual(theirs.map(({ length }) => length));
  const numbers = ours.flat();
  const farthest = theirs.flat().map((number, i) => Math.abs(numbers[i]! - number) / Math.max(1, Math.abs(number)));
  expect(farthest.reduce((most, x) => Math.max(most, x), 0)).toBeLessThan(within);
}

test('the release that is installed is the one that the binding was read against', () => {
  const { version } = JSON.parse(text('node_modules/onnxruntime-web/package.json')) as { version: string };
  const { overrides } = JSON.parse(text('package.json')) as { overrides: Record<string, string> };
  expect(overrides['onnxruntime-web']).toBe(version);
  expect(text('src/engine/runtime/heap/README.md')).toContain(`onnxruntime-web ${version}`);
});

describe('the module', () => {
  test.each(Object.entries(FUNCTIONS))('has %s with %i arguments', (name, count) => {
    const exported = module[name as keyof typeof FUNCTIONS] as ((...given: never[]) => unknown) | undefined;
    expect(exported).toBeTypeOf('function');
    expect(exported!.length).toBe(count);
  });

  test.each(HELPERS)('has %s', (name) => {
    expect(module[name]).toBeTypeOf('function');
  });

  test('addresses take four bytes, and are aligned to eight', () => {
    for (const bytes of [1, 5, 13, 4097]) {
      const address = allocate(module, bytes);
      expect(address % 8).toBe(0);
      expect(address).toBeLessThan(2 ** 32);
      module._free(address);
    }
    const pointer = allocate(module, 4);
    module.setValue(pointer, 0xdead, '*');
    expect(new Uint32Array(memoryOf(module), pointer, 1)[0]).toBe(0xdead);
    module._free(pointer);
  });

  test('its memory is seen whole after it has grown', () => {
    const before = memoryOf(module).byteLength;
    const address = allocate(module, before);
    expect(memoryOf(module).byteLength).toBeGreaterThanOrEqual(address + before);
    module._free(address);
  });

  test('a refusal is a status other than 0 or a handle of 0, and the last error says why', async () => {
    const graph = new Graph();
    graph.output('y', mul(graph.input('x', 'float32', [2]), graph.scalar(2)));
    const program = await heap.program(graph);
    const wrong = program.run({ x: heap.floats(waves(3), [3]) });
    await expect(wrong).rejects.toMatchObject({ cause: { name: 'HeapError', message: /dimensions.*x|x.*dimensions/ } });
  });
});

describe('tensors', () => {
  const TYPES = [
    ['float32', Float32Array.of(1.5, -2)],
    ['int32', Int32Array.of(7, -8)],
    ['int64', BigInt64Array.of(9n, -10n)],
  ] as const;

  test.each(TYPES)('of %s have ONNX’s number for it, their address and their dimensions', (dtype, numbers) => {
    const address = copyIn(module, numbers);
    const handle = handleTo(module, dtype, address, [1, 2]);
    const told = allocate(module, 16);
    check(module, module._OrtGetTensorData(handle, told, told + 4, told + 8, told + 12));
    const [type, data, dims, rank] = new Uint32Array(memoryOf(module), told, 4);
    expect([type, data, rank]).toEqual([{ float32: 1, int32: 6, int64: 7 }[dtype], address, 2]);
    expect([...new Uint32Array(memoryOf(module), dims!, 2)]).toEqual([1, 2]);
    check(module, module._OrtFree(dims!));
    module._free(told);
    check(module, module._OrtReleaseTensor(handle));
    // What was given to a handle is not freed with it.
    expect(copyOut(module, dtype, address, 2)).toEqual(numbers);
    module._free(address);
  });

  test('of all three types go in and come out as through the public interface', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [3, 2]);
    const rows = graph.input('rows', 'int64', [4]);
    const few = graph.input('few', 'int32', [2]);
    graph.output('gathered', gatherRows(x, rows));
    graph.output('whole', cast(mul(x, graph.scalar(10)), 'int32'));
    graph.output('long', cast(few, 'int64'));
    const [ours, theirs] = await both(graph, (runtime) => ({
      x: runtime.floats(waves(6), [3, 2]),
      rows: runtime.indices(BigInt64Array.of(2n, 0n, 1n, 2n), [4]),
      few: runtime.integers(Int32Array.of(5, -6)),
    }));
    expect(ours).toEqual(theirs);
  });

  test('begin where they like: a part of a list is read and written at any multiple of four bytes', async () => {
    const graph = new Graph();
    const packed = graph.input('packed', 'float32', [9]);
    const [a, b] = [reshape(slice(packed, 0, 1, 5), [2, 2]), reshape(slice(packed, 0, 5, 9), [2, 2])];
    graph.output('y', matmul(a, b));
    expect(cpuDialect(graph, []).views.map(({ start }) => start)).toEqual(expect.arrayContaining([1, 5]));
    const [ours, theirs] = await both(graph, (runtime) => ({ packed: runtime.floats(waves(9)) }));
    expectClose(ours, theirs);
    const held = await heap.hold(waves(9));
    const { y } = await (await heap.program(graph)).run({ packed: held });
    expectClose([[...(await download(y!))]], theirs);
  });
});

describe('sessions', () => {
  /** 1000 numbers that are stored in the model, added to what is fed. */
  function withConstants(): Graph {
    const graph = new Graph();
    graph.output('y', add(graph.input('x', 'float32', [1000]), graph.constant(waves(1000, 3), 'float32', [1000])));
    return graph;
  }

  test('copy the model, whose bytes are freed at once', async () => {
    const graph = withConstants();
    const program = await heap.program(graph);
    const { length } = encodeModel(graph);
    const filled = Array.from({ length: 64 }, () => copyIn(module, new Uint8Array(length).fill(0xff)));
    const { y } = await program.run({ x: heap.floats(new Float32Array(1000)) });
    expect([...(await download(y!))]).toEqual([...waves(1000, 3)]);
    for (const address of filled) module._free(address);
  });

  test('without arena and memory pattern keep nothing between runs, and give all back at their end', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [1 << 20]);
    graph.output('y', mul(add(x, x), x));
    const feeds = { x: await heap.hold(waves(1 << 20)) };
    const round = async (): Promise<void> => {
      const program = await heap.program(graph, ['y']);
      for (let run = 0; run < 4; run += 1) (await program.run(feeds)).y!.dispose();
      await program.release();
    };
    for (let i = 0; i < 3; i += 1) await round();
    const before = heap.memoryBytes();
    for (let i = 0; i < 12; i += 1) await round();
    expect(heap.memoryBytes()).toBe(before);
  });
});

describe('runs', () => {
  test('write into the tensor whose handle stands in an output slot, and leave the handle there', async () => {
    const graph = new Graph();
    graph.output('y', mul(graph.input('x', 'float32', [4]), graph.scalar(2)));
    const program = await heap.program(graph, ['y']);
    const y = await heap.hold(new Float32Array(4));
    const view = heap.view(y)!;
    const outputs = await program.run({ x: heap.floats(waves(4)) }, { y });
    expect(outputs.y).toBe(y);
    expect(heap.view(y)!.byteOffset).toBe(view.byteOffset);
    expect([...(await download(y))]).toEqual([...waves(4, 2)].map(Math.fround));
  });

  test('find a place where an output slot holds 0, which goes with its handle', async () => {
    const graph = new Graph();
    graph.output('y', mul(graph.input('x', 'float32', [1 << 20]), graph.scalar(2)));
    const program = await heap.program(graph, ['y']);
    const feeds = { x: await heap.hold(waves(1 << 20)) };
    for (let i = 0; i < 4; i += 1) (await program.run(feeds)).y!.dispose();
    const before = heap.memoryBytes();
    const kept = [];
    for (let i = 0; i < 4; i += 1) kept.push((await program.run(feeds)).y!);
    expect(new Set(kept.map((tensor) => heap.view(tensor)!.byteOffset)).size).toBe(4);
    for (const tensor of kept) tensor.dispose();
    for (let i = 0; i < 64; i += 1) (await program.run(feeds)).y!.dispose();
    expect(heap.memoryBytes()).toBeLessThan(before + 2 ** 25);
  });

  test('take a product’s factors transposed: FusedMatMul', async () => {
    const graph = new Graph();
    const [a, b] = [graph.input('a', 'float32', [2, 4, 3]), graph.input('b', 'float32', [2, 5, 4])];
    graph.output('y', matmul(swapLast(a), swapLast(b)));
    expect(new TextDecoder('latin1').decode(encodeModel(graph, cpuDialect(graph, [])))).toContain('FusedMatMul');
    const [ours, theirs] = await both(graph, (runtime) => ({
      a: runtime.floats(waves(24), [2, 4, 3]),
      b: runtime.floats(waves(40, 2), [2, 5, 4]),
    }));
    expectClose(ours, theirs);
  });

  test('give the root of an RMS norm as its node’s second output', async () => {
    const graph = new Graph();
    const rows = graph.input('rows', 'float32', [3, 5]);
    const normed = rmsNorm(rows, graph.input('weight', 'float32', [5]), 1e-5);
    graph.output('gradient', gradients(reduceSum(mul(normed, normed), [0, 1]), [rows])[0]!);
    const [ours, theirs] = await both(graph, (runtime) => ({
      rows: runtime.floats(waves(15), [3, 5]),
      weight: runtime.floats(waves(5, 2)),
    }));
    expectClose(ours, theirs, 1e-5);
  });

  test('refuse what is none of their tensors', async () => {
    const graph = new Graph();
    graph.output('y', mul(graph.input('x', 'float32', [4]), graph.scalar(2)));
    const program = await heap.program(graph);
    const refusal = await program.run({ x: open.floats(waves(4)) }).catch((error: Error) => error.cause);
    expect(refusal).toBeInstanceOf(TypeError);
  });
});

describe.each(['llama-gqa', 'gpt2'])('through the public interface, %s', (name) => {
  const golden = (path: string): string => fileURLToPath(new URL(`../../golden/${name}/${path}`, import.meta.url));
  const pairs = goldenPairs(
    readFileSync(golden('pairs.jsonl'), 'utf8'),
    JSON.parse(readFileSync(golden('expected.json'), 'utf8')),
  );

  test('takes the same training steps', async () => {
    const model = await openModel(await folderFiles(golden('policy')));
    const [ours, theirs] = [new Trainer(heap, model.config), new Trainer(open, model.config)];
    for (const trainer of [ours, theirs]) {
      await trainer.begin(base(valuesOf(model)), {
        ...DEFAULT_RULES,
        optimizer: { ...ADAMW, epsilon: 1e-4 },
        clipNorm: 1,
      });
    }
    for (let step = 0; step < 2; step += 1) {
      const [a, b] = [await ours.step(pairs, 1e-3), await theirs.step(pairs, 1e-3)];
      expect(Math.abs(a.loss - b.loss)).toBeLessThan(1e-5);
      expect(Math.abs(a.gradNorm / b.gradNorm - 1)).toBeLessThan(1e-5);
    }
    expectClose([[...(await ours.weights()).values]], [[...(await theirs.weights()).values]], 1e-5);
  });

  test('draws the same answers', async () => {
    const model = await openModel(await folderFiles(golden('policy')));
    const answers = [];
    for (const runtime of [heap, open]) {
      const answerer = new Answerer(runtime, model.config);
      await answerer.load(base(valuesOf(model)));
      const requests = [[5], [7, 9, 11], [100, 2, 30]].map((promptIds, key) => ({ promptIds, key }));
      answers.push((await answerer.answer(requests, OPTIONS)).map(({ ids }) => ids));
    }
    expect(answers[1]).toEqual(answers[0]);
  });
});
