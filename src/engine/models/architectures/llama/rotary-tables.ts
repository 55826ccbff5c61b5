// What turns Llama's heads by their positions, as numbers: graphs and kernels take the same.

import type { RotaryTables } from '../../architecture.ts';
import { ropeFrequencies } from '../../rope.ts';
import type { LlamaConfig } from './llama-config.ts';

/**
 * Factors of every position's rotation, each [positions, headDim]: of a head x, and of x with its halves exchanged, so that together they
 * are transformers' x·cos + rotate_half(x)·sin.
 */
export function rotaryTables(config: LlamaConfig, positions: number, span: number): RotaryTables {
  const { inverseFrequencies, attentionFactor } = ropeFrequencies(config, span);
  const half = config.headDim / 2;
  const table = (factor: (angle: number, second: boolean) => number): Float32Array =>
    Float32Array.from({ length: positions * config.headDim }, (_, index) => {
      const [position, i] = [Math.floor(index / config.headDim), index % config.headDim];
      return attentionFactor * factor(position * inverseFrequencies[i % half]!, i >= half);
    });
  return { own: table(Math.cos), other: table((angle, second) => (second ? Math.sin(angle) : -Math.sin(angle))) };
}
