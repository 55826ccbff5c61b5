// A batch as the graph sees it: a list of tokens without padding, on which everything that concerns single tokens is computed, and rows of
// places for attention, which is computed row by row. A prompt may stand in the rows of several responses. Batches are laid out in
// src/engine/batches.

import { add, addIntegers, mulIntegers } from '../onnx/elementwise.ts';
import type { Graph, Value } from '../onnx/graph.ts';
import { gatherRows, rearrangeRows } from '../onnx/indexing.ts';
import { matmulTransposed } from '../onnx/matrix.ts';
import { reshape } from '../onnx/shaping.ts';
import { type Arrangement, causalMask, HIDDEN_SCORE } from './transformer.ts';

/** The static shape of a batch: `rows` rows of `length` places, which hold `tokens` tokens; `scored` tokens of `responses` responses. */
export interface BatchShape {
  readonly rows: number;
  readonly length: number;
  readonly tokens: number;
  /** How often a token may stand among the places: once, or a prompt's once for each of two responses. */
  readonly copies: 1 | 2;
  readonly responses: number;
  readonly scored: number;
}

export interface PackedRows {
  readonly arrangement: Arrangement;
  /** int32 [rows, length]: each place's position in its own sequence. */
  readonly placePositions: Value;
  /** [rows, 1, length, length]: 0 where a place (third axis) may look and `HIDDEN_SCORE` or less where not. */
  readonly mask: Value;
}

/**
 * Declares these inputs. Of each place, [rows, length]: `place` int32, the token there (at padding one of those that pad the list);
 * `place_positions` int32, its position in its own sequence; `branch` int32, one of `BRANCH`. A sequence's places stand from left to right.
 * Of each token, int32 [tokens]: `row` and `column` of its place (of padding, of one that pads a row). Where tokens have two copies also
 * `row_again` and `column_again` (of a token without a second place, of one that pads a row), and `home` int32 [rows, length]: as `place`, but
 * at second places as at padding.
 */
export function packedRows(graph: Graph, { rows, length, tokens, copies }: BatchShape): PackedRows {
  const perPlace = (name: string): Value => graph.input(name, 'int32', [rows, length]);
  const perToken = (name: string): Value => graph.input(name, 'int32', [tokens]);
  const place = perPlace('place');
  const placePositions = perPlace('place_positions');
  const branch = perPlace('branch');
  const first: Coordinates = { row: perToken('row'), column: perToken('column') };
  const again: Coordinates[] = copies === 1 ? [] : [{ row: perToken('row_again'), column: perToken('column_again') }];
  const home = copies === 1 ? place : perPlace('home');

  const integer = (value: number): Value => graph.constant(Int32Array.of(value), 'int32', [1]);
  const multiples = (count: number, step: number, shape: readonly number[]): Value =>
    graph.constant(
      Int32Array.from({ length: count }, (_, index) => index * step),
      'int32',
      shape,
    );
  /** [rows, heads, length]: which of the [tokens·heads] parts of tokens stands at each place of each head. */
  const partAt = (heads: number, at: Value): Value =>
    addIntegers(mulIntegers(reshape(at, [rows, 1, length]), integer(heads)), multiples(heads, 1, [heads, 1]));
  /** [tokens, heads]: at which of the [rows·heads·length] places each head of each token stands. */
  const placeOf = (heads: number, { row, column }: Coordinates): Value => {
    const ofFirstHead = mulIntegers(reshape(row, [tokens, 1]), integer(heads * length));
    const inRow = addIntegers(ofFirstHead, reshape(column, [tokens, 1]));
    return addIntegers(inRow, multiples(heads, length, [1, heads]));
  };

  return {
    placePositions,
    mask: visibility(branch),
    arrangement: {
      rows,
      length,
      split(x, heads) {
        const parts = reshape(x, [tokens * heads, x.shape[1]! / heads]);
        const places = [first, ...again].map((coordinates) => placeOf(heads, coordinates));
        return rearrangeRows(parts, partAt(heads, place), places);
      },
      join(x) {
        const [, heads = 1, , dim = 1] = x.shape;
        const places = reshape(x, [rows * heads * length, dim]);
        const joined = rearrangeRows(places, placeOf(heads, first), [partAt(heads, home)]);
        return reshape(joined, [tokens, heads * dim]);
      },
    },
  };
}

/** Where tokens stand, int32 [tokens] each. */
interface Coordinates {
  readonly row: Value;
  readonly column: Value;
}

/** What stands at a place. */
export const BRANCH = { padding: 0, prompt: 1, firstResponse: 2, secondResponse: 3 } as const;

/** Which branches a place of each branch sees. Padding sees padding alone, so that its softmax is defined and nothing passes between it and a token. */
const SEEN = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 1, 1, 0],
  [0, 1, 0, 1],
];

/**
 * A place sees its own branch and the prompt, up to its own column: what comes later in a sequence stands further right. As one product of a
 * row of `SEEN` for each query and of a unit vector for each key: less than half of what comparing places takes.
 */
function visibility(branch: Value): Value {
  const { graph } = branch;
  const [rows = 1, length = 1] = branch.shape;
  const count = SEEN.length;
  const table = (entry: (row: number, column: number) => number): Value => {
    const entries = Float32Array.from({ length: count ** 2 }, (_, i) => entry(Math.floor(i / count), i % count));
    return gatherRows(graph.constant(entries, 'float32', [count, count]), branch);
  };
  const seen = table((row, column) => SEEN[row]![column]!);
  const unit = table((row, column) => (row === column ? -HIDDEN_SCORE : 0));
  // −HIDDEN_SCORE where the branch is seen: with HIDDEN_SCORE added, exactly 0.
  const shown = reshape(matmulTransposed(seen, unit), [rows, 1, length, length]);
  return add(shown, causalMask(graph, length, HIDDEN_SCORE));
}
