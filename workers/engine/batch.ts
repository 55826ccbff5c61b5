// From sequences to the arrays of a teacher-forced batch, and its static shape. Knows no runtime and no model but its limits.

import type { BatchShape } from '../models/packed-rows.ts';
import { SequenceError } from './errors.ts';

/** A prompt and the responses to be scored. Prompt and responses hold at least one token each. */
export interface Row {
  readonly promptIds: readonly number[];
  readonly responses: readonly (readonly number[])[];
}

export interface SequenceLimits {
  readonly vocabSize: number;
  readonly positions: number;
}

/** The feeds of `scoring-graph.ts`. Responses are numbered across rows: the first of each row, then the second of each row … */
export interface Batch {
  readonly shape: BatchShape;
  readonly ids: BigInt64Array;
  readonly positions: BigInt64Array;
  readonly row: Int32Array;
  readonly column: Int32Array;
  readonly place: Int32Array;
  readonly placePositions: Int32Array;
  readonly branch: Float32Array;
  readonly at: BigInt64Array;
  readonly target: Int32Array;
  readonly response: BigInt64Array;
  readonly mask: Float32Array;
  /** Where each response's tokens begin among the scored ones. */
  readonly starts: readonly number[];
  /** Tokens of prompts and responses, a shared prompt counted once, padding not. */
  readonly tokens: number;
}

/** The next multiple of `least`, or of the octave's width by `steps` where that is wider: at most so many sizes between n and 2n. */
export function roundUp(count: number, steps: number, least: number): number {
  const step = Math.max(least, 2 ** Math.floor(Math.log2(count)) / steps);
  return Math.ceil(count / step) * step;
}

/**
 * How finely the sizes of a batch are rounded: finer means less padding and more shapes, each of which costs a session. Tokens weigh most;
 * places only in attention, scored tokens only at the logits. (Measured: docs/performance.md.)
 */
const roundTokens = (count: number): number => roundUp(count, 8, 8);
const roundLength = (count: number): number => roundUp(count, 8, 16);
const roundScored = (count: number): number => roundUp(count, 4, 8);

/** @throws SequenceError where the model could not take the row */
export function checkRow({ promptIds, responses }: Row, limits: SequenceLimits): void {
  const longest = Math.max(...responses.map((ids) => ids.length));
  if (promptIds.length === 0 || responses.some((ids) => ids.length === 0)) {
    throw new SequenceError('A prompt or a response has no tokens.', 'Give at least one token for each.');
  }
  if (promptIds.length + longest > limits.positions) {
    throw new SequenceError(
      `A prompt of ${promptIds.length} tokens with a response of ${longest} is longer than the model's ${limits.positions} positions.`,
      'Shorten it, or take a model with more positions.',
    );
  }
  const wrong = [...promptIds, ...responses.flat()].find(
    (id) => !(Number.isInteger(id) && id >= 0 && id < limits.vocabSize),
  );
  if (wrong !== undefined) {
    throw new SequenceError(
      `Token id ${wrong} is outside the model's vocabulary of ${limits.vocabSize}.`,
      'Use the tokenizer that belongs to the model.',
    );
  }
}

const responseTokens = ({ responses }: Row): number => responses.reduce((sum, ids) => sum + ids.length, 0);

/**
 * The smallest of the few static shapes that holds these rows, which have equally many responses each. Where it does not fit exactly, there
 * is at least one place and one token of padding, for each other.
 */
export function shapeOf(rows: readonly Row[]): BatchShape {
  const lengths = rows.map((row) => row.promptIds.length + responseTokens(row));
  const longest = Math.max(...lengths);
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const responses = rows.length * (rows[0]?.responses.length ?? 0);
  const scored = roundScored(rows.reduce((sum, row) => sum + responseTokens(row), 0));
  const length = roundLength(longest);
  if (tokens === rows.length * length && tokens === roundTokens(tokens)) {
    return { rows: rows.length, length, tokens, responses, scored };
  }
  const roomy = tokens === rows.length * length ? roundLength(longest + 1) : length;
  return { rows: rows.length, length: roomy, tokens: roundTokens(tokens + 1), responses, scored };
}

/** Arrays as padding leaves them: everything of token and place 0 but the branch, and nothing scored. */
function blank(shape: BatchShape): Omit<Batch, 'starts' | 'tokens'> {
  const { rows, length, tokens, scored } = shape;
  return {
    shape,
    ids: new BigInt64Array(tokens),
    positions: new BigInt64Array(tokens),
    row: new Int32Array(tokens),
    column: new Int32Array(tokens),
    place: new Int32Array(rows * length),
    placePositions: new Int32Array(rows * length),
    branch: new Float32Array(rows * length).fill(-1),
    at: new BigInt64Array(scored),
    target: new Int32Array(scored),
    response: new BigInt64Array(scored),
    mask: new Float32Array(scored),
  };
}

/** Points the padding of the list at a place of padding and the other way round. */
function joinPadding({ shape, row, column, place, branch }: ReturnType<typeof blank>, tokens: number): void {
  const free = branch.indexOf(-1);
  if (free < 0) return;
  row.fill(Math.floor(free / shape.length), tokens);
  column.fill(free % shape.length, tokens);
  branch.forEach((which, at) => {
    if (which < 0) place[at] = tokens;
  });
}

/** Lays rows out for `scoring-graph.ts`. @throws SequenceError for a row that the model could not take */
export function layOut(rows: readonly Row[], limits: SequenceLimits): Batch {
  for (const row of rows) checkRow(row, limits);
  const batch = blank(shapeOf(rows));
  let token = 0;
  const put = (id: number, row: number, column: number, position: number, branch: number): void => {
    const at = row * batch.shape.length + column;
    batch.ids[token] = BigInt(id);
    batch.positions[token] = BigInt(position);
    batch.row[token] = row;
    batch.column[token] = column;
    batch.place[at] = token;
    batch.placePositions[at] = position;
    batch.branch[at] = branch;
    token += 1;
  };
  // The list holds row after row: a prompt, then its responses. firsts[row][n] is where response n begins.
  const firsts = rows.map(({ promptIds, responses }, row) => {
    let column = 0;
    for (const id of promptIds) put(id, row, column, column++, 0);
    return responses.map((ids, n) => {
      const first = token;
      for (const [j, id] of ids.entries()) put(id, row, column++, promptIds.length + j, n + 1);
      return first;
    });
  });
  joinPadding(batch, token);
  return { ...batch, starts: score(batch, rows, firsts), tokens: token };
}

/** Notes what is scored, response by response; returns where each begins. */
function score(
  batch: ReturnType<typeof blank>,
  rows: readonly Row[],
  firsts: readonly (readonly number[])[],
): number[] {
  const starts: number[] = [];
  let next = 0;
  for (let turn = 0; turn < batch.shape.responses / batch.shape.rows; turn += 1) {
    for (const [index, { responses }] of rows.entries()) {
      starts.push(next);
      const first = firsts[index]![turn]!;
      const lastOfPrompt = firsts[index]![0]! - 1;
      for (const [j, id] of responses[turn]!.entries()) {
        batch.at[next] = BigInt(j === 0 ? lastOfPrompt : first + j - 1);
        batch.target[next] = id;
        batch.response[next] = BigInt(turn * batch.shape.rows + index);
        batch.mask[next] = 1;
        next += 1;
      }
    }
  }
  return starts;
}
