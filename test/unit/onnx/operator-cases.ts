// Every operator's cases, and the graph that computes a case's result and its gradients. Run in Node against finite differences, and in
// the browser on WebGPU against wasm.

import { mul } from '../../../src/engine/onnx/elementwise.ts';
import { gradients } from '../../../src/engine/onnx/gradient.ts';
import { Graph, type Value } from '../../../src/engine/onnx/graph.ts';
import { reduceSum } from '../../../src/engine/onnx/shaping.ts';
import { ELEMENTWISE_CASES } from './elementwise-cases.ts';
import { type Fed, floats, type OperatorCase } from './operands.ts';
import { PRODUCT_CASES } from './product-cases.ts';
import { SHAPE_CASES } from './shape-cases.ts';

export const OPERATOR_CASES: readonly OperatorCase[] = [...ELEMENTWISE_CASES, ...PRODUCT_CASES, ...SHAPE_CASES];

export interface BuiltCase {
  /** Σ result · weights: weights are fed, so that no runtime can fold the gradients away. */
  readonly target: Value;
  readonly feeds: Readonly<Record<string, Fed>>;
  readonly result: string;
  /** Names of the differentiated inputs, and the outputs that hold their gradients. */
  readonly gradients: readonly { readonly input: string; readonly output: string }[];
}

/** Adds a case to a graph, its inputs and outputs under `prefix`. */
export function addCase(graph: Graph, { inputs, build, undifferentiated }: OperatorCase, prefix = ''): BuiltCase {
  const given: Record<string, Value> = {};
  const feeds: Record<string, Fed> = {};
  const feed = (name: string, fed: Fed): Value => {
    feeds[prefix + name] = fed;
    return graph.input(prefix + name, fed.dtype, fed.shape);
  };
  for (const [name, fed] of Object.entries(inputs)) given[name] = feed(name, fed);
  const result = build(given);
  graph.output(`${prefix}result`, result);
  const weighted = mul(result, feed('weights', floats(result.shape, 0.5, 1.5, 99)));
  const target = reduceSum(weighted, [...result.shape.keys()]);
  const sources = undifferentiated ? [] : Object.keys(given).filter((name) => given[name]!.dtype === 'float32');
  const outputs = gradients(
    target,
    sources.map((name) => given[name]!),
  ).map((gradient, index) => {
    const output = `${prefix}gradient of ${sources[index]}`;
    graph.output(output, gradient);
    return { input: prefix + sources[index], output };
  });
  return { target, feeds, result: `${prefix}result`, gradients: outputs };
}

/** One graph with all cases, numbered. */
export function graphOfCases(cases: readonly OperatorCase[]): { graph: Graph; built: BuiltCase[] } {
  const graph = new Graph();
  return { graph, built: cases.map((each, index) => addCase(graph, each, `${index}/`)) };
}

export const dataOf = (feeds: Readonly<Record<string, Fed>>): Record<string, Fed['data']> =>
  Object.fromEntries(Object.entries(feeds).map(([name, { data }]) => [name, data]));
