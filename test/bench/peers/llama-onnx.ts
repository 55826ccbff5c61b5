// A Llama with its weights as the ONNX decoder that exporters write for transformers.js: cache in, cache out, any batch and length.

import type { LlamaConfig } from '../../../src/engine/models/architectures/llama/llama-config.ts';
import type { HostTensor } from '../../../src/engine/models/files/safetensors.ts';
import { unpackTensors, wholeSet } from '../../../src/engine/models/parameter-layout.ts';
import { ropeFrequencies } from '../../../src/engine/models/rope.ts';
import { ELEMENT, OnnxWriter } from './onnx-writer.ts';

/** What all layers share. */
interface Decoder {
  readonly config: LlamaConfig;
  readonly writer: OnnxWriter;
  /** A tensor of the checkpoint. */
  readonly weight: (name: string) => HostTensor;
  /** The inputs of the attention operator that are alike in all layers, from the first after the cache. */
  readonly placed: readonly string[];
}

/** Far enough from 0 that softmax makes nothing of it, and finite: a row that sees only padding must not become NaN. */
const HIDDEN = -3.4028234663852886e38;
/** Beyond any position: a slice to the end. */
const END = 2 ** 53;
/** GroupQueryAttention refuses to rotate heads of another width. */
const ROTATED_MULTIPLE = 16;

function transpose(data: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) turned[column * rows + row] = data[row * columns + column]!;
  }
  return turned;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** x · Wᵀ (+ b) for the checkpoint's projections of these names, side by side in one product. */
function project({ writer, weight }: Decoder, x: string, names: readonly string[], biased: boolean): string {
  const matrices = names.map((name) => weight(`${name}.weight`));
  const width = matrices[0]!.shape[1]!;
  const stacked = joined(matrices.map(({ data }) => data));
  const rows = stacked.length / width;
  const label = names.join('+');
  const product = writer.node('MatMul', [
    x,
    writer.tensor(`${label}.MatMul.weight`, transpose(stacked, rows, width), [width, rows]),
  ]);
  if (!biased) return product;
  const bias = joined(names.map((name) => weight(`${name}.bias`).data));
  return writer.node('Add', [product, writer.tensor(`${label}.bias`, bias, [rows])]);
}

/** RMSNorm of `x + update`, and that sum. Without an update, of `x` itself. */
function norm({ writer, config, weight }: Decoder, name: string, x: string, update?: string): [string, string] {
  const scale = writer.tensor(name, weight(name).data, [config.width]);
  const epsilon = { float: config.normEpsilon };
  if (update === undefined) {
    return [writer.node('SimplifiedLayerNormalization', [x, scale], { axis: -1, epsilon, stash_type: 1 }), x];
  }
  const outputs = [`${name}.normed`, '', '', `${name}.sum`];
  return [writer.contrib('SkipSimplifiedLayerNormalization', [x, update, scale], { epsilon }, outputs), outputs[3]!];
}

function attention(decoder: Decoder, layer: number, x: string): string {
  const { writer, config, placed } = decoder;
  const { heads, kvHeads, headDim } = config;
  const name = `model.layers.${layer}.self_attn`;
  const packed = project(
    decoder,
    x,
    ['q', 'k', 'v'].map((part) => `${name}.${part}_proj`),
    config.attentionBias,
  );
  const past = ['key', 'value'].map((part) =>
    writer.input(`past_key_values.${layer}.${part}`, 'float32', [
      'batch_size',
      kvHeads,
      'past_sequence_length',
      headDim,
    ]),
  );
  const present = ['key', 'value'].map((part) => `present.${layer}.${part}`);
  for (const each of present) {
    writer.output(each, 'float32', ['batch_size', kvHeads, 'total_sequence_length', headDim]);
  }
  const attended = writer.contrib(
    'GroupQueryAttention',
    [packed, '', '', ...past, ...placed],
    { num_heads: heads, kv_num_heads: kvHeads, scale: { float: 1 / Math.sqrt(headDim) }, do_rotary: 1 },
    [`${name}.attended`, ...present],
  );
  return project(decoder, attended, [`${name}.o_proj`], config.attentionBias);
}

function feedForward(decoder: Decoder, layer: number, x: string): string {
  const { writer, config } = decoder;
  const dense = (value: string, part: string): string =>
    project(decoder, value, [`model.layers.${layer}.mlp.${part}_proj`], config.mlpBias);
  const gate = dense(x, 'gate');
  const gated = writer.node('Mul', [gate, writer.node('Sigmoid', [gate])]);
  return dense(writer.node('Mul', [gated, dense(x, 'up')]), 'down');
}

/** cos and sin of each position's angles, [positions, headDim / 2]. */
function rotaryTables(writer: OnnxWriter, config: LlamaConfig): string[] {
  const { inverseFrequencies, attentionFactor } = ropeFrequencies(config, config.positions);
  const half = config.headDim / 2;
  const angle = (index: number): number => Math.floor(index / half) * inverseFrequencies[index % half]!;
  return [Math.cos, Math.sin].map((turn) => {
    const table = Float32Array.from(
      { length: config.positions * half },
      (_, index) => attentionFactor * turn(angle(index)),
    );
    return writer.tensor(`${turn.name}_cache`, table, [config.positions, half]);
  });
}

/**
 * Lengths, rotation and mask for the attention operator. By itself it takes padding to be at the right; rows here are padded at the left,
 * so all have one length, and padding is hidden by an added score. Positions are counted from the padding on: only their differences
 * matter to a rotation.
 */
function placement(writer: OnnxWriter, config: LlamaConfig, ids: string, mask: string): string[] {
  const dimension = (value: string, axis: number): string =>
    writer.node('Shape', [value], { start: axis, end: axis + 1 });
  const batch = dimension(mask, 0);
  const total = dimension(mask, 1);
  // Counted in int64, as shapes are: that stays on the CPU, where the operator reads the length, also if the rest is on WebGPU.
  const last = writer.node('Expand', [writer.node('Sub', [total, writer.integers([1])]), batch]);
  const lengths = writer.node('Cast', [last], { to: ELEMENT.int32 });
  const scalar = writer.node('Cast', [writer.node('Squeeze', [total])], { to: ELEMENT.int32 });
  const seen = writer.node('Cast', [mask], { to: ELEMENT.float32 });
  const unseen = writer.node('Sub', [writer.tensor('one_float', Float32Array.of(1), []), seen]);
  const scores = writer.node('Mul', [unseen, writer.tensor('hidden', Float32Array.of(HIDDEN), [])]);
  const shape = writer.node('Concat', [batch, writer.integers([1]), dimension(ids, 1), total], { axis: 0 });
  const bias = writer.node('Expand', [writer.node('Unsqueeze', [scores, writer.integers([1, 2])]), shape]);
  return [lengths, scalar, ...rotaryTables(writer, config), '', bias];
}

/** The last `num_logits_to_keep` positions' logits; 0 means all. */
function head(decoder: Decoder, hidden: string): void {
  const { writer, config } = decoder;
  const kept = writer.input('num_logits_to_keep', 'int64', []);
  const start = writer.node('Unsqueeze', [writer.node('Neg', [kept]), writer.integers([0])]);
  const last = writer.node('Slice', [hidden, start, writer.integers([END]), writer.integers([1])]);
  const { data } = decoder.weight(config.tied ? 'model.embed_tokens.weight' : 'lm_head.weight');
  const matrix = transpose(data, config.vocabSize, config.width);
  writer.node('MatMul', [last, writer.tensor('lm_head.MatMul.weight', matrix, [config.width, config.vocabSize])], {}, [
    'logits',
  ]);
  writer.output('logits', 'float32', ['batch_size', 'num_logits_to_keep', config.vocabSize]);
}

/**
 * The model's bytes.
 * @param packed all parameters in the order of `parameterLayout(config)`
 * @throws RangeError for heads whose width the attention operator cannot rotate
 */
export function llamaOnnx(config: LlamaConfig, packed: Float32Array): Uint8Array<ArrayBuffer> {
  if (config.headDim % ROTATED_MULTIPLE !== 0) {
    throw new RangeError(
      `Heads of width ${config.headDim}: the runtime's attention takes multiples of ${ROTATED_MULTIPLE}.`,
    );
  }
  const tensors = unpackTensors(wholeSet(config, { role: 'base', values: packed }));
  const weight = (name: string): HostTensor => tensors.get(name)!;
  const writer = new OnnxWriter();
  const ids = writer.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  const mask = writer.input('attention_mask', 'int64', ['batch_size', 'total_sequence_length']);
  const decoder: Decoder = { config, writer, weight, placed: placement(writer, config, ids, mask) };
  const embedding = weight('model.embed_tokens.weight');
  let x = writer.node('Gather', [
    writer.tensor('model.embed_tokens.weight', embedding.data, [config.vocabSize, config.width]),
    ids,
  ]);
  let update: string | undefined;
  let normed: string;
  for (let layer = 0; layer < config.layers; layer += 1) {
    [normed, x] = norm(decoder, `model.layers.${layer}.input_layernorm.weight`, x, update);
    const attended = attention(decoder, layer, normed);
    [normed, x] = norm(decoder, `model.layers.${layer}.post_attention_layernorm.weight`, x, attended);
    update = feedForward(decoder, layer, normed);
  }
  head(decoder, norm(decoder, 'model.norm.weight', x, update)[0]);
  return writer.bytes();
}
