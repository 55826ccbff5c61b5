// The training graph run once, for its gradient.

import { layOut } from '../../../src/engine/batches/batch.ts';
import { pairRows } from '../../../src/engine/batches/pair-rows.ts';
import { batchFeeds } from '../../../src/engine/graphs/batch-feeds.ts';
import { trainingGraph } from '../../../src/engine/graphs/training-graph.ts';
import type { ModelConfig } from '../../../src/engine/models/config.ts';
import { download, type Runtime } from '../../../src/engine/runtime/runtime.ts';
import type { LossName } from '../../../src/spin/losses.ts';
import type { Pair } from '../../../src/spin/players.ts';

/** d mean loss / d parameter for every parameter, packed. */
export async function packedGradient(
  runtime: Runtime,
  config: ModelConfig,
  weights: Float32Array,
  pairs: readonly Pair[],
  loss: LossName,
  lambda: number,
): Promise<Float32Array> {
  const batch = layOut(pairRows(pairs), config);
  const program = await runtime.program(
    trainingGraph(config, batch.shape, { kind: 'self-play', loss, anchored: false }),
  );
  const opponent = [...pairs.map((pair) => pair.opponent.real), ...pairs.map((pair) => pair.opponent.generated)];
  const outputs = await program.run({
    theta: runtime.floats(weights),
    accumulated: runtime.floats(new Float32Array(weights.length)),
    ...batchFeeds(runtime, batch),
    opponent: runtime.floats(Float32Array.from(opponent)),
    pair_weight: runtime.floats(new Float32Array(pairs.length).fill(1 / pairs.length)),
    lambda: runtime.number(lambda),
  });
  return download(outputs.gradient!);
}
