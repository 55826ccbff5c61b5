// Misuse is refused where the graph is built, by an error that names the operator and what it was given.

import { describe, expect, it } from 'vitest';
import {
  add,
  addIntegers,
  cast,
  detach,
  div,
  equal,
  erf,
  exp,
  greater,
  less,
  log,
  mul,
  neg,
  reciprocal,
  relu,
  sigmoid,
  softplus,
  sqrt,
  sub,
  tanh,
  where,
} from '../../../src/engine/onnx/elementwise.ts';
import { encodeModel } from '../../../src/engine/onnx/encode.ts';
import { GraphUseError, OperandTypeError, ShapeMismatchError } from '../../../src/engine/onnx/errors.ts';
import { gradients } from '../../../src/engine/onnx/gradient.ts';
import { type DType, Graph, type Shape, type Value } from '../../../src/engine/onnx/graph.ts';
import {
  addAt,
  gatherRows,
  pick,
  rearrangeRows,
  scatterAddRows,
  scatterRows,
  swapHalves,
} from '../../../src/engine/onnx/indexing.ts';
import { gemm, gemmOnto, linear, matmul, project } from '../../../src/engine/onnx/matrix.ts';
import { rmsNorm } from '../../../src/engine/onnx/norms.ts';
import { reduceLogSumExp, reduceMean, softmax } from '../../../src/engine/onnx/reduce.ts';
import { cumulativeSum, reduceMax, reduceMin } from '../../../src/engine/onnx/selection.ts';
import { concat, pad, slice, swapLast, transpose } from '../../../src/engine/onnx/shape-operators.ts';
import { expand, reduceSum, reduceTo, reshape } from '../../../src/engine/onnx/shaping.ts';
import { tokenLogps } from '../../../src/engine/onnx/token-logps.ts';
import { LabError } from '../../../src/spin/lab-error.ts';

const graph = new Graph();
let made = 0;
const given = (dtype: Exclude<DType, 'int64'>, shape: Shape): Value => graph.input(`x${++made}`, dtype, shape);
const f = (...shape: number[]): Value => given('float32', shape);
const n = (...shape: number[]): Value => given('int32', shape);
const b = (...shape: number[]): Value => given('bool', shape);

type Misuse = [title: string, use: () => unknown, message: RegExp];

function refuses(error: typeof ShapeMismatchError | typeof OperandTypeError, misuses: readonly Misuse[]): void {
  it.each(misuses)('%s', (_, use, message) => {
    expect(use).toThrow(error);
    expect(use).toThrow(message);
    expect(use).toThrow(LabError);
  });
}

describe('shapes that do not fit', () => {
  refuses(ShapeMismatchError, [
    ['add', () => add(f(2, 3), f(2)), /^Add cannot take \[2, 3\] and \[2\]: dimensions must be equal or 1/],
    ['sub', () => sub(f(2, 3), f(4, 3)), /^Sub cannot take \[2, 3\] and \[4, 3\]/],
    ['mul', () => mul(f(5), f(2, 3)), /^Mul cannot take \[5\] and \[2, 3\]/],
    ['div', () => div(f(2, 2, 2), f(3, 1)), /^Div cannot take \[2, 2, 2\] and \[3, 1\]/],
    ['equal', () => equal(n(2), n(3)), /^Equal cannot take \[2\] and \[3\]/],
    ['greater', () => greater(f(2), f(3)), /^Greater cannot take \[2\] and \[3\]/],
    ['less', () => less(f(2), f(3)), /^Less cannot take \[2\] and \[3\]/],
    ['where, its values', () => where(b(2), f(2), f(3)), /^Where cannot take \[2\] and \[3\]/],
    ['where, its condition', () => where(b(4), f(2, 3), f(3)), /^Where cannot take \[4\] and \[2, 3\]/],
    ['gemm', () => gemm(f(2, 3), f(4, 5)), /^Gemm cannot take \[2, 3\] and \[4, 5\]: inner dimensions must agree/],
    [
      'gemm, transposed',
      () => gemm(f(2, 3), f(3, 4), false, true),
      /^Gemm cannot take \[2, 3\] and \[3, 4\].*transB true/,
    ],
    ['gemm of rank 3', () => gemm(f(1, 2, 3), f(3, 4)), /^Gemm cannot take \[1, 2, 3\] and \[3, 4\]/],
    ['linear', () => linear(f(2, 5, 3), f(3, 4)), /^Gemm cannot take \[2, 5, 3\] and \[3, 4\]/],
    ['linear of a scalar', () => linear(f(), f(3, 1)), /^Gemm cannot take \[\] and \[3, 1\]/],
    ['project', () => project(f(2, 3), f(4, 3)), /^Gemm cannot take \[2, 3\] and \[4, 3\]/],
    ['project by a vector', () => project(f(2, 3), f(3)), /^Gemm cannot take \[2, 3\] and \[3\]/],
    ['matmul', () => matmul(f(2, 3), f(2, 3)), /^MatMul cannot take \[2, 3\] and \[2, 3\]/],
    [
      'matmul, its batch',
      () => matmul(f(2, 3, 4), f(3, 4, 5)),
      /^MatMul cannot take \[2, 3, 4\] and \[3, 4, 5\]: dimensions/,
    ],
    ['matmul of a vector', () => matmul(f(3), f(3, 4)), /^MatMul cannot take \[3\] and \[3, 4\]/],
    ['gatherRows of a scalar', () => gatherRows(f(), n(2)), /^Gather cannot take \[\] and \[2\]/],
    ['scatterAddRows', () => scatterAddRows(f(3, 2), n(4), 5), /^Scatter cannot take \[3, 2\] and \[4\]: one id a row/],
    [
      'rearrangeRows',
      () => rearrangeRows(f(3, 2), n(4), [n(2)]),
      /^Gather cannot take \[3, 2\] and \[4\] and \[2\]: at least one inverse, each of one index a row/,
    ],
    ['scatterRows', () => scatterRows(f(4, 3), f(2, 1), f(2, 3)), /one int64 id a row/],
    ['rmsNorm', () => rmsNorm(f(2, 3), f(2), 1e-5), /one weight for each of the last axis/],
    ['swapHalves', () => swapHalves(f(2, 3)), /^swapHalves cannot take \[2, 3\]: the last axis must have two halves/],
    ['addAt', () => addAt(f(3, 2), n(3), f(2)), /^ScatterElements cannot take \[3, 2\] and \[3\] and \[2\]/],
    ['gemmOnto', () => gemmOnto(f(3, 2), f(3, 4), f(2, 3)), /^Gemm cannot take .*aᵀ·b must have the shape of c/],
    ['pick', () => pick(f(3, 2), n(2)), /^GatherElements cannot take \[3, 2\] and \[2\]: one id a row/],
    ['pick from rank 3', () => pick(f(3, 2, 2), n(3)), /^GatherElements cannot take \[3, 2, 2\] and \[3\]/],
    ['tokenLogps of rank 3', () => tokenLogps(f(1, 2, 5), n(2)), /^tokenLogps cannot take \[1, 2, 5\] and \[2\]/],
    ['tokenLogps', () => tokenLogps(f(3, 5), n(2)), /^GatherElements cannot take \[3, 5\] and \[2\]/],
    ['reduceSum', () => reduceSum(f(2, 3), [2]), /^ReduceSum cannot take \[2, 3\] and \[2\]: axis 2 does not exist/],
    [
      'reduceMean',
      () => reduceMean(f(2, 3), [-3]),
      /^ReduceMean cannot take \[2, 3\] and \[-3\]: axis -3 does not exist/,
    ],
    ['reduceLogSumExp', () => reduceLogSumExp(f(2), [1]), /cannot take \[2\] and \[1\]: axis 1 does not exist/],
    ['reduceMax', () => reduceMax(f(2), [0.5]), /^ReduceMax cannot take \[2\] and \[0.5\]/],
    ['reduceMin', () => reduceMin(f(2), [1]), /^ReduceMin cannot take \[2\] and \[1\]/],
    ['cumulativeSum', () => cumulativeSum(f()), /^CumSum cannot take \[\]/],
    ['softmax', () => softmax(f()), /^Softmax cannot take \[\]/],
    ['reshape', () => reshape(f(2, 3), [4]), /^Reshape cannot take \[2, 3\] and \[4\]: both must hold the same number/],
    ['reshape to a negative size', () => reshape(f(2, 3), [-2, -3]), /^Reshape cannot take \[2, 3\] and \[-2, -3\]/],
    ['reshape to a fraction', () => reshape(f(2, 3), [1.5, 4]), /^Reshape cannot take \[2, 3\] and \[1.5, 4\]/],
    ['expand', () => expand(f(2, 3), [2, 4]), /^Expand cannot take \[2, 3\] and \[2, 4\]/],
    ['expand to less', () => expand(f(2, 3), [1, 3]), /^Expand cannot take \[2, 3\] and \[1, 3\]/],
    ['reduceTo', () => reduceTo(f(2, 3), [2]), /^reduceTo cannot take \[2, 3\] and \[2\]/],
    ['transpose', () => transpose(f(2, 3), [0, 0]), /^Transpose cannot take \[2, 3\] and \[0, 0\]: .*permutation/],
    ['swapLast', () => swapLast(f(3)), /^Transpose cannot take \[3\]/],
    ['concat', () => concat([f(2, 3), f(3, 3)], 1), /^Concat cannot take \[2, 3\] and \[3, 3\]: all but axis 1/],
    ['concat of nothing', () => concat([], 0), /^Concat cannot take/],
    ['slice', () => slice(f(2, 3), 1, 2, 4), /^Slice cannot take \[2, 3\] and \[2, 4\]: .*0 and 3/],
    ['slice of nothing', () => slice(f(2, 3), 1, 2, 2), /^Slice cannot take \[2, 3\] and \[2, 2\]/],
    ['slice at a fraction', () => slice(f(2, 3), 1, 0.5, 2), /^Slice cannot take \[2, 3\] and \[0.5, 2\]/],
    ['pad', () => pad(f(2, 3), 1, -1, 0), /^Pad cannot take \[2, 3\] and \[-1, 0\]/],
    ['constant', () => graph.constant(Float32Array.of(1, 2), 'float32', [3]), /^Constant cannot take \[3\] and \[2\]/],
    ['input', () => new Graph().input('empty', 'float32', [2, 0]), /^empty cannot take \[2, 0\]: every dimension/],
    ['gradients', () => gradients(f(2), []), /^gradients cannot take \[2\]: the target must be one number/],
  ]);
});

describe('types that do not fit', () => {
  const unary = { neg, exp, log, sqrt, reciprocal, sigmoid, tanh, erf, softplus, relu };
  refuses(
    OperandTypeError,
    Object.entries(unary).map(
      ([name, operator]): Misuse => [
        name,
        () => operator(n(2, 3)),
        new RegExp(`^${name} cannot take int32 \\[2, 3\\]: it takes float32`, 'i'),
      ],
    ),
  );
  refuses(OperandTypeError, [
    ['add', () => add(f(2), n(3)), /^Add cannot take float32 \[2\] and int32 \[3\]: it takes two float32 values/],
    ['sub', () => sub(b(2), b(2)), /^Sub cannot take bool \[2\] and bool \[2\]/],
    ['mul', () => mul(n(2), n(2)), /^Mul cannot take int32 \[2\] and int32 \[2\]/],
    ['div', () => div(n(2), f()), /^Div cannot take int32 \[2\] and float32 \[\]/],
    ['equal', () => equal(f(2), n(2)), /^Equal cannot take float32 \[2\] and int32 \[2\]/],
    ['greater', () => greater(b(2), b(2)), /^Greater cannot take bool \[2\] and bool \[2\]/],
    ['less', () => less(n(2), f(2)), /^Less cannot take int32 \[2\] and float32 \[2\]/],
    ['where', () => where(f(2), f(2), f(2)), /^Where cannot take float32 \[2\] and float32 \[2\] and float32 \[2\]/],
    ['where of bools', () => where(b(2), b(2), b(2)), /^Where cannot take bool \[2\] and bool \[2\]/],
    ['gemm', () => gemm(f(2, 3), n(3, 4)), /^Gemm cannot take float32 \[2, 3\] and int32 \[3, 4\]/],
    ['linear', () => linear(n(2, 3), f(4, 3)), /^Gemm cannot take int32 \[2, 3\] and float32 \[4, 3\]/],
    ['project', () => project(n(2, 3), f(3, 4)), /^Gemm cannot take int32 \[2, 3\] and float32 \[3, 4\]/],
    ['matmul', () => matmul(f(2, 3), b(3, 4)), /^MatMul cannot take float32 \[2, 3\] and bool \[3, 4\]/],
    [
      'gatherRows',
      () => gatherRows(f(5, 2), f(3)),
      /^Gather cannot take float32 \[5, 2\] and float32 \[3\]: .*int32 or int64 ids/,
    ],
    [
      'scatterAddRows',
      () => scatterAddRows(f(2, 2), f(2), 3),
      /^Scatter cannot take float32 \[2, 2\] and float32 \[2\]/,
    ],
    ['rearrangeRows', () => rearrangeRows(f(3, 2), f(4), [n(3)]), /^Gather cannot take .*: it takes int32 indices/],
    ['addAt', () => addAt(f(3, 2), f(3), f(3)), /^ScatterElements cannot take .*int32 ids/],
    [
      'addIntegers',
      () => addIntegers(n(3), f(3)),
      /^Add cannot take int32 \[3\] and float32 \[3\]: .*two int32 values/,
    ],
    ['pick', () => pick(f(2, 3), f(2)), /^GatherElements cannot take float32 \[2, 3\] and float32 \[2\]/],
    ['tokenLogps', () => tokenLogps(n(2, 3), n(2)), /cannot take int32 \[2, 3\]/],
    ['reduceSum', () => reduceSum(n(2, 3), [0]), /^ReduceSum cannot take int32 \[2, 3\]/],
    ['reduceMean', () => reduceMean(n(2, 3), [0]), /^ReduceMean cannot take int32 \[2, 3\]/],
    ['reduceLogSumExp', () => reduceLogSumExp(n(2, 3), [0]), /^Reduce\w+ cannot take int32 \[2, 3\]/],
    ['reduceMax', () => reduceMax(n(2, 3), [0]), /^ReduceMax cannot take int32 \[2, 3\]/],
    ['reduceMin', () => reduceMin(n(2, 3), [0]), /^ReduceMin cannot take int32 \[2, 3\]/],
    ['cumulativeSum', () => cumulativeSum(n(2)), /^CumSum cannot take int32 \[2\]/],
    ['softmax', () => softmax(b(2)), /^Softmax cannot take bool \[2\]/],
    ['concat', () => concat([f(2), n(2)], 0), /^Concat cannot take float32 \[2\] and int32 \[2\]/],
    ['pad', () => pad(n(2), 0, 1, 1), /^Pad cannot take int32 \[2\]/],
    [
      'constant',
      () => graph.constant(Int32Array.of(1), 'float32', [1]),
      /^Constant cannot take Int32Array \[1\]: it takes Float32Array/,
    ],
    ['gradients of a bool', () => gradients(b(), [f(2)]), /^gradients cannot take bool \[\]/],
    ['gradients for ids', () => gradients(f(), [n(2)]), /^gradients cannot take float32 \[\] and int32 \[2\]/],
  ]);
});

describe('a gradient that does not exist', () => {
  const total = (x: Value): Value => reduceSum(x, [...x.shape.keys()]);

  it.each([
    ['Cast', (x: Value) => cast(cast(x, 'int32'), 'float32')],
    ['Cast', (x: Value) => cast(greater(x, neg(x)), 'float32')],
    ['ReduceMax', (x: Value) => reduceMax(x, [0])],
    ['ReduceMin', (x: Value) => reduceMin(x, [0])],
    ['CumSum', cumulativeSum],
  ])('is refused by the name of %s', (name, operator) => {
    const x = f(3);
    expect(() => gradients(total(operator(x)), [x])).toThrow(GraphUseError);
    expect(() => gradients(total(operator(x)), [x])).toThrow(new RegExp(`^${name} has no gradient`));
  });

  it('is not asked for behind detach', () => {
    const x = f(3);
    const [gradient] = gradients(total(detach(cast(cast(x, 'int32'), 'float32'))), [x]);
    expect(gradient?.shape).toEqual([3]);
  });
});

describe('a graph', () => {
  const other = new Graph().input('y', 'float32', [2]);

  it('takes no value of another graph', () => {
    expect(() => add(f(2), other)).toThrow(/^Add was given values of two graphs/);
    expect(() => graph.output('foreign', other)).toThrow(GraphUseError);
    expect(() => gradients(f(), [other])).toThrow(/y belongs to another graph/);
  });

  it('takes no name twice, and none that it gives itself', () => {
    const own = new Graph();
    own.input('x', 'float32', [1]);
    expect(() => own.input('x', 'float32', [1])).toThrow(/The name x is taken/);
    expect(() => own.output('x', own.scalar(1))).toThrow(/The name x is taken/);
    expect(() => own.input('v0', 'float32', [1])).toThrow(/The name v0 is taken/);
  });

  it('without an output is no model', () => {
    expect(() => encodeModel(new Graph())).toThrow(/has no output/);
  });
});
