// From sequences to the arrays of a teacher-forced batch, and its static shape. Knows no runtime and no model but its limits.

import { HIDDEN_SCORE } from '../models/architecture.ts';
import type { BatchShape } from '../models/scoring-graph.ts';
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
  readonly ids: Int32Array;
  readonly positions: Int32Array;
  readonly visible: Float32Array;
  readonly at: Int32Array;
  readonly target: Int32Array;
  readonly response: Int32Array;
  readonly mask: Float32Array;
  /** Where each response's tokens begin among the scored ones. */
  readonly starts: readonly number[];
  /** Tokens of prompts and responses, a shared prompt counted once, padding not. */
  readonly tokens: number;
}

/** The next of 1, 2, 3, 4, 6, 8, 12, 16, 24 …: few shapes, at most half as much again as asked for. */
export function roundUp(count: number, least: number): number {
  let size = least;
  while (size < count) size = Math.log2(size) % 1 === 0 ? size * 1.5 : (size / 3) * 4;
  return size;
}

const LENGTH_STEP = 8;

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

/** The smallest of the few static shapes that holds these rows, which have equally many responses each. */
export function shapeOf(rows: readonly Row[]): BatchShape {
  const longest = Math.max(...rows.map((row) => row.promptIds.length + responseTokens(row)));
  return {
    rows: rows.length,
    length: Math.ceil(longest / LENGTH_STEP) * LENGTH_STEP,
    responses: rows.length * (rows[0]?.responses.length ?? 0),
    scored: roundUp(
      rows.reduce((sum, row) => sum + responseTokens(row), 0),
      8,
    ),
  };
}

/**
 * Lets each token of a row see itself and those before it in the prompt and its own response. Padding sees itself alone, so that its
 * softmax is defined; nobody looks at it.
 */
function writeVisible(visible: Float32Array, length: number, row: Row, index: number): void {
  const square = visible.subarray(index * length * length, (index + 1) * length * length);
  const show = (query: number, from: number, to: number): void => {
    square.fill(0, query * length + from, query * length + to);
  };
  const prompt = row.promptIds.length;
  for (let query = 0; query < length; query += 1) show(query, query < prompt ? 0 : query, query + 1);
  let start = prompt;
  for (const { length: size } of row.responses) {
    for (let query = start; query < start + size; query += 1) {
      show(query, 0, prompt);
      show(query, start, query + 1);
    }
    start += size;
  }
}

/** Lays rows out for `scoring-graph.ts`. @throws SequenceError for a row that the model could not take */
export function layOut(rows: readonly Row[], limits: SequenceLimits): Batch {
  for (const row of rows) checkRow(row, limits);
  const shape = shapeOf(rows);
  const { length, scored } = shape;
  const ids = new Int32Array(shape.rows * length);
  const positions = new Int32Array(shape.rows * length);
  const visible = new Float32Array(shape.rows * length * length).fill(HIDDEN_SCORE);
  const at = new Int32Array(scored);
  const target = new Int32Array(scored);
  const response = new Int32Array(scored);
  const mask = new Float32Array(scored);
  const columns = rows.map((row, index) => {
    const { promptIds } = row;
    ids.set(promptIds, index * length);
    positions.set([...promptIds.keys()], index * length);
    writeVisible(visible, length, row, index);
    return promptIds.length;
  });
  const starts: number[] = [];
  let next = 0;
  for (let turn = 0; turn < shape.responses / shape.rows; turn += 1) {
    for (const [index, { promptIds, responses }] of rows.entries()) {
      const start = index * length + columns[index]!;
      starts.push(next);
      for (const [j, id] of responses[turn]!.entries()) {
        ids[start + j] = id;
        positions[start + j] = promptIds.length + j;
        at[next] = j === 0 ? index * length + promptIds.length - 1 : start + j - 1;
        target[next] = id;
        response[next] = turn * shape.rows + index;
        mask[next] = 1;
        next += 1;
      }
      columns[index]! += responses[turn]!.length;
    }
  }
  const tokens = columns.reduce((sum, column) => sum + column, 0);
  return { shape, ids, positions, visible, at, target, response, mask, starts, tokens };
}
