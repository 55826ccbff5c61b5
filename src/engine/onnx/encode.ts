// From a graph to the bytes of an ONNX model: keeps what the outputs need, nothing else.

import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { GraphUseError } from './errors.ts';
import type { Attribute, DType, Graph, Initializer, Shape, Value } from './graph.ts';
import {
  type AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  type NodeProtoSchema,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from './onnx_pb.ts';
import { equalShapes } from './shapes.ts';

const ELEMENT_TYPE: Readonly<Record<DType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9, uint32: 12 };
const IR_VERSION = 10n;
const OPSET = 21n;

/** A node as it is written. */
export interface Written {
  readonly operator: string;
  readonly inputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly domain: string;
}

/** The operator of what is written as a further output of its input's node, at the place `index`: no node of its own. */
export const FURTHER = 'further output';

/** A value under the name by which it is given out. */
export interface Output {
  readonly name: string;
  readonly value: Value;
}

/** How values are written for one runtime: as the nodes that they are, as other nodes that mean the same, or as further inputs. */
export interface Dialect {
  /** What is given out: a graph's outputs, or what they are made of. */
  outputsOf(graph: Graph): readonly Output[];
  nodeOf(value: Value): Written | null;
  /** Values that are inputs besides the graph's own, and the names of these. */
  readonly extraInputs: ReadonlyMap<Value, string>;
}

const PLAIN: Dialect = {
  outputsOf: ({ outputs }) => outputs,
  nodeOf: plainly,
  extraInputs: new Map(),
};

function encodeAttribute(name: string, value: Attribute): MessageInitShape<typeof AttributeProtoSchema> {
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: BigInt(value) };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  return { name, type: AttributeType.INTS, ints: value.map(BigInt) };
}

function encodeNode(
  node: Written,
  output: string[],
  nameOf: (v: Value) => string,
): MessageInitShape<typeof NodeProtoSchema> {
  return {
    name: output[0]!,
    opType: node.operator,
    domain: node.domain,
    input: node.inputs.map(nameOf),
    output,
    attribute: Object.entries(node.attributes).map(([name, attribute]) => encodeAttribute(name, attribute)),
  };
}

function encodeTensor({ value, data }: Initializer): MessageInitShape<typeof TensorProtoSchema> {
  return {
    name: value.name,
    dims: value.shape.map(BigInt),
    dataType: ELEMENT_TYPE[value.dtype],
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

function encodeValueInfo(
  { dtype, shape }: { readonly dtype: DType; readonly shape: Shape },
  name: string,
): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = shape.map((size) => ({ value: { case: 'dimValue' as const, value: BigInt(size) } }));
  return {
    name,
    type: { value: { case: 'tensorType', value: { elemType: ELEMENT_TYPE[dtype], shape: { dim } } } },
  };
}

const isRenaming = ({ node }: Value): boolean => node?.operator === 'Identity';
const isReshaping = (value: Value): boolean => isRenaming(value) || value.node?.operator === 'Reshape';

/** What a value is the same as: an Identity as its input, one reshaped and back as before. Such nodes matter to gradients, and are not written. */
function original(value: Value, dialect: Dialect): Value {
  let source = value;
  while (isRenaming(source)) {
    if (dialect.nodeOf(source)?.operator === FURTHER) return source;
    source = source.node!.inputs[0]!;
  }
  const before = isReshaping(source) ? unshaped(source) : source;
  return equalShapes(before.shape, source.shape) ? before : source;
}

/** The numbers under their first shape. */
function unshaped(value: Value): Value {
  let source = value;
  while (isReshaping(source)) source = source.node!.inputs[0]!;
  return source;
}

/** A node as it is, reshaped at once where it was in several steps. */
export function plainly({ node }: Value): Written | null {
  if (node?.operator !== 'Reshape') return node;
  const [x, shape] = node.inputs as [Value, Value];
  return { ...node, inputs: [unshaped(x), shape] };
}

/**
 * What the outputs are computed from, in a runnable order, which a runtime keeps to: that of creation, but for what a dialect adds, and for
 * outputs, which come as soon as they can, so that what they are made of need not be kept.
 */
export function reachable(graph: Graph, dialect = PLAIN): Value[] {
  const inputsOf = (value: Value): Value[] =>
    dialect.extraInputs.has(value)
      ? []
      : (dialect.nodeOf(value)?.inputs ?? []).map((input) => original(input, dialect));
  const seen = new Set<Value>();
  const outputs = new Set(dialect.outputsOf(graph).map((output) => original(output.value, dialect)));
  const waiting = [...outputs];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    waiting.push(...inputsOf(value));
  }
  const rank = (value: Value): number => {
    const made = outputs.has(value) ? inputsOf(value).filter(({ node }) => node !== null) : [];
    const computed = made.filter((input) => !dialect.extraInputs.has(input)).map(({ order }) => order);
    return computed.length === 0 ? value.order : Math.max(...computed) + 0.5;
  };
  const sorted = new Set<Value>();
  const put = (value: Value): void => {
    // What was created later than its use was added by the dialect: it goes before it.
    for (const input of inputsOf(value)) if (input.order > value.order) put(input);
    sorted.add(value);
  };
  const ranks = new Map([...seen].map((value) => [value, rank(value)]));
  for (const value of [...seen].sort((a, b) => ranks.get(a)! - ranks.get(b)! || a.order - b.order)) put(value);
  return [...sorted];
}

/** How often each operator occurs among the nodes that are kept. */
export function countOperators(graph: Graph): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { node } of reachable(graph)) {
    if (node) counts.set(node.operator, (counts.get(node.operator) ?? 0) + 1);
  }
  return counts;
}

/** The names of what each value's node gives out besides it, at their places; empty ones where nobody asks. */
function furtherNames(kept: readonly Value[], { nodeOf }: Dialect): Map<Value, string[]> {
  const names = new Map<Value, string[]>();
  for (const value of kept) {
    const node = nodeOf(value);
    if (node?.operator !== FURTHER) continue;
    const [first] = node.inputs as [Value];
    const known = names.get(first) ?? [];
    const at = (node.attributes.index as number) - 1;
    const count = Math.max(known.length, at + 1);
    names.set(
      first,
      Array.from({ length: count }, (_, i) => (i === at ? value.name : (known[i] ?? ''))),
    );
  }
  return names;
}

/**
 * The model's bytes. All declared inputs are kept, so that feeds do not depend on what was pruned; a dialect's own come after them.
 * An output that is itself an input or a constant, or is marked twice, passes through an Identity.
 */
export function encodeModel(graph: Graph, dialect: Dialect = PLAIN): Uint8Array {
  if (graph.outputs.length === 0)
    throw new GraphUseError('The graph has no output.', 'Mark at least one value as output.');
  const renamed = new Map<Value, string>();
  const copies: MessageInitShape<typeof NodeProtoSchema>[] = [];
  const { extraInputs } = dialect;
  const outputs = dialect.outputsOf(graph);
  const isNode = (value: Value): boolean => value.node !== null && !extraInputs.has(value);
  const nameOf = (given: Value): string => {
    const value = original(given, dialect);
    return extraInputs.get(value) ?? renamed.get(value) ?? value.name;
  };
  for (const { name, value: given } of outputs) {
    const value = original(given, dialect);
    if (isNode(value) && !renamed.has(value)) renamed.set(value, name);
    else copies.push({ name, opType: 'Identity', input: [nameOf(value)], output: [name] });
  }
  const kept = reachable(graph, dialect);
  const further = furtherNames(kept, dialect);
  const encoded = (value: Value): MessageInitShape<typeof NodeProtoSchema>[] => {
    const node = isNode(value) ? dialect.nodeOf(value)! : null;
    if (node === null || node.operator === FURTHER) return [];
    return [encodeNode(node, [nameOf(value), ...(further.get(value) ?? [])], nameOf)];
  };
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: 'spin-lab',
    opsetImport: [
      { domain: '', version: OPSET },
      { domain: 'com.microsoft', version: 1n },
    ],
    graph: {
      name: 'spin-lab',
      node: [...kept.flatMap(encoded), ...copies],
      initializer: kept.flatMap((value) => {
        const initializer = graph.initializers.get(value);
        return initializer ? [encodeTensor(initializer)] : [];
      }),
      input: [
        ...graph.inputs.map((value) => encodeValueInfo(value, value.name)),
        ...[...extraInputs].map(([value, name]) => encodeValueInfo(value, name)),
      ],
      output: outputs.map(({ name, value }) => encodeValueInfo(value, name)),
    },
  });
  return toBinary(ModelProtoSchema, model);
}
