// A worker with a model that answers or scores, in this engine or in transformers.js: opened with the built-in model, then told how many
// rows and tokens. Every row makes all its tokens, so that they can be counted. Runs in the bench's page.

import { Answerer } from '../../../src/engine/players/answerer.ts';
import { openBrowserRuntime } from '../../../src/engine/runtime/browser-runtime.ts';
import type { AnswerOptions, Pair } from '../../../src/spin/players.ts';
import { base } from '../../unit/parameters.ts';
import type { Place } from '../contender.ts';
import { MICRO_BATCH } from '../rules.ts';
import { readCase } from './read-case.ts';
import { serveBench } from './serve-bench.ts';

export type AnsweringCommand =
  | { readonly kind: 'open'; readonly who: 'ours' | 'transformers'; readonly place: Place; readonly case: string }
  | { readonly kind: 'steps'; readonly first: number; readonly count: number; readonly work: Work };

export type Work =
  | { readonly kind: 'answer'; readonly rows: number; readonly tokens: number }
  | { readonly kind: 'score' };

interface Answering {
  answer(prompts: readonly (readonly number[])[], tokens: number, seed: number): Promise<number>;
  score(pairs: readonly Pair[]): Promise<number>;
}

const OPTIONS: Omit<AnswerOptions, 'maxNewTokens' | 'seed'> = {
  temperature: 1,
  topK: 0,
  topP: 1,
  repetitionPenalty: 1,
  noRepeatNgramSize: 0,
  numBeams: 1,
  arithmetic: 2,
  purpose: 'answers',
  iteration: 0,
};

const runtimeBase = new URL('runtime/', location.origin).href;

let answering: Answering | null = null;
let pairs: readonly Pair[] = [];

async function openOurs(place: Place, name: string): Promise<Answering> {
  const { config, weights } = await readCase(name);
  // Without an end token no row ends early.
  const answerer = new Answerer(await openBrowserRuntime({ ...place, runtimeBase }), { ...config, eosIds: [] });
  await answerer.load(base(weights));
  return {
    answer: async (prompts, maxNewTokens, seed) => {
      const requests = prompts.map((promptIds, key) => ({ promptIds, key }));
      const answers = await answerer.answer(requests, { ...OPTIONS, maxNewTokens, seed });
      return answers.reduce((sum, { ids }) => sum + ids.length, 0);
    },
    score: async (scored) => (await answerer.score(scored, MICRO_BATCH))[0]!.real,
  };
}

async function openPeer(place: Place, name: string): Promise<Answering> {
  const { openTransformers } = await import('../peers/transformers.ts');
  const { config, weights } = await readCase(name);
  const peer = await openTransformers(config, weights, { ...place, runtimeBase });
  return {
    answer: async (prompts, tokens) => {
      const rows = await peer.generate(prompts, tokens, { sample: true, full: true });
      return rows.reduce((sum, ids) => sum + ids.length, 0);
    },
    score: () => Promise.reject(new Error('transformers.js scores nothing here')),
  };
}

/** One piece of work; the number that it gives: tokens made, or a log-probability. */
function step(work: Work, index: number): Promise<number> {
  if (work.kind === 'score') return answering!.score(pairs);
  const prompts = Array.from(
    { length: work.rows },
    (_, row) => pairs[(index * work.rows + row) % pairs.length]!.promptIds,
  );
  return answering!.answer(prompts, work.tokens, index);
}

serveBench<AnsweringCommand>(async (command) => {
  if (command.kind === 'open') {
    answering = await (command.who === 'ours' ? openOurs : openPeer)(command.place, command.case);
    pairs = (await readCase(command.case)).batches.flat();
    return command.who;
  }
  const { first, count, work } = command;
  const losses: number[] = [];
  const ms: number[] = [];
  for (let index = first; index < first + count; index += 1) {
    const began = performance.now();
    losses.push(await step(work, index));
    ms.push(performance.now() - began);
  }
  return { losses, ms };
});
