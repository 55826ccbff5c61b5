// A Llama's training step but for the loss and the update: log-probabilities of what is scored, and from the loss's slope to each the
// gradient of every parameter, added to what is there. AssemblyScript, compiled into `trainer-program.ts`. Who calls writes weights and a
// batch where `training-layout.ts` has room for them. Knows no loss and no optimizer.

import { rotate } from './attention';
import * as rows from './attention-rows';
import { addRows, addTo, gatedBack, normalizeBack, rotateBack } from './backward';
import { product } from './matrices';
import * as at from './training-layout';
import { exp, gated, largestOf, normalize, total } from './vectors';

export {
  begin,
  firsts,
  gradient,
  ids,
  logps,
  offsets,
  open,
  otherFactors,
  ownFactors,
  positions,
  prompts,
  read,
  scoredAt,
  seconds,
  slopes,
  starts,
  targets,
  theta,
} from './training-layout';

const FLOAT: i32 = 4;
const VECTOR: i32 = 16;

/** Sets the gradient to zero: of the micro-batches that follow it becomes the sum. */
export function clear(parameterCount: i32): void {
  memory.fill(at.gradient, 0, parameterCount * FLOAT);
}

/** The log-probabilities of what is scored. */
export function forward(): void {
  for (let token = 0; token < at.tokens; token += 1) {
    const from = at.theta + at.embedding() + load<i32>(at.ids + token * FLOAT) * at.width * FLOAT;
    copyRow(at.stateOf(0) + token * at.stateBytes, from, at.width * FLOAT, at.stateBytes);
  }
  for (let layer = 0; layer < at.layers; layer += 1) {
    project(layer);
    attend(layer);
    const count = countAfter(layer);
    if (layer === at.layers - 1) gatherRead(layer);
    else memory.copy(at.middleOf(layer), at.stateOf(layer), count * at.stateBytes);
    dense(layer, at.OUTPUT, at.seenOf(layer), at.headsBytes, at.middleOf(layer), at.stateBytes, count, true);
    normalizeWith(at.ofLayer(layer, at.INNER_NORM), at.middleOf(layer), count);
    feedForward(layer, count);
  }
  normalizeWith(at.finalNorm(), at.stateOf(at.layers), at.reads);
  for (let first = 0; first < at.reads; first += at.logitRows) score(first);
}

/** Of the last batch that `forward` was called for: adds the gradient of Σ slope·logp. */
export function backward(): void {
  memory.fill(at.dRead, 0, at.reads * at.stateBytes);
  normalizeWith(at.finalNorm(), at.stateOf(at.layers), at.reads);
  for (let first = 0; first < at.reads; first += at.logitRows) {
    // Where all logits were there at once, they still are.
    if (at.logitRows < at.reads) unembed(first);
    scoreBack(first);
  }
  memory.copy(at.dNormed, at.dRead, at.reads * at.stateBytes);
  memory.fill(at.dState, 0, at.reads * at.stateBytes);
  normalizeBackWith(at.finalNorm(), at.stateOf(at.layers), at.reads);
  for (let layer = at.layers - 1; layer >= 0; layer -= 1) {
    const count = countAfter(layer);
    feedForwardBack(layer, count);
    normalizeBackWith(at.ofLayer(layer, at.INNER_NORM), at.middleOf(layer), count);
    denseBack(layer, at.OUTPUT, at.seenOf(layer), at.headsBytes, at.dState, at.stateBytes, count, at.dSeen, false);
    if (layer === at.layers - 1) scatterRead();
    attendBack(layer);
    projectBack(layer);
  }
  for (let token = 0; token < at.tokens; token += 1) {
    const to = at.gradient + at.embedding() + load<i32>(at.ids + token * FLOAT) * at.width * FLOAT;
    addTo(to, at.dState + token * at.stateBytes, at.width);
  }
}

/** After the last attention no token looks at another: what follows is computed of those that are read. */
function countAfter(layer: i32): i32 {
  return layer === at.layers - 1 ? at.reads : at.tokens;
}

function copyRow(to: usize, from: usize, bytes: i32, filled: i32): void {
  memory.copy(to, from, bytes);
  memory.fill(to + bytes, 0, filled - bytes);
}

function normalizeWith(weight: i32, x: usize, count: i32): void {
  normalize(x, at.theta + weight, at.normed, count, at.stateBytes, at.width, at.epsilon);
}

/** From `dNormed`, added to `dState`. */
function normalizeBackWith(weight: i32, x: usize, count: i32): void {
  const bytes = at.stateBytes;
  for (let row = 0; row < count * bytes; row += bytes) {
    const g = at.dNormed + row;
    const dx = at.dState + row;
    normalizeBack(x + row, at.theta + weight, g, dx, at.gradient + weight, bytes, at.width, at.epsilon);
  }
}

/** Numbers that a parameter's matrix takes in, and gives out. */
function innerOf(parameter: i32): i32 {
  return parameter === at.OUTPUT ? at.heads * at.dim : parameter === at.DOWN ? at.mlpWidth : at.width;
}

function outerOf(parameter: i32): i32 {
  if (parameter === at.QUERY) return at.heads * at.dim;
  if (parameter === at.KEY || parameter === at.VALUE) return at.kvHeads * at.dim;
  return parameter === at.GATE || parameter === at.UP ? at.mlpWidth : at.width;
}

/** y = x·wᵀ + bias, or added to y. */
function dense(layer: i32, parameter: i32, x: usize, xBytes: i32, y: usize, yBytes: i32, count: i32, onto: bool): void {
  const inner = innerOf(parameter);
  const outer = outerOf(parameter);
  const weight = at.theta + at.ofLayer(layer, parameter);
  product(x, xBytes, FLOAT, weight, inner * FLOAT, true, y, yBytes, count, inner, outer, onto, true);
  const bias = at.ofLayer(layer, parameter + at.BIAS);
  if (bias < 0) return;
  for (let row = 0; row < count; row += 1) addTo(y + row * yBytes, at.theta + bias, outer);
}

/** Of `dense`: the gradient of x, written or added, and those of weight and bias. x and its gradient have rows of equal length. */
function denseBack(
  layer: i32,
  parameter: i32,
  x: usize,
  xBytes: i32,
  dy: usize,
  dyBytes: i32,
  count: i32,
  dx: usize,
  onto: bool,
): void {
  weightBack(layer, parameter, x, xBytes, dy, dyBytes, count);
  inputBack(layer, parameter, dy, dyBytes, count, dx, xBytes, onto);
}

function inputBack(
  layer: i32,
  parameter: i32,
  dy: usize,
  dyBytes: i32,
  count: i32,
  dx: usize,
  dxBytes: i32,
  onto: bool,
): void {
  const inner = innerOf(parameter);
  const weight = at.theta + at.ofLayer(layer, parameter);
  product(dy, dyBytes, FLOAT, weight, inner * FLOAT, false, dx, dxBytes, count, outerOf(parameter), inner, onto, true);
}

function weightBack(layer: i32, parameter: i32, x: usize, xBytes: i32, dy: usize, dyBytes: i32, count: i32): void {
  const inner = innerOf(parameter);
  const outer = outerOf(parameter);
  const to = at.gradient + at.ofLayer(layer, parameter);
  product(dy, FLOAT, dyBytes, x, xBytes, false, to, inner * FLOAT, outer, count, inner, true, false);
  const bias = at.ofLayer(layer, parameter + at.BIAS);
  if (bias >= 0) addRows(dy, dyBytes, count, at.gradient + bias, outer);
}

/** Queries, keys and values, queries and keys turned, queries scaled. */
function project(layer: i32): void {
  const to = at.projectedOf(layer);
  const bytes = at.projectedBytes;
  normalizeWith(at.ofLayer(layer, at.INPUT_NORM), at.stateOf(layer), at.tokens);
  dense(layer, at.QUERY, at.normed, at.stateBytes, to, bytes, at.tokens, false);
  dense(layer, at.KEY, at.normed, at.stateBytes, to + at.headsBytes, bytes, at.tokens, false);
  dense(layer, at.VALUE, at.normed, at.stateBytes, to + at.headsBytes + at.kvBytes, bytes, at.tokens, false);
  turn(to, false);
}

/** Adds to `dState` what `dProjected` says, and to the gradients of the layer's first norm and of what follows it. */
function projectBack(layer: i32): void {
  const g = at.dProjected;
  const bytes = at.projectedBytes;
  turn(g, true);
  normalizeWith(at.ofLayer(layer, at.INPUT_NORM), at.stateOf(layer), at.tokens);
  denseBack(layer, at.QUERY, at.normed, at.stateBytes, g, bytes, at.tokens, at.dNormed, false);
  denseBack(layer, at.KEY, at.normed, at.stateBytes, g + at.headsBytes, bytes, at.tokens, at.dNormed, true);
  const values = g + at.headsBytes + at.kvBytes;
  denseBack(layer, at.VALUE, at.normed, at.stateBytes, values, bytes, at.tokens, at.dNormed, true);
  normalizeBackWith(at.ofLayer(layer, at.INPUT_NORM), at.stateOf(layer), at.tokens);
}

/** Turns queries and keys by their positions, or a gradient back. */
function turn(projected: usize, back: bool): void {
  const scale: f32 = <f32>1 / sqrt<f32>(<f32>at.dim);
  const bytes = at.dim * FLOAT;
  for (let token = 0; token < at.tokens; token += 1) {
    const position = load<i32>(at.positions + token * FLOAT);
    const own = at.ownFactors + position * bytes;
    const other = at.otherFactors + position * bytes;
    for (let head = 0; head < at.heads + at.kvHeads; head += 1) {
      const x = projected + token * at.projectedBytes + head * bytes;
      const factor: f32 = head < at.heads ? scale : 1;
      if (back) rotateBack(x, own, other, at.dim, factor);
      else rotate(x, own, other, at.dim, factor);
    }
  }
}

function attend(layer: i32): void {
  for (let head = 0; head < at.heads; head += 1) {
    setHead(layer, head);
    for (let sequence = 0; sequence < at.sequences; sequence += 1) {
      for (let segment = 0; segment < 3; segment += 1) {
        if (!setSegment(layer, sequence, segment)) continue;
        rows.forward(at.attention, at.seenOf(layer) + head * at.dim * FLOAT, at.headsBytes);
      }
    }
  }
}

/** From `dSeen` to `dProjected`. */
function attendBack(layer: i32): void {
  memory.fill(at.dProjected, 0, at.tokens * at.projectedBytes);
  for (let head = 0; head < at.heads; head += 1) {
    setHead(layer, head);
    const dQueries = at.dProjected + head * at.dim * FLOAT;
    const dKeys = at.dProjected + at.headsBytes + shared(head);
    const g = at.dSeen + head * at.dim * FLOAT;
    for (let sequence = 0; sequence < at.sequences; sequence += 1) {
      for (let segment = 0; segment < 3; segment += 1) {
        if (!setSegment(layer, sequence, segment)) continue;
        const dValues = dKeys + at.kvBytes;
        rows.backward(at.attention, at.attentionSlopes, g, at.headsBytes, dQueries, dKeys, dValues);
      }
    }
  }
}

/** Where the keys that a head shares begin among all keys of a token. */
function shared(head: i32): i32 {
  return (head / (at.heads / at.kvHeads)) * at.dim * FLOAT;
}

function setHead(layer: i32, head: i32): void {
  const queries = at.projectedOf(layer);
  const keys = queries + at.headsBytes + shared(head);
  rows.setHead(queries + head * at.dim * FLOAT, keys, keys + at.kvBytes, at.projectedBytes, at.dim);
}

/** A sequence's prompt, or one of its responses. In the last layer only queries of tokens that are read count. @returns whether it has any */
function setSegment(layer: i32, sequence: i32, segment: i32): bool {
  const last = layer === at.layers - 1;
  const start = load<i32>(at.starts + sequence * FLOAT);
  const prompt = load<i32>(at.prompts + sequence * FLOAT);
  if (segment === 0) {
    const skipped = last ? prompt - 1 : 0;
    rows.setSegment(start + skipped, prompt - skipped, start, 0, start);
    return true;
  }
  const first = load<i32>(at.firsts + sequence * FLOAT);
  const own = start + prompt + (segment === 2 ? first : 0);
  const all = segment === 2 ? load<i32>(at.seconds + sequence * FLOAT) : first;
  const count = last ? all - 1 : all;
  if (count <= 0) return false;
  rows.setSegment(own, count, start, prompt, own);
  return true;
}

/** In the last layer: the states and what attention saw of the tokens that are read, one after the other. */
function gatherRead(layer: i32): void {
  for (let i = 0; i < at.reads; i += 1) {
    const token = load<i32>(at.read + i * FLOAT);
    memory.copy(at.middleOf(layer) + i * at.stateBytes, at.stateOf(layer) + token * at.stateBytes, at.stateBytes);
    // They ascend, so that none is written over before it is read.
    memory.copy(at.seenOf(layer) + i * at.headsBytes, at.seenOf(layer) + token * at.headsBytes, at.headsBytes);
  }
}

/** Gradients of the tokens that are read to where they stand among all, the others' being zero. */
function scatterRead(): void {
  spread(at.dState, at.stateBytes);
  spread(at.dSeen, at.headsBytes);
}

/** Moves rows to the places of tokens that are read, the last first, so that none is written over before it is moved. */
function spread(from: usize, bytes: i32): void {
  let end = at.tokens;
  for (let i = at.reads - 1; i >= 0; i -= 1) {
    const token = load<i32>(at.read + i * FLOAT);
    memory.copy(from + token * bytes, from + i * bytes, bytes);
    memory.fill(from + (token + 1) * bytes, 0, (end - token - 1) * bytes);
    end = token;
  }
  memory.fill(from, 0, end * bytes);
}

function feedForward(layer: i32, count: i32): void {
  const gates = at.gatesOf(layer);
  dense(layer, at.GATE, at.normed, at.stateBytes, gates, 2 * at.mlpBytes, count, false);
  dense(layer, at.UP, at.normed, at.stateBytes, gates + at.mlpBytes, 2 * at.mlpBytes, count, false);
  gated(gates, at.active, count, at.mlpBytes);
  const next = at.stateOf(layer + 1);
  memory.copy(next, at.middleOf(layer), count * at.stateBytes);
  dense(layer, at.DOWN, at.active, at.mlpBytes, next, at.stateBytes, count, true);
}

/** From `dState` to `dNormed`, of what the layer's second norm gave. */
function feedForwardBack(layer: i32, count: i32): void {
  const gates = at.gatesOf(layer);
  gated(gates, at.active, count, at.mlpBytes);
  // What passed is not needed any more: its gradient takes its place.
  const dActive = at.active;
  weightBack(layer, at.DOWN, at.active, at.mlpBytes, at.dState, at.stateBytes, count);
  inputBack(layer, at.DOWN, at.dState, at.stateBytes, count, dActive, at.mlpBytes, false);
  gatedBack(gates, dActive, count, at.mlpBytes);
  normalizeWith(at.ofLayer(layer, at.INNER_NORM), at.middleOf(layer), count);
  denseBack(layer, at.GATE, at.normed, at.stateBytes, gates, 2 * at.mlpBytes, count, at.dNormed, false);
  denseBack(layer, at.UP, at.normed, at.stateBytes, gates + at.mlpBytes, 2 * at.mlpBytes, count, at.dNormed, true);
}

/** Logits of tokens that are read, from number `first` on, as many as there is room for. */
function unembed(first: i32): i32 {
  const some = min(at.logitRows, at.reads - first);
  const row = at.width * FLOAT;
  const x = at.normed + first * at.stateBytes;
  const weight = at.theta + at.unembedding();
  product(
    x,
    at.stateBytes,
    FLOAT,
    weight,
    row,
    true,
    at.logits,
    at.logitBytes,
    some,
    at.width,
    at.vocabulary,
    false,
    true,
  );
  return some;
}

/** The place in the list of what is scored from which on it is of tokens from number `first` on. */
let nextScored: i32 = 0;

function score(first: i32): void {
  if (first === 0) nextScored = 0;
  const some = unembed(first);
  for (let i = 0; i < some; i += 1) {
    const logits = at.logits + i * at.logitBytes;
    const sum = logSum(logits, at.vocabulary);
    store<f32>(at.logSums + (first + i) * FLOAT, sum);
    for (; nextScored < at.scoredCount && scoredAt(nextScored) === first + i; nextScored += 1) {
      const logit = load<f32>(logits + load<i32>(at.targets + nextScored * FLOAT) * FLOAT);
      store<f32>(at.logps + nextScored * FLOAT, logit - sum);
    }
  }
}

function scoredAt(number: i32): i32 {
  return load<i32>(at.scoredAt + number * FLOAT);
}

/** log Σ eˣ of `count` numbers. What fills their last vector up is made the smallest there is. */
function logSum(x: usize, count: i32): f32 {
  const bytes = ((count + 3) & ~3) * FLOAT;
  for (let to = count * FLOAT; to < bytes; to += FLOAT) store<f32>(x + to, -Infinity);
  let most = f32x4.splat(-Infinity);
  for (let from = 0; from < bytes; from += VECTOR) most = f32x4.max(most, v128.load(x + from));
  const largest: f32 = largestOf(most);
  const shift = f32x4.splat(largest);
  let sums = f32x4.splat(0);
  for (let from = 0; from < bytes; from += VECTOR) {
    sums = f32x4.add(sums, exp(f32x4.sub(v128.load(x + from), shift)));
  }
  return largest + Mathf.log(total(sums));
}

/** d Σ slope·logp / d logits = Σ slope·(onehot − softmax), and from there to the norm's output and the matrix. */
function scoreBack(first: i32): void {
  if (first === 0) nextScored = 0;
  const some = min(at.logitRows, at.reads - first);
  for (let i = 0; i < some; i += 1) {
    const logits = at.logits + i * at.logitBytes;
    let slopes: f32 = 0;
    const begin = nextScored;
    for (; nextScored < at.scoredCount && scoredAt(nextScored) === first + i; nextScored += 1) {
      slopes += load<f32>(at.slopes + nextScored * FLOAT);
    }
    softmaxTimes(logits, load<f32>(at.logSums + (first + i) * FLOAT), -slopes);
    for (let scored = begin; scored < nextScored; scored += 1) {
      const target = logits + load<i32>(at.targets + scored * FLOAT) * FLOAT;
      store<f32>(target, load<f32>(target) + load<f32>(at.slopes + scored * FLOAT));
    }
  }
  const row = at.width * FLOAT;
  const begin = at.unembedding();
  const x = at.normed + first * at.stateBytes;
  const dx = at.dRead + first * at.stateBytes;
  const bytes = at.logitBytes;
  product(
    at.logits,
    bytes,
    FLOAT,
    at.theta + begin,
    row,
    false,
    dx,
    at.stateBytes,
    some,
    at.vocabulary,
    at.width,
    false,
    true,
  );
  const to = at.gradient + begin;
  product(at.logits, FLOAT, bytes, x, at.stateBytes, false, to, row, at.vocabulary, some, at.width, true, false);
}

/** In place of logits their softmax times a factor. */
function softmaxTimes(logits: usize, logSums: f32, factor: f32): void {
  const shift = f32x4.splat(logSums);
  const times = f32x4.splat(factor);
  for (let from = 0; from < at.logitBytes; from += VECTOR) {
    const p = exp(f32x4.sub(v128.load(logits + from), shift));
    v128.store(logits + from, f32x4.mul(p, times));
  }
}
