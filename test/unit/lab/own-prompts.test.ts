// Asking one's own prompts, and a blind test's company: what is asked of which column, and what becomes of cancelling, errors and runs
// that are no longer shown. The reader is written out here: tables of answers and log-probabilities.

import { expect, test } from 'vitest';
import type { AnswerLine } from '../../../src/folder/lines.ts';
import type { Column, RespondOptions } from '../../../src/lab/compare/any-iteration.ts';
import { createBlindSession } from '../../../src/lab/compare/blind-session.ts';
import { createOwnPrompts, ownProblem, promptsOf } from '../../../src/lab/compare/own-prompts.ts';

const COLUMNS: readonly Column[] = [{ kind: 'base' }, { kind: 'iteration', iteration: 0 }];

/** Answers “column/seed/prompt”; `before` may hold a column up. */
function readerOf(before: (column: Column, options: RespondOptions) => Promise<void> | void = () => undefined) {
  return {
    columns: async () => COLUMNS,
    respond: async (column: Column, prompts: readonly string[], options: RespondOptions): Promise<AnswerLine[]> => {
      await before(column, options);
      return prompts.map((prompt) => ({
        prompt,
        answer: `${column.kind}/${options.seed}/${prompt}`,
        logp: -1,
        end: 'stop',
      }));
    },
  };
}
const always = () => true;
const answersOf = (own: ReturnType<typeof createOwnPrompts>) =>
  Object.fromEntries([...own.store.getState().answers].map(([key, lines]) => [key, lines.map(({ answer }) => answer)]));

test('lines are prompts; settings out of range are told', () => {
  expect(promptsOf(' a \n\nb\r\na\n')).toEqual(['a', 'b']);
  const state = createOwnPrompts(readerOf(), always).store.getState();
  expect(ownProblem(state)).toBe('none');
  expect(ownProblem({ ...state, draft: 'a' })).toBeNull();
  expect(ownProblem({ ...state, draft: Array.from({ length: 33 }, (_, i) => i).join('\n') })).toBe('many');
  expect(ownProblem({ ...state, draft: 'a', seed: 1.5 })).toBe('seed');
  expect(ownProblem({ ...state, draft: 'a', temperature: Number.NaN })).toBe('temperature');
  expect(ownProblem({ ...state, draft: 'a', temperature: 2.1 })).toBe('temperature');
});

test('every column answers with the same seed; asking again takes the next one and replaces the answers', async () => {
  const own = createOwnPrompts(readerOf(), always);
  own.store.setState({ draft: 'p\nq', seed: 3 });
  await own.ask();
  expect(answersOf(own)).toEqual({ base: ['base/3/p', 'base/3/q'], 'iteration-0': ['iteration/3/p', 'iteration/3/q'] });
  own.store.setState({ draft: 'q' });
  await own.askAgain();
  expect(answersOf(own)).toEqual({ base: ['base/4/q', 'base/3/p'], 'iteration-0': ['iteration/4/q', 'iteration/3/p'] });
  own.forget();
  expect(own.store.getState()).toMatchObject({ answers: new Map(), asking: null, trouble: null });
});

test('cancelled, the columns that have answered keep their answers, and no trouble is told', async () => {
  const own = createOwnPrompts(
    readerOf((column, { signal }) => {
      if (column.kind === 'base') return;
      own.cancel();
      signal?.throwIfAborted();
    }),
    always,
  );
  own.store.setState({ draft: 'p' });
  await own.ask();
  expect(answersOf(own)).toEqual({ base: ['base/0/p'] });
  expect(own.store.getState()).toMatchObject({ asking: null, trouble: null });
});

test('an error is told, and the next question works', async () => {
  let broken = true;
  const own = createOwnPrompts(
    readerOf(() => {
      if (broken) throw new RangeError('Too long.');
    }),
    always,
  );
  own.store.setState({ draft: 'p' });
  await own.ask();
  expect(own.store.getState()).toMatchObject({ asking: null, trouble: { name: 'RangeError', message: 'Too long.' } });
  broken = false;
  await own.ask();
  expect(own.store.getState().trouble).toBeNull();
  expect(answersOf(own)).toEqual({ base: ['base/0/p'], 'iteration-0': ['iteration/0/p'] });
});

test('answers of a run that is no longer shown are not taken for this one’s; without weights that is told', async () => {
  let shown = true;
  const own = createOwnPrompts(
    readerOf((column) => {
      shown = column.kind === 'base' && shown;
    }),
    () => shown,
  );
  own.store.setState({ draft: 'p' });
  await own.ask();
  expect(answersOf(own)).toEqual({ base: ['base/0/p'] });
  const nobody = createOwnPrompts({ ...readerOf(), columns: async () => [] }, always);
  nobody.store.setState({ draft: 'p' });
  await nobody.ask();
  expect(nobody.store.getState()).toMatchObject({ nobody: true, asking: null });
});

const LINES: AnswerLine[] = [1, 2, 3].map((id) => ({
  prompt: `p${id}`,
  human: 'Yes.',
  answer: 'No.',
  logp: -1,
  end: 'stop',
  prompt_ids: [id],
  human_ids: [10, 0],
  ids: [11, 0],
}));
/** What the player's log p(human) rose by, for the prompts 1, 2 and 3; the model's answer stays. */
const RISES: Readonly<Record<number, number>> = { 1: 0.5, 2: -0.5, 3: 0 };
const scorer = {
  columns: async () => COLUMNS,
  score: async (column: Column, pairs: readonly { readonly promptIds: readonly number[] }[]) =>
    pairs.map(({ promptIds }) => ({ real: -8 + (column.kind === 'base' ? 0 : RISES[promptIds[0]!]!), generated: -5 })),
};
const SETTING = { round: { answers: LINES }, column: 'base', next: 'iteration-0', lambda: 0.1, seed: 1 } as const;

test('the main player is judged on the pairs that the person sees, in their order', async () => {
  const blind = createBlindSession(scorer, always);
  await blind.start(SETTING);
  const { pairs, player } = blind.store.getState();
  const expected: Readonly<Record<string, number>> = { p1: 1, p2: 0, p3: 0.5 };
  expect(player).toEqual({ status: 'scored', credits: pairs.map(({ prompt }) => expected[prompt]) });
});

test('who is missing is told: no next player, weights, tokens, or an error', async () => {
  const blind = createBlindSession(scorer, always);
  const told = async (change: Partial<Parameters<typeof blind.start>[0]>) => {
    await blind.start({ ...SETTING, ...change });
    return blind.store.getState().player;
  };
  expect(await told({ next: null })).toEqual({ status: 'absent', why: 'none' });
  expect(await told({ next: 'iteration-1' })).toEqual({ status: 'absent', why: 'weights' });
  const old = LINES.map(({ ids: _, ...line }) => line);
  expect(await told({ round: { answers: old } })).toEqual({ status: 'absent', why: 'tokens' });
  const broken = createBlindSession({ ...scorer, score: () => Promise.reject(new RangeError('Broken.')) }, always);
  await broken.start(SETTING);
  expect(broken.store.getState().player).toMatchObject({ status: 'failed', trouble: { message: 'Broken.' } });
});

test('a choice is shown before the next pair comes, and none is taken twice or after the last', async () => {
  const blind = createBlindSession(scorer, always);
  await blind.start(SETTING);
  blind.choose('first');
  blind.choose('second');
  expect(blind.store.getState()).toMatchObject({ choices: ['first'], revealed: true });
  blind.next();
  blind.choose('unsure');
  blind.next();
  blind.choose('second');
  blind.next();
  blind.choose('first');
  expect(blind.store.getState()).toMatchObject({ choices: ['first', 'unsure', 'second'], revealed: false });
  blind.leave();
  expect(blind.store.getState().column).toBeNull();
});
