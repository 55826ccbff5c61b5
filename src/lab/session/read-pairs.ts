// A chunk's pairs as lines with their texts, by the opponent's worker, where the tokenizer is.

import type { Channel } from '../../../workers/messages/channel.ts';
import type { OpponentProtocol, PreparedRow } from '../../../workers/messages/protocol.ts';
import { pairLine } from '../../folder/event-lines.ts';
import type { PairLine } from '../../folder/lines.ts';
import type { Pair } from '../../spin/players.ts';

export type RowOf = (exampleIndex: number) => PreparedRow | undefined;

/** @throws whatever ends the worker */
export async function readPairs(
  opponent: Channel<OpponentProtocol>,
  pairs: readonly Pair[],
  rowOf: RowOf,
): Promise<PairLine[]> {
  const texts = await opponent.call(
    'read',
    pairs.map(({ exampleIndex, generatedIds, end }) => ({
      prompt: rowOf(exampleIndex)?.prompt ?? '',
      answer: { ids: generatedIds, end },
    })),
  );
  return pairs.map((pair, at) => {
    const { text, fault } = texts[at]!;
    return pairLine(pair, { ...textsOf(pair, rowOf), generated: text, ...(fault !== undefined && { fault }) });
  });
}

/** Lines without what only the worker could have read. */
export const unreadPairs = (pairs: readonly Pair[], rowOf: RowOf): PairLine[] =>
  pairs.map((pair) => pairLine(pair, { ...textsOf(pair, rowOf), generated: null }));

function textsOf({ exampleIndex }: Pair, rowOf: RowOf): Pick<PairLine, 'prompt' | 'real'> {
  const row = rowOf(exampleIndex);
  return { prompt: row?.prompt ?? null, real: row?.response ?? null };
}
