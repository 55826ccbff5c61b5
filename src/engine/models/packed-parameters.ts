// A model's parameters as the graphs see them: slices of the packed parts that a set consists of.

import { type Graph, sizeOf, type Value } from '../onnx/graph.ts';
import { concat, slice } from '../onnx/shape-operators.ts';
import { reshape } from '../onnx/shaping.ts';
import type { ParameterTensor, PartLayout, SetLayout } from './parameter-set.ts';
import type { Parameters } from './transformer.ts';

/** Parameters as slices of arrays. */
export interface PackedParameters extends Parameters {
  /** The trainable part, [count]. */
  readonly theta: Value;
}

/** A parameter and the array that it is a slice of. */
interface Placed extends ParameterTensor {
  readonly of: Value;
}

/** The name of a frozen part's input. */
export const frozenName = (index: number): string => `frozen_${index}`;

/** Declares the inputs `theta` [count] and `frozen_0` [count] …, and cuts them into the model's parameters. */
export function packedParameters(graph: Graph, { trainable, frozen }: SetLayout): PackedParameters {
  const theta = graph.input('theta', 'float32', [trainable.count]);
  const placed = ({ tensors }: PartLayout, of: Value): [string, Placed][] =>
    tensors.map((tensor) => [tensor.name, { ...tensor, of }]);
  const byName = new Map([
    ...placed(trainable, theta),
    ...frozen.flatMap((part, index) => placed(part, graph.input(frozenName(index), 'float32', [part.count]))),
  ]);
  const find = (name: string): Placed => {
    const parameter = byName.get(name);
    if (parameter === undefined) throw new RangeError(`The model has no parameter ${name}`);
    return parameter;
  };
  const cut = ({ of, offset }: Placed, shape: readonly number[]): Value =>
    reshape(slice(of, 0, offset, offset + sizeOf(shape)), shape);
  const get = (name: string): Value => {
    const parameter = find(name);
    return cut(parameter, parameter.shape);
  };
  const stacked = (names: readonly string[]): Value => {
    const parts = names.map(find);
    const inOrder = parts.every(({ of, offset }, i) => {
      const before = parts[i - 1];
      return before === undefined || (of === before.of && offset === before.offset + before.size);
    });
    if (!inOrder) return concat(names.map(get), 0);
    const first = parts[0]!;
    return cut(first, [parts.reduce((rows, part) => rows + part.shape[0]!, 0), ...first.shape.slice(1)]);
  };
  return { get, stacked, theta };
}
