// Which tensors a configuration asks for, under the names that transformers gives them, and their places in one packed array.
// Knows neither graph nor runtime.

import type { Gpt2Config, LlamaConfig, ModelConfig } from './config.ts';
import { NonFiniteWeightsError, TensorMismatchError, UnsupportedModelError } from './errors.ts';
import { checkDtype, type StoredTensors, type Tensor } from './files/safetensors.ts';
import { elements, type TensorEntry } from './files/safetensors-header.ts';

export interface Parameter {
  /** As `save_pretrained` writes it, e.g. `model.layers.0.self_attn.q_proj.weight`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** The number of values. */
  readonly size: number;
  /** The place of its first value in the packed array. */
  readonly offset: number;
}

export interface ParameterLayout {
  /** In the order of computation, which is the order of packing. */
  readonly parameters: readonly Parameter[];
  /** The length of the packed array. */
  readonly count: number;
}

type Shapes = readonly (readonly [name: string, shape: readonly number[]])[];

/** 4 GiB of float32: what one wasm memory, and nearly every device buffer, cannot exceed. */
const MAX_PARAMETERS = 2 ** 30;

/** @throws UnsupportedModelError where the model has more parameters than one array can hold */
export function parameterLayout(config: ModelConfig): ParameterLayout {
  const parameters: Parameter[] = [];
  let offset = 0;
  for (const [name, shape] of shapes(config)) {
    const size = elements(shape);
    parameters.push({ name, shape, size, offset });
    offset += size;
  }
  if (offset > MAX_PARAMETERS) throw new UnsupportedModelError('parameters', offset, `at most ${MAX_PARAMETERS}`);
  return { parameters, count: offset };
}

function shapes(config: ModelConfig): Shapes {
  switch (config.architecture) {
    case 'llama':
      return llamaShapes(config);
    case 'gpt2':
      return gpt2Shapes(config);
  }
}

/** Linear weights are [out, in]. */
function llamaShapes(config: LlamaConfig): Shapes {
  const { vocabSize, width, tied } = config;
  const layers = Array.from({ length: config.layers }, (_, i) => llamaLayer(config, `model.layers.${i}`)).flat();
  const head: Shapes = tied ? [] : [['lm_head.weight', [vocabSize, width]]];
  return [['model.embed_tokens.weight', [vocabSize, width]], ...layers, ['model.norm.weight', [width]], ...head];
}

function llamaLayer(config: LlamaConfig, at: string): Shapes {
  const { width, mlpWidth, attentionBias, mlpBias } = config;
  const [queries, keys] = [config.heads * config.headDim, config.kvHeads * config.headDim];
  const linear = (name: string, out: number, into: number, bias: boolean): Shapes => [
    [`${at}.${name}.weight`, [out, into]],
    ...(bias ? ([[`${at}.${name}.bias`, [out]]] as const) : []),
  ];
  return [
    [`${at}.input_layernorm.weight`, [width]],
    ...linear('self_attn.q_proj', queries, width, attentionBias),
    ...linear('self_attn.k_proj', keys, width, attentionBias),
    ...linear('self_attn.v_proj', keys, width, attentionBias),
    ...linear('self_attn.o_proj', width, queries, attentionBias),
    [`${at}.post_attention_layernorm.weight`, [width]],
    ...linear('mlp.gate_proj', mlpWidth, width, mlpBias),
    ...linear('mlp.up_proj', mlpWidth, width, mlpBias),
    ...linear('mlp.down_proj', width, mlpWidth, mlpBias),
  ];
}

/** GPT-2's linear layers are "Conv1D": their weights are [in, out]. */
function gpt2Shapes(config: Gpt2Config): Shapes {
  const { vocabSize, width, positions, tied } = config;
  const layers = Array.from({ length: config.layers }, (_, i) => gpt2Layer(config, `transformer.h.${i}`)).flat();
  const head: Shapes = tied ? [] : [['lm_head.weight', [vocabSize, width]]];
  return [
    ['transformer.wte.weight', [vocabSize, width]],
    ['transformer.wpe.weight', [positions, width]],
    ...layers,
    ['transformer.ln_f.weight', [width]],
    ['transformer.ln_f.bias', [width]],
    ...head,
  ];
}

function gpt2Layer({ width, mlpWidth }: Gpt2Config, at: string): Shapes {
  return [
    [`${at}.ln_1.weight`, [width]],
    [`${at}.ln_1.bias`, [width]],
    [`${at}.attn.c_attn.weight`, [width, 3 * width]],
    [`${at}.attn.c_attn.bias`, [3 * width]],
    [`${at}.attn.c_proj.weight`, [width, width]],
    [`${at}.attn.c_proj.bias`, [width]],
    [`${at}.ln_2.weight`, [width]],
    [`${at}.ln_2.bias`, [width]],
    [`${at}.mlp.c_fc.weight`, [width, mlpWidth]],
    [`${at}.mlp.c_fc.bias`, [mlpWidth]],
    [`${at}.mlp.c_proj.weight`, [mlpWidth, width]],
    [`${at}.mlp.c_proj.bias`, [width]],
  ];
}

/**
 * All weights in one array, in the layout's order. Every name, shape and type is checked before the array is made.
 * Accepts names without the base model's prefix, and passes over buffers that older versions of transformers saved.
 * @throws TensorMismatchError, InvalidSafetensorsError (a type that cannot be read), NonFiniteWeightsError
 */
export function packWeights(config: ModelConfig, stored: StoredTensors): Float32Array {
  const layout = parameterLayout(config);
  const sources = matchTensors(config, layout, stored);
  const packed = new Float32Array(layout.count);
  for (const { name, size, offset } of layout.parameters) {
    const values = packed.subarray(offset, offset + size);
    stored.copy(sources.get(name)!, values);
    refuseNonFinite(name, values, stored.file);
  }
  return packed;
}

/** For each parameter the name that the file has for it. */
function matchTensors(
  config: ModelConfig,
  layout: ParameterLayout,
  stored: StoredTensors,
): ReadonlyMap<string, string> {
  const wanted = new Map(layout.parameters.map((parameter) => [parameter.name, parameter]));
  const sources = new Map<string, string>();
  for (const [given, entry] of stored.entries) {
    if (ignored(config, given)) continue;
    const name = canonicalName(config, given);
    const parameter = wanted.get(name);
    // Found under both of its names, a tensor is one too many.
    if (!parameter || sources.has(name)) throw new TensorMismatchError(given, null, entry.shape, entry.file);
    checkTensor(parameter, entry, given);
    sources.set(name, given);
  }
  for (const { name, shape } of layout.parameters) {
    if (!sources.has(name)) throw new TensorMismatchError(name, shape, null, stored.file);
  }
  return sources;
}

function checkTensor(parameter: Parameter, entry: TensorEntry, given: string): void {
  const same = parameter.shape.length === entry.shape.length && parameter.shape.every((n, i) => n === entry.shape[i]);
  if (!same) throw new TensorMismatchError(given, parameter.shape, entry.shape, entry.file);
  checkDtype(entry, given);
}

/** Causal masks and rotary tables are computed anew, and a tied output matrix is the embedding's. */
function ignored(config: ModelConfig, name: string): boolean {
  if (name === 'lm_head.weight') return config.tied;
  return config.architecture === 'gpt2'
    ? /(^|\.)h\.\d+\.attn\.(bias|masked_bias)$/.test(name)
    : name.endsWith('.rotary_emb.inv_freq');
}

function canonicalName(config: ModelConfig, name: string): string {
  const prefix = config.architecture === 'gpt2' ? 'transformer.' : 'model.';
  return name.startsWith(prefix) || name === 'lm_head.weight' ? name : prefix + name;
}

function refuseNonFinite(name: string, values: Float32Array, file: string): void {
  const position = values.findIndex((value) => !Number.isFinite(value));
  if (position >= 0) throw new NonFiniteWeightsError(name, position, values[position]!, file);
}

/** The tensors by name, as views of the packed array (nothing is copied). */
export function unpackWeights(config: ModelConfig, packed: Float32Array): Map<string, Tensor> {
  const layout = parameterLayout(config);
  if (packed.length !== layout.count) {
    throw new RangeError(`${packed.length} packed weights for a configuration of ${layout.count}`);
  }
  return new Map(
    layout.parameters.map(({ name, shape, size, offset }) => [
      name,
      { shape, data: packed.subarray(offset, offset + size) },
    ]),
  );
}
