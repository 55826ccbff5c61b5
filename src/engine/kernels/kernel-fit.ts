// Which models the kernels can compute. Whether they are to is decided where passes are chosen.

import type { KernelModel } from '../models/architecture.ts';
import { kernelModelOf } from '../models/computations.ts';
import type { ModelConfig } from '../models/config.ts';
import { parameterLayout } from '../models/parameter-layout.ts';
import type { PartLayout } from '../models/parameter-set.ts';

/** Heads are turned and gathered by as many numbers. */
const HEAD_STEP = 8;
/** Each kernel has the weights once more: 256 MB at most. */
const MAX_PARAMETERS = 2 ** 26;

/** A model that the kernels can compute, and where its parameters are packed. */
export interface FittingModel extends KernelModel {
  readonly layout: PartLayout;
}

/**
 * The model as the kernels would compute it; null where they cannot. Rotations that depend on how long the rows of a batch are are left to
 * the graphs, which know that.
 */
export function fittingModel(config: ModelConfig): FittingModel | null {
  const model = kernelModelOf(config);
  const layout = parameterLayout(config);
  const fits =
    model !== null && model.headDim % HEAD_STEP === 0 && !model.rotationsChange && layout.count <= MAX_PARAMETERS;
  return fits ? { ...model, layout } : null;
}
