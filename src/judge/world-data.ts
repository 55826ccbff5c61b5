// What a run on the built-in world plays with: examples with one careful human answer each, held-out examples, and prompts to be
// judged on. A function of the request alone.

import type { Example } from '../spin/players.ts';
import { random } from '../world/rng.ts';
import { type Prompt, type Split, WORLD } from '../world/world.ts';
import type { JudgeCodec, Watch } from './judged.ts';
import { Steps } from './steps.ts';

export interface WorldExample extends Example {
  readonly prompt: Prompt;
  readonly answer: string;
}

export interface ExamplesRequest {
  readonly seed: number;
  readonly count: number;
  readonly split: Split;
  readonly codec: JudgeCodec;
}

/**
 * Examples of a split, families in turns, no prompt twice while there are others; then all prompts again in another order, with other
 * answers. `index` counts from 0.
 */
export async function worldExamples(
  { seed, count, split, codec }: ExamplesRequest,
  watch: Watch = {},
): Promise<WorldExample[]> {
  return encode(promptsFor(split, seed, count), seed, `human answers, ${split}`, codec, watch);
}

export interface WorldDataRequest {
  readonly seed: number;
  readonly codec: JudgeCodec;
  /** Training examples, of the train split. */
  readonly examples: number;
  readonly validation: number;
  /** Prompts for the evaluator. None of them is a validation example's. */
  readonly evaluation: number;
  /** Default 'heldout'; 'search' for looking for settings. */
  readonly heldOut?: Exclude<Split, 'train'>;
}

/** Held-out prompts are the same whatever the run's seed, so that runs can be compared. */
const HELD_OUT_SEED = 0;

export interface WorldData {
  readonly examples: readonly WorldExample[];
  readonly validation: readonly WorldExample[];
  readonly evaluation: readonly Prompt[];
}

/** All that a run needs. @throws RangeError where fewer held-out prompts exist than are asked for */
export async function worldData(request: WorldDataRequest, watch: Watch = {}): Promise<WorldData> {
  const { seed, codec, heldOut = 'heldout' } = request;
  const examples = await worldExamples({ seed, count: request.examples, split: 'train', codec }, watch);
  const count = request.evaluation + request.validation;
  const prompts = WORLD.samplePrompts({ split: heldOut, seed: HELD_OUT_SEED, count });
  const validation = prompts.slice(request.evaluation);
  return {
    examples,
    validation: await encode(validation, HELD_OUT_SEED, 'human answers, validation', codec, watch),
    evaluation: prompts.slice(0, request.evaluation),
  };
}

function promptsFor(split: Split, seed: number, count: number): Prompt[] {
  const available = WORLD.promptsOf(split).reduce((sum, prompts) => sum + prompts.length, 0);
  const chosen: Prompt[] = [];
  for (let round = 0; chosen.length < count; round += 1) {
    const wanted = Math.min(available, count - chosen.length);
    chosen.push(...WORLD.samplePrompts({ split, seed: seed + round * ROUND_SEEDS, count: wanted }));
  }
  return chosen;
}

/** Beyond every seed of a run, so that a second round of one seed is no other seed's first. */
const ROUND_SEEDS = 2 ** 33;

async function encode(
  prompts: readonly Prompt[],
  seed: number,
  purpose: string,
  codec: JudgeCodec,
  watch: Watch,
): Promise<WorldExample[]> {
  const steps = new Steps(watch);
  steps.expect(prompts.length);
  const examples: WorldExample[] = [];
  for (const [index, prompt] of prompts.entries()) {
    const answer = WORLD.sample(prompt, random(seed, purpose, index));
    const [promptIds, realIds] = [await codec.encodePrompt(prompt.text), await codec.encodeResponse(answer, true)];
    examples.push({ index, promptIds, realIds, prompt, answer });
    await steps.finish(1);
  }
  return examples;
}
