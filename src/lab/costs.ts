// What a run with the settings as they are takes of memory and storage, estimated. Knows sizes of arrays, no runtime.

import { slotCount } from '../spin/optimizers.ts';
import { BUILT_IN_MODEL, type Settings } from './settings-store.ts';
import type { Speed } from './speed.ts';

/** What of a model's shape decides how much memory it works in. */
export interface ModelShape {
  readonly parameters: number;
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  /** Of keys and of values, all heads together. */
  readonly keyWidth: number;
  readonly inner: number;
  readonly vocabulary: number;
}

export const BUILT_IN_SHAPE: ModelShape = {
  parameters: 648_064,
  layers: 3,
  width: 128,
  heads: 4,
  keyWidth: 64,
  inner: 320,
  vocabulary: 1024,
};
/** In the mean, prompt and both responses, in the built-in world. */
const WORLD_TOKENS_A_PAIR = 36;
/** Rows of a batch are as long as its longest, which is about so much longer than the mean. */
const LONGEST_TO_MEAN = 1.6;
const BYTES = 4;

/** All in bytes. */
export interface Costs {
  /** Of both players. */
  readonly weights: number;
  readonly gradient: number;
  readonly optimizer: number;
  /** What is computed on the way for the pairs at once, and the opponent's keys and values; null where the model's shape is unknown. */
  readonly working: number | null;
  /** The last two checkpoints, in the page. */
  readonly checkpoints: number;
  readonly memory: number;
  /** Of the kept run: an iteration's weights each, and its checkpoint while it is unfinished. */
  readonly storage: number;
}

/** @param parameterCount of the model, once it was opened; null before: then only the built-in model is known */
export function costs(settings: Settings, parameterCount: number | null, measured: Speed | null = null): Costs | null {
  const builtIn = settings.model === BUILT_IN_MODEL;
  const parameters = parameterCount ?? (builtIn ? BUILT_IN_SHAPE.parameters : null);
  if (parameters === null) return null;
  const { iterations, optimizer: name } = settings.configuration;
  const one = BYTES * parameters;
  const slots = slotCount(name) * one;
  const checkpoint = one + slots;
  const parts = {
    weights: 2 * one,
    gradient: one,
    optimizer: slots,
    working: builtIn ? workingBytes(settings, BUILT_IN_SHAPE, measured) : null,
    checkpoints: 2 * checkpoint,
  };
  const memory = Object.values(parts).reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
  return { ...parts, memory, storage: iterations * one + checkpoint };
}

/**
 * Numbers that are held for each token of a batch: in a block so many of the model's width (norms, projections), of the inner width (the
 * gated unit) and for each head a row of the other tokens (scores); at the end rows of logits. Chosen so that the sum is what the peak of a
 * process grows by for each pair more at once on the CPU: 3.1 MB with the built-in model in its world.
 */
const BLOCK_WIDTHS = 10;
const INNER_WIDTHS = 6;
const SCORE_ARRAYS = 3;
const LOGIT_ARRAYS = 2;

function workingBytes({ configuration, own }: Settings, shape: ModelShape, measured: Speed | null): number {
  const { maxLength, maxNewTokens, microBatch, batchSize, answerBatch } = configuration;
  const longest = maxLength + maxNewTokens;
  const mean = measured?.tokensAPair ?? (own === null ? WORLD_TOKENS_A_PAIR : longest / LONGEST_TO_MEAN);
  const length = Math.min(longest, LONGEST_TO_MEAN * mean);
  const rows = Math.min(microBatch, batchSize);
  const { layers, width, heads, inner, keyWidth, vocabulary } = shape;
  const block = BLOCK_WIDTHS * width + INNER_WIDTHS * inner + SCORE_ARRAYS * heads * length;
  const training = rows * length * (layers * block + LOGIT_ARRAYS * vocabulary);
  const cache = answerBatch * length * 2 * layers * keyWidth;
  return BYTES * (training + cache);
}
