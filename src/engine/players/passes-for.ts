// Who computes what a player passes: kernels or graphs. The one place where that is chosen; nobody else asks.

import { GraphGradients } from '../graphs/graph-gradients.ts';
import { DecoderPrograms } from '../graphs/graph-rows.ts';
import { GraphScores } from '../graphs/graph-scores.ts';
import { GraphUpdates } from '../graphs/graph-updates.ts';
import { type FittingModel, fittingModel } from '../kernels/kernel-fit.ts';
import { KernelGradients } from '../kernels/kernel-gradients.ts';
import { KernelStarter } from '../kernels/kernel-rows.ts';
import { KernelScores } from '../kernels/kernel-scores.ts';
import { TrainingKernel } from '../kernels/training-kernel.ts';
import type { ModelConfig } from '../models/config.ts';
import { wholeLayout } from '../models/parameter-layout.ts';
import type { ParameterPart, SetLayout } from '../models/parameter-set.ts';
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
export const modelShape = (config: ModelConfig): ModelShape => ({
  ...sizesOf(config),
  kernel: fittingModel(config) !== null,
});

/** The kernels know one packed list of all parameters. */
const modelFor = (config: ModelConfig, { frozen }: SetLayout): FittingModel | null =>
  frozen.length === 0 ? fittingModel(config) : null;

const enginesOf = (runtime: Runtime, config: ModelConfig, layout: SetLayout): Engines =>
  enginesFor(runtime.info, { kernel: modelFor(config, layout) !== null, parameters: layout.trainable.count });

/** What a player is made of besides its model. */
export interface PlayerOptions<Passes> {
  /** Parts that are not trained: their tensors are missing from what is loaded, sent and stored. */
  readonly frozen?: readonly ParameterPart[];
  /** Who computes; by default whoever is faster here. */
  readonly passes?: Passes;
}

export interface PassOptions {
  /** What of the parameters is trained and what is frozen; by default all are trained. */
  readonly layout?: SetLayout;
  /** Who is to compute; by default whoever is faster here. */
  readonly engines?: Engines;
}

/** @throws RuntimeFailedError where the browser refuses the memory */
export function frozenPasses(
  runtime: Runtime,
  config: ModelConfig,
  { layout = wholeLayout(config), engines = enginesOf(runtime, config, layout) }: PassOptions = {},
): FrozenPasses {
  const model = modelFor(config, layout);
  return {
    answers:
      model !== null && engines.answers === 'kernels'
        ? new KernelStarter(runtime, model)
        : new DecoderPrograms(runtime, config, layout),
    scores:
      model !== null && engines.trains === 'kernels'
        ? new KernelScores(runtime, config, new TrainingKernel(model, false))
        : new GraphScores(runtime, config, layout),
  };
}

/** @throws RuntimeFailedError where the browser refuses the memory */
export function learningPasses(
  runtime: Runtime,
  config: ModelConfig,
  { layout = wholeLayout(config), engines = enginesOf(runtime, config, layout) }: PassOptions = {},
): LearningPasses {
  const model = modelFor(config, layout);
  const updates = new GraphUpdates(runtime, layout.trainable);
  if (model === null || engines.trains === 'graphs') {
    return {
      gradients: new GraphGradients(runtime, config, layout),
      scores: new GraphScores(runtime, config, layout),
      updates,
    };
  }
  const kernel = new TrainingKernel(model, true);
  return {
    gradients: new KernelGradients(runtime, config, kernel),
    scores: new KernelScores(runtime, config, kernel),
    updates,
  };
}
