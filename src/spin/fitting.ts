// Examples and answers within the longest length: what is skipped, what is cut, and the counts.

import type { Overflow, SpinConfiguration } from './configuration.ts';
import type { Answer, Example } from './players.ts';

export interface Fitted {
  readonly examples: readonly Example[];
  readonly skipped: number;
  /** Examples whose response was cut; a cut response has no end token. */
  readonly truncated: number;
}

/** Keeps examples of at most `maxLength` tokens (prompt and response). A prompt that leaves no room for a response is skipped. */
export function fitExamples(examples: readonly Example[], maxLength: number, overflow: Overflow): Fitted {
  const kept: Example[] = [];
  let truncated = 0;
  for (const example of examples) {
    const room = maxLength - example.promptIds.length;
    if (example.realIds.length <= room) kept.push(example);
    else if (overflow === 'truncate' && room > 0) {
      kept.push({ ...example, realIds: example.realIds.slice(0, room) });
      truncated += 1;
    }
  }
  return { examples: kept, skipped: examples.length - kept.length, truncated };
}

/** An answer cut to the room that its prompt leaves, as if it had been drawn under that limit. */
export function fitAnswer(answer: Answer, room: number): Answer {
  if (answer.ids.length <= room) return answer;
  return { ids: answer.ids.slice(0, room), tokenLogps: answer.tokenLogps.slice(0, room), end: 'length' };
}

/** The configuration with lengths that a model of so many positions has room for; itself where it has them already. */
export function withinPositions(configuration: SpinConfiguration, positions: number): SpinConfiguration {
  if (configuration.maxLength <= positions) return configuration;
  const maxNewTokens = Math.min(configuration.maxNewTokens, positions - 1);
  return { ...configuration, maxLength: positions, maxNewTokens };
}

/** What became of the rows of a file. */
export interface FitCounts {
  readonly kept: number;
  /** Left out: nothing in the prompt or the response. */
  readonly empty: number;
  /** Left out: ids that the model's vocabulary lacks. */
  readonly unknownIds: number;
  /** Left out for their length. */
  readonly tooLong: number;
  /** Kept, but not whole. */
  readonly shortened: number;
  readonly shortenedPrompts: number;
  /** Shortened responses lose their end token, and none is made up for it. */
  readonly shortenedResponses: number;
}

/** What was lost, under the names of events and reports. */
export function countFields({ empty, unknownIds, tooLong, shortenedPrompts, shortenedResponses }: FitCounts) {
  return {
    empty,
    unknown_ids: unknownIds,
    too_long: tooLong,
    shortened_prompts: shortenedPrompts,
    shortened_responses: shortenedResponses,
  };
}
