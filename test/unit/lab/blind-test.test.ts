// The blind test: which pairs come, on which side, and how a person and the main player are scored.

import { expect, test } from 'vitest';
import type { AnswerLine } from '../../../src/folder/lines.ts';
import { blindPairs, creditOf, playerCredit, scoreOf } from '../../../src/lab/compare/blind-test.ts';
import { createStars } from '../../../src/lab/compare/stars.ts';

const LINES: AnswerLine[] = Array.from({ length: 400 }, (_, i) => ({
  prompt: `p${i}`,
  human: 'Yes.',
  answer: i % 4 === 0 ? 'Yes.' : 'No.',
  logp: -1,
  end: 'stop',
}));

test('only pairs that differ are asked, each once; sides and order follow the seed', () => {
  const pairs = blindPairs(LINES, 1);
  expect(new Set(pairs.map(({ prompt }) => prompt)).size).toBe(300);
  expect(pairs).toEqual(blindPairs(LINES, 1));
  expect(pairs.map(({ prompt }) => prompt)).not.toEqual(blindPairs(LINES, 2).map(({ prompt }) => prompt));
  // Four standard deviations of a fair coin, 300 throws.
  const left = pairs.filter(({ humanFirst }) => humanFirst).length;
  expect(Math.abs(left - 150)).toBeLessThan(4 * Math.sqrt(75));
  const other = blindPairs(LINES, 2).filter(({ humanFirst }) => humanFirst).length;
  expect(Math.abs(other - 150)).toBeLessThan(4 * Math.sqrt(75));
});

test('lines without texts, or of the first format, are left out or not scored', () => {
  expect(
    blindPairs(
      [
        { ...LINES[1]!, human: null },
        { ...LINES[1]!, answer: null },
      ],
      1,
    ),
  ).toEqual([]);
  expect(blindPairs([LINES[1]!], 1)[0]?.tokens).toBeNull();
  const whole = { ...LINES[1]!, prompt_ids: [1], human_ids: [2, 0], ids: [3, 0] };
  expect(blindPairs([whole], 1)[0]?.tokens).toEqual({ promptIds: [1], realIds: [2, 0], generatedIds: [3, 0] });
});

test('a choice counts by the side on which the human answer was', () => {
  const [pair] = blindPairs([LINES[1]!], 1);
  const first = { ...pair!, humanFirst: true };
  const second = { ...pair!, humanFirst: false };
  expect([creditOf(first, 'first'), creditOf(first, 'second'), creditOf(first, 'unsure')]).toEqual([1, 0, 0.5]);
  expect([creditOf(second, 'first'), creditOf(second, 'second'), creditOf(second, 'unsure')]).toEqual([0, 1, 0.5]);
});

test('the main player is right where the human answer rose more than the model’s', () => {
  const opponent = { real: -10, generated: -4 };
  // Log-ratios 1 and 0.5, then 0.5 and 1, whatever the answers' own likelihoods.
  expect(playerCredit(0.1, { real: -9, generated: -3.5 }, opponent)).toBe(1);
  expect(playerCredit(0.1, { real: -9.5, generated: -3 }, opponent)).toBe(0);
  expect(playerCredit(0.1, { real: -9, generated: -3 }, opponent)).toBe(0.5);
  // λ · margin = 0.9e-4 ties, 1.1e-4 does not.
  expect(playerCredit(0.1, { real: -10 + 9e-4, generated: -4 }, opponent)).toBe(0.5);
  expect(playerCredit(0.1, { real: -10 + 11e-4, generated: -4 }, opponent)).toBe(1);
});

test('the score has Wilson’s interval', () => {
  expect(scoreOf([])).toBeNull();
  // 8 of 10, by hand: centre (0.8 + 0.19207)/1.38415, half width 1.41597 · √(0.016 + 0.0096037).
  const score = scoreOf([1, 1, 1, 1, 1, 1, 1, 0.5, 0.5, 0])!;
  expect(score.value).toBeCloseTo(0.8, 12);
  expect(score.low).toBeCloseTo(0.4902, 4);
  expect(score.high).toBeCloseTo(0.9433, 4);
});

test('stars are kept for their run alone, and a storage that fails loses nothing on the page', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const stars = createStars('one', storage);
  stars.toggle('p1');
  stars.toggle('p2');
  stars.toggle('p1');
  expect([...createStars('one', storage).store.getState()]).toEqual(['p2']);
  expect(createStars('two', storage).store.getState().size).toBe(0);
  stars.toggle('p2');
  expect(kept.size).toBe(0);
  kept.set('spin-lab.stars.one', '{"not": "a list"}');
  expect(createStars('one', storage).store.getState().size).toBe(0);
  const denied = createStars('one', {
    ...storage,
    setItem: () => {
      throw new DOMException('', 'QuotaExceededError');
    },
  });
  denied.toggle('p1');
  expect(denied.store.getState().has('p1')).toBe(true);
});
