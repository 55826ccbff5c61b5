// GPT-2's forward pass (Radford et al. 2019): learned positions, LayerNorm with bias, one fused projection for q, k and v. Its Conv1D
// weights are stored [in, out].

import { add, erf, mul, relu, tanh } from '../../../onnx/elementwise.ts';
import { sizeOf, type Value } from '../../../onnx/graph.ts';
import { gatherRows, range } from '../../../onnx/indexing.ts';
import { project } from '../../../onnx/matrix.ts';
import { concat, split } from '../../../onnx/shape-operators.ts';
import { reshape } from '../../../onnx/shaping.ts';
import { type Forward, layerNorm, onlyRead, type Parameters, type Transformer } from '../../transformer.ts';
import type { Gpt2Config } from './gpt2-config.ts';

/** ½x(1 + tanh(√(2/π)(x + 0.044715x³))) (Hendrycks and Gimpel 2016). */
function geluTanh(x: Value): Value {
  const c = (value: number): Value => x.graph.scalar(value);
  const cubic = mul(c(0.044715), mul(x, mul(x, x)));
  const inner = mul(c(Math.sqrt(2 / Math.PI)), add(x, cubic));
  return mul(mul(c(0.5), x), add(c(1), tanh(inner)));
}

/** x·Φ(x), exact. */
function geluExact(x: Value): Value {
  const c = (value: number): Value => x.graph.scalar(value);
  return mul(mul(c(0.5), x), add(c(1), erf(mul(x, c(Math.SQRT1_2)))));
}

const ACTIVATION = { gelu_new: geluTanh, gelu: geluExact, relu } as const;

/** Builds GPT-2's forward pass for a configuration. */
export function gpt2(config: Gpt2Config): Transformer {
  const { heads, layers, width, normEpsilon } = config;
  const headDim = width / heads;
  const activation = ACTIVATION[config.activation];

  const affine = (parameters: Parameters, name: string, x: Value): Value =>
    add(project(x, parameters.get(`${name}.weight`)), parameters.get(`${name}.bias`));

  const norm = (parameters: Parameters, name: string, x: Value): Value =>
    layerNorm(x, parameters.get(`${name}.weight`), parameters.get(`${name}.bias`), normEpsilon);

  /** What each token's heads gathered, [T, width]. */
  function attended(parameters: Parameters, layer: number, x: Value, f: Forward): Value {
    const fused = affine(parameters, `transformer.h.${layer}.attn.c_attn`, x);
    const [q, k, v] = split(f.arrangement.split(fused, 3 * heads), 1, [heads, heads, heads]);
    const scale = (config.scaleAttention ? 1 / Math.sqrt(headDim) : 1) / (config.scaleByLayer ? layer + 1 : 1);
    return f.arrangement.join(f.attend(layer, mul(q!, x.graph.scalar(scale)), k!, v!));
  }

  function embed(parameters: Parameters, { ids, positions, arrangement: { rows, length } }: Forward): Value {
    const row = (): Value => range(ids, length);
    const places = positions === 'sequential' ? concat(Array.from({ length: rows }, row), 0) : positions;
    const look = (table: string, at: Value): Value =>
      reshape(gatherRows(parameters.get(`transformer.${table}.weight`), at), [sizeOf(at.shape), width]);
    return add(look('wte', ids), look('wpe', places));
  }

  return {
    kvHeads: heads,
    headDim,
    layers,
    hidden(parameters, forward) {
      let x = embed(parameters, forward);
      for (let layer = 0; layer < layers; layer += 1) {
        const name = `transformer.h.${layer}`;
        const read = layer === layers - 1 ? forward.read : null;
        const seen = onlyRead(attended(parameters, layer, norm(parameters, `${name}.ln_1`, x), forward), read);
        x = add(onlyRead(x, read), affine(parameters, `${name}.attn.c_proj`, seen));
        const wide = activation(affine(parameters, `${name}.mlp.c_fc`, norm(parameters, `${name}.ln_2`, x)));
        x = add(x, affine(parameters, `${name}.mlp.c_proj`, wide));
      }
      return norm(parameters, 'transformer.ln_f', x);
    },
    unembedding: (parameters) => parameters.get(config.tied ? 'transformer.wte.weight' : 'lm_head.weight'),
  };
}
