// How much arithmetic a training step is: counted from the graphs that run, padding included, or as the kernel has it.

import { layOut, type ScoredRow } from '../../src/engine/batches/batch.ts';
import { pairGroups, pairRows } from '../../src/engine/batches/pair-rows.ts';
import { trainingGraph } from '../../src/engine/graphs/training-graph.ts';
import { kernelBatch } from '../../src/engine/kernels/kernel-batch.ts';
import type { LlamaConfig } from '../../src/engine/models/architectures/llama/llama-config.ts';
import type { ModelConfig } from '../../src/engine/models/config.ts';
import { reachable } from '../../src/engine/onnx/encode.ts';
import { type Graph, sizeOf } from '../../src/engine/onnx/graph.ts';
import type { TrainingCase } from './contender.ts';
import { MICRO_BATCH } from './rules.ts';

/** Floating-point operations of the matrix products of a graph. */
export function productFlopsOf(graph: Graph): number {
  return reachable(graph).reduce((sum, { node, shape }) => {
    if (node?.operator !== 'Gemm' && node?.operator !== 'MatMul') return sum;
    const inner = node.inputs[0]!.shape.at(node.attributes.transA === 1 ? -2 : -1)!;
    return sum + 2 * sizeOf(shape) * inner;
  }, 0);
}

/**
 * Floating-point operations of the training kernel's matrix products on rows, forward or there and back. Attention's weights, which are
 * computed a second time on the way back, count once.
 */
export function kernelFlops(config: LlamaConfig, rows: readonly ScoredRow[], learns: boolean): number {
  const { layers, heads, kvHeads, headDim, width, mlpWidth, vocabSize } = config;
  const { ids, read } = kernelBatch(rows, config);
  const [into, out] = [width * (heads + 2 * kvHeads) * headDim, width * (heads * headDim + 3 * mlpWidth)];
  const dense = layers * ids.length * into + ((layers - 1) * ids.length + read.length) * out;
  const looks = (last: boolean): number => rows.reduce((sum, row) => sum + lookedAt(row, last), 0);
  const attention = heads * headDim * ((layers - 1) * looks(false) + looks(true));
  // Each product has two gradients; attention is two products.
  return 2 * (learns ? 3 : 1) * (dense + read.length * width * vocabSize + 2 * attention);
}

/** Pairs of a query and a key, in whole blocks: a prompt's tokens among themselves, a response's with those and among themselves. */
function lookedAt({ promptIds, responses }: ScoredRow, last: boolean): number {
  const prompt = promptIds.length;
  return responses.reduce(
    (sum, { length }) => {
      const own = last ? length - 1 : length;
      return sum + own * (prompt + own);
    },
    (last ? 1 : prompt) * prompt,
  );
}

/** Of the kernel's steps on the case's batches, in the mean. */
export const kernelStepFlops = (config: LlamaConfig, batches: TrainingCase['batches']): number =>
  batches.reduce((sum, batch) => sum + kernelFlops(config, pairRows(batch), true), 0) / batches.length;

/** Those of the graphs' steps on the case's batches, in the mean. */
export function stepFlops({ config, batches }: Pick<TrainingCase, 'config' | 'batches'>): number {
  const known = new Map<string, number>();
  const total = batches
    .flatMap((batch) => pairGroups(batch, MICRO_BATCH).map((group) => group.map((at) => batch[at]!)))
    .reduce((sum, group) => {
      const { shape } = layOut(pairRows(group), config);
      const key = JSON.stringify(shape);
      const flops =
        known.get(key) ??
        productFlopsOf(trainingGraph(config, shape, { kind: 'self-play', loss: 'logistic', anchored: false }));
      known.set(key, flops);
      return sum + flops;
    }, 0);
  return total / batches.length;
}

/** Tokens of a micro-batch as it is laid out. */
export function tokensAtOnce({ config, batches }: { config: ModelConfig; batches: TrainingCase['batches'] }): number {
  return layOut(pairRows(batches[0]!.slice(0, MICRO_BATCH)), config).shape.tokens;
}
