// A “model” whose answers are known exactly: the world's people themselves, with some slips. Ids are UTF-16 code units and an end token.

import type { JudgeCodec, Judged } from '../../../src/judge/judged.ts';
import type { Answer, TokenPair } from '../../../src/spin/players.ts';
import { uniforms } from '../../../src/spin/random.ts';
import { random } from '../../../src/world/rng.ts';
import { WORLD } from '../../../src/world/world.ts';

export const END = 0;

const units = (text: string): number[] => Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
const textOf = (ids: readonly number[]): string => String.fromCharCode(...ids);

/** Answers later, as a worker would. */
export const CODEC: JudgeCodec = {
  encodePrompt: (prompt) => units(prompt),
  encodeResponse: async (text, ended) => [...units(text), ...(ended ? [END] : [])],
  decode: async (ids) => textOf(ids),
  pieces: (ids) => ids.map((id) => (id === END ? '</s>' : textOf([id]))),
};

export interface Habits {
  /** Probability of "???" instead of an answer. */
  readonly slip?: number;
  /** Answers never end by themselves. */
  readonly endless?: boolean;
  /** Always the likeliest answer. */
  readonly dull?: boolean;
}

/** p(answer) = (1 − slip) · p_data(answer). Counts its calls. */
export class People implements Judged {
  calls = 0;
  readonly #habits: Habits;

  constructor(habits: Habits = {}) {
    this.#habits = habits;
  }

  async answer(...[requests, options]: Parameters<Judged['answer']>): Promise<Answer[]> {
    this.calls += 1;
    const { slip = 0, endless, dull } = this.#habits;
    return requests.map(({ promptIds, key }) => {
      const [u = 0, seed = 0] = uniforms(2, options.seed, options.purpose, options.iteration, key);
      const prompt = WORLD.parse(textOf(promptIds))!;
      const sampled = dull
        ? WORLD.enumerate(prompt, 1024)![0]!.text
        : WORLD.sample(prompt, random(Math.floor(seed * 2 ** 40), 'people'));
      const text = u < slip ? '???' : sampled;
      const ids = [...units(text), ...(endless ? [] : [END])];
      const logp = u < slip ? Math.log(slip) : Math.log(1 - slip) + WORLD.logProb(prompt, text);
      return { ids, tokenLogps: ids.map(() => logp / ids.length), end: endless ? 'length' : 'stop' };
    });
  }

  async score(pairs: readonly TokenPair[]) {
    this.calls += 1;
    const kept = Math.log(1 - (this.#habits.slip ?? 0));
    const logp = (promptIds: readonly number[], ids: readonly number[]): number =>
      kept + WORLD.logProb(WORLD.parse(textOf(promptIds))!, textOf(ids.slice(0, -1)));
    return pairs.map(({ promptIds, realIds, generatedIds }) => ({
      real: logp(promptIds, realIds),
      generated: logp(promptIds, generatedIds),
    }));
  }
}
