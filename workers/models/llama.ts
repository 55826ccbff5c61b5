// The Llama architecture (Touvron et al. 2023): RMSNorm, rotary positions, grouped-query attention, SwiGLU. Names and conventions are
// those of transformers' LlamaForCausalLM, so that its checkpoints fit.

import { add, mul, sigmoid } from '../onnx/elementwise.ts';
import type { Graph, Value } from '../onnx/graph.ts';
import { gatherRows } from '../onnx/indexing.ts';
import { linear, matmul } from '../onnx/matrix.ts';
import { reshape } from '../onnx/shaping.ts';
import { type Architecture, type Forward, joinHeads, type Parameters, rmsNorm, splitHeads } from './architecture.ts';
import type { LlamaConfig } from './config.ts';
import { ropeFrequencies } from './rope.ts';

/** cos and sin of every position's angles, each [positions, headDim], both halves alike. */
function rotaryTables(config: LlamaConfig, positions: number, span: number): { cos: Float32Array; sin: Float32Array } {
  const { inverseFrequencies, attentionFactor } = ropeFrequencies(config, span);
  const half = config.headDim / 2;
  const table = (angle: (x: number) => number): Float32Array =>
    Float32Array.from({ length: positions * config.headDim }, (_, index) => {
      const position = Math.floor(index / config.headDim);
      return attentionFactor * angle(position * inverseFrequencies[(index % config.headDim) % half]!);
    });
  return { cos: table(Math.cos), sin: table(Math.sin) };
}

/** The matrix that takes (x₁, x₂), halves of a head, to (−x₂, x₁): x·R is transformers' rotate_half(x). One product, one gradient. */
function halfTurn(graph: Graph, headDim: number): Value {
  const half = headDim / 2;
  const matrix = new Float32Array(headDim * headDim);
  for (let i = 0; i < half; i += 1) {
    matrix[(i + half) * headDim + i] = -1;
    matrix[i * headDim + i + half] = 1;
  }
  return graph.constant(matrix, 'float32', [headDim, headDim]);
}

/** The rotation of queries and keys by their positions (Su et al. 2021, eq. 34). */
function rotary(config: LlamaConfig, { ids, positions, span }: Forward): (x: Value) => Value {
  const graph = ids.graph;
  const [batch = 1, length = 1] = ids.shape;
  const rows = positions === 'sequential' ? length : config.positions;
  const tables = rotaryTables(config, rows, span);
  const place = (data: Float32Array): Value => {
    const table = graph.constant(data, 'float32', [rows, config.headDim]);
    if (positions === 'sequential') return table;
    return reshape(gatherRows(table, positions), [batch, 1, length, config.headDim]);
  };
  const cos = place(tables.cos);
  const sin = place(tables.sin);
  const turn = halfTurn(graph, config.headDim);
  return (x) => add(mul(x, cos), mul(matmul(x, turn), sin));
}

/** Builds Llama's forward pass for a configuration. */
export function llama(config: LlamaConfig): Architecture {
  const { heads, kvHeads, headDim, layers, normEpsilon } = config;

  function dense(parameters: Parameters, name: string, x: Value, bias: boolean): Value {
    const y = linear(x, parameters(`${name}.weight`));
    return bias ? add(y, parameters(`${name}.bias`)) : y;
  }

  function attention(parameters: Parameters, layer: number, x: Value, rotate: (x: Value) => Value, f: Forward): Value {
    const batch = f.ids.shape[0]!;
    const name = `model.layers.${layer}.self_attn`;
    const part = (which: string, count: number): Value =>
      splitHeads(dense(parameters, `${name}.${which}_proj`, x, config.attentionBias), batch, count);
    const scale = x.graph.scalar(1 / Math.sqrt(headDim));
    const q = mul(rotate(part('q', heads)), scale);
    const attended = f.attend(layer, q, rotate(part('k', kvHeads)), part('v', kvHeads));
    return dense(parameters, `${name}.o_proj`, joinHeads(attended), config.attentionBias);
  }

  function feedForward(parameters: Parameters, layer: number, x: Value): Value {
    const name = `model.layers.${layer}.mlp`;
    const gate = dense(parameters, `${name}.gate_proj`, x, config.mlpBias);
    const up = dense(parameters, `${name}.up_proj`, x, config.mlpBias);
    return dense(parameters, `${name}.down_proj`, mul(mul(gate, sigmoid(gate)), up), config.mlpBias);
  }

  return {
    kvHeads,
    headDim,
    layers,
    hidden(parameters, forward) {
      const [batch = 1, length = 1] = forward.ids.shape;
      const rotate = rotary(config, forward);
      let x = reshape(gatherRows(parameters('model.embed_tokens.weight'), forward.ids), [batch * length, config.width]);
      for (let layer = 0; layer < layers; layer += 1) {
        const norm = (which: string, value: Value): Value =>
          rmsNorm(value, parameters(`model.layers.${layer}.${which}.weight`), normEpsilon);
        x = add(x, attention(parameters, layer, norm('input_layernorm', x), rotate, forward));
        x = add(x, feedForward(parameters, layer, norm('post_attention_layernorm', x)));
      }
      return rmsNorm(x, parameters('model.norm.weight'), normEpsilon);
    },
    logits: (parameters, hidden) =>
      linear(hidden, parameters(config.tied ? 'model.embed_tokens.weight' : 'lm_head.weight')),
  };
}
