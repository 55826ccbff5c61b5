// A Llama that answers: passes of its layers over tokens, and the steps that draw more. AssemblyScript, compiled into `decoder-program.ts`.
// Who calls writes weights and tokens where `decoder-layout.ts` has room for them. The ends of answers and the random numbers are given.

import { attend, keep, rotate } from './cached-attention';
import { firstOf, largest, logpOf, sample } from './choosing';
import * as at from './decoder-layout';
import { multiply } from './panel-products';
import * as model from './sizes';
import { gated, gather, normalize } from './vectors';

export {
  begin,
  cacheBytes,
  cacheOf,
  down,
  downBias,
  drawn,
  embedding,
  finalNorm,
  gateAndUp,
  gateAndUpBias,
  ids,
  innerNorm,
  inputNorm,
  logits,
  logps,
  open,
  otherFactors,
  output,
  outputBias,
  ownFactors,
  positions,
  projection,
  projectionBias,
  rows,
  STEPS,
  TOKENS,
  unembedding,
  uniforms,
} from './decoder-layout';
export { logitBytes } from './sizes';

const FLOAT: i32 = 4;

/** Runs `count` tokens of prompts, whose keys and values are all that is wanted of them. */
export function fill(count: i32): void {
  pass(count, true);
}

/** One step of `count` rows, up to their logits. */
export function step(count: i32): void {
  pass(count, false);
  normalize(at.state, at.finalNorm, at.normed, count, model.stateBytes, model.width, model.epsilon);
  const bytes = model.logitBytes;
  const columns = bytes / FLOAT;
  multiply(
    at.normed,
    model.stateBytes,
    at.unembedding,
    at.noBias,
    at.logits,
    bytes,
    count,
    model.width,
    columns,
    false,
  );
}

/** `steps` steps of `count` rows, each fed what it drew: at an inverse temperature, or the likeliest where that is 0. */
export function decode(count: i32, steps: i32, inverseTemperature: f32): void {
  for (let done = 0; done < steps; done += 1) {
    step(count);
    for (let row = 0; row < count; row += 1) choose(row, row * steps + done, inverseTemperature);
  }
}

/** Draws a row's next token from its logits, as number `place` of what is drawn. */
function choose(row: i32, place: i32, inverseTemperature: f32): void {
  const logits = at.logits + row * model.logitBytes;
  const most = largest(logits, model.vocabulary);
  const id =
    inverseTemperature === 0
      ? firstOf(logits, model.vocabulary, most)
      : sample(logits, model.vocabulary, most, inverseTemperature, load<f32>(at.uniforms + place * FLOAT), at.sums);
  store<i32>(at.drawn + place * FLOAT, id);
  store<f32>(at.logps + place * FLOAT, logpOf(logits, model.vocabulary, most, id));
  store<i32>(at.ids + row * FLOAT, id);
  const position = at.positions + row * FLOAT;
  // A row that has ended may run on past its last slot: nobody reads what it draws.
  store<i32>(position, min(load<i32>(position) + 1, at.slots - 1));
}

/** The layers. Of what is only kept, the last layer's keys and values are the end. */
function pass(count: i32, onlyKept: bool): void {
  for (let token = 0; token < count; token += 1) {
    gather(at.embedding, load<i32>(at.ids + token * FLOAT), model.width, at.state + token * model.stateBytes);
  }
  for (let layer = 0; layer < model.layers; layer += 1) {
    normalize(at.state, at.inputNorm(layer), at.normed, count, model.stateBytes, model.width, model.epsilon);
    project(layer, count);
    if (onlyKept && layer === model.layers - 1) return;
    look(layer, count);
    normalize(at.state, at.innerNorm(layer), at.normed, count, model.stateBytes, model.width, model.epsilon);
    feedForward(layer, count);
  }
}

/** Queries, keys and values, turned; keys and values go into the caches. */
function project(layer: i32, count: i32): void {
  const bytes = model.projectedBytes;
  const weights = at.projection(layer);
  const bias = at.projectionBias(layer);
  multiply(at.normed, model.stateBytes, weights, bias, at.projected, bytes, count, model.width, bytes / FLOAT, false);
  const headBytes = model.dim * FLOAT;
  const scale: f32 = <f32>1 / sqrt<f32>(<f32>model.dim);
  for (let token = 0; token < count; token += 1) {
    const position = load<i32>(at.positions + token * FLOAT);
    const own = at.ownFactors + position * headBytes;
    const other = at.otherFactors + position * headBytes;
    const q = at.projected + token * bytes;
    const k = q + model.headsBytes;
    for (let head = 0; head < model.heads; head += 1) rotate(q + head * headBytes, own, other, model.dim, scale);
    for (let head = 0; head < model.kvHeads; head += 1) rotate(k + head * headBytes, own, other, model.dim, 1);
    const cache = at.layerCache(load<i32>(at.rows + token * FLOAT), layer);
    keep(k, k + model.kvHeads * headBytes, cache, model.kvHeads, model.dim, at.slots, position);
  }
}

/** Attention, and its output added to the states. */
function look(layer: i32, count: i32): void {
  for (let token = 0; token < count; token += 1) {
    const cache = at.layerCache(load<i32>(at.rows + token * FLOAT), layer);
    const q = at.projected + token * model.projectedBytes;
    const position = load<i32>(at.positions + token * FLOAT);
    const to = at.seen + token * model.headsBytes;
    attend(q, cache, to, at.scores, model.heads, model.kvHeads, model.dim, at.slots, position);
  }
  const weights = at.output(layer);
  const bias = at.outputBias(layer);
  const inner = model.heads * model.dim;
  const columns = model.stateBytes / FLOAT;
  multiply(at.seen, model.headsBytes, weights, bias, at.state, model.stateBytes, count, inner, columns, true);
}

/** The gated network, and its output added to the states. */
function feedForward(layer: i32, count: i32): void {
  const bytes = model.mlpBytes;
  const both = 2 * bytes;
  const weights = at.gateAndUp(layer);
  const bias = at.gateAndUpBias(layer);
  multiply(at.normed, model.stateBytes, weights, bias, at.gates, both, count, model.width, both / FLOAT, false);
  gated(at.gates, at.active, count, bytes);
  const columns = model.stateBytes / FLOAT;
  multiply(
    at.active,
    bytes,
    at.down(layer),
    at.downBias(layer),
    at.state,
    model.stateBytes,
    count,
    model.mlpWidth,
    columns,
    true,
  );
}
