// Writes an ONNX model node by node, with named dimensions that may vary from run to run, as exporters of other projects do.

import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  type NodeProtoSchema,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from '../../../src/engine/onnx/onnx_pb.ts';

/** ONNX's numbers for element types. */
export const ELEMENT = { float32: 1, int32: 6, int64: 7 } as const;
export type Element = keyof typeof ELEMENT;

/** A dimension is a number, or a name for one that is known when the model runs. */
export type Shape = readonly (number | string)[];

/** Integers, floats as `{ float }`. */
export type Attributes = Readonly<Record<string, number | { readonly float: number }>>;

const IR_VERSION = 10n;
const OPSET = 21n;
const CONTRIB = 'com.microsoft';

type Data = Float32Array | Int32Array | BigInt64Array;

const elementOf = (data: Data): Element =>
  data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'int64';

function encodeAttribute([name, value]: [string, Attributes[string]]): MessageInitShape<typeof AttributeProtoSchema> {
  return typeof value === 'number'
    ? { name, type: AttributeType.INT, i: BigInt(value) }
    : { name, type: AttributeType.FLOAT, f: value.float };
}

function encodeValueInfo(name: string, element: Element, shape: Shape): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = shape.map((size) => ({
    value:
      typeof size === 'number'
        ? { case: 'dimValue' as const, value: BigInt(size) }
        : { case: 'dimParam' as const, value: size },
  }));
  return { name, type: { value: { case: 'tensorType', value: { elemType: ELEMENT[element], shape: { dim } } } } };
}

export class OnnxWriter {
  readonly #nodes: MessageInitShape<typeof NodeProtoSchema>[] = [];
  readonly #initializers: MessageInitShape<typeof TensorProtoSchema>[] = [];
  readonly #inputs: MessageInitShape<typeof ValueInfoProtoSchema>[] = [];
  readonly #outputs: MessageInitShape<typeof ValueInfoProtoSchema>[] = [];

  input(name: string, element: Element, shape: Shape): string {
    this.#inputs.push(encodeValueInfo(name, element, shape));
    return name;
  }

  /** Declares a value that some node makes as one of the model's results. */
  output(name: string, element: Element, shape: Shape): void {
    this.#outputs.push(encodeValueInfo(name, element, shape));
  }

  tensor(name: string, data: Data, dims: readonly number[]): string {
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.push({ name, dims: dims.map(BigInt), dataType: ELEMENT[elementOf(data)], rawData });
    return name;
  }

  /** Integers that say a shape, axes or bounds; one number without brackets is a scalar. */
  integers(values: readonly number[] | number): string {
    const list = typeof values === 'number' ? [values] : values;
    const dims = typeof values === 'number' ? [] : [list.length];
    return this.tensor(`integers_${this.#initializers.length}`, BigInt64Array.from(list, BigInt), dims);
  }

  /** Adds a node; the name of its output, or of its first one. */
  node(operator: string, inputs: readonly string[], attributes: Attributes = {}, outputs?: readonly string[]): string {
    return this.#add('', operator, inputs, attributes, outputs);
  }

  /** The same for an operator of the runtime's own. */
  contrib(
    operator: string,
    inputs: readonly string[],
    attributes: Attributes = {},
    outputs?: readonly string[],
  ): string {
    return this.#add(CONTRIB, operator, inputs, attributes, outputs);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const model = create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      producerName: 'spin-lab bench',
      opsetImport: [
        { domain: '', version: OPSET },
        { domain: CONTRIB, version: 1n },
      ],
      graph: {
        name: 'decoder',
        node: this.#nodes,
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
      },
    });
    return toBinary(ModelProtoSchema, model);
  }

  #add(
    domain: string,
    opType: string,
    input: readonly string[],
    attributes: Attributes,
    outputs?: readonly string[],
  ): string {
    const name = `${opType}_${this.#nodes.length}`;
    const output = [...(outputs ?? [name])];
    const attribute = Object.entries(attributes).map(encodeAttribute);
    this.#nodes.push({ name, domain, opType, input: [...input], output, attribute });
    return output[0]!;
  }
}
