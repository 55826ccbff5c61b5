// RMSProp and AdamW as pure update rules over `Arithmetic`, written once for numbers and for graph nodes.

import type { Arithmetic } from './arithmetic.ts';
import type { Decayed } from './configuration.ts';

export const OPTIMIZER_NAMES = ['rmsprop', 'adamw'] as const;
export type OptimizerName = (typeof OPTIMIZER_NAMES)[number];

export type OptimizerSettings =
  | { readonly name: 'rmsprop'; readonly alpha: number; readonly epsilon: number }
  | {
      readonly name: 'adamw';
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      readonly weightDecay: number;
      readonly decayed: Decayed;
    };

/** The official scripts' RMSProp: no momentum, no bias correction, no weight decay (facts: uclaml/SPIN, `--optim=rmsprop`). */
export const RMSPROP: OptimizerSettings = { name: 'rmsprop', alpha: 0.99, epsilon: 1e-8 };
export const ADAMW: OptimizerSettings & { readonly name: 'adamw' } = {
  name: 'adamw',
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  decayed: 'matrices',
};

const SLOTS: Readonly<Record<OptimizerName, number>> = { rmsprop: 1, adamw: 2 };

/** How many arrays of the parameters' size an optimizer keeps. They start at zero. */
export const slotCount = (name: OptimizerName): number => SLOTS[name];

/** What changes from step to step besides the gradient. `biasCorrection1/2` are 1 − β₁ᵗ and 1 − β₂ᵗ (AdamW only), t counted from 1. */
export interface StepScalars<T> {
  readonly learningRate: T;
  readonly biasCorrection1: T;
  readonly biasCorrection2: T;
}

export interface Updated<T> {
  readonly parameter: T;
  readonly slots: readonly T[];
}

/**
 * One update of a parameter, elementwise.
 * RMSProp: v ← αv + (1−α)g², θ ← θ − lr·g/(√v + ε) (PyTorch's `RMSprop`).
 * AdamW: Loshchilov and Hutter 2019, algorithm 2, as in PyTorch's `AdamW`.
 * @param decayed the parameter after its decay; given where that is not of all
 */
export function update<T>(
  settings: OptimizerSettings,
  ops: Arithmetic<T>,
  parameter: T,
  gradient: T,
  slots: readonly T[],
  scalars: StepScalars<T>,
  decayed = decay(settings, ops, parameter, scalars),
): Updated<T> {
  const c = ops.constant;
  const squared = ops.mul(gradient, gradient);
  if (settings.name === 'rmsprop') {
    const [v] = slots;
    if (v === undefined) throw new RangeError('rmsprop keeps one slot, none given');
    const next = ops.add(ops.mul(c(settings.alpha), v), ops.mul(c(1 - settings.alpha), squared));
    const direction = ops.div(gradient, ops.add(ops.sqrt(next), c(settings.epsilon)));
    return { parameter: ops.sub(decayed, ops.mul(scalars.learningRate, direction)), slots: [next] };
  }
  const [m, v] = slots;
  if (m === undefined || v === undefined) throw new RangeError('adamw keeps two slots');
  const nextM = ops.add(ops.mul(c(settings.beta1), m), ops.mul(c(1 - settings.beta1), gradient));
  const nextV = ops.add(ops.mul(c(settings.beta2), v), ops.mul(c(1 - settings.beta2), squared));
  const denominator = ops.add(ops.sqrt(ops.div(nextV, scalars.biasCorrection2)), c(settings.epsilon));
  const direction = ops.div(ops.div(nextM, scalars.biasCorrection1), denominator);
  return { parameter: ops.sub(decayed, ops.mul(scalars.learningRate, direction)), slots: [nextM, nextV] };
}

/** Whether parameters shrink by themselves. */
export const decays = (settings: OptimizerSettings): boolean => settings.name === 'adamw' && settings.weightDecay !== 0;

/** A parameter after its weight decay: θ − lr·w·θ. */
export function decay<T>(
  settings: OptimizerSettings,
  ops: Arithmetic<T>,
  parameter: T,
  { learningRate }: StepScalars<T>,
): T {
  if (settings.name !== 'adamw' || settings.weightDecay === 0) return parameter;
  return ops.sub(parameter, ops.mul(ops.mul(learningRate, ops.constant(settings.weightDecay)), parameter));
}

/** The bias corrections of step `t` (from 1). */
export function biasCorrections(settings: OptimizerSettings, t: number): [number, number] {
  return settings.name === 'rmsprop' ? [1, 1] : [1 - settings.beta1 ** t, 1 - settings.beta2 ** t];
}
