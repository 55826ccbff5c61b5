// Optimizer steps by graphs of the runtime.

import { biasCorrections, type OptimizerSettings } from '../../spin/optimizers.ts';
import { type DecayRange, decayRanges, type PartLayout } from '../models/parameter-set.ts';
import type { HeldState, UpdateRules, Updates } from '../passes/updates.ts';
import { ProgramCache } from '../runtime/program-cache.ts';
import type { Runtime, Tensor } from '../runtime/runtime.ts';
import { updateGraph } from './update-graph.ts';

/** A run's rules, and those of another one before it. */
const CACHED_RULES = 2;

export class GraphUpdates implements Updates {
  readonly #runtime: Runtime;
  readonly #layout: PartLayout;
  readonly #programs: ProgramCache;

  /** @param layout of the parameters that are trained */
  constructor(runtime: Runtime, layout: PartLayout) {
    this.#runtime = runtime;
    this.#layout = layout;
    this.#programs = new ProgramCache(runtime, CACHED_RULES);
  }

  async step(
    rules: UpdateRules,
    now: HeldState,
    gradient: Tensor,
    learningRate: number,
    steps: number,
    next: HeldState,
  ): Promise<{ next: HeldState; gradNorm: Tensor }> {
    const { optimizer, clipNorm, arithmetic } = rules;
    const names = now.slots.map((_, index) => `slot_${index}`);
    const named = (slots: readonly Tensor[], suffix = '') =>
      Object.fromEntries(names.map((name, index) => [`${name}${suffix}`, slots[index]!]));
    const program = await this.#programs.get(
      JSON.stringify([optimizer, clipNorm, arithmetic]),
      () => updateGraph(this.#layout.count, rules, this.#runtime.numbersAtOnce, this.#decayed(optimizer)),
      ['theta_next', 'grad_norm', ...names.map((name) => `${name}_next`)],
    );
    const [first, second] = biasCorrections(optimizer, steps + 1);
    const corrections = { correction_1: this.#runtime.number(first), correction_2: this.#runtime.number(second) };
    const feeds = {
      theta: now.theta,
      gradient,
      ...named(now.slots),
      learning_rate: this.#runtime.number(learningRate),
      ...(optimizer.name === 'adamw' ? corrections : {}),
    };
    const outputs = await program.run(feeds, { theta_next: next.theta, ...named(next.slots, '_next') });
    const slots = names.map((name) => outputs[`${name}_next`]!);
    return { next: { theta: outputs.theta_next!, slots }, gradNorm: outputs.grad_norm! };
  }

  /** What weight decay falls on; nothing where that is everything. */
  #decayed(optimizer: OptimizerSettings): readonly DecayRange[] {
    return optimizer.name === 'adamw' && optimizer.decayed === 'matrices' ? decayRanges(this.#layout) : [];
  }
}
