// What an operator's case is made of: its operands, with fixed numbers, and how it is written.

import type { Shape, Value } from '../../../src/engine/onnx/graph.ts';
import { sizeOf } from '../../../src/engine/onnx/graph.ts';

/** A tensor fed to a run. */
export type Fed =
  | { readonly dtype: 'float32'; readonly shape: Shape; readonly data: Float32Array }
  | { readonly dtype: 'int32'; readonly shape: Shape; readonly data: Int32Array }
  | { readonly dtype: 'int64'; readonly shape: Shape; readonly data: BigInt64Array }
  | { readonly dtype: 'bool'; readonly shape: Shape; readonly data: Uint8Array };

export type Operands = Readonly<Record<string, Value>>;

export interface OperatorCase {
  /** The exported function that it tests. */
  readonly covers: string;
  readonly title: string;
  readonly inputs: Readonly<Record<string, Fed>>;
  readonly build: (given: Operands) => Value;
  /** Set where the operator has no gradient by nature. */
  readonly undifferentiated?: true;
}

/** Uniform numbers in [0, 1), a function of the seed alone (Vigna's SplitMix, in 32 bits). */
export function uniform(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b9);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}

export function floats(shape: Shape, low: number, high: number, seed: number): Fed {
  const next = uniform(seed);
  const data = Float32Array.from({ length: sizeOf(shape) }, () => low + (high - low) * next());
  return { dtype: 'float32', shape, data };
}

export const ids = (shape: Shape, list: readonly number[]): Fed => ({
  dtype: 'int32',
  shape,
  data: Int32Array.from(list),
});

export const longIds = (shape: Shape, list: readonly number[]): Fed => ({
  dtype: 'int64',
  shape,
  data: BigInt64Array.from(list, BigInt),
});

/** Trues and falses in turn. */
export const mask = (shape: Shape): Fed => ({
  dtype: 'bool',
  shape,
  data: Uint8Array.from({ length: sizeOf(shape) }, (_, index) => (index + 1) % 2),
});

export function of(given: Operands, name: string): Value {
  const value = given[name];
  if (value === undefined) throw new Error(`The case declares no operand ${name}.`);
  return value;
}

export const show = (...shapes: Shape[]): string => shapes.map((shape) => `[${shape.join(', ')}]`).join(' × ');

/** The elements as float64. */
export const numbersOf = (data: Fed['data']): Float64Array => Float64Array.from<number | bigint>(data, Number);
