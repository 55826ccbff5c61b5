// A model's parameters as the runtime holds them: the trainable part, and the frozen ones, which all passes of a player share.

import type { ParameterPart } from '../models/parameter-set.ts';
import type { Runtime, Tensor } from '../runtime/runtime.ts';

export interface HeldParameters {
  /** The trainable part, packed: [count]. */
  readonly theta: Tensor;
  /** The frozen parts in the order of their layout. */
  readonly frozen: readonly Tensor[];
}

/** Frozen parts, taken into the runtime's memory when first needed, once. */
export class FrozenParts {
  readonly #runtime: Runtime;
  readonly #parts: readonly ParameterPart[];
  #held: Promise<readonly Tensor[]> | null = null;

  constructor(runtime: Runtime, parts: readonly ParameterPart[]) {
    this.#runtime = runtime;
    this.#parts = parts;
  }

  held(): Promise<readonly Tensor[]> {
    this.#held ??= this.#hold();
    return this.#held;
  }

  async #hold(): Promise<readonly Tensor[]> {
    const tensors: Tensor[] = [];
    for (const { values } of this.#parts) tensors.push(await this.#runtime.hold(values));
    return tensors;
  }
}
