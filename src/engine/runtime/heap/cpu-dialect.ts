// How graphs are written for the runtime on the CPU, where arrays lie in memory: a slice of an input is read where it is, parts of an output
// are written where they belong, both without a copy, and a factor is transposed by its product or before it, whichever is quicker.

import type { Dialect, Output, Written } from '../../onnx/encode.ts';
import { FURTHER, plainly, reachable } from '../../onnx/encode.ts';
import { type FurtherOutput, type Graph, sizeOf, type Value } from '../../onnx/graph.ts';
import { addGradients, scatterRows } from '../../onnx/indexing.ts';
import { gemmOnto } from '../../onnx/matrix.ts';
import { slice, swapLast } from '../../onnx/shape-operators.ts';
import { equalShapes } from '../../onnx/shapes.ts';
import { reshape } from '../../onnx/shaping.ts';

/** A part of an input's numbers under a shape of its own. */
export interface View {
  readonly name: string;
  readonly input: string;
  /** Elements of the input before it. */
  readonly start: number;
  readonly shape: readonly number[];
}

/** Numbers that are written out: an output of the graph, or under a name of their own from element `start` on a part of one. */
export interface WrittenOutput extends Output {
  readonly output: string;
  readonly start: number;
  readonly shape: readonly number[];
}

export interface CpuDialect extends Dialect {
  readonly views: readonly View[];
  readonly outputs: readonly WrittenOutput[];
}

const isSlice = ({ node }: Value): boolean => {
  const source = node?.inputs[0];
  return node !== null && node.part !== null && source!.node === null && source!.shape.length === 1;
};

/** The slice of a list that is an input, which this value is, or is but for its shape. */
function sliceOf(value: Value): Value | null {
  if (isSlice(value)) return value;
  const source = value.node?.operator === 'Reshape' ? value.node.inputs[0]! : null;
  return source !== null && isSlice(source) ? source : null;
}

function viewOf(value: Value, index: number): View | null {
  const { graph } = value;
  const slice = sliceOf(value);
  const input = slice?.node?.inputs[0];
  if (slice === null || input === undefined || graph.initializers.has(input)) return null;
  return { name: `view_${index}`, input: input.name, start: slice.node!.part!.start, shape: value.shape };
}

/** The matrix that this value is with its last two axes exchanged. */
function untransposed(value: Value): Value | null {
  const order = value.node?.operator === 'Transpose' ? (value.node.attributes.perm as readonly number[]) : [];
  const rank = order.length;
  const swapsLast = order.every((axis, at) => axis === (at < rank - 2 ? at : 2 * rank - 3 - at));
  return rank >= 2 && swapsLast ? value.node!.inputs[0]! : null;
}

/**
 * Rows from which on it is quicker to transpose the second factor first than to have a product do it: the runtime's packing of a transposed
 * one costs a fifth of the product, a transposition the same for any number of rows (measured: docs/performance.md).
 */
const MANY_ROWS = 128;

/** a·bᵀ with b transposed before. */
function rowsTimesTransposed({ node }: Value): Written {
  const [a, b] = node!.inputs as [Value, Value];
  return { ...node!, inputs: [a, swapLast(b)], attributes: { ...node!.attributes, transB: 0 } };
}

/** onnxruntime's FusedMatMul takes either factor transposed. Its WebGPU kernels do not have it. */
function fused({ node, shape }: Value): Written {
  const [a, b] = node!.inputs as [Value, Value];
  const [flippedA, flippedB] = [untransposed(a), shape.at(-2)! < MANY_ROWS ? untransposed(b) : null];
  if (flippedA === null && flippedB === null) return node!;
  return {
    operator: 'FusedMatMul',
    domain: 'com.microsoft',
    inputs: [flippedA ?? a, flippedB ?? b],
    attributes: { transA: flippedA === null ? 0 : 1, transB: flippedB === null ? 0 : 1, alpha: { float: 1 } },
  };
}

/** Its WebGPU kernels do not give out what the runtime's schema names: there it is computed (onnxruntime-web 1.30, RMS normalisation). */
const furtherOutput = ({ first, index }: FurtherOutput): Written => ({
  operator: FURTHER,
  domain: '',
  inputs: [first],
  attributes: { index },
});

function written(value: Value): Written | null {
  const { node, shape } = value;
  if (node !== null && node.twin !== null) return furtherOutput(node.twin);
  if (node?.operator === 'MatMul') return fused(value);
  const transposed = node?.operator === 'Gemm' && node.inputs.length === 2 && node.attributes.transB === 1;
  return transposed && shape[0]! >= MANY_ROWS ? rowsTimesTransposed(value) : plainly(value);
}

/** What a list is joined of, one after the other; null where it is not. */
function joinedOf({ node, shape }: Value): readonly Value[] | null {
  return node?.operator === 'Concat' && shape.length === 1 ? node.inputs : null;
}

/** The numbers under the shape that they were computed in: where they are written, shapes make no difference. */
function asComputed(value: Value): Value {
  let source = value;
  while (source.node?.operator === 'Reshape') source = source.node.inputs[0]!;
  return source;
}

/** The sum with what begins at element `start` of a list: of a product as part of it, of rows added to a product as part of that. */
function addedTo(list: Value, start: number, part: Value): Value {
  const { operator, inputs = [], attributes } = part.node ?? {};
  const [first, second, third] = inputs as Value[];
  if (operator === 'ScatterND' && first!.node?.operator === 'Gemm') {
    return scatterRows(addedTo(list, start, first!), second!, third!);
  }
  const before = reshape(slice(list, 0, start, start + sizeOf(part.shape)), part.shape);
  const isProduct = operator === 'Gemm' && inputs.length === 2 && attributes!.transA === 1 && attributes!.transB === 0;
  return isProduct ? gemmOnto(first!, second!, before) : addGradients(before, part);
}

/** The same of a sum with a list that is joined: each part is added while it is at hand. */
function partsOf(value: Value): readonly Value[] | null {
  const [whole, list] = value.node?.operator === 'Add' ? value.node.inputs : [];
  const added = list === undefined || !equalShapes(whole!.shape, list.shape) ? null : joinedOf(list);
  if (added === null) return joinedOf(value)?.map(asComputed) ?? null;
  let start = 0;
  return added.map((part) => {
    const sum = addedTo(whole!, start, asComputed(part));
    start += part.shape[0]!;
    return sum;
  });
}

const writtenWhole = ({ name, value }: Output): WrittenOutput => ({
  name,
  value,
  output: name,
  start: 0,
  shape: value.shape,
});

function writtenInParts(output: Output): WrittenOutput[] {
  const { name, value } = output;
  const parts = partsOf(value);
  if (parts === null) return [writtenWhole(output)];
  let start = 0;
  return parts.map((part, index) => {
    const written = { name: `${name}_part_${index}`, value: part, output: name, start, shape: part.shape };
    start += sizeOf(part.shape);
    return written;
  });
}

/** @param resident outputs that are lists and stay in memory: what they are joined of is written into them */
export function cpuDialect(graph: Graph, resident: readonly string[]): CpuDialect {
  const outputs = graph.outputs.flatMap((output) =>
    resident.includes(output.name) ? writtenInParts(output) : [writtenWhole(output)],
  );
  const outputsOf = (): readonly Output[] => outputs;
  const given = new Set(outputs.map(({ value }) => value));
  const views: View[] = [];
  const extraInputs = new Map<Value, string>();
  for (const value of reachable(graph, { outputsOf, nodeOf: plainly, extraInputs })) {
    const view = given.has(value) ? null : viewOf(value, views.length);
    if (view === null) continue;
    views.push(view);
    extraInputs.set(value, view.name);
  }
  return { views, outputs, outputsOf, extraInputs, nodeOf: written };
}
