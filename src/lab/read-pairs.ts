// Some of a chunk's pairs in words, by the opponent's worker, where the tokenizer is. Knows no view.

import type { Channel } from '../../workers/channel.ts';
import type { OpponentProtocol, Row } from '../../workers/protocol.ts';
import type { Answers } from '../spin/events.ts';
import type { ReadPair } from './record.ts';

/** A person cannot read more as they pass. */
const PAIRS_READ = 8;

export async function readPairs(
  opponent: Channel<OpponentProtocol>,
  { iteration, pairs }: Answers,
  rowOf: ReadonlyMap<number, Row>,
): Promise<ReadPair[]> {
  const known = pairs.slice(0, PAIRS_READ).flatMap((pair) => {
    const row = rowOf.get(pair.exampleIndex);
    return row === undefined ? [] : [{ pair, row }];
  });
  const texts = await opponent.call(
    'read',
    known.map(({ pair, row }) => ({ prompt: row.prompt, answer: { ids: pair.generatedIds, end: pair.end } })),
  );
  return known.map(({ pair, row }, at) => ({
    ...texts[at]!,
    key: `${iteration} ${pair.exampleIndex}`,
    iteration,
    prompt: row.prompt,
    human: row.response,
    end: pair.end,
    logps: pair.opponent,
  }));
}
