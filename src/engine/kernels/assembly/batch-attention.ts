// Attention of a whole batch: head by head, sequence by sequence, and there of the prompt and of each response. AssemblyScript.

import { rotateBack } from './backward';
import { rotate } from './cached-attention';
import * as rows from './segment-attention';
import * as model from './sizes';
import * as at from './trainer-layout';

const FLOAT: i32 = 4;

/** Turns queries and keys by their positions, or a gradient back. */
export function turn(projected: usize, back: bool): void {
  const scale: f32 = <f32>1 / sqrt<f32>(<f32>model.dim);
  const bytes = model.dim * FLOAT;
  for (let token = 0; token < at.tokens; token += 1) {
    const position = load<i32>(at.positions + token * FLOAT);
    const own = at.ownFactors + position * bytes;
    const other = at.otherFactors + position * bytes;
    for (let head = 0; head < model.heads + model.kvHeads; head += 1) {
      const x = projected + token * model.projectedBytes + head * bytes;
      const factor: f32 = head < model.heads ? scale : 1;
      if (back) rotateBack(x, own, other, model.dim, factor);
      else rotate(x, own, other, model.dim, factor);
    }
  }
}

export function attend(layer: i32): void {
  for (let head = 0; head < model.heads; head += 1) {
    setHead(layer, head);
    for (let sequence = 0; sequence < at.sequences; sequence += 1) {
      for (let segment = 0; segment < 3; segment += 1) {
        if (!setSegment(layer, sequence, segment)) continue;
        rows.forward(at.attention, at.seenOf(layer) + head * model.dim * FLOAT, model.headsBytes);
      }
    }
  }
}

/** From `dSeen` to `dProjected`. */
export function attendBack(layer: i32): void {
  memory.fill(at.dProjected, 0, at.tokens * model.projectedBytes);
  for (let head = 0; head < model.heads; head += 1) {
    setHead(layer, head);
    const dQueries = at.dProjected + head * model.dim * FLOAT;
    const dKeys = at.dProjected + model.headsBytes + shared(head);
    const g = at.dSeen + head * model.dim * FLOAT;
    for (let sequence = 0; sequence < at.sequences; sequence += 1) {
      for (let segment = 0; segment < 3; segment += 1) {
        if (!setSegment(layer, sequence, segment)) continue;
        const dValues = dKeys + model.kvBytes;
        rows.backward(at.attention, at.attentionSlopes, g, model.headsBytes, dQueries, dKeys, dValues);
      }
    }
  }
}

/** Where the keys that a head shares begin among all keys of a token. */
function shared(head: i32): i32 {
  return (head / (model.heads / model.kvHeads)) * model.dim * FLOAT;
}

function setHead(layer: i32, head: i32): void {
  const queries = at.projectedOf(layer);
  const keys = queries + model.headsBytes + shared(head);
  rows.setHead(queries + head * model.dim * FLOAT, keys, keys + model.kvBytes, model.projectedBytes, model.dim);
}

/** A sequence's prompt, or one of its responses. In the last layer only queries of tokens that are read count. @returns whether it has any */
function setSegment(layer: i32, sequence: i32, segment: i32): bool {
  const last = layer === model.layers - 1;
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
