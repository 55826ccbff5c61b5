// Who computes what a player passes: kernels or graphs. The one place where that is chosen; nobody else asks.

import { GraphGradients } from '../graphs/graph-gradients.ts';
import { DecoderPrograms } from '../graphs/graph-rows.ts';
import { GraphScores } from '../graphs/graph-scores.ts';
import { GraphUpdates } from '../graphs/graph-updates.ts';
import { fittingModel } from '../kernels/kernel-fit.ts';
import { KernelGradients } from '../kernels/kernel-gradients.ts';
import { KernelStarter } from '../kernels/kernel-rows.ts';
import { KernelScores } from '../kernels/kernel-scores.ts';
import { TrainingKernel } from '../kernels/training-kernel.ts';
import type { ModelConfig } from '../models/config.ts';
import { parameterLayout } from '../models/parameter-layout.ts';
import { sizesOf } from '../models/sizes.ts';
import type { RowStarter } from '../passes/answer-rows.ts';
import { type Engines, enginesFor } from '../passes/engine-choice.ts';
import type { Gradients } from '../passes/gradients.ts';
import type { Scores } from '../passes/scores.ts';
import type { Updates } from '../passes/updates.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { ModelShape } from './memory-for.ts';

/** What the opponent passes. */
export interface FrozenPasses {
  readonly answers: RowStarter;
  readonly scores: Scores;
}

/** What the main player passes. */
export interface LearningPasses {
  readonly gradients: Gradients;
  readonly scores: Scores;
  readonly updates: Updates;
}

/** A model as estimates know it. */
export const shapeOf = (config: ModelConfig): ModelShape => ({
  ...sizesOf(config),
  kernel: fittingModel(config) !== null,
});

const enginesOf = (runtime: Runtime, config: ModelConfig): Engines =>
  enginesFor(runtime.info, { kernel: fittingModel(config) !== null, parameters: parameterLayout(config).count });

/**
 * @param engines who is to compute; by default whoever is faster here
 * @throws RuntimeFailedError where the browser refuses the memory
 */
export function frozenPasses(
  runtime: Runtime,
  config: ModelConfig,
  engines: Engines = enginesOf(runtime, config),
): FrozenPasses {
  const model = fittingModel(config);
  return {
    answers:
      model !== null && engines.answers === 'kernels'
        ? new KernelStarter(runtime, model)
        : new DecoderPrograms(runtime, config),
    scores:
      model !== null && engines.trains === 'kernels'
        ? new KernelScores(runtime, config, new TrainingKernel(model, false))
        : new GraphScores(runtime, config),
  };
}

/**
 * @param engines who is to compute; by default whoever is faster here
 * @throws RuntimeFailedError where the browser refuses the memory
 */
export function learningPasses(
  runtime: Runtime,
  config: ModelConfig,
  engines: Engines = enginesOf(runtime, config),
): LearningPasses {
  const model = fittingModel(config);
  const updates = new GraphUpdates(runtime, parameterLayout(config).count);
  if (model === null || engines.trains === 'graphs') {
    return { gradients: new GraphGradients(runtime, config), scores: new GraphScores(runtime, config), updates };
  }
  const kernel = new TrainingKernel(model, true);
  return {
    gradients: new KernelGradients(runtime, config, kernel),
    scores: new KernelScores(runtime, config, kernel),
    updates,
  };
}
