// The Llama architecture (Touvron et al. 2023): RMSNorm, rotary positions, grouped-query attention, SwiGLU. Names and conventions are
// those of transformers' LlamaForCausalLM, so that its checkpoints fit.

import { add, mul, silu } from '../../../onnx/elementwise.ts';
import { sizeOf, type Value } from '../../../onnx/graph.ts';
import { gatherRows, swapHalves } from '../../../onnx/indexing.ts';
import { linear } from '../../../onnx/matrix.ts';
import { rmsNorm } from '../../../onnx/norms.ts';
import { split } from '../../../onnx/shape-operators.ts';
import { reshape } from '../../../onnx/shaping.ts';
import { type Architecture, type Forward, onlyRead, type Parameters } from '../../architecture.ts';
import type { LlamaConfig } from '../../config.ts';
import { ropeFrequencies } from '../../rope.ts';

/**
 * Factors of every position's rotation, each [positions, headDim]: of a head x, and of x with its halves exchanged, so that together they
 * are transformers' x·cos + rotate_half(x)·sin.
 */
export function rotaryTables(
  config: LlamaConfig,
  positions: number,
  span: number,
): { own: Float32Array; other: Float32Array } {
  const { inverseFrequencies, attentionFactor } = ropeFrequencies(config, span);
  const half = config.headDim / 2;
  const table = (factor: (angle: number, second: boolean) => number): Float32Array =>
    Float32Array.from({ length: positions * config.headDim }, (_, index) => {
      const [position, i] = [Math.floor(index / config.headDim), index % config.headDim];
      return attentionFactor * factor(position * inverseFrequencies[i % half]!, i >= half);
    });
  return { own: table(Math.cos), other: table((angle, second) => (second ? Math.sin(angle) : -Math.sin(angle))) };
}

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
export function llama(config: LlamaConfig): Architecture {
  const { heads, kvHeads, headDim, layers, normEpsilon } = config;

  function dense(parameters: Parameters, name: string, x: Value, bias: boolean): Value {
    const y = linear(x, parameters.get(`${name}.weight`));
    return bias ? add(y, parameters.get(`${name}.bias`)) : y;
  }

  /** What each token's heads gathered, [T, heads·D]. Queries, keys and values are one product; queries and keys are turned together. */
  function attended(parameters: Parameters, layer: number, x: Value, rotate: (x: Value) => Value, f: Forward): Value {
    const named = (kind: string): string[] =>
      ['q', 'k', 'v'].map((which) => `model.layers.${layer}.self_attn.${which}_proj.${kind}`);
    const weighted = linear(x, parameters.stacked(named('weight')));
    const projected = config.attentionBias ? add(weighted, parameters.stacked(named('bias'))) : weighted;
    const [turned, v] = split(f.arrangement.split(projected, heads + 2 * kvHeads), 1, [heads + kvHeads, kvHeads]);
    const [q, k] = split(rotate(turned!), 1, [heads, kvHeads]);
    return f.arrangement.join(f.attend(layer, mul(q!, x.graph.scalar(1 / Math.sqrt(headDim))), k!, v!));
  }

  function feedForward(parameters: Parameters, layer: number, x: Value): Value {
    const name = `model.layers.${layer}.mlp`;
    const gate = dense(parameters, `${name}.gate_proj`, x, config.mlpBias);
    const up = dense(parameters, `${name}.up_proj`, x, config.mlpBias);
    return dense(parameters, `${name}.down_proj`, mul(silu(gate), up), config.mlpBias);
  }

  return {
    kvHeads,
    headDim,
    layers,
    hidden(parameters, forward) {
      const rotate = rotary(config, forward);
      const { ids } = forward;
      let x = reshape(gatherRows(parameters.get('model.embed_tokens.weight'), ids), [sizeOf(ids.shape), config.width]);
      for (let layer = 0; layer < layers; layer += 1) {
        const name = `model.layers.${layer}`;
        const norm = (which: string, value: Value): Value =>
          rmsNorm(value, parameters.get(`${name}.${which}.weight`), normEpsilon);
        const read = layer === layers - 1 ? forward.read : null;
        const seen = onlyRead(attended(parameters, layer, norm('input_layernorm', x), rotate, forward), read);
        x = add(onlyRead(x, read), dense(parameters, `${name}.self_attn.o_proj`, seen, config.attentionBias));
        x = add(x, feedForward(parameters, layer, norm('post_attention_layernorm', x)));
      }
      return rmsNorm(x, parameters.get('model.norm.weight'), normEpsilon);
    },
    unembedding: (parameters) => parameters.get(config.tied ? 'model.embed_tokens.weight' : 'lm_head.weight'),
  };
}
