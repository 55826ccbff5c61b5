// Matrix products and their gradients.

import { OperandTypeError, ShapeMismatchError } from './errors.ts';
import { type Gradient, sizeOf, type Value } from './graph.ts';
import { swapLast } from './shape-operators.ts';
import { broadcast, equalShapes } from './shapes.ts';
import { reduceTo, reshape } from './shaping.ts';

function requireFloats(operator: string, a: Value, b: Value): void {
  if (a.dtype !== 'float32' || b.dtype !== 'float32') {
    throw new OperandTypeError(operator, [a, b], 'two float32 values');
  }
}

/** op(a)·op(b) for matrices, op transposing where asked. a: [M, K] or [K, M], b: [K, N] or [N, K]; result [M, N]. */
export function gemm(a: Value, b: Value, transA = false, transB = false): Value {
  requireFloats('Gemm', a, b);
  const [m, k] = transA ? [a.shape[1], a.shape[0]] : [a.shape[0], a.shape[1]];
  const [inner, n] = transB ? [b.shape[1], b.shape[0]] : [b.shape[0], b.shape[1]];
  if (a.shape.length !== 2 || b.shape.length !== 2 || k !== inner) {
    throw new ShapeMismatchError(
      'Gemm',
      [a.shape, b.shape],
      `inner dimensions must agree (transA ${transA}, transB ${transB})`,
    );
  }
  return a.graph.add({
    operator: 'Gemm',
    inputs: [a, b],
    dtype: 'float32',
    shape: [m!, n!],
    attributes: { transA: transA ? 1 : 0, transB: transB ? 1 : 0 },
    gradient: (g) => [
      transA ? gemm(b, g, transB, true) : gemm(g, b, false, !transB),
      transB ? gemm(g, a, true, transA) : gemm(a, g, !transA, false),
    ],
  });
}

/** aᵀ·b added to `c`, in one node: a [K, M], b [K, N], c [M, N]. It has no gradient: it is made for gradients. */
export function gemmOnto(a: Value, b: Value, c: Value): Value {
  requireFloats('Gemm', a, b);
  const [m, n] = [a.shape[1], b.shape[1]];
  if (a.shape.length !== 2 || b.shape.length !== 2 || a.shape[0] !== b.shape[0] || !equalShapes(c.shape, [m!, n!])) {
    throw new ShapeMismatchError('Gemm', [a.shape, b.shape, c.shape], 'aᵀ·b must have the shape of c');
  }
  const attributes = { transA: 1, transB: 0 };
  return a.graph.add({ operator: 'Gemm', inputs: [a, b, c], dtype: 'float32', shape: c.shape, attributes });
}

/** x as a matrix of its last axis, times the weight, as x's shape again. */
function rowsTimes(x: Value, weight: Value, transposed: boolean): Value {
  requireFloats('Gemm', x, weight);
  const inner = weight.shape[transposed ? 1 : 0];
  const outer = weight.shape[transposed ? 0 : 1];
  if (x.shape.length < 1 || weight.shape.length !== 2 || x.shape.at(-1) !== inner) {
    const rule = `the last of the first must be the ${transposed ? 'second' : 'first'} of the weight matrix`;
    throw new ShapeMismatchError('Gemm', [x.shape, weight.shape], rule);
  }
  const rows = x.shape.slice(0, -1);
  return reshape(gemm(reshape(x, [sizeOf(rows), inner!]), weight, false, transposed), [...rows, outer!]);
}

/** x·wᵀ over the last axis. x: [..., in], w: [out, in] (PyTorch's Linear); result [..., out]. */
export const linear = (x: Value, weight: Value): Value => rowsTimes(x, weight, true);

/** x·w over the last axis. x: [..., in], w: [in, out] (GPT-2's Conv1D); result [..., out]. */
export const project = (x: Value, weight: Value): Value => rowsTimes(x, weight, false);

function requireFactors(a: Value, b: Value, inner: number | undefined, rule: string): void {
  requireFloats('MatMul', a, b);
  if (a.shape.length < 2 || b.shape.length < 2 || a.shape.at(-1) !== inner) {
    throw new ShapeMismatchError('MatMul', [a.shape, b.shape], rule);
  }
}

/** The node of a·right, whose gradients are those of `roots`. */
function product(a: Value, right: Value, roots: readonly [Value, Value], gradient: Gradient): Value {
  const batch = broadcast('MatMul', a.shape.slice(0, -2), right.shape.slice(0, -2), [a.shape, right.shape]);
  const shape = [...batch, a.shape.at(-2)!, right.shape.at(-1)!];
  return a.graph.add({ operator: 'MatMul', inputs: [a, right], dtype: 'float32', shape, roots, gradient });
}

/** Batched matrix product. a: [..., M, K], b: [..., K, N], leading dimensions broadcast. */
export function matmul(a: Value, b: Value): Value {
  requireFactors(a, b, b.shape.at(-2), 'the last of the first must be the last but one of the second');
  return product(a, b, [a, b], (g) => [
    reduceTo(matmulTransposed(g, b), a.shape),
    reduceTo(matmul(swapLast(a), g), b.shape),
  ]);
}

/** a·bᵀ. a: [..., M, K], b: [..., N, K], leading dimensions broadcast. Neither gradient is transposed as a whole. */
export function matmulTransposed(a: Value, b: Value): Value {
  requireFactors(a, b, b.shape.at(-1), 'the last of both must be equal');
  return product(a, swapLast(b), [a, b], (g) => [
    reduceTo(matmul(g, b), a.shape),
    reduceTo(matmul(swapLast(g), a), b.shape),
  ]);
}
