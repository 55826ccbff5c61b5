// A model's parameters as the graphs see them: slices of one packed array.

import { type Graph, sizeOf, type Value } from '../onnx/graph.ts';
import { concat, slice } from '../onnx/shape-operators.ts';
import { reshape } from '../onnx/shaping.ts';
import type { ModelConfig } from './config.ts';
import { type Parameter, type ParameterLayout, parameterLayout } from './parameter-layout.ts';
import type { Parameters } from './transformer.ts';

/** Parameters as slices of one array. */
export interface PackedParameters extends Parameters {
  /** All of them, [count]. */
  readonly theta: Value;
  readonly layout: ParameterLayout;
}

/** Declares the input `theta` [count] and cuts it into the model's parameters. */
export function packedParameters(graph: Graph, config: ModelConfig): PackedParameters {
  const layout = parameterLayout(config);
  const theta = graph.input('theta', 'float32', [layout.count]);
  const byName = new Map(layout.parameters.map((parameter) => [parameter.name, parameter]));
  const find = (name: string): Parameter => {
    const parameter = byName.get(name);
    if (parameter === undefined) throw new RangeError(`The model has no parameter ${name}`);
    return parameter;
  };
  const cut = (offset: number, shape: readonly number[]): Value =>
    reshape(slice(theta, 0, offset, offset + sizeOf(shape)), shape);
  const get = (name: string): Value => {
    const { offset, shape } = find(name);
    return cut(offset, shape);
  };
  const stacked = (names: readonly string[]): Value => {
    const parts = names.map(find);
    const inOrder = parts.every(({ offset }, i) => i === 0 || offset === parts[i - 1]!.offset + parts[i - 1]!.size);
    if (!inOrder) return concat(names.map(get), 0);
    const [{ offset, shape }] = parts as [Parameter];
    return cut(offset, [parts.reduce((rows, part) => rows + part.shape[0]!, 0), ...shape.slice(1)]);
  };
  return { get, stacked, theta, layout };
}
