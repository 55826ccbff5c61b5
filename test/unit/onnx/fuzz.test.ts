// Random graphs: the runtime's numbers and reverse mode's gradients, run on wasm, against float64.

import { expect, it } from 'vitest';
import { countOperators } from '../../../src/engine/onnx/encode.ts';
import { gradients } from '../../../src/engine/onnx/gradient.ts';
import type { Graph } from '../../../src/engine/onnx/graph.ts';
import { largest, relativeError } from './close.ts';
import { centralDifferences, type Dense, evaluate } from './evaluate.ts';
import { numbersOf } from './operands.ts';
import { dataOf } from './operator-cases.ts';
import { type RandomGraph, randomGraph } from './random-graph.ts';
import { runGraph } from './run-graph.ts';

const BLOCKS = 12;
const GRAPHS_A_BLOCK = 20;
const OPERATORS_A_GRAPH = 8;

/** Relative to the largest gradient of the graph: a few dozen float32 operations on numbers up to 6. */
const ON_WASM = 2e-4;
/** Central differences with step 1e-5 are right to about 1e-9 of the third derivative. */
const IN_FLOAT64 = 1e-6;

function differentiate({ graph, sources, target }: RandomGraph): void {
  graph.output('target', target);
  gradients(target, sources).forEach((gradient, index) => {
    graph.output(`d ${sources[index]!.name}`, gradient);
  });
}

function exact(graph: Graph, feeds: Readonly<Record<string, Dense>>): Record<string, Float64Array> {
  const results = evaluate(
    graph,
    feeds,
    graph.outputs.map(({ value }) => value),
  );
  return Object.fromEntries(graph.outputs.map(({ name }, index) => [name, results[index]!.data]));
}

const seen = new Map<string, number>();

async function expectRight(seed: number): Promise<void> {
  const random = randomGraph(seed, OPERATORS_A_GRAPH);
  const { graph, target, sources } = random;
  differentiate(random);
  for (const [operator, count] of countOperators(graph)) seen.set(operator, (seen.get(operator) ?? 0) + count);
  const feeds = Object.fromEntries(
    Object.entries(random.feeds).map(([name, { shape, data }]) => [name, { shape, data: numbersOf(data) }]),
  );
  const right = exact(graph, feeds);
  const computed = await runGraph(graph, dataOf(random.feeds));
  const differences = sources.map(({ name }) => centralDifferences(graph, feeds, target, name));
  const scale = largest(right.target!, ...differences);
  expect(relativeError(computed.target!, right.target!, scale), `seed ${seed}, target`).toBeLessThan(ON_WASM);
  sources.forEach(({ name }, index) => {
    const wanted = differences[index]!;
    const where = `seed ${seed}, ${name}`;
    expect(relativeError(right[`d ${name}`]!, wanted, scale), `${where} in float64`).toBeLessThan(IN_FLOAT64);
    expect(relativeError(computed[`d ${name}`]!, wanted, scale), `${where} on wasm`).toBeLessThan(ON_WASM);
  });
}

it.each(Array.from({ length: BLOCKS }, (_, block) => block * GRAPHS_A_BLOCK))(
  `${GRAPHS_A_BLOCK} random graphs from seed %i on`,
  async (first) => {
    for (let seed = first; seed < first + GRAPHS_A_BLOCK; seed++) await expectRight(seed);
  },
);

it('the graphs hold every operator that gradients lead through', () => {
  const wanted =
    'Add Sub Mul Div Neg Exp Log Sqrt Reciprocal Sigmoid Tanh Erf Softplus Relu Where Greater Less Cast Gemm MatMul Gather ' +
    'ScatterElements GatherElements ReduceSum ReduceMean ReduceMax Softmax Transpose Concat Slice Pad Reshape Expand';
  expect(wanted.split(' ').filter((operator) => (seen.get(operator) ?? 0) < 10)).toEqual([]);
});
