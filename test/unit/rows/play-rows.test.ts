// What a run plays on out of a file: fitted first, then held out, so that nothing held out is too long to be measured on.

import { describe, expect, test } from 'vitest';
import { lost, NothingToPlayError, playRows } from '../../../src/engine/rows/play-rows.ts';
import { withinPositions } from '../../../src/spin/fitting.ts';
import { DEFAULTS } from '../../../src/spin/parameters/parameter-table.ts';

const model = {
  config: { vocabSize: 100, positions: 16 },
  codec: () => {
    throw new Error('rows of ids need no tokenizer');
  },
  hasTokenizer: false,
};

const ids = (length: number): number[] => Array.from({ length }, (_, i) => i + 2);
const file = (rows: readonly object[]) => new TextEncoder().encode(rows.map((row) => JSON.stringify(row)).join('\n'));

/** 40 rows, every fourth of them longer than 16 tokens. */
const rows = Array.from({ length: 40 }, (_, i) => ({ prompt_ids: ids(4), response_ids: ids(i % 4 === 0 ? 30 : 5) }));
const configuration = { ...DEFAULTS, maxLength: 16, maxNewTokens: 8, validationExamples: 2, evaluationPrompts: 10 };

describe('a file to play on', () => {
  test.each(['skip', 'truncate'] as const)('is fitted before a tenth of what fits is held out (%s)', (overflow) => {
    const { training, validation, counts } = playRows(file(rows), 'f', { ...configuration, overflow }, model);
    const kept = overflow === 'skip' ? 30 : 40;
    expect(counts).toMatchObject({ kept, tooLong: 40 - kept, shortenedResponses: kept - 30 });
    expect(training.length).toBe(kept * 0.9);
    expect(validation.length).toBe(2);
    const lengths = [...training, ...validation].map(({ promptIds, realIds }) => promptIds.length + realIds.length);
    expect(Math.max(...lengths)).toBe(overflow === 'skip' ? 9 : 16);
    const places = [...training, ...validation].map(({ index }) => index);
    expect(new Set(places).size).toBe(places.length);
  });

  test('shortens a prompt until an answer of the longest length has room beside it, but to no less than half', () => {
    const long = file([{ prompt_ids: ids(40), response_ids: ids(3) }]);
    const promptWith = (maxNewTokens: number) =>
      playRows(long, 'f', { ...configuration, overflow: 'truncate', maxNewTokens }, model).training[0]?.promptIds;
    // The end of the prompt stays.
    expect(promptWith(4)).toEqual(ids(40).slice(-12));
    expect(promptWith(12)).toEqual(ids(40).slice(-8));
  });

  test('is refused where nothing of it fits, with what became of its rows', () => {
    const bytes = file([
      { prompt_ids: ids(30), response_ids: [1] },
      { prompt_ids: [100], response_ids: [1] },
      { prompt_ids: [1], response_ids: [] },
    ]);
    const play = () => playRows(bytes, 'f.jsonl', { ...configuration, overflow: 'skip' }, model);
    expect(play).toThrow(NothingToPlayError);
    expect(play).toThrow(
      "f.jsonl: none of its 3 rows can be played on (1 too long, 1 empty, 1 with ids beyond the model's vocabulary).",
    );
  });

  test('that was taken whole is said to be so', () => {
    const { counts } = playRows(file(rows.slice(1, 4)), 'f', configuration, model);
    expect(lost(counts)).toBe('none was left out or shortened');
  });
});

describe('lengths', () => {
  test('are lowered to the positions of a model, an answer to one less', () => {
    const long = { ...DEFAULTS, maxLength: 64, maxNewTokens: 40 };
    expect(withinPositions(long, 16)).toEqual({ ...long, maxLength: 16, maxNewTokens: 15 });
    expect(withinPositions(long, 48)).toEqual({ ...long, maxLength: 48, maxNewTokens: 40 });
    expect(withinPositions(long, 64)).toBe(long);
  });
});
