// What a graph means, in float64: each operator's definition written anew, from ONNX's specification, with nothing taken from the
// compiler but the graph's own data. Slow and plain on purpose: it is what the runtime and the gradients are checked against.

import type { Graph, Node, Shape, Value } from '../../../src/engine/onnx/graph.ts';

/** Numbers in row-major order. Integers and booleans (0 and 1) are held as float64 too. */
export interface Dense {
  readonly shape: Shape;
  readonly data: Float64Array;
}

const count = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

function strides(shape: Shape): number[] {
  return shape.map((_, axis) => count(shape.slice(axis + 1)));
}

/** A tensor whose every element is a function of its coordinates. */
function tabulate(shape: Shape, element: (at: number[]) => number): Dense {
  const steps = strides(shape);
  const data = Float64Array.from({ length: count(shape) }, (_, index) =>
    element(shape.map((size, axis) => Math.floor(index / steps[axis]!) % size)),
  );
  return { shape, data };
}

/** The element at coordinates, counted from the right and repeated where this tensor has size 1. */
function read(x: Dense, at: readonly number[]): number {
  const steps = strides(x.shape);
  const left = at.length - x.shape.length;
  return x.data[x.shape.reduce((sum, size, axis) => sum + (size === 1 ? 0 : at[axis + left]! * steps[axis]!), 0)]!;
}

/** Abramowitz and Stegun 7.1.5 near zero, the continued fraction 7.1.14 of erfc elsewhere: both to about 1e-15. */
export function errorFunction(x: number): number {
  const size = Math.abs(x);
  if (size < 2.5) {
    let term = size;
    let sum = size;
    for (let n = 1; n < 60; n++) {
      term *= (-size * size) / n;
      sum += term / (2 * n + 1);
    }
    return Math.sign(x) * (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 80; n >= 1; n--) fraction = n / 2 / (size + fraction);
  return Math.sign(x) * (1 - Math.exp(-size * size) / Math.sqrt(Math.PI) / (size + fraction));
}

const UNARY: Readonly<Record<string, (x: number) => number>> = {
  Neg: (x) => -x,
  Exp: Math.exp,
  Log: Math.log,
  Sqrt: Math.sqrt,
  Reciprocal: (x) => 1 / x,
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Tanh: Math.tanh,
  Erf: errorFunction,
  Softplus: (x) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x))),
  Relu: (x) => (x > 0 ? x : 0),
};

const BINARY: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Equal: (a, b) => (a === b ? 1 : 0),
  Greater: (a, b) => (a > b ? 1 : 0),
  Less: (a, b) => (a < b ? 1 : 0),
};

const REDUCE: Readonly<Record<string, (numbers: readonly number[]) => number>> = {
  ReduceSum: (numbers) => numbers.reduce((sum, x) => sum + x, 0),
  ReduceMean: (numbers) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length,
  ReduceMax: (numbers) => Math.max(...numbers),
  ReduceMin: (numbers) => Math.min(...numbers),
  ReduceLogSumExp: (numbers) => {
    const top = Math.max(...numbers);
    return top + Math.log(numbers.reduce((sum, x) => sum + Math.exp(x - top), 0));
  },
};

const integer = (node: Node, name: string, otherwise: number): number => {
  const value = node.attributes[name];
  return typeof value === 'number' ? value : otherwise;
};

function reduce(node: Node, [x, axes]: Dense[], shape: Shape): Dense {
  const over = new Set(axes!.data);
  const rows = new Map<string, number[]>();
  tabulate(x!.shape, (at) => {
    const key = at.filter((_, axis) => !over.has(axis)).join();
    rows.set(key, [...(rows.get(key) ?? []), read(x!, at)]);
    return 0;
  });
  const keep = integer(node, 'keepdims', 1) === 1;
  return tabulate(shape, (at) =>
    REDUCE[node.operator]!(rows.get((keep ? at.filter((_, axis) => !over.has(axis)) : at).join())!),
  );
}

/** Σ over the shared axis, with the first `at.length − 2` coordinates as batch. */
function product(a: Dense, b: Dense, inner: number, flipA: boolean, flipB: boolean, at: readonly number[]): number {
  const batch = at.slice(0, -2);
  const [row = 0, column = 0] = at.slice(-2);
  let sum = 0;
  for (let k = 0; k < inner; k++) {
    sum +=
      read(a, [...batch, ...(flipA ? [k, row] : [row, k])]) *
      read(b, [...batch, ...(flipB ? [column, k] : [k, column])]);
  }
  return sum;
}

/** The same matrix product with dimensions of size 1 on the batch side repeated, and on the matrix side left alone. */
function multiply(node: Node, [a, b]: Dense[], shape: Shape): Dense {
  const flipA = integer(node, 'transA', 0) === 1;
  const flipB = integer(node, 'transB', 0) === 1;
  const inner = a!.shape.at(flipA ? -2 : -1)!;
  return tabulate(shape, (at) => product(a!, b!, inner, flipA, flipB, at));
}

function softmax(node: Node, [x]: Dense[], shape: Shape): Dense {
  const axis = (integer(node, 'axis', -1) + shape.length) % shape.length;
  return tabulate(shape, (at) => {
    const row = Array.from({ length: shape[axis]! }, (_, k) => read(x!, at.with(axis, k)));
    const top = Math.max(...row);
    return Math.exp(read(x!, at) - top) / row.reduce((sum, value) => sum + Math.exp(value - top), 0);
  });
}

function rmsNorm(node: Node, [x, weight]: Dense[], shape: Shape): Dense {
  const { float: epsilon } = node.attributes.epsilon as { float: number };
  const axis = shape.length - 1;
  return tabulate(shape, (at) => {
    const row = Array.from({ length: shape[axis]! }, (_, k) => read(x!, at.with(axis, k)));
    const root = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0) / row.length + epsilon);
    return (read(x!, at) / root) * read(weight!, [at[axis]!]);
  });
}

function concat(node: Node, parts: Dense[], shape: Shape): Dense {
  const axis = integer(node, 'axis', 0);
  return tabulate(shape, (at) => {
    let index = at[axis]!;
    for (const part of parts) {
      if (index < part.shape[axis]!) return read(part, at.with(axis, index));
      index -= part.shape[axis]!;
    }
    throw new RangeError('past the last part');
  });
}

function slice([x, starts, , axes]: Dense[], shape: Shape): Dense {
  return tabulate(shape, (at) =>
    read(
      x!,
      at.map((index, axis) => index + (starts!.data[axes!.data.indexOf(axis)] ?? 0)),
    ),
  );
}

function pad([x, bounds]: Dense[], shape: Shape): Dense {
  return tabulate(shape, (at) => {
    const from = at.map((index, axis) => index - bounds!.data[axis]!);
    return from.every((index, axis) => index >= 0 && index < x!.shape[axis]!) ? read(x!, from) : 0;
  });
}

function scatterAdd(node: Node, [into, indices, updates]: Dense[], shape: Shape): Dense {
  if (node.attributes.reduction !== 'add') throw new Error('ScatterElements without reduction is not evaluated here');
  const axis = integer(node, 'axis', 0);
  const result = { shape, data: Float64Array.from(into!.data) };
  const steps = strides(shape);
  tabulate(indices!.shape, (at) => {
    const to = at.with(axis, read(indices!, at));
    const index = to.reduce((sum, coordinate, k) => sum + coordinate * steps[k]!, 0);
    result.data[index]! += read(updates!, at);
    return 0;
  });
  return result;
}

/** Rows of the last but batch axes of `indices` [..., 1], added to rows of the first axis. */
function scatterRows(node: Node, [into, indices, updates]: Dense[], shape: Shape): Dense {
  if (node.attributes.reduction !== 'add' || indices!.shape.at(-1) !== 1) {
    throw new Error('ScatterND is evaluated for sums of whole rows only');
  }
  const width = count(shape.slice(1));
  const result = { shape, data: Float64Array.from(into!.data) };
  indices!.data.forEach((row, n) => {
    for (let i = 0; i < width; i++) result.data[row * width + i]! += updates!.data[n * width + i]!;
  });
  return result;
}

function gatherElements(node: Node, [x, indices]: Dense[], shape: Shape): Dense {
  return tabulate(shape, (at) => read(x!, at.with(integer(node, 'axis', 0), read(indices!, at))));
}

function gather(node: Node, [table, ids]: Dense[], shape: Shape): Dense {
  const axis = integer(node, 'axis', 0);
  const rank = ids!.shape.length;
  return tabulate(shape, (at) => {
    const id = read(ids!, at.slice(axis, axis + rank));
    return read(table!, [...at.slice(0, axis), id, ...at.slice(axis + rank)]);
  });
}

function transpose(node: Node, [x]: Dense[], shape: Shape): Dense {
  const order = node.attributes.perm as readonly number[];
  return tabulate(shape, (at) =>
    read(
      x!,
      x!.shape.map((_, axis) => at[order.indexOf(axis)]!),
    ),
  );
}

function cast(to: Value, [x]: Dense[]): Dense {
  const convert =
    to.dtype === 'bool' ? (value: number) => (value === 0 ? 0 : 1) : to.dtype === 'float32' ? Number : Math.trunc;
  return { shape: to.shape, data: x!.data.map((value) => convert(value)) };
}

function apply(value: Value, node: Node, inputs: Dense[]): Dense {
  const { operator } = node;
  const { shape } = value;
  if (UNARY[operator]) return { shape, data: inputs[0]!.data.map(UNARY[operator]) };
  if (BINARY[operator]) return tabulate(shape, (at) => BINARY[operator]!(read(inputs[0]!, at), read(inputs[1]!, at)));
  if (REDUCE[operator]) return reduce(node, inputs, shape);
  switch (operator) {
    case 'Where':
      return tabulate(shape, (at) => read(inputs[read(inputs[0]!, at) === 0 ? 2 : 1]!, at));
    case 'Cast':
      return cast(value, inputs);
    case 'Reshape':
    case 'Identity':
      return { shape, data: inputs[0]!.data };
    case 'Expand':
      return tabulate(shape, (at) => read(inputs[0]!, at));
    case 'Transpose':
      return transpose(node, inputs, shape);
    case 'Concat':
      return concat(node, inputs, shape);
    case 'Slice':
      return slice(inputs, shape);
    case 'Pad':
      return pad(inputs, shape);
    case 'Gather':
      return gather(node, inputs, shape);
    case 'GatherElements':
      return gatherElements(node, inputs, shape);
    case 'ScatterElements':
      return scatterAdd(node, inputs, shape);
    case 'ScatterND':
      return scatterRows(node, inputs, shape);
    case 'Gemm': {
      const product = multiply(node, inputs, shape);
      const added = inputs[2];
      return added ? tabulate(shape, (at) => read(product, at) + read(added, at)) : product;
    }
    case 'MatMul':
      return multiply(node, inputs, shape);
    case 'CumSum':
      return tabulate(shape, (at) => {
        const axis = inputs[1]!.data[0]!;
        return Array.from({ length: at[axis]! + 1 }, (_, k) => read(inputs[0]!, at.with(axis, k))).reduce(
          (a, b) => a + b,
        );
      });
    case 'Softmax':
      return softmax(node, inputs, shape);
    case 'SimplifiedLayerNormalization':
      return rmsNorm(node, inputs, shape);
    default:
      throw new Error(`${operator} is not evaluated here: write its definition beside the others.`);
  }
}

/** The wanted values in float64, given the graph's inputs by name. Only what they need is computed. */
export function evaluate(graph: Graph, feeds: Readonly<Record<string, Dense>>, wanted: readonly Value[]): Dense[] {
  const known = new Map<Value, Dense>();
  const resolve = (value: Value): Dense => {
    const before = known.get(value);
    if (before) return before;
    const computed = value.node ? apply(value, value.node, value.node.inputs.map(resolve)) : leaf(value);
    known.set(value, computed);
    return computed;
  };
  const leaf = (value: Value): Dense => {
    const stored = graph.initializers.get(value);
    if (stored) return { shape: value.shape, data: Float64Array.from(stored.data, Number) };
    const fed = feeds[value.name];
    if (!fed) throw new Error(`No feed for the input ${value.name}.`);
    return fed;
  };
  return wanted.map(resolve);
}

/**
 * d target / d input for every element of one input, by central differences in float64: error about step² plus 1e-16 / step.
 * @param target a value with one element
 */
export function centralDifferences(
  graph: Graph,
  feeds: Readonly<Record<string, Dense>>,
  target: Value,
  input: string,
  step = 1e-5,
): Float64Array {
  const { shape, data } = feeds[input]!;
  const at = (index: number, offset: number): number => {
    const moved = { shape, data: data.with(index, data[index]! + offset) };
    return evaluate(graph, { ...feeds, [input]: moved }, [target])[0]!.data[0]!;
  };
  return data.map((_, index) => (at(index, step) - at(index, -step)) / (2 * step));
}
