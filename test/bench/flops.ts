// How much arithmetic a training step is: counted from the graphs that run, padding included. Knows no runtime.

import { layOut } from '../../workers/engine/batch.ts';
import { pairGroups, pairRows } from '../../workers/engine/pair-rows.ts';
import type { ModelConfig } from '../../workers/models/config.ts';
import { trainingGraph } from '../../workers/models/training-graph.ts';
import { reachable } from '../../workers/onnx/encode.ts';
import { type Graph, sizeOf } from '../../workers/onnx/graph.ts';
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

/** Those of this engine's steps on the case's batches, in the mean. */
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
