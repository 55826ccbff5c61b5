// The algorithm's handful of operations on graph nodes: what makes a loss or an optimizer of src/spin part of a training graph.

import type { Arithmetic } from '../../spin/arithmetic.ts';
import { add, div, exp, mul, neg, relu, softplus, sqrt, sub } from './elementwise.ts';
import type { Graph, Value } from './graph.ts';

/** `Arithmetic` whose values are nodes of this graph. */
export function graphArithmetic(graph: Graph): Arithmetic<Value> {
  return { constant: (value) => graph.scalar(value), add, sub, mul, div, neg, exp, sqrt, relu, softplus };
}
