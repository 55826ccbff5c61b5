// A model's parameters: what is trained and what is frozen, each part a list of named tensors packed in one array. It knows no engine, so
// that messages and page can speak of what travels.

import type { Snapshot } from '../../spin/events.ts';
import { SnapshotError } from '../../spin/spin-errors.ts';

/** Of which numbers a tensor is, as it is computed with. */
export type ElementType = 'float32';

/** `base`: the model's own parameters. `adapter`: what is added to them. */
export type PartRole = 'base' | 'adapter';

export interface ParameterTensor {
  /** As `save_pretrained` writes it, e.g. `model.layers.0.self_attn.q_proj.weight`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
  /** The number of values. */
  readonly size: number;
  /** The place of its first value in the part's packed array. */
  readonly offset: number;
  /** Whether weight decay falls on it by the field's convention. */
  readonly decays: boolean;
}

/** What a part consists of. */
export interface PartLayout {
  readonly role: PartRole;
  /** In the order of packing. */
  readonly tensors: readonly ParameterTensor[];
  /** The length of the packed array. */
  readonly count: number;
}

export interface ParameterPart extends PartLayout {
  /** All tensors, row-major, one after the other. */
  readonly values: Float32Array;
}

/** What a set consists of. */
export interface SetLayout {
  readonly trainable: PartLayout;
  readonly frozen: readonly PartLayout[];
}

/**
 * All parameters of a model. Only the trainable part moves: it alone has gradients and optimizer state, is snapshotted, sent and stored.
 * Frozen parts are held once wherever they are needed, and never copied from there.
 */
export interface ParameterSet extends SetLayout {
  readonly trainable: ParameterPart;
  readonly frozen: readonly ParameterPart[];
}

/** The trainable part on its way and at rest. Its tensors are known where it belongs. */
export interface TrainableValues {
  readonly role: PartRole;
  readonly values: Float32Array;
}

/** What a player needs to go on training, besides what is frozen. */
export interface TrainingState {
  readonly weights: TrainableValues;
  /** The optimizer's arrays, each as long as the weights. */
  readonly slots: readonly Float32Array[];
  /** Steps taken since the optimizer's state was last empty: AdamW's bias correction counts them. */
  readonly steps: number;
}

/** A run between two steps, as it is checkpointed. */
export type RunSnapshot = Snapshot<TrainableValues, TrainingState>;

export const trainableValues = ({ trainable: { role, values } }: Pick<ParameterSet, 'trainable'>): TrainableValues => ({
  role,
  values,
});

/** Tensors one after the other. */
export function packed(
  role: PartRole,
  shapes: readonly (readonly [name: string, shape: readonly number[], decays?: boolean])[],
): PartLayout {
  let count = 0;
  const tensors = shapes.map(([name, shape, decays = true]): ParameterTensor => {
    const size = shape.reduce((product, n) => product * n, 1);
    const offset = count;
    count += size;
    return { name, shape, type: 'float32', size, offset, decays };
  });
  return { role, tensors, count };
}

/** Where a run of a packed array ends, and whether its values decay. */
export interface DecayRange {
  readonly end: number;
  readonly decays: boolean;
}

/** A packed array from its start as runs of values that decay, and of such that do not, by turns. */
export function decayRanges({ tensors }: PartLayout): DecayRange[] {
  return tensors
    .map(({ offset, size, decays }) => ({ end: offset + size, decays }))
    .filter(({ decays }, at) => decays !== tensors[at + 1]?.decays);
}

/** A layout without some of its tensors, the others packed anew. */
export const without = ({ role, tensors }: PartLayout, names: ReadonlySet<string>): PartLayout =>
  packed(
    role,
    tensors.flatMap(({ name, shape, decays }) => (names.has(name) ? [] : [[name, shape, decays] as const])),
  );

/** What of a part is not among the frozen ones is trained. */
export function layoutBeside(whole: PartLayout, frozen: readonly PartLayout[]): SetLayout {
  const names = new Set(frozen.flatMap(({ tensors }) => tensors.map(({ name }) => name)));
  return { trainable: without(whole, names), frozen };
}

/** A part in two: the tensors that are trained, and the frozen others. */
export function split(part: ParameterPart, trains: (name: string) => boolean): ParameterSet {
  const names = part.tensors.map(({ name }) => name);
  const layout = (some: readonly string[]): PartLayout => without(part, new Set(some));
  const take = (some: PartLayout): ParameterPart => {
    const values = new Float32Array(some.count);
    for (const { name, offset } of some.tensors) values.set(tensorOf(part, name), offset);
    return { ...some, values };
  };
  const frozen = layout(names.filter(trains));
  return {
    trainable: take(layout(names.filter((name) => !trains(name)))),
    frozen: frozen.tensors.length === 0 ? [] : [take(frozen)],
  };
}

/** A tensor's values, as a view. @throws RangeError where the part has no such tensor */
export function tensorOf({ tensors, values }: ParameterPart, name: string): Float32Array {
  const tensor = tensors.find((one) => one.name === name);
  if (tensor === undefined) throw new RangeError(`The part has no parameter ${name}`);
  return values.subarray(tensor.offset, tensor.offset + tensor.size);
}

/** A part of this layout with these values. @throws SnapshotError where they are not as many, or of another role: another model's */
export function filled(layout: PartLayout, { role, values }: TrainableValues): ParameterPart {
  if (role === layout.role && values.length === layout.count) return { ...layout, values };
  throw new SnapshotError(
    `The weights are another model's: ${values.length} values (${role}), where this one has ${layout.count} (${layout.role}).`,
    'Open the run with the model that it was begun with, or begin it anew.',
  );
}
