// What Compare looks at and how: columns, marks, filter, order. Lives as long as the page, so that a look at another view loses nothing.
// Computes no answer.

import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { type BlindSession, createBlindSession } from '../../lab/compare/blind-session.ts';
import type { ColumnKey, ColumnPair, ComparedColumn } from '../../lab/compare/comparing.ts';
import { createOwnPrompts, type OwnPromptsKeeper } from '../../lab/compare/own-prompts.ts';
import { ALL_ROWS, type RowFilter, type Sort } from '../../lab/compare/row-filter.ts';
import type { Lab } from '../../lab/lab.ts';
import type { RunRecord } from '../../lab/record/run-record.ts';
import { useSurroundings } from '../common/lab-context.ts';

export const MODES = ['table', 'reading', 'blind'] as const;
export type Mode = (typeof MODES)[number];

export const MARKINGS = ['words', 'tokens', 'logp', 'none'] as const;
export type Marking = (typeof MARKINGS)[number];

export interface CompareState {
  readonly mode: Mode;
  /** null: as many as there is room for. */
  readonly chosen: readonly ColumnKey[] | null;
  /** null: the base, and the iteration that is looked at. */
  readonly pair: ColumnPair | null;
  /** What differences are told from. */
  readonly reference: ColumnKey | 'left';
  readonly marking: Marking;
  /** Marks what is the same instead. */
  readonly matches: boolean;
  readonly filter: RowFilter;
  readonly sort: Sort;
  readonly closed: ReadonlySet<string>;
  /** The row that is read, by its key. */
  readonly reading: string | null;
}

/** What belongs to one run, and goes with it. */
export interface RunTools {
  readonly own: OwnPromptsKeeper;
  readonly blind: BlindSession;
}

const states = new WeakMap<Lab, StoreApi<CompareState>>();
const tools = new WeakMap<RunRecord, RunTools>();

function stateOf(lab: Lab): StoreApi<CompareState> {
  const known = states.get(lab);
  if (known !== undefined) return known;
  const made = createStore<CompareState>(() => ({
    mode: 'table',
    chosen: null,
    pair: null,
    reference: 'left',
    marking: 'words',
    matches: false,
    filter: ALL_ROWS,
    sort: 'family',
    closed: new Set(),
    reading: null,
  }));
  states.set(lab, made);
  return made;
}

export function toolsOf({ reader, shown }: Lab, record: RunRecord): RunTools {
  const known = tools.get(record);
  if (known !== undefined) return known;
  const isShown = () => shown.getState().record === record;
  const made = { own: createOwnPrompts(reader, isShown), blind: createBlindSession(reader, isShown) };
  tools.set(record, made);
  return made;
}

export function useCompare<T>(select: (state: CompareState) => T): T {
  return useStore(stateOf(useSurroundings().lab), select);
}

export function useChangeCompare(): (change: Partial<CompareState>) => void {
  return stateOf(useSurroundings().lab).setState;
}

/** Columns that are shown before somebody chooses. */
const FIRST_COLUMNS = 5;

/** The chosen columns that there are; where fewer than two are left, human, base and the latest. */
export function chosenColumns(
  columns: readonly ComparedColumn[],
  chosen: readonly ColumnKey[] | null,
): readonly ComparedColumn[] {
  const found = columns.filter(({ key }) => chosen?.includes(key));
  if (found.length >= Math.min(2, columns.length)) return found;
  return columns.length <= FIRST_COLUMNS ? columns : [...columns.slice(0, 2), ...columns.slice(2 - FIRST_COLUMNS)];
}

/** The chosen pair, as far as there are such columns; else the base, and the iteration that is looked at or the latest one. */
export function chosenPair(
  columns: readonly ComparedColumn[],
  pair: ColumnPair | null,
  iteration: number | null,
): ColumnPair {
  const has = (key: ColumnKey) => columns.some((column) => column.key === key);
  if (pair !== null && has(pair.a) && has(pair.b)) return pair;
  const looked = iteration === null ? null : (`iteration-${iteration}` as const);
  const latest = columns.findLast((column) => column.iteration !== null)?.key;
  const b = looked !== null && has(looked) ? looked : (latest ?? 'base');
  return { a: b === 'base' ? 'human' : 'base', b };
}
