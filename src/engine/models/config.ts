// What is known of every model's configuration, whatever its architecture, and how the fields that all have are read.

import type { Fields, JsonObject } from './fields.ts';

/** A checked config.json. What else an architecture knows of itself is in its own folder. */
export interface ModelConfig {
  /** The architecture's name: `model_type` in config.json. */
  readonly architecture: string;
  readonly vocabSize: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly mlpWidth: number;
  /** The longest sequence the model takes, in tokens. */
  readonly positions: number;
  readonly normEpsilon: number;
  /** The output matrix is the embedding matrix. */
  readonly tied: boolean;
  readonly bosId: number | null;
  /** Any of these ends an answer; the first is the one to write. */
  readonly eosIds: readonly number[];
  readonly padId: number | null;
  /** The file as it was, for writing it again. */
  readonly raw: JsonObject;
}

/** Bounds far above any model that a tab can hold: they catch nonsense before it becomes an allocation. */
export const MOST = {
  vocabulary: 2 ** 21,
  width: 2 ** 16,
  mlpWidth: 2 ** 19,
  layers: 1024,
  heads: 1024,
  positions: 2 ** 24,
} as const;

/**
 * Refuses what no architecture here can do: quantised weights, experts, another class of model.
 * @param classes of transformers that the folder may be of, the one that is written first
 * @throws UnsupportedModelError
 */
export function refuseForeign(fields: Fields, classes: readonly string[]): void {
  if (fields.has('quantization_config')) {
    fields.unsupported('quantization_config', fields.value('quantization_config'), 'absent');
  }
  const declared = fields.value('architectures');
  if (Array.isArray(declared) && declared.length > 0 && !declared.some((name) => classes.includes(name))) {
    fields.unsupported('architectures', declared, `["${classes[0]}"]`);
  }
  for (const key of ['num_local_experts', 'num_experts', 'n_routed_experts']) refuseUnless(fields, key, 1, 1);
}

/** @throws UnsupportedModelError where a field has another value than the one that can be run */
export function refuseUnless(fields: Fields, key: string, fallback: unknown, wanted: string | number | boolean): void {
  const value = fields.value(key) ?? fallback;
  if (value !== wanted) fields.unsupported(key, value, JSON.stringify(wanted));
}

/** A window at least as long as the model's positions hides nothing, so it may stay. @throws UnsupportedModelError */
export function refuseSlidingWindow(fields: Fields, positions: number): void {
  const window = fields.value('sliding_window');
  if (typeof window === 'number' && window < positions && fields.value('use_sliding_window') !== false) {
    fields.unsupported('sliding_window', window, 'null');
  }
  const layers = fields.value('layer_types');
  if (Array.isArray(layers) && layers.some((type) => type !== 'full_attention')) {
    fields.unsupported('layer_types', layers, '"full_attention" throughout');
  }
}

/** The quotient of a width and a number of heads. @throws InvalidConfigError where it is not whole */
export function divided(fields: Fields, wholeKey: string, partsKey: string): number {
  const [whole, parts] = [fields.integer(wholeKey, MOST.width), fields.integer(partsKey, MOST.heads)];
  if (whole % parts !== 0) fields.fail(wholeKey, `(${whole}) must be a multiple of "${partsKey}" (${parts})`);
  return whole / parts;
}

/**
 * Ids outside the vocabulary count as absent: no such token can be read or written, and small models made from
 * transformers' default configuration carry GPT-2's 50256 about.
 */
export function specialIds(
  fields: Fields,
  vocabSize: number,
  defaults: { readonly bos: number; readonly eos: number },
): Pick<ModelConfig, 'bosId' | 'eosIds' | 'padId'> {
  const known = (key: string, fallback?: number): number[] => {
    const ids = fields.value(key) === undefined && fallback !== undefined ? [fallback] : fields.ids(key);
    return ids.filter((id) => id >= 0 && id < vocabSize);
  };
  return {
    bosId: known('bos_token_id', defaults.bos)[0] ?? null,
    eosIds: known('eos_token_id', defaults.eos),
    padId: known('pad_token_id')[0] ?? null,
  };
}
