// From a graph to the bytes of an ONNX model: keeps what the outputs need, nothing else. Knows the file format, no operator.

import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { GraphUseError } from './errors.ts';
import type { Attribute, DType, Graph, Initializer, Value } from './graph.ts';
import {
  type AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  type NodeProtoSchema,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from './onnx_pb.ts';

const ELEMENT_TYPE: Readonly<Record<DType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9, uint32: 12 };
const IR_VERSION = 10n;
const OPSET = 21n;

function encodeAttribute(name: string, value: Attribute): MessageInitShape<typeof AttributeProtoSchema> {
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: BigInt(value) };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  return { name, type: AttributeType.INTS, ints: value.map(BigInt) };
}

function encodeNode(
  value: Value,
  outputName: string,
  nameOf: (v: Value) => string,
): MessageInitShape<typeof NodeProtoSchema> {
  const node = value.node!;
  return {
    name: outputName,
    opType: node.operator,
    domain: node.domain,
    input: node.inputs.map(nameOf),
    output: [outputName],
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

function encodeValueInfo(value: Value, name: string): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = value.shape.map((size) => ({ value: { case: 'dimValue' as const, value: BigInt(size) } }));
  return {
    name,
    type: { value: { case: 'tensorType', value: { elemType: ELEMENT_TYPE[value.dtype], shape: { dim } } } },
  };
}

/** What the outputs are computed from, in a runnable order. */
export function reachable(graph: Graph): Value[] {
  const seen = new Set<Value>();
  const waiting = graph.outputs.map((output) => output.value);
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    waiting.push(...(value.node?.inputs ?? []));
  }
  return [...seen].sort((a, b) => a.order - b.order);
}

/** How often each operator occurs among the nodes that are kept. */
export function countOperators(graph: Graph): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { node } of reachable(graph)) {
    if (node) counts.set(node.operator, (counts.get(node.operator) ?? 0) + 1);
  }
  return counts;
}

/**
 * The model's bytes. All declared inputs are kept, so that feeds do not depend on what was pruned.
 * An output that is itself an input or a constant, or is marked twice, passes through an Identity.
 */
export function encodeModel(graph: Graph): Uint8Array {
  if (graph.outputs.length === 0)
    throw new GraphUseError('The graph has no output.', 'Mark at least one value as output.');
  const renamed = new Map<Value, string>();
  const copies: MessageInitShape<typeof NodeProtoSchema>[] = [];
  const nameOf = (value: Value): string => renamed.get(value) ?? value.name;
  for (const { name, value } of graph.outputs) {
    if (value.node !== null && !renamed.has(value)) renamed.set(value, name);
    else copies.push({ name, opType: 'Identity', input: [nameOf(value)], output: [name] });
  }
  const kept = reachable(graph);
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: 'spin-lab',
    opsetImport: [
      { domain: '', version: OPSET },
      { domain: 'com.microsoft', version: 1n },
    ],
    graph: {
      name: 'spin-lab',
      node: [
        ...kept.filter((value) => value.node !== null).map((value) => encodeNode(value, nameOf(value), nameOf)),
        ...copies,
      ],
      initializer: kept.flatMap((value) => {
        const initializer = graph.initializers.get(value);
        return initializer ? [encodeTensor(initializer)] : [];
      }),
      input: graph.inputs.map((value) => encodeValueInfo(value, value.name)),
      output: graph.outputs.map(({ name, value }) => encodeValueInfo(value, name)),
    },
  });
  return toBinary(ModelProtoSchema, model);
}
