// Parameters in the forms that tests need: as they travel, and as passes take them.

import type { Model } from '../../src/engine/models/files/model-folder.ts';
import type { TrainableValues } from '../../src/engine/models/parameter-set.ts';
import type { HeldParameters } from '../../src/engine/passes/held-parameters.ts';
import type { Tensor } from '../../src/engine/runtime/runtime.ts';

/** Values of a model all of whose parameters are trained. */
export const base = (values: Float32Array): TrainableValues => ({ role: 'base', values });

/** A model's values, packed. */
export const valuesOf = ({ parameters }: Pick<Model, 'parameters'>): Float32Array => parameters.trainable.values;

/** All of a model's parameters, as the runtime holds them. */
export const held = (theta: Tensor): HeldParameters => ({ theta, frozen: [] });
