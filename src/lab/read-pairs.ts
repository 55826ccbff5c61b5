// A chunk's pairs as lines with their texts, by the opponent's worker, where the tokenizer is. Knows no view.

import type { Channel } from '../../workers/channel.ts';
import type { OpponentProtocol, ReadAnswer, Row } from '../../workers/protocol.ts';
import type { PairLine } from '../folder/lines.ts';
import type { Pair } from '../spin/players.ts';

export type RowOf = (exampleIndex: number) => Row | undefined;

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
  return pairs.map((pair, at) => pairLine(pair, rowOf(pair.exampleIndex), texts[at]!));
}

/** A pair's line; without texts where nobody could read them. */
export function pairLine(pair: Pair, row: Row | undefined, read: ReadAnswer | null): PairLine {
  const { promptIds, realIds, generatedIds, exampleIndex, madeIn, end, opponent } = pair;
  return {
    prompt: row?.prompt ?? null,
    real: row?.response ?? null,
    generated: read?.text ?? null,
    prompt_ids: promptIds,
    real_ids: realIds,
    generated_ids: generatedIds,
    example: exampleIndex,
    made_in: madeIn,
    end,
    opponent_logps: opponent,
    ...(read?.fault !== undefined && { fault: read.fault }),
  };
}
