// Where everything of a decoder stands in its module's memory: weights, activations, and the caches of the rows being answered, one part
// after the other. AssemblyScript.

import * as model from './sizes';
import { FLOAT, grow, MOST_BYTES, reached, rewind, setSizes, take } from './sizes';

/** Tokens of one pass at most. */
export const TOKENS: i32 = 32;
/** Steps of one call at most. */
export const STEPS: i32 = 8;

/** Scores are computed for as many slots at a time, the last of which may lie behind the last cache. */
const SLOTS_AT_ONCE: i32 = 16;

export let slots: i32 = 0;

// Weights of the whole model: matrices in panels, vectors filled up with zeros.
export let embedding: usize = 0;
export let unembedding: usize = 0;
export let finalNorm: usize = 0;
export let noBias: usize = 0;

// Of each token of a pass its id, its row and its position, int32 [TOKENS] each.
export let ids: usize = 0;
export let rows: usize = 0;
export let positions: usize = 0;
/** Numbers in (0, 1), float32 [rows, steps]. */
export let uniforms: usize = 0;
// What a call drew, int32 and float32 [rows, steps].
export let drawn: usize = 0;
export let logps: usize = 0;

// Activations, [TOKENS, …] each.
export let state: usize = 0;
export let normed: usize = 0;
export let projected: usize = 0;
export let seen: usize = 0;
export let gates: usize = 0;
export let active: usize = 0;
export let logits: usize = 0;
export let sums: usize = 0;

// Of the rows being answered: room for one token's scores, and the factors of every slot's rotation, [slots, dim] each.
export let scores: usize = 0;
export let ownFactors: usize = 0;
export let otherFactors: usize = 0;

let firstLayer: usize = 0;
let layerBytes: i32 = 0;
let batch: usize = 0;
let caches: usize = 0;

/** Makes room for a model; `headDim` is a multiple of eight. @returns whether there was room */
export function open(
  layerCount: i32,
  headCount: i32,
  kvHeadCount: i32,
  headDim: i32,
  stateWidth: i32,
  innerWidth: i32,
  vocabularySize: i32,
  tied: bool,
  normEpsilon: f32,
): bool {
  setSizes(layerCount, headCount, kvHeadCount, headDim, stateWidth, innerWidth, vocabularySize, normEpsilon);
  placeWeights(tied);
  placeActivations();
  batch = reached();
  return grow();
}

function placeWeights(tied: bool): void {
  embedding = take(model.width * model.logitBytes);
  unembedding = tied ? embedding : take(model.width * model.logitBytes);
  finalNorm = take(model.stateBytes);
  noBias = take(model.logitBytes);
  firstLayer = reached();
  layerBytes = 0;
  layerBytes = <i32>(downBias(0) + model.stateBytes - firstLayer);
  take(layerBytes * model.layers);
}

function placeActivations(): void {
  ids = take(TOKENS * FLOAT);
  rows = take(TOKENS * FLOAT);
  positions = take(TOKENS * FLOAT);
  uniforms = take(TOKENS * STEPS * FLOAT);
  drawn = take(TOKENS * STEPS * FLOAT);
  logps = take(TOKENS * STEPS * FLOAT);
  state = take(TOKENS * model.stateBytes);
  normed = take(TOKENS * model.stateBytes);
  projected = take(TOKENS * model.projectedBytes);
  seen = take(TOKENS * model.headsBytes);
  gates = take(TOKENS * 2 * model.mlpBytes);
  active = take(TOKENS * model.mlpBytes);
  logits = take(TOKENS * model.logitBytes);
  sums = take(model.logitBytes);
}

// A layer's weights, in their order. Queries, keys and values are one matrix, and so are gate and up, up from a whole panel on.

export function inputNorm(layer: i32): usize {
  return firstLayer + layer * layerBytes;
}

export function projection(layer: i32): usize {
  return inputNorm(layer) + model.stateBytes;
}

export function projectionBias(layer: i32): usize {
  return projection(layer) + model.width * model.projectedBytes;
}

export function output(layer: i32): usize {
  return projectionBias(layer) + model.projectedBytes;
}

export function outputBias(layer: i32): usize {
  return output(layer) + model.heads * model.dim * model.stateBytes;
}

export function innerNorm(layer: i32): usize {
  return outputBias(layer) + model.stateBytes;
}

export function gateAndUp(layer: i32): usize {
  return innerNorm(layer) + model.stateBytes;
}

export function gateAndUpBias(layer: i32): usize {
  return gateAndUp(layer) + model.width * 2 * model.mlpBytes;
}

export function down(layer: i32): usize {
  return gateAndUpBias(layer) + 2 * model.mlpBytes;
}

export function downBias(layer: i32): usize {
  return down(layer) + model.mlpWidth * model.stateBytes;
}

/** Makes room for rows of `slotCount` slots, a multiple of eight. @returns whether there was room */
export function begin(rowCount: i32, slotCount: i32): bool {
  const numbers = <u64>slotCount * (2 * model.kvHeads * model.dim) * (<u64>rowCount * model.layers + 1);
  if (batch + numbers * FLOAT > MOST_BYTES) return false;
  slots = slotCount;
  rewind(batch);
  scores = take((slots + SLOTS_AT_ONCE) * FLOAT);
  ownFactors = take(slots * model.dim * FLOAT);
  otherFactors = take(slots * model.dim * FLOAT);
  caches = take(<usize>rowCount * cacheBytes() + SLOTS_AT_ONCE * FLOAT);
  return grow();
}

function layerCacheBytes(): i32 {
  return 2 * model.kvHeads * model.dim * slots * FLOAT;
}

/** Bytes of a row's caches. */
export function cacheBytes(): i32 {
  return model.layers * layerCacheBytes();
}

/** A row's caches, layer after layer. */
export function cacheOf(row: i32): usize {
  return caches + row * cacheBytes();
}

/** A row's cache of one layer. */
export function layerCache(row: i32, layer: i32): usize {
  return cacheOf(row) + layer * layerCacheBytes();
}
