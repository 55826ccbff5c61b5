// What of a model decides how much memory it works in, for estimates.

import type { ModelConfig } from './config.ts';
import { parameterLayout } from './parameter-layout.ts';
import { architectureOf } from './registry.ts';

/** Numbers by which a model's memory is estimated. */
export interface ModelSizes {
  readonly parameters: number;
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  /** Of keys and of values, all heads together. */
  readonly keyWidth: number;
  readonly inner: number;
  /** Arrays of the inner width that a layer keeps for its gradient: 4 of a gated unit, others of other activations. */
  readonly innerKept: number;
  readonly vocabulary: number;
}

export const sizesOf = (config: ModelConfig): ModelSizes => ({
  parameters: parameterLayout(config).count,
  layers: config.layers,
  width: config.width,
  heads: config.heads,
  inner: config.mlpWidth,
  vocabulary: config.vocabSize,
  ...architectureOf(config).sizes(config),
});
