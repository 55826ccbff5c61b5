// What the graphs take of memory: numbers on the way through a model, and programs. For estimates, by what was measured; knows no runtime.

import type { ModelSizes } from '../models/sizes.ts';
import { LONG_TO_MEAN, NUMBER_BYTES, type PassedWork, type PassMemory, PROMPT_SHARE } from '../passes/memory.ts';

/** A program of so many layers, in bytes. */
type ProgramBytes = (layers: number) => number;
const TRAINING: ProgramBytes = (layers) => 0.35e6 + 0.33e6 * layers;
const SCORING: ProgramBytes = (layers) => 0.23e6 + 0.15e6 * layers;
/** Four steps of each. */
const DECODING: ProgramBytes = (layers) => 0.69e6 + 0.42e6 * layers;

/** Shapes of batches that occur in a run, each with a program: of each micro-batch of a batch a few, and not more than are kept. */
const SHAPES_A_MICRO_BATCH = 4.5;
const MOST_SHAPES = 24;
const SCORED_SHAPES = 14;
const DECODED_SHAPES = 8;

const NOTHING: PassMemory = { weights: 0, gradient: 0, activations: 0, cache: 0, programs: 0, beside: null };

const roundUp = (count: number, step: number): number => Math.ceil(count / step) * step;

/**
 * Numbers that a training step keeps of its tokens until their gradients are made: in a layer five of the model's width (two norms before and
 * after their weights, attention's result), the inner ones, queries, keys and values at each place and their weights for every other place;
 * at the end two rows of logits for each scored token.
 */
function trainingNumbers(model: ModelSizes, { pairs, mean, longest }: PassedWork): number {
  const tokens = roundUp(pairs * Math.min(longest, LONG_TO_MEAN * mean), 64);
  const length = roundUp(longest, 16);
  const places = pairs * length;
  const layer =
    tokens * (5 * model.width + model.innerKept * model.inner) +
    places * (model.width + 2 * model.keyWidth + model.heads * length);
  const scored = (1 - PROMPT_SHARE) * tokens;
  return model.layers * layer + 2 * scored * model.vocabulary + places * length;
}

/** At the widest of a forward pass: some arrays of one layer. */
const forwardNumbers = ({ width, inner }: ModelSizes, tokens: number): number => tokens * (5 * width + 3 * inner);

/** Of gradients: beside activations the zeros that a step begins with. */
export function graphTraining(model: ModelSizes, work: PassedWork): PassMemory {
  const microBatches = Math.ceil(work.batchSize / work.pairs);
  return {
    ...NOTHING,
    gradient: NUMBER_BYTES * model.parameters,
    activations: NUMBER_BYTES * trainingNumbers(model, work),
    programs: Math.min(MOST_SHAPES, SHAPES_A_MICRO_BATCH * microBatches) * TRAINING(model.layers),
  };
}

export function graphScoring(model: ModelSizes, { pairs, mean, longest }: PassedWork): PassMemory {
  const tokens = pairs * Math.min(longest, LONG_TO_MEAN * mean);
  return {
    ...NOTHING,
    activations: NUMBER_BYTES * forwardNumbers(model, tokens),
    programs: SCORED_SHAPES * SCORING(model.layers),
  };
}

export function graphAnswering(model: ModelSizes, { rows, prompt, slots }: PassedWork): PassMemory {
  return {
    ...NOTHING,
    activations: NUMBER_BYTES * forwardNumbers(model, rows * prompt),
    cache: cacheBytes(model, rows, slots),
    programs: DECODED_SHAPES * DECODING(model.layers),
  };
}

/** Keys and values of all layers. */
const cacheBytes = ({ layers, keyWidth }: ModelSizes, rows: number, slots: number): number =>
  NUMBER_BYTES * rows * slots * 2 * layers * keyWidth;
