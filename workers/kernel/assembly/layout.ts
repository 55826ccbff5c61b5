// Where everything of a decoder stands in its module's memory: weights, activations, and the caches of the rows being answered, one part
// after the other. AssemblyScript. Knows sizes, and computes nothing.
//
// Rows of activations are filled up to whole panels with zeros, which zeros in the weights keep.

import { PANEL } from './products';

/** Tokens of one pass at most. */
export const TOKENS: i32 = 32;
/** Steps of one call at most. */
export const STEPS: i32 = 8;

const FLOAT: i32 = 4;
const ALIGNMENT: usize = 64;
const PAGE: usize = 65536;
/** What addresses reach as signed numbers. */
const MOST_BYTES: u64 = 0x7fff0000;
/** Scores are computed for as many slots at a time, the last of which may lie behind the last cache. */
const SLOTS_AT_ONCE: i32 = 16;

export let layers: i32 = 0;
export let heads: i32 = 0;
export let kvHeads: i32 = 0;
export let dim: i32 = 0;
export let width: i32 = 0;
export let mlpWidth: i32 = 0;
export let vocabulary: i32 = 0;
export let epsilon: f32 = 0;
export let slots: i32 = 0;

// Bytes of a row of each kind.
export let stateBytes: i32 = 0;
export let headsBytes: i32 = 0;
export let projectedBytes: i32 = 0;
export let mlpBytes: i32 = 0;
export let logitBytes: i32 = 0;

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
let end: usize = 0;

function panelled(count: i32): i32 {
  return (count + PANEL - 1) & ~(PANEL - 1);
}

/** The next `bytes` of the memory. */
function take(bytes: i32): usize {
  const start = end;
  end = (end + bytes + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
  return start;
}

/** @returns whether the memory could be made large enough */
function grow(): bool {
  const pages = <i32>((end + PAGE - 1) / PAGE) - memory.size();
  return pages <= 0 || memory.grow(pages) >= 0;
}

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
  layers = layerCount;
  heads = headCount;
  kvHeads = kvHeadCount;
  dim = headDim;
  width = stateWidth;
  mlpWidth = innerWidth;
  vocabulary = vocabularySize;
  epsilon = normEpsilon;
  stateBytes = panelled(width) * FLOAT;
  headsBytes = heads * dim * FLOAT;
  projectedBytes = (heads + 2 * kvHeads) * dim * FLOAT;
  mlpBytes = panelled(mlpWidth) * FLOAT;
  logitBytes = panelled(vocabulary) * FLOAT;
  end = (__heap_base + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
  placeWeights(tied);
  placeActivations();
  batch = end;
  return grow();
}

function placeWeights(tied: bool): void {
  embedding = take(width * logitBytes);
  unembedding = tied ? embedding : take(width * logitBytes);
  finalNorm = take(stateBytes);
  noBias = take(logitBytes);
  firstLayer = end;
  layerBytes = 0;
  layerBytes = <i32>(downBias(0) + stateBytes - firstLayer);
  take(layerBytes * layers);
}

function placeActivations(): void {
  ids = take(TOKENS * FLOAT);
  rows = take(TOKENS * FLOAT);
  positions = take(TOKENS * FLOAT);
  uniforms = take(TOKENS * STEPS * FLOAT);
  drawn = take(TOKENS * STEPS * FLOAT);
  logps = take(TOKENS * STEPS * FLOAT);
  state = take(TOKENS * stateBytes);
  normed = take(TOKENS * stateBytes);
  projected = take(TOKENS * projectedBytes);
  seen = take(TOKENS * headsBytes);
  gates = take(TOKENS * 2 * mlpBytes);
  active = take(TOKENS * mlpBytes);
  logits = take(TOKENS * logitBytes);
  sums = take(logitBytes);
}

// A layer's weights, in their order. Queries, keys and values are one matrix, and so are gate and up, up from a whole panel on.

export function inputNorm(layer: i32): usize {
  return firstLayer + layer * layerBytes;
}

export function projection(layer: i32): usize {
  return inputNorm(layer) + stateBytes;
}

export function projectionBias(layer: i32): usize {
  return projection(layer) + width * projectedBytes;
}

export function output(layer: i32): usize {
  return projectionBias(layer) + projectedBytes;
}

export function outputBias(layer: i32): usize {
  return output(layer) + heads * dim * stateBytes;
}

export function innerNorm(layer: i32): usize {
  return outputBias(layer) + stateBytes;
}

export function gateAndUp(layer: i32): usize {
  return innerNorm(layer) + stateBytes;
}

export function gateAndUpBias(layer: i32): usize {
  return gateAndUp(layer) + width * 2 * mlpBytes;
}

export function down(layer: i32): usize {
  return gateAndUpBias(layer) + 2 * mlpBytes;
}

export function downBias(layer: i32): usize {
  return down(layer) + mlpWidth * stateBytes;
}

/** Makes room for rows of `slotCount` slots, a multiple of eight. @returns whether there was room */
export function begin(rowCount: i32, slotCount: i32): bool {
  const numbers = <u64>slotCount * (2 * kvHeads * dim) * (<u64>rowCount * layers + 1);
  if (batch + numbers * FLOAT > MOST_BYTES) return false;
  slots = slotCount;
  end = batch;
  scores = take((slots + SLOTS_AT_ONCE) * FLOAT);
  ownFactors = take(slots * dim * FLOAT);
  otherFactors = take(slots * dim * FLOAT);
  caches = end;
  end += <usize>rowCount * cacheBytes() + SLOTS_AT_ONCE * FLOAT;
  return grow();
}

function layerCacheBytes(): i32 {
  return 2 * kvHeads * dim * slots * FLOAT;
}

/** Bytes of a row's caches. */
export function cacheBytes(): i32 {
  return layers * layerCacheBytes();
}

/** A row's caches, layer after layer. */
export function cacheOf(row: i32): usize {
  return caches + row * cacheBytes();
}

/** A row's cache of one layer. */
export function layerCache(row: i32, layer: i32): usize {
  return cacheOf(row) + layer * layerCacheBytes();
}
