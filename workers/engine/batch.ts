// From sequences to the arrays of a teacher-forced batch, and its static shape. Knows no runtime and no model but its limits.

import type { BatchShape } from '../models/scoring-graph.ts';
import { SequenceError } from './errors.ts';

/** A prompt and the response to be scored. Both must hold at least one token. */
export interface Row {
  readonly promptIds: readonly number[];
  readonly responseIds: readonly number[];
}

export interface SequenceLimits {
  readonly vocabSize: number;
  readonly positions: number;
}

export interface Batch {
  readonly shape: BatchShape;
  readonly ids: Int32Array;
  readonly at: Int32Array;
  readonly target: Int32Array;
  readonly row: Int32Array;
  readonly mask: Float32Array;
  /** Where each row's response tokens begin among the scored ones. */
  readonly starts: readonly number[];
  /** Prompt and response tokens, padding not counted. */
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
export function checkRow({ promptIds, responseIds }: Row, limits: SequenceLimits): void {
  if (promptIds.length === 0 || responseIds.length === 0) {
    throw new SequenceError('A prompt or a response has no tokens.', 'Give at least one token for each.');
  }
  if (promptIds.length + responseIds.length > limits.positions) {
    throw new SequenceError(
      `A prompt of ${promptIds.length} tokens with a response of ${responseIds.length} is longer than the model's ${limits.positions} positions.`,
      'Shorten it, or take a model with more positions.',
    );
  }
  const wrong = [...promptIds, ...responseIds].find(
    (id) => !(Number.isInteger(id) && id >= 0 && id < limits.vocabSize),
  );
  if (wrong !== undefined) {
    throw new SequenceError(
      `Token id ${wrong} is outside the model's vocabulary of ${limits.vocabSize}.`,
      'Use the tokenizer that belongs to the model.',
    );
  }
}

/** The smallest of the few static shapes that holds these rows. */
export function shapeOf(rows: readonly Row[], limits: SequenceLimits): BatchShape {
  const longest = Math.max(...rows.map(({ promptIds, responseIds }) => promptIds.length + responseIds.length));
  const scored = rows.reduce((sum, { responseIds }) => sum + responseIds.length, 0);
  return {
    rows: rows.length,
    length: Math.min(Math.ceil(longest / LENGTH_STEP) * LENGTH_STEP, Math.max(longest, limits.positions)),
    scored: roundUp(scored, 8),
  };
}

/** Lays rows out for `scoring-graph.ts`: padded at the right, response tokens listed row after row. */
export function layOut(rows: readonly Row[], limits: SequenceLimits): Batch {
  for (const row of rows) checkRow(row, limits);
  const shape = shapeOf(rows, limits);
  const ids = new Int32Array(shape.rows * shape.length);
  const at = new Int32Array(shape.scored);
  const target = new Int32Array(shape.scored);
  const row = new Int32Array(shape.scored);
  const mask = new Float32Array(shape.scored);
  const starts: number[] = [];
  let next = 0;
  let tokens = 0;
  rows.forEach(({ promptIds, responseIds }, index) => {
    const start = index * shape.length;
    ids.set(promptIds, start);
    ids.set(responseIds, start + promptIds.length);
    starts.push(next);
    tokens += promptIds.length + responseIds.length;
    responseIds.forEach((id, j) => {
      at[next] = start + promptIds.length + j - 1;
      target[next] = id;
      row[next] = index;
      mask[next] = 1;
      next += 1;
    });
  });
  return { shape, ids, at, target, row, mask, starts, tokens };
}
