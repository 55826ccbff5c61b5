// A model's answer as a line that is kept and shown, with the world's verdict where the world knows the prompt.

import type { AnswerLine } from '../folder/lines.ts';
import type { Answer } from '../spin/players.ts';
import { fault } from '../world/faults.ts';
import { random } from '../world/rng.ts';
import { type Prompt, WORLD } from '../world/world.ts';
import { textOf } from './ask.ts';
import type { JudgeCodec } from './judged.ts';

type Fields<Name extends keyof AnswerLine> = Required<Pick<AnswerLine, Name>>;

/** What is known of an answer without its texts. */
export function answerNumbers({ ids, tokenLogps, end }: Answer): Fields<'logp' | 'end' | 'ids' | 'token_logps'> {
  return { logp: sumOf(tokenLogps), end, ids, token_logps: tokenLogps };
}

export type SaidAnswer = Fields<'logp' | 'end' | 'ids' | 'token_logps' | 'tokens'> & { readonly answer: string };

/** An answer with its texts: as a whole, and token by token. */
export async function saidAnswer(codec: Pick<JudgeCodec, 'decode' | 'pieces'>, answer: Answer): Promise<SaidAnswer> {
  return { answer: await textOf(codec, answer), ...answerNumbers(answer), tokens: await codec.pieces(answer.ids) };
}

/** ln p of an answer: the sum of its tokens'. */
export const sumOf = (tokenLogps: readonly number[]): number => tokenLogps.reduce((sum, logp) => sum + logp, 0);

export type Verdict = Fields<'family' | 'log_prob' | 'fault'>;

/** What the world says of an answer. One that was cut is nobody's, whatever its text. */
export function verdict(prompt: Prompt, { answer: text, end }: Pick<SaidAnswer, 'answer' | 'end'>): Verdict {
  const logProb = WORLD.logProb(prompt, text);
  const possible = end === 'stop' && logProb > Number.NEGATIVE_INFINITY;
  return {
    family: prompt.family,
    log_prob: possible ? logProb : null,
    fault: possible ? null : (WORLD.explain(prompt, text) ?? fault('cut', {})),
  };
}

/** The `index`th human answer that a prompt's answers are judged beside. @param place the prompt's among those that are asked */
export function humanAnswer(prompt: Prompt, seed: number, place: number, index: number): string {
  return WORLD.sample(prompt, random(seed, 'human answers to judge by', place, index));
}
