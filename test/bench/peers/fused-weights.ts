// The packed parameters as the weights of a training step, query, key and value together in one matrix, laid out as a library likes them;
// and the rotary tables.

import type { LlamaConfig } from '../../../src/engine/models/architectures/llama/llama-config.ts';
import { ropeFrequencies } from '../../../src/engine/models/rope.ts';

/** How the matrices are laid out. The embedding is [vocabulary, width] either way. */
export type Layout = '[in, out]' | '[out, in]';

export interface Weight {
  readonly shape: readonly number[];
  readonly size: number;
  readonly offset: number;
  readonly values: Float32Array;
}

/** Of each layer, in this order. */
export const LAYER_WEIGHTS = ['inputNorm', 'queryKeyValue', 'output', 'mlpNorm', 'gate', 'up', 'down'] as const;

/** The embedding, the weights of each layer in the order of `LAYER_WEIGHTS`, and the last norm. */
export function fusedWeights(config: LlamaConfig, packed: Float32Array, layout: Layout): readonly Weight[] {
  const { width, heads, kvHeads, headDim, mlpWidth, vocabSize, layers } = config;
  const weights: Weight[] = [];
  let offset = 0;
  const take = (shape: readonly number[], read: (stored: Float32Array) => Float32Array): void => {
    const size = shape.reduce((product, n) => product * n, 1);
    weights.push({ shape, size, offset, values: read(packed.subarray(offset, offset + size)) });
    offset += size;
  };
  const asStored = (stored: Float32Array): Float32Array => stored.slice();
  const matrix = (into: number, out: number): void => {
    if (layout === '[out, in]') take([out, into], asStored);
    else take([into, out], (stored) => transposed(stored, out, into));
  };
  take([vocabSize, width], asStored);
  for (let layer = 0; layer < layers; layer += 1) {
    take([width], asStored);
    matrix(width, (heads + 2 * kvHeads) * headDim);
    matrix(heads * headDim, width);
    take([width], asStored);
    matrix(width, mlpWidth);
    matrix(width, mlpWidth);
    matrix(mlpWidth, width);
  }
  take([width], asStored);
  if (offset !== packed.length) throw new RangeError(`${packed.length} packed weights, ${offset} expected`);
  return weights;
}

function transposed(stored: Float32Array, rows: number, columns: number): Float32Array {
  const values = new Float32Array(stored.length);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) values[column * rows + row] = stored[row * columns + column]!;
  }
  return values;
}

/** cos and sin of every position's angles, each [positions, headDim], both halves alike. */
export function rotaryTables(config: LlamaConfig, positions: number): { cos: Float32Array; sin: Float32Array } {
  const { headDim } = config;
  const { inverseFrequencies, attentionFactor } = ropeFrequencies(config, positions);
  const table = (angle: (x: number) => number): Float32Array =>
    Float32Array.from({ length: positions * headDim }, (_, index) => {
      const position = Math.floor(index / headDim);
      return attentionFactor * angle(position * inverseFrequencies[(index % headDim) % (headDim / 2)]!);
    });
  return { cos: table(Math.cos), sin: table(Math.sin) };
}
