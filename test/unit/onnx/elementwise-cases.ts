// Small uses of the elementwise operators, one for each kind of operand.

import {
  add,
  addIntegers,
  cast,
  div,
  equal,
  erf,
  exp,
  greater,
  less,
  log,
  mul,
  mulIntegers,
  neg,
  reciprocal,
  relu,
  sigmoid,
  silu,
  softplus,
  sqrt,
  sub,
  tanh,
  where,
  withGradient,
} from '../../../src/engine/onnx/elementwise.ts';
import type { Shape } from '../../../src/engine/onnx/graph.ts';
import { reduceSum } from '../../../src/engine/onnx/shaping.ts';
import { floats, ids, mask, type OperatorCase, of, show } from './operands.ts';

/** Every kind of broadcasting: none, a scalar on either side, rows, columns, both at once, and up to rank 4. */
const PAIRS: readonly (readonly [Shape, Shape])[] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], []],
  [[], [2, 3]],
  [[2, 3], [3]],
  [
    [2, 1],
    [2, 3],
  ],
  [
    [2, 1],
    [1, 3],
  ],
  [[1], [2, 1, 3]],
  [
    [2, 1, 3, 2],
    [2, 1, 2],
  ],
  [
    [2, 1, 2, 1],
    [1, 3, 1, 2],
  ],
];

const binary = Object.entries({ add, sub, mul, div }).flatMap(([covers, operator]) => [
  ...PAIRS.map(
    ([a, b]): OperatorCase => ({
      covers,
      title: show(a, b),
      inputs: { a: floats(a, -2, 2, 1), b: floats(b, 0.5, 2, 2) },
      build: (given) => operator(of(given, 'a'), of(given, 'b')),
    }),
  ),
  {
    covers,
    title: 'of a value with itself',
    inputs: { a: floats([2, 3], 0.5, 2, 3) },
    build: (given) => operator(of(given, 'a'), of(given, 'a')),
  } satisfies OperatorCase,
]);

const UNARY = {
  neg: [neg, -2, 2],
  exp: [exp, -2, 2],
  log: [log, 0.3, 4],
  sqrt: [sqrt, 0.3, 4],
  reciprocal: [reciprocal, 0.4, 3],
  sigmoid: [sigmoid, -4, 4],
  tanh: [tanh, -2, 2],
  erf: [erf, -2, 2],
  softplus: [softplus, -4, 4],
} as const;

const unary = Object.entries(UNARY).flatMap(([covers, [operator, low, high]]) =>
  ([[], [5], [2, 1, 3, 2]] as Shape[]).map(
    (shape): OperatorCase => ({
      covers,
      title: show(shape),
      inputs: { x: floats(shape, low, high, 4) },
      build: (given) => operator(of(given, 'x')),
    }),
  ),
);

const kinked: OperatorCase[] = [
  {
    covers: 'relu',
    title: 'on both sides of its kink, rank 4',
    inputs: { x: { dtype: 'float32', shape: [2, 1, 2, 2], data: Float32Array.of(-2, -0.5, -0.1, 0.1, 0.5, 1, 2, 3) } },
    build: (given) => relu(of(given, 'x')),
  },
];

const FAR = Float32Array.of(-1000, -100, -90, -20, -9, 9, 20, 90, 100, 1000);

/** Where e^x overflows or vanishes in float32: the answer must be the limit, not infinity or NaN. */
const farOut = Object.entries({ sigmoid, tanh, erf, softplus, relu }).map(
  ([covers, operator]): OperatorCase => ({
    covers,
    title: 'far out on both sides',
    inputs: { x: { dtype: 'float32', shape: [10], data: FAR } },
    build: (given) => operator(of(given, 'x')),
  }),
);

const comparisons = Object.entries({ equal, greater, less }).flatMap(([covers, operator]): OperatorCase[] => [
  {
    covers,
    title: 'float32, broadcast',
    inputs: { a: floats([2, 1, 3], -1, 1, 5), b: floats([2, 1], -1, 1, 6) },
    build: (given) => cast(operator(of(given, 'a'), of(given, 'b')), 'float32'),
    undifferentiated: true,
  },
  {
    covers,
    title: 'int32, broadcast, as the condition of a choice',
    inputs: { a: ids([2, 1, 3], [0, 1, 2, 2, 1, 0]), b: ids([2, 1], [1, 2]), x: floats([2, 2, 3], -1, 1, 7) },
    build: (given) => where(operator(of(given, 'a'), of(given, 'b')), of(given, 'x'), neg(of(given, 'x'))),
  },
  {
    covers,
    title: 'of what is differentiated, as the condition of a choice',
    inputs: { x: floats([2, 3], 0.2, 1, 8), y: floats([2, 3], 1.2, 2, 9) },
    build: (given) =>
      where(operator(of(given, 'x'), of(given, 'y')), of(given, 'x'), mul(of(given, 'x'), of(given, 'y'))),
  },
]);

const casts: OperatorCase[] = [
  {
    covers: 'cast',
    title: 'int32 to float32',
    inputs: { n: ids([2, 2], [0, 3, -2, 7]), x: floats([2], -1, 1, 10) },
    build: (given) => mul(cast(of(given, 'n'), 'float32'), of(given, 'x')),
  },
  {
    covers: 'cast',
    title: 'float32 to int32 and back, towards zero',
    inputs: { x: { dtype: 'float32', shape: [4], data: Float32Array.of(-1.7, -0.2, 0.9, 2.5) } },
    build: (given) => cast(cast(of(given, 'x'), 'int32'), 'float32'),
    undifferentiated: true,
  },
  {
    covers: 'cast',
    title: 'bool to float32',
    inputs: { c: mask([2, 3]), x: floats([3], -1, 1, 11) },
    build: (given) => mul(cast(of(given, 'c'), 'float32'), of(given, 'x')),
  },
];

const integers: OperatorCase[] = (
  [
    ['addIntegers', addIntegers],
    ['mulIntegers', mulIntegers],
  ] as const
).map(([covers, operator]) => ({
  covers,
  title: '[2, 1] × [3], times a value',
  inputs: { a: ids([2, 1], [-3, 7]), b: ids([3], [2, 0, 5]), x: floats([3], -1, 1, 63) },
  build: (given) => mul(cast(operator(of(given, 'a'), of(given, 'b')), 'float32'), of(given, 'x')),
}));

const byHand: OperatorCase[] = [
  {
    covers: 'silu',
    title: '[2, 5]',
    inputs: { x: floats([2, 5], -4, 4, 64) },
    build: (given) => silu(of(given, 'x')),
  },
  {
    covers: 'withGradient',
    title: 'a product whose gradients are written out',
    inputs: { x: floats([2, 3], -1, 1, 65), y: floats([3], -1, 1, 66) },
    build: (given) => {
      const [x, y] = [of(given, 'x'), of(given, 'y')];
      const product = mul(exp(x), y);
      return withGradient(product, [x, y], (g) => [mul(g, product), reduceSum(mul(g, exp(x)), [0])]);
    },
  },
];

const wheres = (
  [
    [
      [2, 3],
      [2, 3],
      [2, 3],
    ],
    [[2, 3], [3], []],
    [
      [2, 1],
      [2, 3],
      [1, 3],
    ],
    [[3], [2, 1], [2, 3]],
    [
      [2, 1, 1, 2],
      [3, 1, 2],
      [2, 3, 2, 1],
    ],
  ] as Shape[][]
).map(
  ([c, yes, no]): OperatorCase => ({
    covers: 'where',
    title: show(c!, yes!, no!),
    inputs: { c: mask(c!), yes: floats(yes!, -1, 1, 12), no: floats(no!, -1, 1, 13) },
    build: (given) => where(of(given, 'c'), of(given, 'yes'), of(given, 'no')),
  }),
);

export const ELEMENTWISE_CASES: readonly OperatorCase[] = [
  ...binary,
  ...unary,
  ...kinked,
  ...farOut,
  ...comparisons,
  ...casts,
  ...integers,
  ...byHand,
  ...wheres,
];
