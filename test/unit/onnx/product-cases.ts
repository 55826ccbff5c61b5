// Small uses of the indexing and matrix operators, one for each kind of operand.

import { cast, mul } from '../../../src/engine/onnx/elementwise.ts';
import type { Shape, Value } from '../../../src/engine/onnx/graph.ts';
import {
  addAt,
  addGradients,
  gatherRows,
  pick,
  range,
  rearrangeRows,
  scatterAddRows,
  scatterRows,
  swapHalves,
} from '../../../src/engine/onnx/indexing.ts';
import { gemm, gemmOnto, linear, matmul, matmulTransposed, project } from '../../../src/engine/onnx/matrix.ts';
import { projectedTokenLogps, tokenLogps } from '../../../src/engine/onnx/token-logps.ts';
import { floats, ids, longIds, type OperatorCase, of, show } from './operands.ts';

const indexing: OperatorCase[] = [
  ...(
    [
      [
        [5, 4],
        [2, 3],
        [0, 4, 4, 1, 0, 4],
      ],
      [[5, 4], [3], [2, 2, 2]],
      [[5], [2, 2], [1, 3, 3, 0]],
      [[3, 2, 1, 2], [4], [2, 0, 2, 1]],
      [[3, 2], [], [1]],
      [
        [4, 3],
        [1, 2, 1],
        [3, 3],
      ],
    ] as [Shape, Shape, number[]][]
  ).map(
    ([table, shape, rows]): OperatorCase => ({
      covers: 'gatherRows',
      title: `${show(table)} at ids ${show(shape)}, some repeated`,
      inputs: { table: floats(table, -1, 1, 14), rows: ids(shape, rows) },
      build: (given) => gatherRows(of(given, 'table'), of(given, 'rows')),
    }),
  ),
  {
    covers: 'scatterAddRows',
    title: 'repeated ids, and rows that get nothing',
    inputs: { rows: floats([5, 3], -1, 1, 15), at: ids([5], [3, 0, 3, 3, 1]) },
    build: (given) => scatterAddRows(of(given, 'rows'), of(given, 'at'), 6),
  },
  {
    covers: 'scatterAddRows',
    title: 'ids of rank 2, one column',
    inputs: { rows: floats([4, 1], -1, 1, 16), at: ids([2, 2], [1, 1, 0, 1]) },
    build: (given) => scatterAddRows(of(given, 'rows'), of(given, 'at'), 2),
  },
  {
    covers: 'gatherRows',
    title: 'int64 ids [4, 1], some repeated',
    inputs: { table: floats([5, 4], -1, 1, 51), rows: longIds([4, 1], [4, 0, 4, 2]) },
    build: (given) => gatherRows(of(given, 'table'), of(given, 'rows')),
  },
  {
    covers: 'scatterRows',
    title: 'onto numbers, ids repeated',
    inputs: { into: floats([4, 3], -1, 1, 76), rows: floats([5, 3], -1, 1, 77), at: longIds([5, 1], [3, 0, 3, 3, 1]) },
    build: (given) => scatterRows(of(given, 'into'), of(given, 'at'), of(given, 'rows')),
  },
  ...['rows and numbers', 'numbers and rows', 'rows and rows'].map(
    (title): OperatorCase => ({
      covers: 'addGradients',
      title,
      inputs: { x: floats([4, 3], -1, 1, 78), rows: floats([3, 3], -1, 1, 79), at: longIds([3, 1], [2, 0, 2]) },
      build: (given) => {
        const rows = (): Value => scatterAddRows(of(given, 'rows'), of(given, 'at'), 4);
        const [a, b] = title.split(' and ').map((which) => (which === 'rows' ? rows() : of(given, 'x')));
        return addGradients(a!, b!);
      },
    }),
  ),
  {
    covers: 'scatterAddRows',
    title: 'int64 ids, repeated, and rows that get nothing',
    inputs: { rows: floats([5, 3], -1, 1, 52), at: longIds([5, 1], [3, 0, 3, 3, 1]) },
    build: (given) => scatterAddRows(of(given, 'rows'), of(given, 'at'), 6),
  },
  {
    covers: 'rearrangeRows',
    title: 'five rows at seven places, two of them filling that counts for nothing',
    inputs: {
      x: floats([5, 3], -1, 1, 53),
      index: ids([7], [3, 0, 0, 1, 4, 2, 3]),
      inverse: ids([5], [2, 3, 5, 6, 4]),
    },
    build: (given) => {
      const counted = given.x!.graph.constant(Float32Array.of(0, 0, 1, 1, 1, 1, 1), 'float32', [7, 1]);
      return mul(rearrangeRows(of(given, 'x'), of(given, 'index'), [of(given, 'inverse')]), counted);
    },
  },
  {
    covers: 'rearrangeRows',
    title: 'six rows as a table [2, 3]',
    inputs: {
      x: floats([6, 2], -1, 1, 54),
      index: ids([2, 3], [5, 1, 0, 2, 4, 3]),
      inverse: ids([6], [2, 1, 3, 5, 4, 0]),
    },
    build: (given) => rearrangeRows(of(given, 'x'), of(given, 'index'), [of(given, 'inverse')]),
  },
  {
    covers: 'rearrangeRows',
    title: 'rows that stand twice, and one once beside filling',
    inputs: {
      x: floats([3, 2], -1, 1, 74),
      index: ids([2, 3], [0, 1, 2, 0, 1, 1]),
      first: ids([3], [0, 1, 2]),
      again: ids([3], [3, 4, 5]),
    },
    build: (given) => {
      // The last place is filling: nothing comes of it.
      const counted = given.x!.graph.constant(Float32Array.of(1, 1, 1, 1, 1, 0), 'float32', [2, 3, 1]);
      const inverses = [of(given, 'first'), of(given, 'again')];
      return mul(rearrangeRows(of(given, 'x'), of(given, 'index'), inverses), counted);
    },
  },
  ...([[4], [3, 2], [2, 3, 1, 6]] as Shape[]).map(
    (shape): OperatorCase => ({
      covers: 'swapHalves',
      title: show(shape),
      inputs: { x: floats(shape, -1, 1, 55) },
      build: (given) => swapHalves(of(given, 'x')),
    }),
  ),
  {
    covers: 'addAt',
    title: 'one column a row',
    inputs: { x: floats([4, 3], -1, 1, 56), at: ids([4], [0, 2, 2, 1]), amounts: floats([4], -1, 1, 57) },
    build: (given) => addAt(of(given, 'x'), of(given, 'at'), of(given, 'amounts')),
  },
  {
    covers: 'range',
    title: 'as numbers, times a value',
    inputs: { x: floats([2, 4], -1, 1, 17) },
    build: (given) => mul(of(given, 'x'), cast(range(of(given, 'x'), 4), 'float32')),
  },
  {
    covers: 'pick',
    title: 'one column a row',
    inputs: { x: floats([4, 3], -1, 1, 19), at: ids([4], [0, 2, 2, 1]) },
    build: (given) => pick(of(given, 'x'), of(given, 'at')),
  },
  {
    covers: 'tokenLogps',
    title: 'a vocabulary of 17',
    inputs: { logits: floats([3, 17], -3, 3, 20), at: ids([3], [0, 16, 5]) },
    build: (given) => tokenLogps(of(given, 'logits'), of(given, 'at')),
  },
  {
    covers: 'tokenLogps',
    title: 'logits beyond ±100, where e^logit overflows float32',
    inputs: {
      logits: { dtype: 'float32', shape: [2, 3], data: Float32Array.of(110, 109, 108.5, -130, -131.5, -130.25) },
      at: ids([2], [1, 0]),
    },
    build: (given) => tokenLogps(of(given, 'logits'), of(given, 'at')),
  },
  ...[1, 2, 3, 7].map(
    (rows): OperatorCase => ({
      covers: 'projectedTokenLogps',
      title: `seven hidden states, ${rows} at a time`,
      inputs: {
        hidden: floats([7, 3], -1, 1, 58),
        weight: floats([5, 3], -1, 1, 59),
        at: ids([7], [0, 4, 2, 2, 1, 3, 0]),
      },
      build: (given) => projectedTokenLogps(of(given, 'hidden'), of(given, 'weight'), of(given, 'at'), rows),
    }),
  ),
];

const matrices: OperatorCase[] = [
  ...[false, true].flatMap((transA) =>
    [false, true].map(
      (transB): OperatorCase => ({
        covers: 'gemm',
        title: `transA ${transA}, transB ${transB}`,
        inputs: { a: floats(transA ? [3, 2] : [2, 3], -1, 1, 21), b: floats(transB ? [4, 3] : [3, 4], -1, 1, 22) },
        build: (given) => gemm(of(given, 'a'), of(given, 'b'), transA, transB),
      }),
    ),
  ),
  {
    covers: 'gemm',
    title: 'sizes that are multiples of 4',
    inputs: { a: floats([8, 4], -1, 1, 47), b: floats([4, 8], -1, 1, 48) },
    build: (given) => gemm(of(given, 'a'), of(given, 'b'), true, true),
  },
  {
    covers: 'gemmOnto',
    title: 'a product added to a matrix',
    inputs: { a: floats([3, 2], -1, 1, 60), b: floats([3, 4], -1, 1, 61), c: floats([2, 4], -1, 1, 62) },
    undifferentiated: true,
    build: (given) => gemmOnto(of(given, 'a'), of(given, 'b'), of(given, 'c')),
  },
  ...([[3], [2, 3], [2, 2, 3], [2, 1, 2, 3]] as Shape[]).flatMap((shape): OperatorCase[] => [
    {
      covers: 'linear',
      title: show(shape),
      inputs: { x: floats(shape, -1, 1, 23), w: floats([4, 3], -1, 1, 24) },
      build: (given) => linear(of(given, 'x'), of(given, 'w')),
    },
    {
      covers: 'project',
      title: show(shape),
      inputs: { x: floats(shape, -1, 1, 25), w: floats([3, 4], -1, 1, 26) },
      build: (given) => project(of(given, 'x'), of(given, 'w')),
    },
  ]),
  ...(
    [
      [
        [2, 3],
        [3, 4],
      ],
      [
        [2, 2, 3],
        [2, 3, 4],
      ],
      [
        [2, 2, 3],
        [3, 2],
      ],
      [
        [2, 3],
        [4, 3, 2],
      ],
      [
        [2, 1, 2, 3],
        [1, 3, 3, 2],
      ],
      [
        [2, 2, 2, 3],
        [2, 2, 3, 1],
      ],
      [
        [1, 3],
        [3, 1],
      ],
    ] as Shape[][]
  ).map(
    ([a, b]): OperatorCase => ({
      covers: 'matmul',
      title: show(a!, b!),
      inputs: { a: floats(a!, -1, 1, 27), b: floats(b!, -1, 1, 28) },
      build: (given) => matmul(of(given, 'a'), of(given, 'b')),
    }),
  ),
  ...(
    [
      [
        [2, 3],
        [4, 3],
      ],
      [
        [2, 2, 3],
        [2, 4, 3],
      ],
      [
        [2, 1, 2, 3],
        [3, 4, 3],
      ],
    ] as Shape[][]
  ).map(
    ([a, b]): OperatorCase => ({
      covers: 'matmulTransposed',
      title: show(a!, b!),
      inputs: { a: floats(a!, -1, 1, 80), b: floats(b!, -1, 1, 81) },
      build: (given) => matmulTransposed(of(given, 'a'), of(given, 'b')),
    }),
  ),
];

export const PRODUCT_CASES: readonly OperatorCase[] = [...indexing, ...matrices];
