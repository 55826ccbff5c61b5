// One model as the graphs see it: its architecture, and its parameters as slices of one packed array. Knows no runtime.

import type { Graph, Value } from '../onnx/graph.ts';
import { concat, slice } from '../onnx/shape-operators.ts';
import { reshape } from '../onnx/shaping.ts';
import type { Architecture, Parameters } from './architecture.ts';
import type { ModelConfig } from './config.ts';
import { gpt2 } from './gpt2.ts';
import { llama } from './llama.ts';
import { type ParameterLayout, parameterLayout } from './parameters.ts';

export function architectureOf(config: ModelConfig): Architecture {
  switch (config.architecture) {
    case 'llama':
      return llama(config);
    case 'gpt2':
      return gpt2(config);
  }
}

export interface PackedParameters {
  readonly get: Parameters;
  /** In the order of packing. */
  readonly values: readonly Value[];
  readonly layout: ParameterLayout;
}

/** Declares the input `theta` [count] and cuts it into the model's parameters. */
export function packedParameters(graph: Graph, config: ModelConfig): PackedParameters {
  const layout = parameterLayout(config);
  const theta = graph.input('theta', 'float32', [layout.count]);
  const byName = new Map(
    layout.parameters.map(({ name, shape, size, offset }) => [
      name,
      reshape(slice(theta, 0, offset, offset + size), shape),
    ]),
  );
  const get: Parameters = (name) => {
    const value = byName.get(name);
    if (value === undefined) throw new RangeError(`The model has no parameter ${name}`);
    return value;
  };
  return { get, values: [...byName.values()], layout };
}

/** The parameters' gradients as one packed array [count], in the order of packing. */
export function packGradients(gradients: readonly Value[]): Value {
  return concat(
    gradients.map((gradient) => reshape(gradient, [gradient.shape.reduce((size, n) => size * n, 1)])),
    0,
  );
}
