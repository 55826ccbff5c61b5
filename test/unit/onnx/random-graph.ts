// Composes small random graphs of differentiable operators, a function of the seed alone. It knows each value's numbers while it builds,
// so that logarithms get positive numbers, exponentials small ones, and nothing stands near a kink or a tie.

import {
  add,
  cast,
  detach,
  div,
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
import { Graph, type Shape, sizeOf, type Value } from '../../../src/engine/onnx/graph.ts';
import { gatherRows, pick, scatterAddRows } from '../../../src/engine/onnx/indexing.ts';
import { gemm, linear, matmul, project } from '../../../src/engine/onnx/matrix.ts';
import { reduceLogSumExp, reduceMean, softmax } from '../../../src/engine/onnx/reduce.ts';
import { concat, pad, slice, swapLast, transpose } from '../../../src/engine/onnx/shape-operators.ts';
import { broadcast } from '../../../src/engine/onnx/shapes.ts';
import { expand, reduceSum, reduceTo, reshape } from '../../../src/engine/onnx/shaping.ts';
import { tokenLogps } from '../../../src/engine/onnx/token-logps.ts';
import { type Dense, evaluate } from './evaluate.ts';
import { type Fed, floats, ids, numbersOf, uniform } from './operands.ts';

export interface RandomGraph {
  readonly graph: Graph;
  readonly feeds: Readonly<Record<string, Fed>>;
  /** The float32 inputs. */
  readonly sources: readonly Value[];
  /** One number that depends on the last values made. */
  readonly target: Value;
}

/** No closer to a kink than this: far more than the step of the differences. */
const CLEAR = 0.02;
const LARGEST = 6;

class Composer {
  readonly graph = new Graph();
  readonly feeds: Record<string, Fed> = {};
  readonly sources: Value[] = [];
  readonly values: Value[] = [];
  readonly #next: () => number;
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
    this.#next = uniform(seed);
    for (let index = this.below(3) + 1; index > 0; index--) this.source(this.shape());
  }

  below(bound: number): number {
    return Math.floor(this.#next() * bound);
  }

  choose<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** Rank 1 to 4, few elements. */
  shape(): number[] {
    return Array.from({ length: 1 + this.below(4) }, () => this.choose([1, 2, 2, 3]));
  }

  source(shape: Shape): Value {
    const name = `x${this.sources.length}`;
    const value = this.graph.input(name, 'float32', shape);
    this.feeds[name] = floats(shape, -1.5, 1.5, this.#seed * 101 + this.sources.length);
    this.sources.push(value);
    this.values.push(value);
    return value;
  }

  ids(shape: Shape, bound: number): Value {
    const name = `ids${Object.keys(this.feeds).length}`;
    const list = Array.from({ length: sizeOf(shape) }, () => this.below(bound));
    this.feeds[name] = ids(shape, list);
    return this.graph.input(name, 'int32', shape);
  }

  numbers(value: Value): Float64Array {
    const dense: Record<string, Dense> = {};
    for (const [name, { shape, data }] of Object.entries(this.feeds)) dense[name] = { shape, data: numbersOf(data) };
    return evaluate(this.graph, dense, [value])[0]!.data;
  }

  any(): Value {
    // The latest values are taken more often, so that graphs grow deep and not only wide.
    const { length } = this.values;
    return this.values[Math.max(this.below(length), this.below(length))]!;
  }

  /** A value that fits x elementwise: an earlier one whose shape broadcasts with it, or a new input. */
  partner(x: Value): Value {
    const fitting = this.values.filter((value) => fits(value.shape, x.shape));
    if (fitting.length > 0 && this.#next() < 0.6) return this.choose(fitting);
    const shape = x.shape.map((size) => (this.#next() < 0.3 ? 1 : size)).slice(this.below(x.shape.length + 1));
    return this.source(shape);
  }

  matrix(): Value {
    const x = this.any();
    const rows = this.choose(x.shape.length === 0 ? [1] : x.shape);
    return reshape(x, [rows, sizeOf(x.shape) / rows]);
  }

  keep(value: Value): boolean {
    const numbers = this.numbers(value);
    if (sizeOf(value.shape) > 96 || value.shape.length > 4) return false;
    if (!numbers.every((number) => Math.abs(number) < LARGEST)) return false;
    this.values.push(value);
    return true;
  }
}

function fits(a: Shape, b: Shape): boolean {
  try {
    return sizeOf(broadcast('fits', a, b)) <= 48;
  } catch {
    return false;
  }
}

type Move = (make: Composer) => Value | null;

/** Applies an operator where all of x's numbers lie in its domain. */
const on =
  (operator: (x: Value) => Value, domain: (number: number) => boolean): Move =>
  (make) => {
    const x = make.any();
    return make.numbers(x).every(domain) ? operator(x) : null;
  };

/** Applies an operator to x² + 0.3. */
const onSquares =
  (operator: (x: Value) => Value): Move =>
  (make) => {
    const x = make.any();
    return operator(add(mul(x, x), make.graph.scalar(0.3)));
  };

const pair =
  (operator: (a: Value, b: Value) => Value): Move =>
  (make) => {
    const x = make.any();
    return make.below(2) === 0 ? operator(x, make.partner(x)) : operator(make.partner(x), x);
  };

const everywhere = (): boolean => true;
const nonzero = (x: number): boolean => Math.abs(x) > 0.2;

function choice(make: Composer): Value | null {
  const a = make.any();
  const b = make.partner(a);
  const apart = make.numbers(sub(a, b)).every((difference) => Math.abs(difference) > CLEAR);
  return apart ? where(make.choose([greater, less])(a, b), mul(a, b), make.choose([a, b])) : null;
}

function quotient(make: Composer): Value | null {
  const a = make.any();
  const b = make.partner(a);
  return make.numbers(b).every(nonzero) ? div(a, b) : null;
}

function product(make: Composer): Value {
  const a = make.matrix();
  const [m = 1, k = 1] = a.shape;
  const n = 1 + make.below(3);
  const kind = make.below(6);
  if (kind === 0) return linear(a, make.source([n, k]));
  if (kind === 1) return project(a, make.source([k, n]));
  const [transA, transB] = [make.below(2) === 0, make.below(2) === 0];
  const inner = transA ? m : k;
  return gemm(a, make.source(transB ? [n, inner] : [inner, n]), transA, transB);
}

function batched(make: Composer): Value | null {
  const a = make.any();
  if (a.shape.length < 2) return null;
  const batch = a.shape.slice(0, -2).map((size) => (make.below(2) === 0 ? 1 : size));
  return matmul(a, make.source([...batch.slice(make.below(batch.length + 1)), a.shape.at(-1)!, 1 + make.below(3)]));
}

function rows(make: Composer): Value | null {
  const x = make.any();
  if (x.shape.length === 0) return null;
  if (make.below(2) === 0) return gatherRows(x, make.ids(make.shape().slice(0, 2), x.shape[0]!));
  const matrix = make.matrix();
  return scatterAddRows(matrix, make.ids([matrix.shape[0]!], 4), 4);
}

function columns(make: Composer): Value {
  const matrix = make.matrix();
  const [n = 1, v = 1] = matrix.shape;
  const at = make.ids([n], v);
  return make.choose([pick, tokenLogps])(matrix, at);
}

function reduction(make: Composer): Value {
  const x = make.any();
  const axes = [...x.shape.keys()].filter(() => make.below(2) === 0);
  return make.choose([reduceSum, reduceMean, reduceLogSumExp])(x, axes, make.below(2) === 0);
}

function movement(make: Composer): Value | null {
  const x = make.any();
  const rank = x.shape.length;
  if (rank === 0) return null;
  const axis = make.below(rank);
  switch (make.below(5)) {
    case 0:
      return transpose(
        x,
        [...x.shape.keys()].map((each) => (each + 1 + axis) % rank),
      );
    case 1:
      return rank < 2 ? null : swapLast(x);
    case 2:
      return concat([x, neg(x), x], axis);
    case 3:
      return slice(x, axis, x.shape[axis]! > 1 ? 1 : 0, x.shape[axis]!);
    default:
      return pad(x, axis, make.below(2), 1);
  }
}

function shaping(make: Composer): Value {
  const x = make.any();
  switch (make.below(4)) {
    case 0:
      return reshape(x, [...x.shape].reverse());
    case 1:
      return expand(x, [2, ...x.shape].slice(-4));
    case 2:
      return reduceTo(x, x.shape.map((size) => (make.below(2) === 0 ? 1 : size)).slice(make.below(x.shape.length + 1)));
    default:
      return mul(x, detach(cast(make.ids(x.shape, 3), 'float32')));
  }
}

/** Every kind of step, each as likely as the others. */
const MOVES: readonly Move[] = [
  pair(add),
  pair(sub),
  pair(mul),
  quotient,
  choice,
  choice,
  product,
  product,
  batched,
  rows,
  columns,
  columns,
  reduction,
  reduction,
  movement,
  movement,
  shaping,
  on(neg, everywhere),
  on(exp, (x) => x < 1.5),
  onSquares(log),
  onSquares(sqrt),
  on(reciprocal, nonzero),
  on(sigmoid, everywhere),
  on(tanh, everywhere),
  on(erf, everywhere),
  on(softplus, everywhere),
  (make) => {
    const x = make.any();
    return x.shape.length === 0 ? null : softmax(x);
  },
  on(relu, (x) => Math.abs(x) > CLEAR),
];

/** A graph of `steps` operators; its target weighs the last three values, so that most of the graph lies on a path to it. */
export function randomGraph(seed: number, steps: number): RandomGraph {
  const make = new Composer(seed);
  for (let made = 0; made < steps; ) {
    const value = make.choose(MOVES)(make);
    if (value !== null && make.keep(value)) made += 1;
  }
  const target = make.values
    .slice(-3)
    .map((value, index) => mul(reduceSum(value, [...value.shape.keys()]), make.graph.scalar(0.5 + index)))
    .reduce(add);
  return { graph: make.graph, feeds: make.feeds, sources: make.sources, target };
}
