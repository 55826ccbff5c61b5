// A Hugging Face model folder as a whole: what is read from it, what is written so that Python opens it again. Files come through
// an interface: they may lie on a disk, behind an address or in a tab's storage.

import type { ModelConfig } from '../config.ts';
import { InvalidConfigError, MissingFileError, WeightRangeError } from '../errors.ts';
import { Fields, type JsonObject } from '../fields.ts';
import { packTensors, parameterLayout, unpackTensors } from '../parameter-layout.ts';
import type { ParameterSet } from '../parameter-set.ts';
import { architectureOf, parseConfig } from '../registry.ts';
import {
  type HostTensor,
  openSafetensors,
  openSharded,
  type SavedDtype,
  type StoredTensors,
  writeSafetensors,
} from './safetensors.ts';

/** The files of one model. */
export interface ModelFiles {
  /** What messages call the model: a folder, an address. */
  readonly name: string;
  /** A file's bytes; null where there is no such file. Throws for every other trouble. */
  read(path: string): Promise<Uint8Array | null>;
}

/** A model in memory. */
export interface Model {
  readonly config: ModelConfig;
  readonly parameters: ParameterSet;
  readonly tokenizerJson?: unknown;
  readonly tokenizerConfig?: unknown;
  readonly generationConfig?: JsonObject;
  /** Tokenizer and generation files as they were, for copying. */
  readonly companions: ReadonlyMap<string, Uint8Array>;
}

export type WriteFile = (path: string, bytes: Uint8Array) => Promise<void>;

const CONFIG = 'config.json';
const WEIGHTS = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';
const TOKENIZER = 'tokenizer.json';
const TOKENIZER_CONFIG = 'tokenizer_config.json';
const GENERATION = 'generation_config.json';
/** The largest finite half that rounding reaches: from 65520 on, a float16 is infinity. */
const FLOAT16_LIMIT = 65520;

/** Files that some tokenizers need in Python and nothing here reads. Over a network, ask only for those that are there. */
export const EXTRA_FILES: readonly string[] = [
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'merges.txt',
  'tokenizer.model',
  'chat_template.jinja',
];

/**
 * Reads a model. The configuration is checked before the weights are read, every tensor's name and shape before room is made.
 * @param extras which files are kept for copying, besides the tokenizer's own two
 * @throws MissingFileError, InvalidConfigError, UnsupportedModelError, InvalidSafetensorsError, TensorMismatchError,
 *   NonFiniteWeightsError
 */
export async function openModel(files: ModelFiles, extras: readonly string[] = EXTRA_FILES): Promise<Model> {
  const parsed = parseConfig(await requiredJson(files, CONFIG), placeOf(files, CONFIG));
  // Refuses what no array can hold before its weights are read.
  parameterLayout(parsed);
  const companions = await readCompanions(files, [TOKENIZER, TOKENIZER_CONFIG, GENERATION, ...extras]);
  const generation = readGeneration(files, companions);
  const config = withEndIds(parsed, generation);
  const parameters = packTensors(config, await openWeights(files));
  return {
    config,
    parameters,
    companions,
    ...present('tokenizerJson', files, companions, TOKENIZER),
    ...present('tokenizerConfig', files, companions, TOKENIZER_CONFIG),
    ...(generation && { generationConfig: generation.raw }),
  };
}

async function requiredJson(files: ModelFiles, path: string): Promise<unknown> {
  const bytes = await files.read(path);
  if (bytes === null) {
    throw new MissingFileError(
      placeOf(files, path),
      'there is no such file',
      `Name a Hugging Face model folder: one with ${CONFIG} and ${WEIGHTS}.`,
    );
  }
  return parseJson(bytes, placeOf(files, path));
}

/** A file as messages name it. */
function placeOf(files: ModelFiles, path: string): string {
  return `${files.name}/${path}`;
}

/** @throws InvalidConfigError where the bytes are not UTF-8 or not JSON */
function parseJson(bytes: Uint8Array, place: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new InvalidConfigError(place, `the file is not JSON (${(cause as Error).message})`, place);
  }
}

async function readCompanions(files: ModelFiles, paths: readonly string[]): Promise<Map<string, Uint8Array>> {
  const read = await Promise.all(paths.map(async (path) => [path, await files.read(path)] as const));
  return new Map(read.filter((one): one is [string, Uint8Array] => one[1] !== null));
}

function readGeneration(files: ModelFiles, companions: ReadonlyMap<string, Uint8Array>): Fields | undefined {
  const bytes = companions.get(GENERATION);
  const place = placeOf(files, GENERATION);
  return bytes && new Fields(parseJson(bytes, place), place);
}

/** generation_config.json decides when an answer ends, where it says so. */
function withEndIds(config: ModelConfig, generation: Fields | undefined): ModelConfig {
  if (!generation?.has('eos_token_id')) return config;
  return { ...config, eosIds: generation.ids('eos_token_id').filter((id) => id >= 0 && id < config.vocabSize) };
}

function present<Key extends string>(
  key: Key,
  files: ModelFiles,
  companions: ReadonlyMap<string, Uint8Array>,
  path: string,
): Partial<Record<Key, unknown>> {
  const bytes = companions.get(path);
  return bytes ? ({ [key]: parseJson(bytes, placeOf(files, path)) } as Record<Key, unknown>) : {};
}

async function openWeights(files: ModelFiles): Promise<StoredTensors> {
  const whole = await files.read(WEIGHTS);
  if (whole !== null) return openSafetensors(whole, placeOf(files, WEIGHTS));
  const index = await files.read(INDEX);
  const place = placeOf(files, INDEX);
  if (index !== null) return openSharded(parseJson(index, place), place, (path) => files.read(path));
  throw new MissingFileError(
    placeOf(files, WEIGHTS),
    'there is no such file, and no index of shards',
    'Save the model with save_pretrained(), which writes safetensors; older .bin files cannot be read.',
  );
}

/**
 * Writes a model as a folder that `from_pretrained` opens, the configuration last, so that a folder cut short does not pass for one.
 * @throws WeightRangeError where a weight is too large for float16
 */
export async function saveModel(
  model: Model,
  write: WriteFile,
  options: { readonly dtype: SavedDtype },
): Promise<void> {
  const tensors = unpackTensors(model.parameters);
  if (options.dtype === 'float16') refuseBeyondFloat16(tensors);
  await write(WEIGHTS, writeSafetensors(tensors, options.dtype));
  for (const [path, bytes] of model.companions) await write(path, bytes);
  const json = JSON.stringify(savedConfig(model.config, options.dtype), null, 2);
  await write(CONFIG, new TextEncoder().encode(`${json}\n`));
}

function refuseBeyondFloat16(tensors: ReadonlyMap<string, HostTensor>): void {
  for (const [name, { data }] of tensors) {
    const position = data.findIndex((value) => Number.isFinite(value) && Math.abs(value) >= FLOAT16_LIMIT);
    if (position >= 0) throw new WeightRangeError(name, position, data[position]!);
  }
}

function savedConfig(config: ModelConfig, dtype: SavedDtype): JsonObject {
  const common = { ...config.raw, tie_word_embeddings: config.tied, dtype, torch_dtype: dtype };
  return { ...common, ...architectureOf(config).saved(config) };
}
