// What an architecture is: everything that the engine needs to know of a kind of model, in one row. Each has a folder of its own under
// `architectures/`, and a line in `registry.ts` for what is known of it, and one in `computations.ts` for what computes it; nothing else tells one from another.

import type { ModelConfig } from './config.ts';
import type { Fields, JsonObject } from './fields.ts';
import type { Transformer } from './transformer.ts';

/**
 * A parameter's name, as `save_pretrained` writes it, its shape, and whether weight decay falls on it: by the field's convention, which is
 * that of transformers' Trainer, on all but norms and biases.
 */
export type NamedShape = readonly [name: string, shape: readonly number[], decays?: boolean];

/** A norm's scale or shift, or a layer's bias: weight decay leaves it alone. */
export const spared = (name: string, size: number): NamedShape => [name, [size], false];

/** Numbers by which a model's memory is estimated, where they depend on the architecture. */
export interface LayerSizes {
  /** Of keys and of values, all heads together. */
  readonly keyWidth: number;
  /** Arrays of the inner width that a layer keeps for its gradient. */
  readonly innerKept: number;
}

/**
 * A model as the kernels of the CPU compute it: RMS norms, rotary positions, grouped queries, a gated feed-forward half. What has another
 * shape is none of theirs.
 */
export interface KernelModel {
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly width: number;
  readonly mlpWidth: number;
  readonly vocabSize: number;
  readonly positions: number;
  readonly normEpsilon: number;
  readonly tied: boolean;
  /** The names of a layer's weights and biases by what they are for; a bias that the model lacks is null. */
  layer(index: number): Readonly<Record<LayerPart, PartNames>>;
  readonly embedding: string;
  readonly finalNorm: string;
  /** The embedding where the two are tied. */
  readonly unembedding: string;
  /** Factors of each position's rotation, [positions, headDim]: of a head x, and of x with its halves exchanged. */
  rotaryTables(positions: number): RotaryTables;
  /** Whether a position's rotation depends on how long the sequence is. */
  readonly rotationsChange: boolean;
}

export interface PartNames {
  readonly weight: string;
  readonly bias: string | null;
}

export interface RotaryTables {
  readonly own: Float32Array;
  readonly other: Float32Array;
}

/** What of a layer has weights, in the order of computation. */
export const LAYER_PARTS = ['inputNorm', 'query', 'key', 'value', 'output', 'innerNorm', 'gate', 'up', 'down'] as const;
export type LayerPart = (typeof LAYER_PARTS)[number];

/** Methods rather than properties, so that an architecture of a configuration of its own is one of any. */
export interface Architecture<Config extends ModelConfig = ModelConfig> {
  /** `model_type` in config.json. */
  readonly name: string;
  /**
   * Checks a parsed config.json. Defaults of absent fields are transformers' own; sizes have none and must be there.
   * @throws InvalidConfigError for a field missing, mistyped or out of range; UnsupportedModelError for what cannot be run
   */
  parse(fields: Fields): Config;
  /** All parameters in the order of computation, which is the order of packing. */
  parameters(config: Config): readonly NamedShape[];
  /** What a parameter's name begins with unless it is the output matrix's; files of the bare base model leave it out. */
  readonly prefix: string;
  /** Buffers that versions of transformers saved and that are computed anew. */
  ignores(name: string): boolean;
  /** Fields of config.json as they are written, besides those that the model came with. */
  saved(config: Config): JsonObject;
  sizes(config: Config): LayerSizes;
}

/** What computes an architecture: apart from what is known of it, which alone the keeper needs to read and write models' files. */
export interface Computation<Config extends ModelConfig = ModelConfig> {
  /** The forward pass as a graph. */
  transformer(config: Config): Transformer;
  /** What the kernels would compute; null where that is not this model. */
  kernel(config: Config): KernelModel | null;
}
