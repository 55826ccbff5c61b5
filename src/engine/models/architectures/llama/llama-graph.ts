// Llama's forward pass (Touvron et al. 2023): RMSNorm, rotary positions, grouped-query attention, SwiGLU.

import { add, mul, silu } from '../../../onnx/elementwise.ts';
import { sizeOf, type Value } from '../../../onnx/graph.ts';
import { gatherRows, swapHalves } from '../../../onnx/indexing.ts';
import { linear } from '../../../onnx/matrix.ts';
import { rmsNorm } from '../../../onnx/norms.ts';
import { split } from '../../../onnx/shape-operators.ts';
import { reshape } from '../../../onnx/shaping.ts';
import type { LayerPart } from '../../architecture.ts';
import { type Forward, onlyRead, type Parameters, type Transformer } from '../../transformer.ts';
import type { LlamaConfig } from './llama-config.ts';
import { EMBEDDING, FINAL_NORM, partNames, unembeddingOf } from './llama-parameters.ts';
import { rotaryTables } from './rotary-tables.ts';

/** The rotation of heads by their positions, [rows, heads, length, headDim] (Su et al. 2021, eq. 34). */
function rotary(config: LlamaConfig, { ids, arrangement, placePositions, span }: Forward): (x: Value) => Value {
  const { graph } = ids;
  const { rows, length } = arrangement;
  const count = placePositions === 'sequential' ? length : config.positions;
  const tables = rotaryTables(config, count, span);
  const place = (data: Float32Array): Value => {
    const table = graph.constant(data, 'float32', [count, config.headDim]);
    if (placePositions === 'sequential') return table;
    return reshape(gatherRows(table, placePositions), [rows, 1, length, config.headDim]);
  };
  const own = place(tables.own);
  const other = place(tables.other);
  return (x) => add(mul(x, own), mul(swapHalves(x), other));
}

/** Builds Llama's forward pass for a configuration. */
export function llama(config: LlamaConfig): Transformer {
  const { heads, kvHeads, headDim, layers, normEpsilon } = config;

  function norm(parameters: Parameters, layer: number, part: LayerPart, x: Value): Value {
    return rmsNorm(x, parameters.get(partNames(config, layer, part).weight), normEpsilon);
  }

  function dense(parameters: Parameters, layer: number, part: LayerPart, x: Value): Value {
    const { weight, bias } = partNames(config, layer, part);
    const y = linear(x, parameters.get(weight));
    return bias === null ? y : add(y, parameters.get(bias));
  }

  /** What each token's heads gathered, [T, heads·D]. Queries, keys and values are one product; queries and keys are turned together. */
  function attended(parameters: Parameters, layer: number, x: Value, rotate: (x: Value) => Value, f: Forward): Value {
    const names = (['query', 'key', 'value'] as const).map((part) => partNames(config, layer, part));
    const biases = names.flatMap(({ bias }) => bias ?? []);
    const weighted = linear(x, parameters.stacked(names.map(({ weight }) => weight)));
    const projected = biases.length === 0 ? weighted : add(weighted, parameters.stacked(biases));
    const [turned, v] = split(f.arrangement.split(projected, heads + 2 * kvHeads), 1, [heads + kvHeads, kvHeads]);
    const [q, k] = split(rotate(turned!), 1, [heads, kvHeads]);
    return f.arrangement.join(f.attend(layer, mul(q!, x.graph.scalar(1 / Math.sqrt(headDim))), k!, v!));
  }

  function feedForward(parameters: Parameters, layer: number, x: Value): Value {
    const gate = dense(parameters, layer, 'gate', x);
    const up = dense(parameters, layer, 'up', x);
    return dense(parameters, layer, 'down', mul(silu(gate), up));
  }

  return {
    kvHeads,
    headDim,
    layers,
    hidden(parameters, forward) {
      const rotate = rotary(config, forward);
      const { ids } = forward;
      let x = reshape(gatherRows(parameters.get(EMBEDDING), ids), [sizeOf(ids.shape), config.width]);
      for (let layer = 0; layer < layers; layer += 1) {
        const read = layer === layers - 1 ? forward.read : null;
        const before = norm(parameters, layer, 'inputNorm', x);
        const seen = onlyRead(attended(parameters, layer, before, rotate, forward), read);
        x = add(onlyRead(x, read), dense(parameters, layer, 'output', seen));
        x = add(x, feedForward(parameters, layer, norm(parameters, layer, 'innerNorm', x)));
      }
      return rmsNorm(x, parameters.get(FINAL_NORM), normEpsilon);
    },
    unembedding: (parameters) => parameters.get(unembeddingOf(config)),
  };
}
