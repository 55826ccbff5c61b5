// Each operator on wasm: its result against the float64 definition, its gradients against central differences of it.

import { describe, expect, it } from 'vitest';
import { Graph } from '../../../src/engine/onnx/graph.ts';
import { largest, relativeError } from './close.ts';
import { centralDifferences, type Dense, evaluate } from './evaluate.ts';
import { LARGE_CASES } from './large-cases.ts';
import { numbersOf } from './operands.ts';
import { addCase, type BuiltCase, dataOf, graphOfCases, OPERATOR_CASES } from './operator-cases.ts';
import { type Results, runGraph } from './run-graph.ts';

/** float32 has 1.2e-7; the runtime's tanh and erf are approximations to a few units more. */
const FORWARD = 3e-6;
/** A few float32 operations more; the differences themselves are right to about 1e-9. */
const GRADIENT = 1e-5;

function dense({ feeds }: BuiltCase): Record<string, Dense> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { shape, data }]) => [name, { shape, data: numbersOf(data) }]),
  );
}

function expectRight(graph: Graph, built: BuiltCase, results: Results): void {
  const output = graph.outputs.find(({ name }) => name === built.result)!;
  const [right] = evaluate(graph, dense(built), [output.value]);
  const scale = largest(...Object.values(built.feeds).map(({ data }) => numbersOf(data)));
  expect(relativeError(results[built.result]!, right!.data, scale), built.result).toBeLessThan(FORWARD);
  for (const gradient of built.gradients) {
    const differences = centralDifferences(graph, dense(built), built.target, gradient.input);
    expect(relativeError(results[gradient.output]!, differences), gradient.output).toBeLessThan(GRADIENT);
  }
}

describe.each([...new Set(OPERATOR_CASES.map(({ covers }) => covers))])('%s', (operator) => {
  const cases = OPERATOR_CASES.filter(({ covers }) => covers === operator);

  it.each(cases)('$title', async (each) => {
    const graph = new Graph();
    const built = addCase(graph, each);
    expectRight(graph, built, await runGraph(graph, dataOf(built.feeds)));
  });
});

it('all cases in one session give the same on the native back end', async () => {
  const { graph, built } = graphOfCases(OPERATOR_CASES);
  const results = await runGraph(graph, Object.assign({}, ...built.map(({ feeds }) => dataOf(feeds))), 'native');
  for (const each of built) expectRight(graph, each, results);
});

it('in the sizes of a real model, wasm and native agree', async () => {
  const { graph, built } = graphOfCases(LARGE_CASES);
  const feeds = Object.assign({}, ...built.map((each) => dataOf(each.feeds)));
  const wasm = await runGraph(graph, feeds);
  const native = await runGraph(graph, feeds, 'native');
  for (const { name } of graph.outputs) expect(relativeError(wasm[name]!, native[name]!), name).toBeLessThan(GRADIENT);
});

/** Files of the compiler that export no operator. Any other is taken to hold nothing else, so that a new one cannot go untested. */
const NOT_OPERATORS = ['graph-arithmetic', 'encode', 'errors', 'gradient', 'graph', 'onnx_pb', 'shapes'];
/** Nothing that is trained leads through these. */
const WITHOUT_GRADIENT = ['reduceMax', 'reduceMin', 'cumulativeSum', 'gemmOnto'];

describe('of the operators that the compiler exports', () => {
  const modules = import.meta.glob<Record<string, unknown>>('../../../src/engine/onnx/*.ts', { eager: true });
  const exported = Object.entries(modules)
    .filter(([path]) => !NOT_OPERATORS.includes(path.replace(/^.*\/|\.ts$/g, '')))
    .flatMap(([, module]) => Object.keys(module).filter((name) => typeof module[name] === 'function'));
  const casesOf = (name: string) => OPERATOR_CASES.filter(({ covers }) => covers === name);

  it('each has a case', () => {
    expect(exported.length).toBeGreaterThan(40);
    expect(exported.filter((name) => casesOf(name).length === 0)).toEqual([]);
  });

  it('each that is trained through has a case that checks a gradient', () => {
    const checked = (name: string) => casesOf(name).some((each) => addCase(new Graph(), each).gradients.length > 0);
    expect(exported.filter((name) => !checked(name)).sort()).toEqual([...WITHOUT_GRADIENT].sort());
  });
});
