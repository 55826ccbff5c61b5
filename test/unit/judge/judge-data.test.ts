// The judge without a known truth, against a model whose answers are written down.

import { expect, it } from 'vitest';
import { evaluateData } from '../../../src/judge/judge-data.ts';
import type { Judged, JudgeSettings } from '../../../src/judge/judged.ts';
import type { Answer } from '../../../src/spin/players.ts';

const SETTINGS: JudgeSettings = {
  ...{ seed: 0, iteration: 0, samples: 2, maxNewTokens: 4, maxTokens: 64, answerBatch: 3, microBatch: 2, shown: 1 },
};

const EXAMPLES = [
  { index: 7, promptIds: [1], realIds: [5, 6, 2] },
  { index: 9, promptIds: [3], realIds: [2] },
];

const answer = (ids: number[], end: Answer['end']): Answer => ({ ids, tokenLogps: ids.map(() => -0.5), end });

/** Keys 0 and 1 are the first prompt's. */
const ANSWERS: readonly Answer[] = [
  answer([5, 6, 2], 'stop'),
  answer([5, 6, 2], 'stop'),
  answer([4, 4, 4, 4], 'length'),
  answer([2], 'stop'),
];

const MODEL: Judged = {
  answer: async (requests) => requests.map(({ key }) => ANSWERS[key]!),
  // −0.25 nats a token, whatever it is.
  score: async (pairs) =>
    pairs.map(({ realIds, generatedIds }) => ({ real: -realIds.length / 4, generated: -generatedIds.length / 4 })),
};

it('measures what needs no known truth', async () => {
  const report = await evaluateData(
    MODEL,
    { decode: (ids) => ids.join('-'), pieces: (ids) => ids.map(String) },
    EXAMPLES,
    SETTINGS,
  );
  expect(report.nll).toBe(0.25);
  expect(report.human_tokens).toBe(4);
  expect(report.distinct).toBe((1 / 2 + 2 / 2) / 2);
  expect(report.mean_length).toBe((3 + 3 + 4 + 1) / 4);
  expect(report.ended).toBe(3 / 4);
  expect(report.exact_match).toBe(3 / 4);
  expect(report.exact_match_n).toBe(2);
  expect(report.answers).toEqual([
    {
      index: 7,
      answer: '5-6',
      logp: -1.5,
      end: 'stop',
      ids: [5, 6, 2],
      tokens: ['5', '6', '2'],
      token_logps: [-0.5, -0.5, -0.5],
      prompt_ids: [1],
      human_ids: [5, 6, 2],
    },
  ]);
});

it('needs no tokenizer', async () => {
  const report = await evaluateData(MODEL, null, EXAMPLES, SETTINGS);
  expect(report.answers[0]).toMatchObject({ answer: null, ids: [5, 6, 2] });
  expect(report.answers[0]).not.toHaveProperty('tokens');
});
