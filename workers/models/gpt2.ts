// The GPT-2 architecture (Radford et al. 2019): learned positions, LayerNorm with bias, one fused projection for q, k and v. Names and
// conventions are those of transformers' GPT2LMHeadModel, whose Conv1D weights are stored [in, out].

import { add, erf, mul, relu, tanh } from '../onnx/elementwise.ts';
import type { Value } from '../onnx/graph.ts';
import { gatherRows, range } from '../onnx/indexing.ts';
import { linear, project } from '../onnx/matrix.ts';
import { slice } from '../onnx/shape-operators.ts';
import { reshape } from '../onnx/shaping.ts';
import { type Architecture, type Forward, joinHeads, layerNorm, type Parameters, splitHeads } from './architecture.ts';
import type { Gpt2Config } from './config.ts';

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
export function gpt2(config: Gpt2Config): Architecture {
  const { heads, layers, width, normEpsilon } = config;
  const headDim = width / heads;
  const activation = ACTIVATION[config.activation];

  const affine = (parameters: Parameters, name: string, x: Value): Value =>
    add(project(x, parameters(`${name}.weight`)), parameters(`${name}.bias`));

  const norm = (parameters: Parameters, name: string, x: Value): Value =>
    layerNorm(x, parameters(`${name}.weight`), parameters(`${name}.bias`), normEpsilon);

  function attention(parameters: Parameters, layer: number, x: Value, f: Forward): Value {
    const batch = f.ids.shape[0]!;
    const name = `transformer.h.${layer}.attn`;
    const fused = affine(parameters, `${name}.c_attn`, x);
    const [q, k, v] = [0, 1, 2].map((part) =>
      splitHeads(slice(fused, 1, part * width, (part + 1) * width), batch, heads),
    );
    const scale = (config.scaleAttention ? 1 / Math.sqrt(headDim) : 1) / (config.scaleByLayer ? layer + 1 : 1);
    const attended = f.attend(layer, mul(q!, x.graph.scalar(scale)), k!, v!);
    return affine(parameters, `${name}.c_proj`, joinHeads(attended));
  }

  function embed(parameters: Parameters, { ids, positions }: Forward): Value {
    const [batch = 1, length = 1] = ids.shape;
    const places = positions === 'sequential' ? range(ids, length) : positions;
    const tokens = gatherRows(parameters('transformer.wte.weight'), ids);
    return reshape(add(tokens, gatherRows(parameters('transformer.wpe.weight'), places)), [batch * length, width]);
  }

  return {
    kvHeads: heads,
    headDim,
    layers,
    hidden(parameters, forward) {
      let x = embed(parameters, forward);
      for (let layer = 0; layer < layers; layer += 1) {
        const name = `transformer.h.${layer}`;
        x = add(x, attention(parameters, layer, norm(parameters, `${name}.ln_1`, x), forward));
        const wide = activation(affine(parameters, `${name}.mlp.c_fc`, norm(parameters, `${name}.ln_2`, x)));
        x = add(x, affine(parameters, `${name}.mlp.c_proj`, wide));
      }
      return norm(parameters, 'transformer.ln_f', x);
    },
    logits: (parameters, hidden) =>
      linear(hidden, parameters(config.tied ? 'transformer.wte.weight' : 'lm_head.weight')),
  };
}
