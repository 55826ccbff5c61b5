// The bytes of a model: what is in them, what is left out, and who takes them.

import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { add, exp, mul, neg } from '../../../src/engine/onnx/elementwise.ts';
import { countOperators, encodeModel } from '../../../src/engine/onnx/encode.ts';
import { gradients } from '../../../src/engine/onnx/gradient.ts';
import { Graph } from '../../../src/engine/onnx/graph.ts';
import { matmul } from '../../../src/engine/onnx/matrix.ts';
import { type GraphProto, ModelProtoSchema } from '../../../src/engine/onnx/onnx_pb.ts';
import { reduceMean } from '../../../src/engine/onnx/reduce.ts';
import { concat, transpose } from '../../../src/engine/onnx/shape-operators.ts';
import { reduceSum, reshape } from '../../../src/engine/onnx/shaping.ts';
import { type Backend, runGraph } from './run-graph.ts';

const BACKENDS: Backend[] = ['wasm', 'native'];

const decode = (graph: Graph): GraphProto => fromBinary(ModelProtoSchema, encodeModel(graph)).graph!;

function example(): Graph {
  const graph = new Graph();
  const x = graph.input('x', 'float32', [2, 3]);
  const w = graph.constant(Float32Array.of(1, 2, 3, 4, 5, 6), 'float32', [3, 2]);
  const loss = reduceSum(exp(reduceMean(matmul(x, w), [1])), [0]);
  graph.output('loss', loss);
  graph.output('gradient', gradients(loss, [x])[0]!);
  return graph;
}

describe('the bytes', () => {
  it('are the same for the same graph', () => {
    expect(encodeModel(example())).toEqual(encodeModel(example()));
  });

  it('come back the same through the protobuf reader', () => {
    const bytes = encodeModel(example());
    expect(toBinary(ModelProtoSchema, fromBinary(ModelProtoSchema, bytes))).toEqual(bytes);
  });

  it('declare the format and both operator sets', () => {
    const model = fromBinary(ModelProtoSchema, encodeModel(example()));
    expect(model.irVersion).toBe(10n);
    expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([
      ['', 21n],
      ['com.microsoft', 1n],
    ]);
  });

  it('hold names, types, shapes, attributes and constants', () => {
    const graph = new Graph();
    const x = graph.input('x', 'int32', [2, 1, 3]);
    graph.output(
      'y',
      transpose(concat([x, graph.constant(Int32Array.of(7, -8, 9), 'int32', [1, 1, 3])], 0), [2, 0, 1]),
    );
    const { input, output, node, initializer } = decode(graph);
    const types = [...input, ...output].map(({ name, type }) => {
      const tensor = type!.value.value!;
      return [name, tensor.elemType, tensor.shape!.dim.map(({ value }) => value.value)];
    });
    expect(types).toEqual([
      ['x', 6, [2n, 1n, 3n]],
      ['y', 6, [3n, 3n, 1n]],
    ]);
    expect(node.map(({ opType }) => opType)).toEqual(['Concat', 'Transpose']);
    expect(node[0]!.attribute.map(({ name, i }) => [name, i])).toEqual([['axis', 0n]]);
    expect(node[1]!.attribute.map(({ name, ints }) => [name, ints])).toEqual([['perm', [2n, 0n, 1n]]]);
    expect(initializer.map(({ dims, dataType }) => [dims, dataType])).toEqual([[[1n, 1n, 3n], 6]]);
    expect([...new Int32Array(initializer[0]!.rawData.slice().buffer)]).toEqual([7, -8, 9]);
  });

  it('list nodes so that each comes after what it reads', () => {
    const { node, input, initializer } = decode(example());
    const known = new Set([...input, ...initializer].map(({ name }) => name));
    for (const { input: reads, output } of node) {
      expect(reads.filter((name) => !known.has(name))).toEqual([]);
      for (const name of output) known.add(name);
    }
  });
});

describe('what no output needs', () => {
  it('is left out, constants too; declared inputs stay', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    const unused = graph.input('unused', 'float32', [2]);
    mul(exp(x), add(unused, graph.scalar(5)));
    graph.output('y', neg(x));
    const { node, input, initializer } = decode(graph);
    expect(node.map(({ opType }) => opType)).toEqual(['Neg']);
    expect(initializer).toEqual([]);
    expect(input.map(({ name }) => name)).toEqual(['x', 'unused']);
    expect(Object.fromEntries(countOperators(graph))).toEqual({ Neg: 1 });
  });

  it('equal nodes and equal constants are made once', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    expect(exp(x)).toBe(exp(x));
    expect(graph.scalar(2)).toBe(graph.scalar(2));
    expect(graph.scalar(2)).not.toBe(graph.constant(Float32Array.of(2), 'float32', [1]));
    expect(transpose(reshape(x, [1, 2]), [1, 0])).toBe(transpose(reshape(x, [1, 2]), [1, 0]));
  });

  it('names that only together look alike are told apart', () => {
    const graph = new Graph();
    const [a, b, c, d] = ['p q', 'r', 'p', 'q r'].map((name) => graph.input(name, 'float32', [1]));
    expect(add(a!, b!)).not.toBe(add(c!, d!));
  });
});

describe.each(BACKENDS)('on %s', (backend) => {
  it('the example gives its closed form', async () => {
    // Mean over columns of x·w is x·(1.5, 3.5, 5.5); the derivative of e^z is e^z times that.
    const x = Float32Array.of(0.1, 0.2, -0.1, 0, 0.3, -0.2);
    const sums = [0.1 * 1.5 + 0.2 * 3.5 - 0.1 * 5.5, 0.3 * 3.5 - 0.2 * 5.5].map(Math.exp);
    const { loss, gradient } = await runGraph(example(), { x }, backend);
    expect(loss![0]).toBeCloseTo(sums[0]! + sums[1]!, 5);
    const right = sums.flatMap((sum) => [1.5, 3.5, 5.5].map((slope) => slope * sum));
    right.forEach((value, index) => {
      expect(gradient![index]).toBeCloseTo(value, 4);
    });
  });

  it('an input, a constant and one value twice can be outputs', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    const y = neg(x);
    graph.output('same', x);
    graph.output('three', graph.scalar(3));
    graph.output('first', y);
    graph.output('second', y);
    graph.output('after', exp(y));
    const results = await runGraph(graph, { x: Float32Array.of(1, -2) }, backend);
    const lists = Object.fromEntries(Object.entries(results).map(([name, data]) => [name, [...data]]));
    expect(lists).toMatchObject({ same: [1, -2], three: [3], first: [-1, 2], second: [-1, 2] });
    expect(lists.after![1]).toBeCloseTo(Math.exp(2), 5);
  });

  it('a gradient that does not depend on its source is zero, and that of the target itself is one', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    const apart = graph.input('apart', 'float32', [3]);
    const target = reduceSum(mul(x, x), [0]);
    const [dx, zero, one] = gradients(target, [x, apart, target]);
    for (const [name, value] of Object.entries({ dx, zero, one })) graph.output(name, value!);
    const feeds = { x: Float32Array.of(3, -4), apart: new Float32Array(3) };
    const results = await runGraph(graph, feeds, backend);
    expect([results.dx, results.zero, results.one].map((data) => [...data!])).toEqual([[6, -8], [0, 0, 0], [1]]);
  });
});
