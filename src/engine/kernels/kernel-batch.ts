// Pairs as the training kernel reads them: one list of tokens without padding, each pair's prompt, real and generated response after each
// other, and what of them is scored.

import { checkRow, type ScoredRow, type SequenceLimits } from '../batches/batch.ts';

export interface KernelBatch {
  readonly ids: Int32Array;
  readonly positions: Int32Array;
  /** Of each row: its first token, and how many are its prompt's, its first and its second response's. */
  readonly starts: Int32Array;
  readonly prompts: Int32Array;
  readonly firsts: Int32Array;
  readonly seconds: Int32Array;
  /** Tokens after which something is scored, ascending. */
  readonly read: Int32Array;
  /** Of each scored token its place in `read`, which ascends, and its id. */
  readonly scoredAt: Int32Array;
  readonly targets: Int32Array;
  /** Of each scored token the response that it is of: first ones are 0 … rows − 1, second ones follow. */
  readonly responses: Int32Array;
  /** The longest prompt with one of its responses. */
  readonly longest: number;
}

/** @throws SequenceError for a row that the model could not take */
export function kernelBatch(rows: readonly ScoredRow[], limits: SequenceLimits): KernelBatch {
  const ids: number[] = [];
  const positions: number[] = [];
  const starts: number[] = [];
  const read: number[] = [];
  const scoredAt: number[] = [];
  const targets: number[] = [];
  const responses: number[] = [];
  const score = (target: number, response: number): void => {
    scoredAt.push(read.length - 1);
    targets.push(target);
    responses.push(response);
  };
  let longest = 0;
  for (const [row, { promptIds, responses: both }] of rows.entries()) {
    checkRow({ promptIds, responses: both }, limits);
    const start = ids.length;
    starts.push(start);
    promptIds.forEach((id, position) => {
      ids.push(id);
      positions.push(position);
    });
    read.push(ids.length - 1);
    both.forEach((response, n) => {
      score(response[0]!, n * rows.length + row);
    });
    both.forEach((response, n) => {
      response.forEach((id, j) => {
        ids.push(id);
        positions.push(promptIds.length + j);
        const next = response[j + 1];
        if (next === undefined) return;
        read.push(ids.length - 1);
        score(next, n * rows.length + row);
      });
      longest = Math.max(longest, promptIds.length + response.length);
    });
  }
  return {
    ids: Int32Array.from(ids),
    positions: Int32Array.from(positions),
    starts: Int32Array.from(starts),
    prompts: Int32Array.from(rows, ({ promptIds }) => promptIds.length),
    firsts: Int32Array.from(rows, ({ responses: both }) => both[0]!.length),
    seconds: Int32Array.from(rows, ({ responses: both }) => both[1]?.length ?? 0),
    read: Int32Array.from(read),
    scoredAt: Int32Array.from(scoredAt),
    targets: Int32Array.from(targets),
    responses: Int32Array.from(responses),
    longest,
  };
}

/** Responses' log-probabilities: the sums of their tokens'. */
export function responseSums({ responses }: KernelBatch, logps: Float32Array): Float64Array {
  const sums = new Float64Array(1 + responses.reduce((most, response) => Math.max(most, response), -1));
  logps.forEach((logp, i) => {
    sums[responses[i]!]! += logp;
  });
  return sums;
}
