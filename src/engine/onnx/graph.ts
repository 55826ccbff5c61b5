// A graph of ONNX nodes under construction: values with known types and shapes, and what each node's gradient is. Knows operators only
// as names with attributes; what they mean is in the operator files beside this one.

import { GraphUseError, OperandTypeError, ShapeMismatchError } from './errors.ts';

export type DType = 'float32' | 'int32' | 'uint32' | 'int64' | 'bool';
export type Shape = readonly number[];
export type Attribute = number | string | readonly number[] | { readonly float: number };

/** One tensor of the graph. Shapes are static and every dimension is at least 1. */
export interface Value {
  readonly graph: Graph;
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  /** Position in the order of creation, which is a topological order. */
  readonly order: number;
  readonly node: Node | null;
}

/** The gradients of a node's roots given that of its output; null where none flows. */
export type Gradient = (upstream: Value) => readonly (Value | null)[];

/** Elements [start, end) of an axis. */
export interface Part {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
}

/** One of a node's further outputs: that of `first`'s node, at this place, counted from 0. */
export interface FurtherOutput {
  readonly first: Value;
  readonly index: number;
}

export interface Node {
  readonly operator: string;
  readonly inputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly domain: string;
  readonly gradient: Gradient | null;
  /** What `gradient` gives the gradients of: the inputs, or where the node ends a longer computation, what that began with. */
  readonly roots: readonly Value[];
  /** Where the output is a part of the first input: which. The gradients of parts are joined rather than padded and added. */
  readonly part: Part | null;
  /** Where another node gives out the same numbers beside its own: which output that is. */
  readonly twin: FurtherOutput | null;
}

export interface Initializer {
  readonly value: Value;
  readonly data: Float32Array | Int32Array | Uint32Array | BigInt64Array | Uint8Array;
}

export interface NodeSpec {
  readonly operator: string;
  readonly inputs: readonly Value[];
  readonly dtype: DType;
  readonly shape: Shape;
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly domain?: string;
  /** Absent for operators through which nothing is differentiated (comparisons, casts to integers). */
  readonly gradient?: Gradient;
  readonly roots?: readonly Value[];
  readonly part?: Part;
  readonly twin?: FurtherOutput;
}

const orders = (values: readonly Value[] = []): string => values.map(({ order }) => order).join(' ');

/** Whether every dimension is a whole number of at least 1. */
export const isShape = (shape: Shape): boolean => shape.every((size) => Number.isInteger(size) && size >= 1);

export const sizeOf = (shape: Shape): number => shape.reduce((product, dimension) => product * dimension, 1);

const STORAGE = {
  float32: Float32Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
} as const satisfies Record<DType, unknown>;

/** Builds one model. Equal nodes (same operator, inputs and attributes) are made once. */
export class Graph {
  readonly inputs: Value[] = [];
  readonly outputs: { readonly name: string; readonly value: Value }[] = [];
  readonly initializers = new Map<Value, Initializer>();
  readonly #names = new Set<string>();
  readonly #made = new Map<string, Value>();
  #created = 0;

  /** Declares an input that is fed at every run. */
  input(name: string, dtype: DType, shape: Shape): Value {
    this.#claim(name);
    const value = this.#value(name, dtype, shape, null);
    this.inputs.push(value);
    return value;
  }

  /** Marks a value as an output under a name. */
  output(name: string, value: Value): void {
    if (value.graph !== this) throw new GraphUseError(`Output ${name} belongs to another graph.`);
    this.#claim(name);
    this.outputs.push({ name, value });
  }

  /** A tensor stored in the model. Equal small constants are stored once. */
  constant(data: Initializer['data'], dtype: DType, shape: Shape): Value {
    if (sizeOf(shape) !== data.length) {
      throw new ShapeMismatchError('Constant', [shape, [data.length]], 'the shape must hold exactly the data');
    }
    if (!(data instanceof STORAGE[dtype])) {
      throw new OperandTypeError(
        'Constant',
        [{ dtype: data.constructor.name, shape }],
        `${STORAGE[dtype].name} as ${dtype}`,
      );
    }
    const key = data.length <= 64 ? `const ${dtype} ${shape.join(',')} ${data.join(',')}` : null;
    const known = key === null ? undefined : this.#made.get(key);
    if (known) return known;
    const value = this.#value(`c${this.#created}`, dtype, shape, null);
    this.initializers.set(value, { value, data });
    if (key !== null) this.#made.set(key, value);
    return value;
  }

  /** A float32 constant without dimensions. */
  scalar(value: number): Value {
    return this.constant(Float32Array.of(value), 'float32', []);
  }

  /** A list of integers as ONNX wants it for axes, shapes and bounds. */
  integers(list: readonly number[]): Value {
    return this.constant(BigInt64Array.from(list, BigInt), 'int64', [list.length]);
  }

  /** Adds a node, or returns the equal one that exists. */
  add(spec: NodeSpec): Value {
    for (const input of [...spec.inputs, ...(spec.roots ?? [])]) {
      if (input.graph !== this) throw new GraphUseError(`${spec.operator} was given values of two graphs.`);
    }
    const attributes = spec.attributes ?? {};
    const domain = spec.domain ?? '';
    const key = `${domain} ${spec.operator} ${orders(spec.inputs)} ${JSON.stringify(attributes)} ${orders(spec.roots)}`;
    const known = this.#made.get(key);
    if (known) return known;
    const { operator, inputs, gradient } = spec;
    // A copy: the caller may go on filling its list.
    const node: Node = {
      operator,
      inputs: [...inputs],
      attributes,
      domain,
      gradient: gradient ?? null,
      roots: [...(spec.roots ?? inputs)],
      part: spec.part ?? null,
      twin: spec.twin ?? null,
    };
    const value = this.#value(`v${this.#created}`, spec.dtype, spec.shape, node);
    this.#made.set(key, value);
    return value;
  }

  #value(name: string, dtype: DType, shape: Shape, node: Node | null): Value {
    // The list of dimensions of a scalar is empty: the one tensor that may have no element.
    if (!isShape(shape) && dtype !== 'int64') {
      const shapes = [...(node?.inputs ?? []).map((input) => input.shape), shape];
      throw new ShapeMismatchError(
        node?.operator ?? name,
        shapes,
        'every dimension must be a whole number, at least 1',
      );
    }
    const value: Value = { graph: this, name, dtype, shape: [...shape], order: this.#created, node };
    this.#created += 1;
    return value;
  }

  #claim(name: string): void {
    if (this.#names.has(name) || /^[cv]\d+$/.test(name)) {
      throw new GraphUseError(`The name ${name} is taken.`, 'Give every input and output a name of its own.');
    }
    this.#names.add(name);
  }
}
