// Which tensors a configuration asks for, under the names that transformers gives them, and how those of a file become a set and again a file.

import type { ModelConfig } from './config.ts';
import { NonFiniteWeightsError, TensorMismatchError, UnsupportedModelError } from './errors.ts';
import { checkDtype, type HostTensor, type StoredTensors } from './files/safetensors.ts';
import type { TensorEntry } from './files/safetensors-header.ts';
import {
  filled,
  type ParameterSet,
  type ParameterTensor,
  type PartLayout,
  packed,
  type SetLayout,
  type TrainableValues,
  tensorOf,
} from './parameter-set.ts';
import { architectureOf } from './registry.ts';

/** 4 GiB of float32: what one wasm memory, and nearly every device buffer, cannot exceed. */
const MAX_PARAMETERS = 2 ** 30;

/** All of a model's own parameters in one part. @throws UnsupportedModelError where they are more than one array can hold */
export function parameterLayout(config: ModelConfig): PartLayout {
  const layout = packed('base', architectureOf(config).parameters(config));
  if (layout.count > MAX_PARAMETERS) {
    throw new UnsupportedModelError('parameters', layout.count, `at most ${MAX_PARAMETERS}`);
  }
  return layout;
}

/** All of them trained. */
export const wholeLayout = (config: ModelConfig): SetLayout => ({ trainable: parameterLayout(config), frozen: [] });

/** A model all of whose parameters are trained. @throws SnapshotError where the values are not as many as its parameters */
export const wholeSet = (config: ModelConfig, values: TrainableValues): ParameterSet => ({
  trainable: filled(parameterLayout(config), values),
  frozen: [],
});

/**
 * A file's tensors as a set, in the layout's order. Every name, shape and type is checked before room is made.
 * Accepts names without the base model's prefix, and passes over buffers that older versions of transformers saved.
 * @throws TensorMismatchError, InvalidSafetensorsError (a type that cannot be read), NonFiniteWeightsError
 */
export function packTensors(config: ModelConfig, stored: StoredTensors): ParameterSet {
  const layout = parameterLayout(config);
  const sources = matchTensors(config, layout, stored);
  const values = new Float32Array(layout.count);
  for (const { name, size, offset } of layout.tensors) {
    const own = values.subarray(offset, offset + size);
    stored.copy(sources.get(name)!, own);
    refuseNonFinite(name, own, stored.file);
  }
  return { trainable: { ...layout, values }, frozen: [] };
}

/** For each parameter the name that the file has for it. */
function matchTensors(config: ModelConfig, layout: PartLayout, stored: StoredTensors): ReadonlyMap<string, string> {
  const wanted = new Map(layout.tensors.map((parameter) => [parameter.name, parameter]));
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
  for (const { name, shape } of layout.tensors) {
    if (!sources.has(name)) throw new TensorMismatchError(name, shape, null, stored.file);
  }
  return sources;
}

function checkTensor(parameter: ParameterTensor, entry: TensorEntry, given: string): void {
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

/** All tensors of a set by name, as views (nothing is copied). */
export const unpackTensors = ({ trainable, frozen }: ParameterSet): Map<string, HostTensor> =>
  new Map(
    [trainable, ...frozen].flatMap((part) =>
      part.tensors.map(({ name, shape }) => [name, { shape, data: tensorOf(part, name) }] as const),
    ),
  );
