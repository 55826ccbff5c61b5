// Where everything of a trainer stands in its module's memory: weights and gradient as they are packed, what a batch is, and what of it is
// kept on the way forward. AssemblyScript.

import * as model from './sizes';
import { FLOAT, grow, MOST_BYTES, reached, rewind, setSizes, take } from './sizes';
import { ROOM, setRoom } from './tiled-products';

// A parameter's number within its layer, and after all layers those of the whole model: where it begins is looked up by it.
export const INPUT_NORM: i32 = 0;
export const QUERY: i32 = 1;
export const KEY: i32 = 2;
export const VALUE: i32 = 3;
export const OUTPUT: i32 = 4;
export const INNER_NORM: i32 = 5;
export const GATE: i32 = 6;
export const UP: i32 = 7;
export const DOWN: i32 = 8;
/** A bias follows its weight by so much. */
export const BIAS: i32 = 9;
const PER_LAYER: i32 = 18;
const EMBEDDING: i32 = 0;
const FINAL_NORM: i32 = 1;
const UNEMBEDDING: i32 = 2;
const OF_MODEL: i32 = 3;

/** Where each parameter begins in the packed list, in numbers, −1 where there is none: int32 [layers · PER_LAYER + OF_MODEL]. */
export let offsets: usize = 0;
export let theta: usize = 0;
export let gradient: usize = 0;

// Of a batch: ids and positions of its tokens; of each sequence its first token, and how many are prompt, first and second response; the
// tokens whose logits are wanted, in ascending order; of each scored one its place among those, its id, its log-probability (natural log),
// and the loss's slope to that.
export let tokens: i32 = 0;
export let sequences: i32 = 0;
export let reads: i32 = 0;
export let scoredCount: i32 = 0;
export let ids: usize = 0;
export let positions: usize = 0;
export let starts: usize = 0;
export let prompts: usize = 0;
export let firsts: usize = 0;
export let seconds: usize = 0;
export let read: usize = 0;
export let scoredAt: usize = 0;
export let targets: usize = 0;
export let logps: usize = 0;
export let slopes: usize = 0;
/** Factors of every position's rotation, [longest, dim] each. */
export let ownFactors: usize = 0;
export let otherFactors: usize = 0;

// What passes: [tokens, …] each.
export let normed: usize = 0;
export let active: usize = 0;
export let dState: usize = 0;
export let dNormed: usize = 0;
export let dSeen: usize = 0;
export let dProjected: usize = 0;
export let dRead: usize = 0;
/** Rows of logits that are there at once. */
export let logitRows: i32 = 0;
export let logits: usize = 0;
/** Of each token that is read, log Σ e^logit. */
export let logSums: usize = 0;
/** Two rooms for the weights of one segment's attention. */
export let attention: usize = 0;
export let attentionSlopes: usize = 0;

let keptStart: usize = 0;
let keptBytes: i32 = 0;
/** Layers whose keeping is there at once: all, and a last state, for a gradient; else two, by turns. */
let keptLayers: i32 = 0;
let batch: usize = 0;

/**
 * Makes room for a model of `parameterCount` parameters, and where it `learns` for their gradient; `headDim` is a multiple of eight.
 * @returns whether there was room
 */
export function open(
  parameterCount: i32,
  layerCount: i32,
  headCount: i32,
  kvHeadCount: i32,
  headDim: i32,
  stateWidth: i32,
  innerWidth: i32,
  vocabularySize: i32,
  normEpsilon: f32,
  learns: bool,
): bool {
  setSizes(layerCount, headCount, kvHeadCount, headDim, stateWidth, innerWidth, vocabularySize, normEpsilon);
  offsets = take((model.layers * PER_LAYER + OF_MODEL) * FLOAT);
  // Vectors are read to whole ones, the last of them past its end.
  theta = take((parameterCount + 4) * FLOAT);
  if (learns) gradient = take((parameterCount + 4) * FLOAT);
  batch = reached();
  return grow();
}

/**
 * Makes room for a batch, and where it `learns` for its gradient. `longest` is its longest sequence with one response, `logitLimit` the most
 * logits that are to be there at once.
 * @returns whether there was room
 */
export function begin(
  tokenCount: i32,
  sequenceCount: i32,
  readCount: i32,
  scored: i32,
  longest: i32,
  logitLimit: i32,
  learns: bool,
): bool {
  tokens = tokenCount;
  sequences = sequenceCount;
  reads = readCount;
  scoredCount = scored;
  logitRows = min(reads, max(4, (logitLimit * FLOAT) / model.logitBytes));
  keptLayers = learns ? model.layers + 1 : 2;
  if (needed(longest) > MOST_BYTES) return false;
  rewind(batch);
  placeBatch(longest);
  keptBytes = tokens * (2 * model.stateBytes + model.projectedBytes + model.headsBytes + 2 * model.mlpBytes);
  keptStart = take(learns ? keptBytes * model.layers + tokens * model.stateBytes : 2 * keptBytes);
  placePassing(longest);
  if (learns) placeGradients(longest);
  return grow();
}

/** A generous count of bytes. */
function needed(longest: i32): u64 {
  const row = <u64>(2 * keptLayers + 6) * model.stateBytes + <u64>(keptLayers + 1) * model.projectedBytes;
  const wide = <u64>(keptLayers + 1) * model.headsBytes + <u64>(2 * keptLayers + 1) * model.mlpBytes;
  const square = <u64>(longest + 16) * (longest + 16) * 8;
  return (
    batch +
    tokens * (row + wide + 64) +
    square +
    <u64>logitRows * model.logitBytes +
    <u64>longest * model.dim * 8 +
    ROOM +
    65536
  );
}

function placeBatch(longest: i32): void {
  ids = take(tokens * FLOAT);
  positions = take(tokens * FLOAT);
  starts = take(sequences * FLOAT);
  prompts = take(sequences * FLOAT);
  firsts = take(sequences * FLOAT);
  seconds = take(sequences * FLOAT);
  read = take(reads * FLOAT);
  scoredAt = take(scoredCount * FLOAT);
  targets = take(scoredCount * FLOAT);
  logps = take(scoredCount * FLOAT);
  slopes = take(scoredCount * FLOAT);
  ownFactors = take(longest * model.dim * FLOAT);
  otherFactors = take(longest * model.dim * FLOAT);
}

function placePassing(longest: i32): void {
  normed = take(tokens * model.stateBytes);
  active = take(tokens * model.mlpBytes);
  logits = take(logitRows * model.logitBytes);
  logSums = take(reads * FLOAT);
  attention = take((longest + 16) * (longest + 16) * FLOAT);
  setRoom(take(ROOM));
}

function placeGradients(longest: i32): void {
  dState = take(tokens * model.stateBytes);
  dNormed = take(tokens * model.stateBytes);
  dRead = take(reads * model.stateBytes);
  dSeen = take(tokens * model.headsBytes);
  dProjected = take(tokens * model.projectedBytes);
  attentionSlopes = take((longest + 16) * (longest + 16) * FLOAT);
}

// What a layer keeps of every token: its state as it comes in, queries, keys and values, what attention saw, the state after that, gate and
// up. The last layer keeps all after attention only of tokens that are read.

export function stateOf(layer: i32): usize {
  return keptStart + (layer % keptLayers) * keptBytes;
}

export function projectedOf(layer: i32): usize {
  return stateOf(layer) + tokens * model.stateBytes;
}

export function seenOf(layer: i32): usize {
  return projectedOf(layer) + tokens * model.projectedBytes;
}

export function middleOf(layer: i32): usize {
  return seenOf(layer) + tokens * model.headsBytes;
}

export function gatesOf(layer: i32): usize {
  return middleOf(layer) + tokens * model.stateBytes;
}

function offset(number: i32): i32 {
  return load<i32>(offsets + number * FLOAT);
}

/** Where a layer's parameter begins in the packed list, in bytes; negative where the model has none. */
export function ofLayer(layer: i32, parameter: i32): i32 {
  return offset(layer * PER_LAYER + parameter) * FLOAT;
}

export function embedding(): i32 {
  return offset(model.layers * PER_LAYER + EMBEDDING) * FLOAT;
}

export function finalNorm(): i32 {
  return offset(model.layers * PER_LAYER + FINAL_NORM) * FLOAT;
}

export function unembedding(): i32 {
  return offset(model.layers * PER_LAYER + UNEMBEDDING) * FLOAT;
}
