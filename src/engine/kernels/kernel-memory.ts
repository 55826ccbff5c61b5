// What the kernels take of memory: each has one of its own, with the weights in it. For estimates, by what was measured; knows no runtime.

import type { ModelSizes } from '../models/sizes.ts';
import { LONG_TO_MEAN, NUMBER_BYTES, type PassedWork, type PassMemory, PROMPT_SHARE } from '../passes/memory.ts';
import { pagedBytes } from '../runtime/runtime-memory.ts';

/** Tokens that the decoder kernel has activations for. */
export const DECODED_TOKENS = 32;
/** Logits that the training kernel has at once, at most; and its room for parts of matrices, in bytes. */
const LOGITS = 2 ** 22;
const ROOM = 270_000;

/**
 * Numbers that the training kernel works in: of each token what a layer keeps (three states, queries, keys and values, gate and up), for a
 * gradient of all layers, else of two by turns; and what passes beside; logits of tokens that are read, where they are not too many; attention
 * of the longest.
 */
function passNumbers(model: ModelSizes, { pairs, mean, longest }: PassedWork, learns: boolean): number {
  const { layers, width, keyWidth, inner, vocabulary } = model;
  const tokens = pairs * Math.min(longest, LONG_TO_MEAN * mean);
  const projected = width + 2 * keyWidth;
  const kept = (learns ? layers : 2) * (3 * width + projected + 2 * inner);
  const passing = learns ? 5 * width + projected + inner : width + inner;
  const logits = Math.min((1 - PROMPT_SHARE) * tokens * vocabulary, LOGITS);
  return tokens * (kept + passing) + logits + (learns ? 2 : 1) * longest ** 2;
}

/** Of gradients: weights and gradient once more. */
export function kernelTraining(model: ModelSizes, work: PassedWork): PassMemory {
  const one = NUMBER_BYTES * model.parameters;
  const activations = NUMBER_BYTES * passNumbers(model, work, true);
  const beside = pagedBytes(ROOM + 2 * one + activations);
  return { weights: one, gradient: one, activations, cache: 0, programs: 0, beside };
}

export function kernelScoring(model: ModelSizes, work: PassedWork): PassMemory {
  const one = NUMBER_BYTES * model.parameters;
  const activations = NUMBER_BYTES * passNumbers(model, work, false);
  return {
    weights: one,
    gradient: 0,
    activations,
    cache: 0,
    programs: 0,
    beside: pagedBytes(ROOM + one + activations),
  };
}

/** Of answers: states, queries, keys and values, attention, the inner ones, and logits. */
export function kernelAnswering(model: ModelSizes, { rows, slots }: PassedWork): PassMemory {
  const { width, keyWidth, inner, vocabulary, layers, parameters } = model;
  const one = NUMBER_BYTES * parameters;
  const activations = NUMBER_BYTES * DECODED_TOKENS * (4 * width + 2 * keyWidth + 3 * inner + vocabulary);
  const cache = NUMBER_BYTES * rows * slots * 2 * layers * keyWidth;
  return { weights: one, gradient: 0, activations, cache, programs: 0, beside: pagedBytes(one + activations + cache) };
}
