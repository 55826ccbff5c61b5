// Lists that are joined of parts, written where they belong; and an update that is computed piece by piece. On the runtime in its own memory,
// beside the native one, which knows neither.

import { beforeAll, expect, test } from 'vitest';
import { openNodeRuntime } from '../../../src/cli/native-runtime.ts';
import { updateGraph } from '../../../src/engine/graphs/update-graph.ts';
import { add, mul } from '../../../src/engine/onnx/elementwise.ts';
import { encodeModel } from '../../../src/engine/onnx/encode.ts';
import { gradients } from '../../../src/engine/onnx/gradient.ts';
import { Graph } from '../../../src/engine/onnx/graph.ts';
import { rmsNorm } from '../../../src/engine/onnx/norms.ts';
import { concat, slice } from '../../../src/engine/onnx/shape-operators.ts';
import { reduceSum } from '../../../src/engine/onnx/shaping.ts';
import { cpuDialect } from '../../../src/engine/runtime/heap/cpu-dialect.ts';
import { download, type Feeds, type Results, type Runtime } from '../../../src/engine/runtime/runtime.ts';
import { ADAMW, RMSPROP } from '../../../src/spin/optimizers.ts';

const COUNT = 11;
const numbers = (factor: number): Float32Array =>
  Float32Array.from({ length: COUNT }, (_, i) => factor * Math.sin(i + 1));

let wasm: Runtime;
let native: Runtime;

beforeAll(async () => {
  [wasm, native] = [await openNodeRuntime('wasm'), await openNodeRuntime('native')];
});

/** `sum`: so far, and added to it a list of three parts: twice the last four numbers, the first one, and zeros that are a constant. */
function joined(): Graph {
  const graph = new Graph();
  const x = graph.input('x', 'float32', [COUNT]);
  const before = graph.input('before', 'float32', [COUNT]);
  const zeros = graph.constant(new Float32Array(COUNT - 5), 'float32', [COUNT - 5]);
  const parts = [mul(slice(x, 0, COUNT - 4, COUNT), graph.scalar(2)), slice(x, 0, 0, 1), zeros];
  graph.output('list', concat(parts, 0));
  graph.output('sum', add(before, concat(parts, 0)));
  return graph;
}

const x = numbers(1);
const before = numbers(-3);
const LIST = [...x.slice(-4).map((n) => 2 * n), x[0]!, ...new Float32Array(COUNT - 5)];
const SUM = LIST.map((n, i) => Math.fround(n + before[i]!));

test.each(['given for them', 'of their own'])('parts are written into memory %s', async (whose) => {
  const program = await wasm.program(joined(), ['list', 'sum']);
  const [list, sum] = [await wasm.hold(numbers(7)), await wasm.hold(numbers(9))];
  const into: Results = whose === 'of their own' ? {} : { list, sum };
  const outputs = await program.run({ x: wasm.floats(x), before: await wasm.hold(before) }, into);
  expect([...(await download(outputs.list!))]).toEqual(LIST);
  expect([...(await download(outputs.sum!))]).toEqual(SUM);
  if (whose !== 'of their own') expect(outputs.sum).toBe(sum);
});

test('an output that does not stay is joined, as on other runtimes', async () => {
  for (const runtime of [wasm, native]) {
    const outputs = await (await runtime.program(joined())).run({
      x: runtime.floats(x),
      before: runtime.floats(before),
    });
    expect([...(await download(outputs.sum!))]).toEqual(SUM);
  }
});

test('no list is joined where parts are written', () => {
  const text = (resident: string[]): string => {
    const graph = joined();
    return new TextDecoder('latin1').decode(encodeModel(graph, cpuDialect(graph, resident)));
  };
  expect(text([])).toContain('Concat');
  expect(text(['list', 'sum'])).not.toContain('Concat');
});

test('the root of an RMS norm is taken from its node, and computed where the runtime does not give it', () => {
  const graph = new Graph();
  const rows = graph.input('rows', 'float32', [2, 3]);
  const normed = rmsNorm(rows, graph.input('weight', 'float32', [3]), 1e-5);
  graph.output('gradient', gradients(reduceSum(normed, [0, 1]), [rows])[0]!);
  const written = (model: Uint8Array): string => new TextDecoder('latin1').decode(model);
  expect(written(encodeModel(graph))).toContain('Sqrt');
  expect(written(encodeModel(graph, cpuDialect(graph, [])))).not.toContain('Sqrt');
});

test('the norm of a million numbers is that of double precision to 5e-5, which one float32 sum would miss', async () => {
  const million = Float32Array.from({ length: 1_000_000 }, (_, i) => Math.sin(i) / 300);
  const program = await wasm.program(
    updateGraph(million.length, { optimizer: RMSPROP, clipNorm: 0, arithmetic: 2 }, wasm.numbersAtOnce),
  );
  const slot = wasm.floats(new Float32Array(million.length));
  const list = wasm.floats(million);
  const outputs = await program.run({ theta: list, gradient: list, slot_0: slot, learning_rate: wasm.number(0) });
  const [norm] = await download(outputs.grad_norm!);
  const exact = Math.sqrt(million.reduce((sum, x) => sum + x * x, 0));
  expect(Math.abs(norm! / exact - 1)).toBeLessThan(5e-5);
});

const CASES = [RMSPROP, ADAMW].flatMap((optimizer) =>
  [0, 0.5].map((clipNorm) => ({ optimizer, clipNorm, arithmetic: 2 as const })),
);

test.each(CASES)('$optimizer.name with clipping at $clipNorm is the same in pieces as at once', async (rules) => {
  const adamw = rules.optimizer.name === 'adamw';
  const results = async (runtime: Runtime, atOnce?: number) => {
    const names = ['theta_next', 'slot_0_next', ...(adamw ? ['slot_1_next'] : [])];
    const program = await runtime.program(updateGraph(COUNT, rules, atOnce), names);
    const slots: Feeds = {
      slot_0: runtime.floats(numbers(0.1).map(Math.abs)),
      ...(adamw ? { slot_1: runtime.floats(numbers(0.2).map(Math.abs)) } : {}),
    };
    const corrections: Feeds = adamw ? { correction_1: runtime.number(0.1), correction_2: runtime.number(0.001) } : {};
    const feeds: Feeds = {
      theta: runtime.floats(numbers(1)),
      gradient: runtime.floats(numbers(2)),
      ...slots,
      ...corrections,
    };
    const outputs = await program.run({ ...feeds, learning_rate: runtime.number(0.01) });
    const lists: number[][] = [];
    for (const name of [...names, 'grad_norm']) lists.push([...(await download(outputs[name]!))]);
    return lists;
  };
  const atOnce = await results(native);
  expect(atOnce.at(-1)![0]).toBeCloseTo(Math.hypot(...numbers(2)), 5);
  for (const pieces of [1, 3, COUNT]) {
    (await results(wasm, pieces)).forEach((list, which) => {
      list.forEach((number, i) => {
        expect(number).toBeCloseTo(atOnce[which]![i]!, 6);
      });
    });
  }
});
