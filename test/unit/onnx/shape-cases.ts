// Small uses of the reducing, moving and shaping operators, one for each kind of operand.

import { add, cast, detach, exp, log, mul, sub, where } from '../../../src/engine/onnx/elementwise.ts';
import type { Shape } from '../../../src/engine/onnx/graph.ts';
import { normalizeMeanVariance, rmsNorm } from '../../../src/engine/onnx/norms.ts';
import { reduceLogSumExp, reduceMean, softmax } from '../../../src/engine/onnx/reduce.ts';
import { cumulativeSum, reduceMax, reduceMin } from '../../../src/engine/onnx/selection.ts';
import { concat, pad, slice, split, swapLast, transpose } from '../../../src/engine/onnx/shape-operators.ts';
import { expand, reduceSum, reduceTo, reshape } from '../../../src/engine/onnx/shaping.ts';
import { floats, ids, mask, type OperatorCase, of, show } from './operands.ts';

const AXES: readonly (readonly [Shape, readonly number[]])[] = [
  [[4], [0]],
  [[3, 16], [1]],
  [[16, 3], [0]],
  [[2, 3], [0]],
  [[2, 3], [1]],
  [
    [2, 3],
    [-1, 0],
  ],
  [[2, 1, 3, 2], [0]],
  [[2, 1, 3, 2], [2]],
  [
    [2, 1, 3, 2],
    [1, 3],
  ],
  [
    [2, 1, 3, 2],
    [0, 1, 2, 3],
  ],
];

const reductions = Object.entries({ reduceSum, reduceMean, reduceLogSumExp }).flatMap(([covers, operator]) =>
  AXES.flatMap(([shape, axes]) =>
    [false, true].map(
      (keep): OperatorCase => ({
        covers,
        title: `${show(shape)} over ${axes.join(' and ')}${keep ? ', kept' : ''}`,
        inputs: { x: floats(shape, -2, 2, 29) },
        build: (given) => operator(of(given, 'x'), axes, keep),
      }),
    ),
  ),
);

const choices: OperatorCase[] = [
  ...Object.entries({ reduceMax, reduceMin }).flatMap(([covers, operator]) =>
    ([[1], [0, -1], [0, 1, 2]] as number[][]).map(
      (axes): OperatorCase => ({
        covers,
        title: `over ${axes.join(' and ')}`,
        inputs: { x: floats([2, 3, 4], -2, 2, 45) },
        build: (given) => operator(of(given, 'x'), axes, axes.length < 3),
        undifferentiated: true,
      }),
    ),
  ),
  {
    covers: 'cumulativeSum',
    title: 'of probabilities, as sampling by the inverse distribution needs them',
    inputs: { x: floats([2, 9], -2, 2, 46) },
    build: (given) => cumulativeSum(softmax(of(given, 'x'))),
    undifferentiated: true,
  },
];

const stable: OperatorCase[] = [
  {
    covers: 'detach',
    title: 'of a shift that cancels',
    inputs: { x: floats([2, 5], -2, 2, 46) },
    build: (given) => {
      const below = sub(of(given, 'x'), detach(reduceMax(of(given, 'x'), [1], true)));
      return sub(below, log(reduceSum(exp(below), [1], true)));
    },
  },
  {
    covers: 'reduceLogSumExp',
    title: 'beyond ±100, where e^x overflows float32 or vanishes',
    inputs: { x: { dtype: 'float32', shape: [2, 3], data: Float32Array.of(110, 109, 108.5, -130, -131.5, -130.25) } },
    build: (given) => reduceLogSumExp(of(given, 'x'), [1]),
  },
];

const norms: OperatorCase[] = ([[4], [2, 3], [2, 2, 5]] as Shape[]).flatMap((shape): OperatorCase[] => [
  {
    covers: 'rmsNorm',
    title: show(shape),
    inputs: { x: floats(shape, -2, 2, 72), w: floats(shape.slice(-1), -1, 1, 73) },
    build: (given) => rmsNorm(of(given, 'x'), of(given, 'w'), 1e-5),
  },
  {
    covers: 'normalizeMeanVariance',
    title: show(shape),
    inputs: { x: floats(shape, -2, 2, 68) },
    build: (given) => normalizeMeanVariance(of(given, 'x'), 1e-5),
  },
]);

const softmaxes: OperatorCase[] = [
  ...([[4], [2, 3], [3, 16], [2, 1, 3], [2, 2, 1, 3]] as Shape[]).map(
    (shape): OperatorCase => ({
      covers: 'softmax',
      title: show(shape),
      inputs: { x: floats(shape, -2, 2, 30) },
      build: (given) => softmax(of(given, 'x')),
    }),
  ),
  {
    covers: 'softmax',
    title: 'with scores masked by −1e9, as attention masks them',
    inputs: { x: floats([2, 3], -1, 1, 31), c: mask([2, 3]) },
    build: (given) => {
      const x = of(given, 'x');
      return softmax(where(of(given, 'c'), x, x.graph.scalar(-1e9)));
    },
  },
];

const moves: OperatorCase[] = [
  ...(
    [
      [
        [2, 3],
        [1, 0],
      ],
      [
        [2, 3, 4],
        [2, 0, 1],
      ],
      [
        [2, 3, 1, 2],
        [0, 2, 1, 3],
      ],
      [
        [2, 3, 1, 2],
        [3, 1, 0, 2],
      ],
      [
        [2, 3, 1, 2],
        [1, 2, 3, 0],
      ],
    ] as [Shape, number[]][]
  ).map(
    ([shape, order]): OperatorCase => ({
      covers: 'transpose',
      title: `${show(shape)} to axes ${order.join(', ')}`,
      inputs: { x: floats(shape, -1, 1, 32) },
      build: (given) => transpose(of(given, 'x'), order),
    }),
  ),
  ...(
    [
      [2, 3],
      [2, 3, 4],
      [2, 1, 3, 2],
    ] as Shape[]
  ).map(
    (shape): OperatorCase => ({
      covers: 'swapLast',
      title: show(shape),
      inputs: { x: floats(shape, -1, 1, 33) },
      build: (given) => swapLast(of(given, 'x')),
    }),
  ),
  ...[0, 1, 2, 3].flatMap((axis): OperatorCase[] => {
    const shape = [3, 2, 4, 3];
    return [
      {
        covers: 'concat',
        title: `three parts along axis ${axis}`,
        inputs: {
          a: floats([2, 2, 2, 2], -1, 1, 34),
          b: floats([2, 2, 2, 2].with(axis, 1), -1, 1, 35),
          c: floats([2, 2, 2, 2].with(axis, 3), -1, 1, 36),
        },
        build: (given) => concat([of(given, 'a'), of(given, 'b'), of(given, 'c')], axis),
      },
      {
        covers: 'slice',
        title: `inside axis ${axis}`,
        inputs: { x: floats(shape, -1, 1, 37) },
        build: (given) => slice(of(given, 'x'), axis, 1, shape[axis] === 2 ? 2 : shape[axis]! - 1),
      },
      {
        covers: 'pad',
        title: `before and after axis ${axis}`,
        inputs: { x: floats([2, 1, 2, 3], -1, 1, 38) },
        build: (given) => pad(of(given, 'x'), axis, 1, 2),
      },
    ];
  }),
  {
    covers: 'concat',
    title: 'of a value with itself',
    inputs: { a: floats([2, 2], -1, 1, 39) },
    build: (given) => concat([of(given, 'a'), of(given, 'a')], -1),
  },
  {
    covers: 'split',
    title: 'three parts of an axis, each used otherwise',
    inputs: { x: floats([2, 6], -1, 1, 69) },
    build: (given) => {
      const [a, b, c] = split(of(given, 'x'), 1, [1, 2, 3]);
      return concat([mul(c!, c!), a!, mul(b!, a!)], 1);
    },
  },
  {
    covers: 'split',
    title: 'with a part that is not used',
    inputs: { x: floats([5, 2], -1, 1, 70) },
    build: (given) => {
      const [a, , c] = split(of(given, 'x'), 0, [2, 1, 2]);
      return mul(a!, c!);
    },
  },
  {
    covers: 'slice',
    title: 'parts that overlap, along one axis and two',
    inputs: { x: floats([3, 3], -1, 1, 71) },
    build: (given) => {
      const x = of(given, 'x');
      return add(mul(slice(x, 0, 0, 2), slice(x, 0, 1, 3)), reshape(slice(slice(x, 1, 0, 2), 0, 0, 3), [2, 3]));
    },
  },
  {
    covers: 'slice',
    title: 'the first and the last of an axis',
    inputs: { x: floats([4, 2], -1, 1, 40) },
    build: (given) => add(slice(of(given, 'x'), 0, 0, 1), slice(of(given, 'x'), -2, 3, 4)),
  },
  ...[0, 1, 2].map(
    (axis): OperatorCase => ({
      covers: 'slice',
      title: `of int32 ids along axis ${axis}`,
      inputs: {
        n: ids([2, 2, 3], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
        x: floats([2, 2, 3].with(axis, 1), -1, 1, 49),
      },
      build: (given) => mul(cast(slice(of(given, 'n'), axis, 1, 2), 'float32'), of(given, 'x')),
    }),
  ),
  {
    covers: 'concat',
    title: 'of int32 ids',
    inputs: { n: ids([2, 1], [3, 4]), m: ids([2, 2], [5, 6, 7, 8]), x: floats([3], -1, 1, 50) },
    build: (given) => mul(cast(concat([of(given, 'n'), of(given, 'm')], 1), 'float32'), of(given, 'x')),
  },
  {
    covers: 'pad',
    title: 'on one side only',
    inputs: { x: floats([2, 3], -1, 1, 41) },
    build: (given) => pad(of(given, 'x'), -1, 0, 2),
  },
];

const shapings: OperatorCase[] = [
  ...(
    [
      [
        [2, 3],
        [3, 2],
      ],
      [
        [2, 3],
        [1, 6, 1, 1],
      ],
      [[1, 1], []],
      [[2, 2, 1, 3], [12]],
    ] as Shape[][]
  ).map(
    ([from, to]): OperatorCase => ({
      covers: 'reshape',
      title: `${show(from!)} to ${show(to!)}`,
      inputs: { x: floats(from!, -1, 1, 42) },
      build: (given) => mul(reshape(of(given, 'x'), to!), reshape(of(given, 'x'), to!)),
    }),
  ),
  ...(
    [
      [[], [2, 3]],
      [[3], [2, 3]],
      [
        [2, 1],
        [2, 3],
      ],
      [
        [1, 1, 2],
        [3, 2, 2],
      ],
      [
        [2, 1, 3, 1],
        [2, 2, 3, 2],
      ],
      [[1], [1, 1]],
    ] as Shape[][]
  ).flatMap(([small, large]): OperatorCase[] => [
    {
      covers: 'expand',
      title: `${show(small!)} to ${show(large!)}`,
      inputs: { x: floats(small!, -1, 1, 43) },
      build: (given) => expand(of(given, 'x'), large!),
    },
    {
      covers: 'reduceTo',
      title: `${show(large!)} to ${show(small!)}`,
      inputs: { x: floats(large!, -1, 1, 44) },
      build: (given) => reduceTo(of(given, 'x'), small!),
    },
  ]),
];

export const SHAPE_CASES: readonly OperatorCase[] = [
  ...reductions,
  ...choices,
  ...stable,
  ...norms,
  ...softmaxes,
  ...moves,
  ...shapings,
];
