// A Llama's training step but for the loss and the update: log-probabilities of what is scored, and from the loss's slope to each the
// gradient of every parameter, added to what is there. AssemblyScript, compiled into `trainer-program.ts`. Who calls writes weights and a
// batch where `trainer-layout.ts` has room for them.

import { addTo, gatedBack, normalizeBack } from './backward';
import { attend, attendBack, turn } from './batch-attention';
import { dense, denseBack, inputBack, weightBack } from './dense';
import { score, scoreBack, unembed } from './scoring';
import * as model from './sizes';
import * as at from './trainer-layout';
import { gated, normalize } from './vectors';

export { unembed } from './scoring';
export { logitBytes } from './sizes';
export {
  begin,
  firsts,
  gradient,
  ids,
  logits,
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
} from './trainer-layout';

const FLOAT: i32 = 4;

/** Sets the gradient to zero: of the micro-batches that follow it becomes the sum. */
export function clear(parameterCount: i32): void {
  memory.fill(at.gradient, 0, parameterCount * FLOAT);
}

/** The log-probabilities of what is scored. */
export function forward(): void {
  for (let token = 0; token < at.tokens; token += 1) {
    const from = at.theta + at.embedding() + load<i32>(at.ids + token * FLOAT) * model.width * FLOAT;
    copyRow(at.stateOf(0) + token * model.stateBytes, from, model.width * FLOAT, model.stateBytes);
  }
  for (let layer = 0; layer < model.layers; layer += 1) {
    project(layer);
    attend(layer);
    const count = countAfter(layer);
    if (layer === model.layers - 1) gatherRead(layer);
    else memory.copy(at.middleOf(layer), at.stateOf(layer), count * model.stateBytes);
    dense(layer, at.OUTPUT, at.seenOf(layer), model.headsBytes, at.middleOf(layer), model.stateBytes, count, true);
    normalizeWith(at.ofLayer(layer, at.INNER_NORM), at.middleOf(layer), count);
    feedForward(layer, count);
  }
  normalizeWith(at.finalNorm(), at.stateOf(model.layers), at.reads);
  for (let first = 0; first < at.reads; first += at.logitRows) score(first);
}

/** Of the last batch that `forward` was called for: adds the gradient of Σ slope·logp. */
export function backward(): void {
  memory.fill(at.dRead, 0, at.reads * model.stateBytes);
  normalizeWith(at.finalNorm(), at.stateOf(model.layers), at.reads);
  for (let first = 0; first < at.reads; first += at.logitRows) {
    // Where all logits were there at once, they still are.
    if (at.logitRows < at.reads) unembed(first);
    scoreBack(first);
  }
  memory.copy(at.dNormed, at.dRead, at.reads * model.stateBytes);
  memory.fill(at.dState, 0, at.reads * model.stateBytes);
  normalizeBackWith(at.finalNorm(), at.stateOf(model.layers), at.reads);
  for (let layer = model.layers - 1; layer >= 0; layer -= 1) {
    const count = countAfter(layer);
    feedForwardBack(layer, count);
    normalizeBackWith(at.ofLayer(layer, at.INNER_NORM), at.middleOf(layer), count);
    denseBack(
      layer,
      at.OUTPUT,
      at.seenOf(layer),
      model.headsBytes,
      at.dState,
      model.stateBytes,
      count,
      at.dSeen,
      false,
    );
    if (layer === model.layers - 1) scatterRead();
    attendBack(layer);
    projectBack(layer);
  }
  for (let token = 0; token < at.tokens; token += 1) {
    const to = at.gradient + at.embedding() + load<i32>(at.ids + token * FLOAT) * model.width * FLOAT;
    addTo(to, at.dState + token * model.stateBytes, model.width);
  }
}

/** After the last attention no token looks at another: what follows is computed of those that are read. */
function countAfter(layer: i32): i32 {
  return layer === model.layers - 1 ? at.reads : at.tokens;
}

function copyRow(to: usize, from: usize, bytes: i32, filled: i32): void {
  memory.copy(to, from, bytes);
  memory.fill(to + bytes, 0, filled - bytes);
}

function normalizeWith(weight: i32, x: usize, count: i32): void {
  normalize(x, at.theta + weight, at.normed, count, model.stateBytes, model.width, model.epsilon);
}

/** From `dNormed`, added to `dState`. */
function normalizeBackWith(weight: i32, x: usize, count: i32): void {
  const bytes = model.stateBytes;
  for (let row = 0; row < count * bytes; row += bytes) {
    const g = at.dNormed + row;
    const dx = at.dState + row;
    normalizeBack(x + row, at.theta + weight, g, dx, at.gradient + weight, bytes, model.width, model.epsilon);
  }
}

/** Queries, keys and values, queries and keys turned, queries scaled. */
function project(layer: i32): void {
  const to = at.projectedOf(layer);
  const bytes = model.projectedBytes;
  normalizeWith(at.ofLayer(layer, at.INPUT_NORM), at.stateOf(layer), at.tokens);
  dense(layer, at.QUERY, at.normed, model.stateBytes, to, bytes, at.tokens, false);
  dense(layer, at.KEY, at.normed, model.stateBytes, to + model.headsBytes, bytes, at.tokens, false);
  dense(layer, at.VALUE, at.normed, model.stateBytes, to + model.headsBytes + model.kvBytes, bytes, at.tokens, false);
  turn(to, false);
}

/** Adds to `dState` what `dProjected` says, and to the gradients of the layer's first norm and of what follows it. */
function projectBack(layer: i32): void {
  const g = at.dProjected;
  const bytes = model.projectedBytes;
  turn(g, true);
  normalizeWith(at.ofLayer(layer, at.INPUT_NORM), at.stateOf(layer), at.tokens);
  denseBack(layer, at.QUERY, at.normed, model.stateBytes, g, bytes, at.tokens, at.dNormed, false);
  denseBack(layer, at.KEY, at.normed, model.stateBytes, g + model.headsBytes, bytes, at.tokens, at.dNormed, true);
  const values = g + model.headsBytes + model.kvBytes;
  denseBack(layer, at.VALUE, at.normed, model.stateBytes, values, bytes, at.tokens, at.dNormed, true);
  normalizeBackWith(at.ofLayer(layer, at.INPUT_NORM), at.stateOf(layer), at.tokens);
}

/** In the last layer: the states and what attention saw of the tokens that are read, one after the other. */
function gatherRead(layer: i32): void {
  for (let i = 0; i < at.reads; i += 1) {
    const token = load<i32>(at.read + i * FLOAT);
    memory.copy(
      at.middleOf(layer) + i * model.stateBytes,
      at.stateOf(layer) + token * model.stateBytes,
      model.stateBytes,
    );
    // They ascend, so that none is written over before it is read.
    memory.copy(at.seenOf(layer) + i * model.headsBytes, at.seenOf(layer) + token * model.headsBytes, model.headsBytes);
  }
}

/** Gradients of the tokens that are read to where they stand among all, the others' being zero. */
function scatterRead(): void {
  spread(at.dState, model.stateBytes);
  spread(at.dSeen, model.headsBytes);
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
  dense(layer, at.GATE, at.normed, model.stateBytes, gates, 2 * model.mlpBytes, count, false);
  dense(layer, at.UP, at.normed, model.stateBytes, gates + model.mlpBytes, 2 * model.mlpBytes, count, false);
  gated(gates, at.active, count, model.mlpBytes);
  const next = at.stateOf(layer + 1);
  memory.copy(next, at.middleOf(layer), count * model.stateBytes);
  dense(layer, at.DOWN, at.active, model.mlpBytes, next, model.stateBytes, count, true);
}

/** From `dState` to `dNormed`, of what the layer's second norm gave. */
function feedForwardBack(layer: i32, count: i32): void {
  const gates = at.gatesOf(layer);
  gated(gates, at.active, count, model.mlpBytes);
  // What passed is not needed any more: its gradient takes its place.
  const dActive = at.active;
  weightBack(layer, at.DOWN, at.active, model.mlpBytes, at.dState, model.stateBytes, count);
  inputBack(layer, at.DOWN, at.dState, model.stateBytes, count, dActive, model.mlpBytes, false);
  gatedBack(gates, dActive, count, model.mlpBytes);
  normalizeWith(at.ofLayer(layer, at.INNER_NORM), at.middleOf(layer), count);
  denseBack(layer, at.GATE, at.normed, model.stateBytes, gates, 2 * model.mlpBytes, count, at.dNormed, false);
  denseBack(
    layer,
    at.UP,
    at.normed,
    model.stateBytes,
    gates + model.mlpBytes,
    2 * model.mlpBytes,
    count,
    at.dNormed,
    true,
  );
}
