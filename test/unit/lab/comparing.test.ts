// Rows, outcomes, filters, order, differences and files of a comparison, on a few lines whose results can be counted by hand.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnswerLine } from '../../../src/folder/lines.ts';
import { tokenDifferences, wordDifferences, wordsOf } from '../../../src/lab/compare/answer-differences.ts';
import { type ComparedRow, compare, merit, outcome, ownRows, tally } from '../../../src/lab/compare/comparing.ts';
import { comparisonCsv, comparisonLines } from '../../../src/lab/compare/comparison-files.ts';
import {
  ALL_ROWS,
  chipCounts,
  filterRows,
  groupCounts,
  groupRows,
  OWN_GROUP,
  sortRows,
} from '../../../src/lab/compare/row-filter.ts';
import type { Round } from '../../../src/lab/record/run-record.ts';

const line = (prompt: string, answer: string, rest: Partial<AnswerLine> = {}): AnswerLine => ({
  prompt,
  human: 'Yes.',
  answer,
  logp: -1,
  end: 'stop',
  ...rest,
});
const round = (moment: Round['moment'], iteration: number, answers: readonly AnswerLine[]): Round => ({
  moment,
  iteration,
  measures: {},
  answers,
});

const wrong = { fault: 'No.', family: 'a' };
const right = { fault: null, family: 'a' };
/** Base to after the first iteration: won, lost, tied and changed, tied and the same; the last of another family. */
const ROUNDS = [
  round('before', 0, [
    line('p1', 'one', { ...wrong, logp: -5 }),
    line('p2', 'two', { ...right, logp: -2 }),
    line('p3', 'three', { ...wrong, logp: -3 }),
    line('p10', 'four', { ...right, family: 'b', logp: -4 }),
  ]),
  round('after', 0, [
    line('p1', 'uno', { ...right, logp: -1 }),
    line('p2', 'due', { ...wrong, logp: -6 }),
    line('p3', 'tre', { ...wrong, logp: -2 }),
    line('p10', 'four', { ...right, family: 'b', logp: -4 }),
  ]),
];
const PAIR = { a: 'base', b: 'iteration-0' } as const;
const looking = (filter: Partial<typeof ALL_ROWS> = {}, stars: string[] = []) => ({
  filter: { ...ALL_ROWS, ...filter },
  pair: PAIR,
  stars: new Set(stars),
});
const prompts = (rows: readonly ComparedRow[]) => rows.map(({ prompt }) => prompt);

test('columns are the human, the base, each iteration and the latest of the control', () => {
  const control = [round('before', 0, []), round('after', 0, []), round('after', 1, [line('p2', 'zwei', right)])];
  const { columns, rows } = compare(ROUNDS, control);
  expect(columns.map(({ key }) => key)).toEqual(['human', 'base', 'iteration-0', 'control']);
  expect(rows.map(({ cells }) => cells.get('control')?.text)).toEqual([undefined, 'zwei', undefined, undefined]);
  expect(compare(ROUNDS, null, true).columns.map(({ kind }) => kind)).toEqual(['human', 'base', 'control']);
  expect(rows[0]?.cells.get('human')).toMatchObject({ text: 'Yes.', logp: null, fault: null });
});

test('a prompt that is held out twice has two rows', () => {
  const { rows } = compare([
    round('before', 0, [line('p', 'a'), line('p', 'b', { human: 'No.' })]),
    round('after', 0, [line('p', 'c'), line('p', 'd', { human: 'No.' })]),
  ]);
  expect(
    rows.map(({ cells }) => ['human', 'base', 'iteration-0'].map((key) => cells.get(key as 'human')?.text)),
  ).toEqual([
    ['Yes.', 'a', 'c'],
    ['No.', 'b', 'd'],
  ]);
  expect(new Set(rows.map(({ key }) => key)).size).toBe(2);
});

test('possible beats impossible; both or neither is a tie', () => {
  const { rows } = compare(ROUNDS);
  expect(rows.map((row) => outcome(row, PAIR))).toEqual(['win', 'loss', 'tie', 'tie']);
  expect(tally(rows, PAIR)).toMatchObject({ wins: 1, losses: 1, ties: 2, difference: { value: 0, count: 4 } });
  // A human answer is possible by construction.
  expect(tally(rows, { a: 'human', b: 'base' })).toMatchObject({ wins: 0, losses: 2, ties: 2 });
});

test('without a truth the human answer beats any other, by tokens where they are known; without either nothing is judged', () => {
  const data = compare([
    round('before', 0, [line('p', 'Yes.', { ids: [1, 2], human_ids: [1, 2, 0] }), line('q', 'No.')]),
    round('after', 0, [
      line('p', 'Yes.', { ids: [1, 2, 0], human_ids: [1, 2, 0] }),
      line('q', 'Yes.', { end: 'length' }),
    ]),
  ]).rows;
  expect(data.map((row) => [merit(row, 'base'), merit(row, 'iteration-0')])).toEqual([
    [0, 1],
    [0, 0],
  ]);
  const [own] = ownRows(new Map([['base', [{ ...line('mine', 'x'), human: null }]]]));
  expect(merit(own!, 'base')).toBeNull();
  expect(tally([own!], { a: 'base', b: 'base' })).toEqual({ wins: 0, losses: 0, ties: 0, difference: null });
});

test('chips count what they would leave', () => {
  const { rows } = compare(ROUNDS);
  expect(chipCounts(rows, looking({}, ['p2']))).toEqual({
    all: 4,
    better: 1,
    worse: 1,
    changed: 3,
    unchanged: 1,
    starred: 1,
  });
  expect(chipCounts(rows, looking({ group: 'b' }))).toEqual({
    all: 1,
    better: 0,
    worse: 0,
    changed: 0,
    unchanged: 1,
    starred: 0,
  });
  expect(chipCounts(rows, looking({ change: 'worse', starred: true }, ['p1']))).toMatchObject({
    all: 1,
    worse: 0,
    starred: 0,
  });
  expect([...groupCounts(rows, looking({ change: 'changed' }))]).toEqual([
    ['a', 3],
    ['b', 0],
  ]);
  expect(prompts(filterRows(rows, looking({ text: ' TRE ' })))).toEqual(['p3']);
  expect(prompts(filterRows(rows, looking({ text: 'p1' })))).toEqual(['p1', 'p10']);
});

test('rows are sorted as a person counts, by log-probability and by its rise, largest first', () => {
  const { rows } = compare(ROUNDS);
  expect(prompts(sortRows([...rows].reverse(), 'prompt', PAIR))).toEqual(['p1', 'p2', 'p3', 'p10']);
  expect(prompts(sortRows(rows, 'logp', PAIR))).toEqual(['p1', 'p3', 'p10', 'p2']);
  // 4, −4, 1, 0.
  expect(prompts(sortRows(rows, 'rise', PAIR))).toEqual(['p1', 'p3', 'p10', 'p2']);
  expect(prompts(sortRows(rows, 'rise', { a: 'human', b: 'base' }))).toEqual(prompts(rows));
});

test('own prompts are a group of their own, before the families', () => {
  const own = ownRows(new Map([['base', [line('p1', 'mine', right)]]]));
  const { rows } = compare(ROUNDS);
  expect(groupRows([...rows, ...own]).map((group) => [group.name, group.rows.length])).toEqual([
    [OWN_GROUP, 1],
    ['a', 3],
    ['b', 1],
  ]);
  expect(own[0]?.key).not.toBe(rows[0]?.key);
});

test('differences in words: what is not missing is the text, and what is not new the reference', () => {
  expect(wordDifferences('The cat sat.', 'The old cat sat!')).toEqual([
    { kind: 'same', text: 'The' },
    { kind: 'new', text: ' old' },
    { kind: 'same', text: ' cat sat' },
    { kind: 'missing', text: '.' },
    { kind: 'new', text: '!' },
  ]);
  // The first word is the same word further on.
  expect(wordDifferences('Cats sit', 'Two Cats')).toEqual([
    { kind: 'new', text: 'Two' },
    { kind: 'same', text: ' Cats' },
    { kind: 'missing', text: ' sit' },
  ]);
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '.', '\n', 'é', '好', '😀') });
  fc.assert(
    fc.property(text, text, (before, now) => {
      const found = wordDifferences(before, now);
      const joined = (left: string) => found.map(({ kind, text }) => (kind === left ? '' : text)).join('');
      expect(wordsOf(now).join('')).toBe(now);
      expect(joined('missing')).toBe(now);
      expect(joined('new').replaceAll(/\s/gu, '')).toBe(before.replaceAll(/\s/gu, ''));
    }),
  );
});

test('differences in tokens go by id', () => {
  const answer = (ids: number[], tokens: string[] | null) => ({
    text: tokens?.join('') ?? '',
    logp: -1,
    end: 'stop' as const,
    fault: null,
    ids,
    tokens,
    tokenLogps: null,
  });
  expect(tokenDifferences(answer([5, 6, 0], null), answer([5, 7, 0], ['a', 'b', '.']))).toEqual([
    { kind: 'same', text: 'a' },
    { kind: 'missing', text: '' },
    { kind: 'new', text: 'b' },
    { kind: 'same', text: '.' },
  ]);
  expect(tokenDifferences(answer([5], ['a']), answer([5], null))).toBeNull();
});

test('two long texts without a word in common are told apart in a moment', () => {
  const text = (start: number) => Array.from({ length: 2000 }, (_, i) => `w${start + i}`).join('');
  const began = performance.now();
  expect(wordDifferences(`${text(0)} a`, `b ${text(5000)}`).some(({ kind }) => kind === 'new')).toBe(true);
  expect(performance.now() - began).toBeLessThan(2000);
});

test('the files hold what the table shows, quoted where it must be', () => {
  const rows = compare([round('before', 0, [line('Say "hi",\nplease', 'hi', { ...wrong, logp: -1.5 })])]).rows;
  expect(comparisonCsv(rows, ['base', 'control'])).toBe(
    'prompt,family,own,base,base logp,base fault,control,control logp,control fault\r\n' +
      '"Say ""hi"",\nplease",a,false,hi,-1.5,No.,,,\r\n',
  );
  expect(JSON.parse(comparisonLines(rows, ['human', 'base', 'control']))).toEqual({
    prompt: 'Say "hi",\nplease',
    family: 'a',
    own: false,
    answers: {
      human: { answer: 'Yes.', logp: null, end: null, fault: null },
      base: { answer: 'hi', logp: -1.5, end: 'stop', fault: 'No.' },
    },
  });
});
