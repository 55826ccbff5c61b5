// A blind test as it goes: the person's choices, and beside them the main player's on the same pairs, scored while the person reads.

import { createStore } from 'zustand/vanilla';
import { type Trouble, troubleOf } from '../players/trouble.ts';
import type { Round } from '../record/run-record.ts';
import type { AnyIteration } from './any-iteration.ts';
import { type BlindChoice, type BlindPair, blindPairs, type Credit, playerCredit } from './blind-test.ts';
import { columnOf, keyOf } from './column-keys.ts';
import type { ColumnKey } from './comparing.ts';

/** `none`: no player has learned to tell these answers from human ones; `weights`, `tokens`: what was not kept. */
export type PlayerAbsence = 'none' | 'weights' | 'tokens';

export type BlindPlayer =
  | { readonly status: 'absent'; readonly why: PlayerAbsence }
  | { readonly status: 'scoring' }
  | { readonly status: 'failed'; readonly trouble: Trouble }
  /** One entry a pair. */
  | { readonly status: 'scored'; readonly credits: readonly Credit[] };

export interface BlindState {
  /** Whose answers are asked about; null before the first start. */
  readonly column: ColumnKey | null;
  readonly pairs: readonly BlindPair[];
  /** One for each pair that was answered, in order. */
  readonly choices: readonly BlindChoice[];
  /** The last answered pair is still shown, with its answer. */
  readonly revealed: boolean;
  readonly player: BlindPlayer;
}

export interface BlindSetting {
  /** The round that answered. */
  readonly round: Pick<Round, 'answers'>;
  readonly column: ColumnKey;
  /** The column that has learned from playing against it; null where there is none. */
  readonly next: ColumnKey | null;
  /** λ of that iteration. */
  readonly lambda: number;
  readonly seed: number;
}

const BEFORE: BlindState = {
  column: null,
  pairs: [],
  choices: [],
  revealed: false,
  player: { status: 'absent', why: 'none' },
};

/** @param shown whether the run that is asked about is still the one that `reader` reads */
export function createBlindSession(reader: Pick<AnyIteration, 'columns' | 'score'>, shown: () => boolean) {
  const store = createStore<BlindState>(() => BEFORE);
  /** Of tests started one upon another, only the last is told of. */
  let turn = 0;

  const start = async (setting: BlindSetting): Promise<void> => {
    turn += 1;
    const own = turn;
    const pairs = blindPairs(setting.round.answers, setting.seed);
    store.setState({ ...BEFORE, column: setting.column, pairs, player: { status: 'scoring' } });
    const player = await playerState(reader, pairs, setting);
    if (own === turn) store.setState({ player: shown() ? player : { status: 'absent', why: 'weights' } });
  };

  return {
    store,
    start,
    choose: (choice: BlindChoice): void =>
      store.setState((state) =>
        state.revealed || state.choices.length === state.pairs.length
          ? state
          : { choices: [...state.choices, choice], revealed: true },
      ),
    next: (): void => store.setState({ revealed: false }),
    leave: (): void => {
      turn += 1;
      store.setState(BEFORE);
    },
  };
}
export type BlindSession = ReturnType<typeof createBlindSession>;

async function playerState(
  reader: Pick<AnyIteration, 'columns' | 'score'>,
  pairs: readonly BlindPair[],
  { column, next, lambda }: BlindSetting,
): Promise<BlindPlayer> {
  const before = columnOf(column);
  const after = next === null ? null : columnOf(next);
  if (before === null || after === null) return { status: 'absent', why: 'none' };
  const tokens = pairs.flatMap((pair) => (pair.tokens === null ? [] : [pair.tokens]));
  if (tokens.length < pairs.length) return { status: 'absent', why: 'tokens' };
  try {
    const known = new Set((await reader.columns()).map(keyOf));
    if (!known.has(column) || next === null || !known.has(next)) return { status: 'absent', why: 'weights' };
    const opponent = await reader.score(before, tokens);
    const player = await reader.score(after, tokens);
    return { status: 'scored', credits: player.map((logps, i) => playerCredit(lambda, logps, opponent[i]!)) };
  } catch (error) {
    return { status: 'failed', trouble: troubleOf(error, 'run-so-far') };
  }
}
