// Answers to prompts as texts, with the world's verdict where the prompt is one of its own. Lives in the opponent's worker.

import { groups } from '../src/engine/batches/pair-rows.ts';
import type { Answerer } from '../src/engine/players/answerer.ts';
import type { TextCodec } from '../src/engine/text.ts';
import { humanAnswer, saidAnswer, verdict } from '../src/judge/answer-lines.ts';
import { JUDGING } from '../src/judge/run-settings.ts';
import type { Answer, AnswerOptions } from '../src/spin/players.ts';
import { WORLD } from '../src/world/world.ts';
import type { Responded, RespondRequest } from './messages/protocol.ts';

export interface RespondWatch {
  /** Aborting it rejects with its reason before the next chunk. */
  readonly signal?: AbortSignal;
  /** The share that is answered. */
  readonly onProgress?: (share: number) => void;
}

/**
 * One answer a prompt, in order; its random numbers are keyed by the prompt's place. A prompt of the world also gets a human answer,
 * of the same seed and place.
 * @throws SequenceError for a prompt that leaves no room for an answer
 */
export async function respond(
  answerer: Pick<Answerer, 'answer'>,
  codec: TextCodec,
  { prompts, options }: RespondRequest,
  { signal, onProgress }: RespondWatch = {},
): Promise<Responded[]> {
  const requests = prompts.map((prompt, key) => ({ promptIds: codec.encodePrompt(prompt), key }));
  const responded: Responded[] = [];
  for (const chunk of groups(requests, JUDGING.answerBatch)) {
    signal?.throwIfAborted();
    for (const [i, answer] of (await answerer.answer(chunk, options)).entries()) {
      const { promptIds, key } = chunk[i]!;
      responded.push(await line(codec, prompts[key]!, promptIds, answer, key, options));
    }
    onProgress?.(responded.length / prompts.length);
  }
  return responded;
}

async function line(
  codec: TextCodec,
  text: string,
  promptIds: readonly number[],
  given: Answer,
  place: number,
  { seed }: AnswerOptions,
): Promise<Responded> {
  const said = await saidAnswer(codec, given);
  const prompt = WORLD.parse(text);
  if (prompt === null) return { prompt: text, ...said, prompt_ids: promptIds };
  const human = humanAnswer(prompt, seed, place, 0);
  return {
    prompt: text,
    human,
    ...said,
    ...verdict(prompt, said),
    prompt_ids: promptIds,
    human_ids: codec.encodeResponse(human, true),
  };
}
