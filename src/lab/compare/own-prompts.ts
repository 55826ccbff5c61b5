// Prompts that a person types, answered by every column whose weights are at hand, with the same random numbers. Kept as long as the
// page is open.

import { createStore } from 'zustand/vanilla';
import type { AnswerLine } from '../../folder/lines.ts';
import { type Trouble, troubleOf } from '../players/trouble.ts';
import type { AnyIteration } from './any-iteration.ts';
import { keyOf } from './column-keys.ts';
import type { ColumnKey } from './comparing.ts';

/** More at once would keep the machine from the run for long. */
export const MOST_PROMPTS = 32;
export const HIGHEST_TEMPERATURE = 2;

export interface OwnPrompts {
  readonly draft: string;
  readonly seed: number;
  /** 0 is greedy. */
  readonly temperature: number;
  /** What is being asked now; null: nothing. */
  readonly asking: {
    readonly column: ColumnKey;
    readonly at: number;
    readonly of: number;
    readonly share: number;
  } | null;
  readonly trouble: Trouble | null;
  /** Nobody answered: no weights are at hand. */
  readonly nobody: boolean;
  /** Latest first. */
  readonly answers: ReadonlyMap<ColumnKey, readonly AnswerLine[]>;
}

type Asked = Pick<AnyIteration, 'columns' | 'respond'>;

/** One prompt a line; empty lines and repetitions are left out. */
export const promptsOf = (draft: string): string[] => [
  ...new Set(
    draft
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  ),
];

/** Why these settings cannot be asked with; null: they can. */
export function ownProblem({ draft, seed, temperature }: OwnPrompts): 'none' | 'many' | 'seed' | 'temperature' | null {
  const { length } = promptsOf(draft);
  if (length === 0) return 'none';
  if (length > MOST_PROMPTS) return 'many';
  if (!Number.isSafeInteger(seed) || seed < 0) return 'seed';
  return temperature >= 0 && temperature <= HIGHEST_TEMPERATURE ? null : 'temperature';
}

/** @param shown whether the run that is asked is still the one that `reader` reads */
export function createOwnPrompts(reader: Asked, shown: () => boolean) {
  const store = createStore<OwnPrompts>(() => ({
    draft: '',
    seed: 0,
    temperature: 1,
    asking: null,
    trouble: null,
    nobody: false,
    answers: new Map(),
  }));
  let cancelling: AbortController | null = null;

  /** Asks all columns, one after the other; what they answered before to the same prompts is forgotten. An error is told in `trouble`. */
  const ask = async (): Promise<void> => {
    if (cancelling !== null || ownProblem(store.getState()) !== null) return;
    cancelling = new AbortController();
    const { signal } = cancelling;
    const prompts = promptsOf(store.getState().draft);
    store.setState(({ answers }) => ({ trouble: null, nobody: false, answers: without(answers, prompts) }));
    try {
      const columns = await reader.columns();
      store.setState({ nobody: columns.length === 0 });
      for (const [at, column] of columns.entries()) {
        if (signal.aborted || !shown()) return;
        const lines = await askColumn(store, { reader, column, prompts, place: { at, of: columns.length }, signal });
        if (signal.aborted || !shown()) return;
        store.setState(({ answers }) => ({ answers: added(answers, keyOf(column), lines) }));
      }
    } catch (error) {
      if (!signal.aborted) store.setState({ trouble: troubleOf(error, 'run-so-far') });
    } finally {
      cancelling = null;
      store.setState({ asking: null });
    }
  };

  return {
    store,
    ask,
    /** Columns that have answered keep their answers. */
    cancel: (): void => cancelling?.abort(),
    askAgain: (): Promise<void> => {
      store.setState(({ seed }) => ({ seed: seed + 1 }));
      return ask();
    },
    forget: (): void => store.setState({ answers: new Map() }),
  };
}
export type OwnPromptsKeeper = ReturnType<typeof createOwnPrompts>;

interface Task {
  readonly reader: Asked;
  readonly column: Awaited<ReturnType<Asked['columns']>>[number];
  readonly prompts: readonly string[];
  readonly place: { readonly at: number; readonly of: number };
  readonly signal: AbortSignal;
}

function askColumn(
  store: OwnPromptsKeeper['store'],
  { reader, column, prompts, place, signal }: Task,
): Promise<readonly AnswerLine[]> {
  const tell = (share: number) => store.setState({ asking: { column: keyOf(column), ...place, share } });
  const { seed, temperature } = store.getState();
  tell(0);
  return reader.respond(column, prompts, { seed, temperature, signal, onProgress: tell });
}

const added = (answers: OwnPrompts['answers'], key: ColumnKey, lines: readonly AnswerLine[]): OwnPrompts['answers'] =>
  new Map([...answers, [key, [...lines, ...(answers.get(key) ?? [])]]]);

function without(answers: OwnPrompts['answers'], prompts: readonly string[]): OwnPrompts['answers'] {
  const gone = new Set<string | null>(prompts);
  return new Map([...answers].map(([key, lines]) => [key, lines.filter(({ prompt }) => !gone.has(prompt))]));
}
