// A laid-out batch as the inputs of a graph, and what programs of equal shape share.

import type { Batch } from '../batches/batch.ts';
import { frozenName } from '../models/packed-parameters.ts';
import type { BatchShape } from '../models/packed-rows.ts';
import type { HeldParameters } from '../passes/held-parameters.ts';
import type { Feeds, Runtime } from '../runtime/runtime.ts';

/** The feeds of `packedParameters`. */
export const parameterFeeds = ({ theta, frozen }: HeldParameters): Feeds => ({
  theta,
  ...Object.fromEntries(frozen.map((part, index) => [frozenName(index), part])),
});

/** The feeds of a laid-out batch. */
export function batchFeeds(runtime: Runtime, batch: Batch): Feeds {
  const { rows, length, tokens, copies, scored } = batch.shape;
  const secondPlaces = {
    row_again: runtime.integers(batch.rowAgain),
    column_again: runtime.integers(batch.columnAgain),
    home: runtime.integers(batch.home, [rows, length]),
  };
  return {
    ...(copies === 2 ? secondPlaces : {}),
    ids: runtime.indices(batch.ids, [tokens, 1]),
    positions: runtime.indices(batch.positions, [tokens, 1]),
    row: runtime.integers(batch.row),
    column: runtime.integers(batch.column),
    place: runtime.integers(batch.place, [rows, length]),
    place_positions: runtime.integers(batch.placePositions, [rows, length]),
    branch: runtime.integers(batch.branch, [rows, length]),
    at: runtime.indices(batch.at, [scored, 1]),
    target: runtime.integers(batch.target),
    response: runtime.indices(batch.response, [scored, 1]),
    mask: runtime.floats(batch.mask),
  };
}

/** What programs of equal shape share. */
export const shapeKey = ({ rows, length, tokens, copies, responses, scored }: BatchShape): string =>
  `${rows} ${length} ${tokens} ${copies} ${responses} ${scored}`;
