// Which tensors a configuration asks for, under the names that transformers gives them, and their places in one packed array.
// Knows neither graph nor runtime.

import type { ModelConfig } from './config.ts';
import { NonFiniteWeightsError, TensorMismatchError, UnsupportedModelError } from './errors.ts';
import { checkDtype, type StoredTensors, type Tensor } from './files/safetensors.ts';
import { elements, type TensorEntry } from './files/safetensors-header.ts';
import { architectureOf } from './registry.ts';

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

/** 4 GiB of float32: what one wasm memory, and nearly every device buffer, cannot exceed. */
const MAX_PARAMETERS = 2 ** 30;

/** @throws UnsupportedModelError where the model has more parameters than one array can hold */
export function parameterLayout(config: ModelConfig): ParameterLayout {
  const parameters: Parameter[] = [];
  let offset = 0;
  for (const [name, shape] of architectureOf(config).parameters(config)) {
    const size = elements(shape);
    parameters.push({ name, shape, size, offset });
    offset += size;
  }
  if (offset > MAX_PARAMETERS) throw new UnsupportedModelError('parameters', offset, `at most ${MAX_PARAMETERS}`);
  return { parameters, count: offset };
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

const OUTPUT = 'lm_head.weight';

/** Buffers are computed anew, and a tied output matrix is the embedding's. */
const ignored = (config: ModelConfig, name: string): boolean =>
  name === OUTPUT ? config.tied : architectureOf(config).ignores(name);

function canonicalName(config: ModelConfig, name: string): string {
  const { prefix } = architectureOf(config);
  return name.startsWith(prefix) || name === OUTPUT ? name : prefix + name;
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
