// Answers side by side: a row for each prompt, a column each for the human, the base, every iteration and the supervised control, and
// which of two answers is the better one. Pure.

import type { AnswerLine } from '../../folder/lines.ts';
import type { AnswerEnd } from '../../spin/players.ts';
import type { Estimate } from '../../world/estimates.ts';
import type { MeasureFields, Round } from '../record/run-record.ts';
import { bootstrapMean } from './bootstrap.ts';

/** `iteration-0` holds what the model answered after the first iteration. */
export type ColumnKey = 'human' | 'base' | 'control' | `iteration-${number}`;

export interface ComparedColumn {
  readonly key: ColumnKey;
  /** `control`: supervised, be it the run's own control or, in a run that is one itself, an iteration. */
  readonly kind: 'human' | 'base' | 'iteration' | 'control';
  /** From 0; null where the column belongs to none. */
  readonly iteration: number | null;
  /** null for the human. */
  readonly measures: MeasureFields | null;
}

export interface ComparedAnswer {
  readonly text: string;
  /** log p of the answer under the model that gave it, nats; null for the human's. */
  readonly logp: number | null;
  readonly end: AnswerEnd | null;
  /** Why nobody would say it; null where somebody would; undefined where no truth is known. */
  readonly fault: string | null | undefined;
  /** With the end token where there is one. null where the run did not keep them. */
  readonly ids: readonly number[] | null;
  /** The tokens as text, and log p of each; null where they were not kept. */
  readonly tokens: readonly string[] | null;
  readonly tokenLogps: readonly number[] | null;
}

export interface ComparedRow {
  /** The prompt, and which of its occurrences; stars are kept under it. */
  readonly key: string;
  readonly prompt: string;
  /** The world's family; null where there is none. */
  readonly family: string | null;
  /** Asked by the person who looks at the page. */
  readonly own: boolean;
  readonly cells: ReadonlyMap<ColumnKey, ComparedAnswer>;
}

export interface Comparison {
  readonly columns: readonly ComparedColumn[];
  readonly rows: readonly ComparedRow[];
}

/** Of `b` as seen from `a`. */
export type Outcome = 'win' | 'loss' | 'tie';

/** Two columns: `b` is judged against `a`. */
export interface ColumnPair {
  readonly a: ColumnKey;
  readonly b: ColumnKey;
}

export interface Tally {
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  /** Share of wins minus share of losses, with its bootstrap 95 % interval over prompts; null where nothing can be judged. */
  readonly difference: Estimate | null;
}

/** Fixed, so that the same answers always show the same interval. */
const RESAMPLING_SEED = 1;

export const roundKey = ({ moment, iteration }: Pick<Round, 'moment' | 'iteration'>): ColumnKey =>
  moment === 'before' ? 'base' : `iteration-${iteration}`;

/**
 * What a run's rounds and its supervised control answered; the control's latest round stands for it.
 * @param supervised the run is a control itself
 */
export function compare(
  rounds: readonly Round[],
  control: readonly Round[] | null = null,
  supervised = false,
): Comparison {
  const trained = control?.filter(({ moment }) => moment === 'after').at(-1);
  const columns: ComparedColumn[] = [
    { key: 'human', kind: 'human', iteration: null, measures: null },
    ...rounds.map((round) => columnOf(round, supervised)),
  ];
  if (trained !== undefined) {
    columns.push({ key: 'control', kind: 'control', iteration: null, measures: trained.measures });
  }
  const rows = new RowTable();
  for (const round of rounds) rows.add(roundKey(round), round.answers);
  if (trained !== undefined) rows.addKnown('control', trained.answers);
  return { columns, rows: rows.list() };
}

function columnOf({ moment, iteration, measures }: Round, supervised: boolean): ComparedColumn {
  const base = moment === 'before';
  return {
    key: roundKey({ moment, iteration }),
    kind: base ? 'base' : supervised ? 'control' : 'iteration',
    iteration: base ? null : iteration,
    measures,
  };
}

/** Rows of prompts that a person asked: one a prompt, with each column's answer to it. */
export function ownRows(answers: ReadonlyMap<ColumnKey, readonly AnswerLine[]>): ComparedRow[] {
  const rows = new RowTable(true);
  for (const [key, lines] of answers) rows.add(key, lines);
  return rows.list();
}

class RowTable {
  readonly #own: boolean;
  readonly #rows = new Map<string, ComparedRow & { readonly cells: Map<ColumnKey, ComparedAnswer> }>();

  constructor(own = false) {
    this.#own = own;
  }

  add(column: ColumnKey, lines: readonly AnswerLine[]): void {
    for (const [key, line] of keyed(lines)) {
      const row = this.#rows.get(key) ?? this.#start(key, line);
      row.cells.set(column, answerOf(line));
    }
  }

  /** Only to prompts that have a row: a control may have been shown others. */
  addKnown(column: ColumnKey, lines: readonly AnswerLine[]): void {
    for (const [key, line] of keyed(lines)) this.#rows.get(key)?.cells.set(column, answerOf(line));
  }

  list(): ComparedRow[] {
    return [...this.#rows.values()];
  }

  #start(key: string, line: AnswerLine) {
    const cells = new Map<ColumnKey, ComparedAnswer>();
    if (typeof line.human === 'string') cells.set('human', humanOf(line, line.human));
    const own = this.#own;
    const row = { key: own ? `own ${key}` : key, prompt: nameOf(line), family: line.family ?? null, own, cells };
    this.#rows.set(key, row);
    return row;
  }
}

/** A prompt may be held out twice, with two human answers: its occurrences are counted, and come in the same order in every round. */
function* keyed(lines: readonly AnswerLine[]): Generator<readonly [string, AnswerLine]> {
  const seen = new Map<string, number>();
  for (const line of lines) {
    const name = nameOf(line);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    yield [count === 1 ? name : `${name} (${count})`, line];
  }
}

const nameOf = ({ prompt, prompt_ids }: AnswerLine): string => prompt ?? prompt_ids?.join(' ') ?? '';

const answerOf = (line: AnswerLine): ComparedAnswer => ({
  text: line.answer ?? line.ids?.join(' ') ?? '',
  logp: line.logp,
  end: line.end,
  fault: line.fault,
  ids: line.ids ?? null,
  tokens: line.tokens ?? null,
  tokenLogps: line.token_logps ?? null,
});

/** Where the truth is known, human answers are drawn from it. */
const humanOf = (line: AnswerLine, text: string): ComparedAnswer => ({
  text,
  logp: null,
  end: null,
  fault: line.fault === undefined ? undefined : null,
  ids: line.human_ids ?? null,
  tokens: null,
  tokenLogps: null,
});

/** The same tokens, or where those were not kept the same text that ended by itself. */
export function sameAnswer(one: ComparedAnswer, other: ComparedAnswer): boolean {
  if (one.ids !== null && other.ids !== null) {
    return one.ids.length === other.ids.length && one.ids.every((id, i) => id === other.ids?.[i]);
  }
  return one.text === other.text && one.end !== 'length' && other.end !== 'length';
}

/**
 * 1 for an answer that somebody would give, else 0. Where no truth is known, 1 for the human answer, token by token. null where there is
 * neither a truth nor a human answer.
 */
export function merit({ cells }: ComparedRow, column: ColumnKey): 0 | 1 | null {
  const answer = cells.get(column);
  if (answer === undefined) return null;
  if (answer.fault !== undefined) return answer.fault === null ? 1 : 0;
  const human = cells.get('human');
  if (human === undefined) return null;
  return sameAnswer(answer, human) ? 1 : 0;
}

/** null where one of the two cannot be judged. */
export function outcome(row: ComparedRow, { a, b }: ColumnPair): Outcome | null {
  const before = merit(row, a);
  const after = merit(row, b);
  if (before === null || after === null) return null;
  return after > before ? 'win' : after < before ? 'loss' : 'tie';
}

/** Wins, losses and ties of `b` against `a`. Give rows that were drawn, not chosen: the interval takes them for a sample. */
export function tally(rows: readonly ComparedRow[], pair: ColumnPair): Tally {
  const outcomes = rows.map((row) => outcome(row, pair)).filter((one) => one !== null);
  const count = (kind: Outcome) => outcomes.filter((one) => one === kind).length;
  const values = outcomes.map((one) => (one === 'win' ? 1 : one === 'loss' ? -1 : 0));
  return {
    wins: count('win'),
    losses: count('loss'),
    ties: count('tie'),
    difference: values.length === 0 ? null : bootstrapMean(values, RESAMPLING_SEED),
  };
}
