// Slopes at the points where a derivative is a matter of definition, and closed forms at the ends of the scale.

import { expect, it } from 'vitest';
import { add, relu, softplus } from '../../../src/engine/onnx/elementwise.ts';
import { gradients } from '../../../src/engine/onnx/gradient.ts';
import { Graph, type Value } from '../../../src/engine/onnx/graph.ts';
import { graphArithmetic } from '../../../src/engine/onnx/graph-arithmetic.ts';
import { gatherRows } from '../../../src/engine/onnx/indexing.ts';
import { reduceSum } from '../../../src/engine/onnx/shaping.ts';
import { tokenLogps } from '../../../src/engine/onnx/token-logps.ts';
import { runGraph } from './run-graph.ts';

async function slopes(operator: (x: Value) => Value, numbers: readonly number[]): Promise<number[]> {
  const graph = new Graph();
  const x = graph.input('x', 'float32', [numbers.length]);
  graph.output('slope', gradients(reduceSum(operator(x), [0]), [x])[0]!);
  const { slope } = await runGraph(graph, { x: Float32Array.from(numbers) });
  return [...slope!];
}

it('relu has slope 0 at 0', async () => {
  expect(await slopes(relu, [-1, 0, 1e-30, 1])).toEqual([0, 0, 1, 1]);
});

it('softplus has slope ½ at 0, and 0 and 1 far out', async () => {
  expect(await slopes(softplus, [0, -200, 200])).toEqual([0.5, 0, 1]);
});

it('slopes of several paths add up', async () => {
  expect(await slopes((x) => add(relu(x), add(x, x)), [-1, 2])).toEqual([2, 3]);
});

it('a row taken three times gets three gradients', async () => {
  const graph = new Graph();
  const table = graph.input('table', 'float32', [3, 2]);
  const rows = gatherRows(table, graph.constant(Int32Array.of(1, 1, 0, 1), 'int32', [4]));
  graph.output('d', gradients(reduceSum(rows, [0, 1]), [table])[0]!);
  const { d } = await runGraph(graph, { table: new Float32Array(6) });
  expect([...d!]).toEqual([1, 1, 3, 3, 0, 0]);
});

it('the log-probability of a token among equal logits is −log V, whatever the logits', async () => {
  const graph = new Graph();
  const logits = graph.input('logits', 'float32', [3, 4]);
  graph.output('logps', tokenLogps(logits, graph.constant(Int32Array.of(0, 3, 1), 'int32', [3])));
  const { logps } = await runGraph(graph, { logits: Float32Array.of(...[0, 1e4, -1e4].flatMap((x) => [x, x, x, x])) });
  for (const logp of logps!) expect(logp).toBeCloseTo(-Math.log(4), 6);
});

it("the algorithm's operations mean on graph nodes what they mean on numbers", async () => {
  const graph = new Graph();
  const { constant, add: plus, sub, mul, div, neg, exp, sqrt, relu: ramp, softplus: soft } = graphArithmetic(graph);
  const [a, b] = [constant(3), constant(2)];
  const results = [plus(a, b), sub(a, b), mul(a, b), div(a, b), neg(a), exp(b), sqrt(b), ramp(neg(a)), soft(b)];
  results.forEach((value, index) => {
    graph.output(`r${index}`, value);
  });
  const got = Object.values(await runGraph(graph, {})).map((data) => data[0]!);
  const right = [5, 1, 6, 1.5, -3, Math.exp(2), Math.SQRT2, 0, Math.log1p(Math.exp(2))];
  right.forEach((value, index) => {
    expect(got[index]).toBeCloseTo(value, 5);
  });
});
