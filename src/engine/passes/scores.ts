// Log-probabilities of given responses under given weights (teacher forcing; paper, section 3), and what was likely beside them, whoever
// computes them: graphs of the runtime, or the kernel.

import type { ScoredRow } from '../batches/batch.ts';
import type { HeldParameters } from './held-parameters.ts';

export interface Scores {
  /** log p of each response token, natural log: of rows with one response each, row after row. */
  tokens(weights: HeldParameters, rows: readonly ScoredRow[]): Promise<Float32Array>;
  /** log p of each response: the first ones of all rows before the second ones. */
  responses(weights: HeldParameters, rows: readonly ScoredRow[]): Promise<Float32Array | Float64Array>;
  /** The logits at each token of each response, [tokens, vocabulary], unwarped: the first responses of all rows before the second ones. */
  logits(weights: HeldParameters, rows: readonly ScoredRow[]): Promise<readonly Float32Array[]>;
  /** Bytes of a memory of its own, beside the runtime's. */
  readonly memoryBytes: number;
  release(): Promise<void>;
}
