// A run's examples: chosen, answered by the world's people or taken from given pairs, and encoded. A function of the request alone, so
// that page and command line play the same data for the same seed. Knows no model but its text codec.

import { LabError } from '../src/spin/lab-error.ts';
import { random, shuffle } from '../src/world/rng.ts';
import { type Split, WORLD } from '../src/world/world.ts';
import type { TextCodec } from './engine/text.ts';
import type { DataRequest, Row, TextPair } from './protocol.ts';

/** Pairs that leave nothing to train or to measure on. */
export class TooFewPairsError extends LabError {}

export interface RunData {
  readonly training: readonly Row[];
  readonly heldOut: readonly Row[];
}

/** Share of given pairs that is held out, at most as many as wanted. */
const HELD_OUT_SHARE = 0.1;
/** Held-out prompts are the same whatever the run's seed, so that runs can be compared. */
const HELD_OUT_SEED = 0;

/** @throws TooFewPairsError, TokenizerError */
export function prepareData(request: DataRequest, codec: TextCodec): RunData {
  const { training, heldOut } =
    request.source.kind === 'world' ? worldPairs(request) : splitPairs(request, request.source.pairs);
  return { training: rows(training, codec), heldOut: rows(heldOut, codec) };
}

function worldPairs({ seed, training, heldOut }: DataRequest): { training: TextPair[]; heldOut: TextPair[] } {
  return { training: spoken('train', seed, training), heldOut: spoken('heldout', HELD_OUT_SEED, heldOut) };
}

/** Prompts of the world, each with a human answer. Where more are wanted than there are, prompts come again with new answers. */
function spoken(split: Split, seed: number, count: number): TextPair[] {
  const available = WORLD.promptsOf(split).reduce((sum, { length }) => sum + length, 0);
  const prompts = WORLD.samplePrompts({ split, seed, count, distinct: count <= available });
  return prompts.map((prompt, index) => ({
    prompt: prompt.text,
    response: WORLD.sample(prompt, random(seed, 'human answer', index)),
  }));
}

function splitPairs(request: DataRequest, pairs: readonly TextPair[]): { training: TextPair[]; heldOut: TextPair[] } {
  const mixed = shuffle(random(request.seed, 'order of pairs'), pairs);
  const held = Math.min(request.heldOut, Math.max(1, Math.floor(HELD_OUT_SHARE * mixed.length)));
  if (mixed.length - held < 1) {
    throw new TooFewPairsError(`${mixed.length} pairs leave none to train on.`, 'Give at least two pairs.');
  }
  return { training: mixed.slice(held).slice(0, request.training), heldOut: mixed.slice(0, held) };
}

function rows(pairs: readonly TextPair[], codec: TextCodec): Row[] {
  return pairs.map(({ prompt, response }, index) => ({
    prompt,
    response,
    example: { index, promptIds: codec.encodePrompt(prompt), realIds: codec.encodeResponse(response, true) },
  }));
}
