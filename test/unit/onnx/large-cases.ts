// The sizes of a real model: more parts, longer sums and bigger tables than one workgroup of a GPU holds. Too many numbers for finite
// differences; the back ends are compared with each other.

import { gatherRows, scatterAddRows } from '../../../src/engine/onnx/indexing.ts';
import { linear, matmul } from '../../../src/engine/onnx/matrix.ts';
import { reduceMean, softmax } from '../../../src/engine/onnx/reduce.ts';
import { cumulativeSum, reduceMax } from '../../../src/engine/onnx/selection.ts';
import { concat, slice, transpose } from '../../../src/engine/onnx/shape-operators.ts';
import { reduceSum, reshape } from '../../../src/engine/onnx/shaping.ts';
import { tokenLogps } from '../../../src/engine/onnx/token-logps.ts';
import { floats, ids, type OperatorCase, of } from './operands.ts';

const spread = (count: number, bound: number): number[] =>
  Array.from({ length: count }, (_, index) => (index * 37) % bound);

export const LARGE_CASES: readonly OperatorCase[] = [
  {
    covers: 'concat',
    title: 'of 40 parts cut from one array, in another order',
    inputs: { theta: floats([40 * 257], -1, 1, 60) },
    build: (given) => {
      const parts = Array.from({ length: 40 }, (_, index) =>
        slice(of(given, 'theta'), 0, index * 257, index * 257 + 257),
      );
      return concat(parts.reverse(), 0);
    },
  },
  {
    covers: 'reduceSum',
    title: 'of 300,001 numbers',
    inputs: { x: floats([300_001], 0, 1e-3, 61) },
    build: (given) => reduceSum(of(given, 'x'), [0]),
  },
  {
    covers: 'reduceMean',
    title: 'of the rows of a matrix',
    inputs: { x: floats([130, 97], -1, 1, 62) },
    build: (given) => reduceMean(of(given, 'x'), [0]),
  },
  {
    covers: 'tokenLogps',
    title: 'a vocabulary of 1,024',
    inputs: { logits: floats([48, 1024], -8, 8, 63), at: ids([48], spread(48, 1024)) },
    build: (given) => tokenLogps(of(given, 'logits'), of(given, 'at')),
  },
  {
    covers: 'gatherRows',
    title: 'a table of 1,024 rows at 96 ids',
    inputs: { table: floats([1024, 36], -1, 1, 64), at: ids([4, 24], spread(96, 50)) },
    build: (given) => gatherRows(of(given, 'table'), of(given, 'at')),
  },
  {
    covers: 'scatterAddRows',
    title: 'a hundred rows onto three',
    inputs: { rows: floats([100, 36], -1, 1, 65), at: ids([100], spread(100, 3)) },
    build: (given) => scatterAddRows(of(given, 'rows'), of(given, 'at'), 3),
  },
  {
    covers: 'matmul',
    title: 'attention scores and their softmax, 2 × 4 heads, 33 tokens',
    inputs: { q: floats([2, 4, 33, 24], -1, 1, 66), k: floats([2, 4, 33, 24], -1, 1, 67) },
    build: (given) => softmax(matmul(of(given, 'q'), transpose(of(given, 'k'), [0, 1, 3, 2]))),
  },
  {
    covers: 'linear',
    title: '66 rows of 96, to 130',
    inputs: { x: floats([2, 33, 96], -1, 1, 68), w: floats([130, 96], -0.1, 0.1, 69) },
    build: (given) => linear(of(given, 'x'), of(given, 'w')),
  },
  {
    covers: 'transpose',
    title: 'heads of 33 tokens',
    inputs: { x: floats([2, 33, 96], -1, 1, 70) },
    build: (given) => transpose(reshape(of(given, 'x'), [2, 33, 4, 24]), [0, 2, 1, 3]),
  },
  {
    covers: 'cumulativeSum',
    title: 'of 1,024 probabilities, and their largest',
    inputs: { x: floats([4, 1024], -4, 4, 71) },
    build: (given) => {
      const probabilities = softmax(of(given, 'x'));
      return concat([cumulativeSum(probabilities), reduceMax(probabilities, [1], true)], 1);
    },
    undifferentiated: true,
  },
];
