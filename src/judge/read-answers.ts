// Answers in token ids as a person reads them: their text, and what the world says of it.

import type { Answer } from '../spin/players.ts';
import { WORLD } from '../world/world.ts';
import { verdict } from './answer-lines.ts';

export interface ReadRequest {
  readonly prompt: string;
  readonly answer: Pick<Answer, 'ids' | 'end'>;
}

/** An answer as a person reads it, and what the world says of it. */
export interface ReadAnswer {
  readonly text: string;
  /** Why nobody would say it; null where somebody would; absent where no truth is known. */
  readonly fault?: string | null;
}

/** What makes text of token ids: the engine's codec. */
export interface AnswerDecoder {
  decode(ids: readonly number[], options: { readonly skipSpecial: boolean }): string;
}

/** Answers as a person reads them, with the world's verdict where the prompt is one of the world's. */
export function readAnswers(requests: readonly ReadRequest[], codec: AnswerDecoder): ReadAnswer[] {
  return requests.map(({ prompt: text, answer: { ids, end } }) => {
    const answer = codec.decode(end === 'stop' ? ids.slice(0, -1) : ids, { skipSpecial: false });
    const prompt = WORLD.parse(text);
    return prompt === null ? { text: answer } : { text: answer, fault: verdict(prompt, { answer, end }).fault };
  });
}
