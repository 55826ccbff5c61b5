// The main player: forward, backward and update on the runtime. Weights, optimizer state and gradients stay on the device where there is
// one. What a step is, comes from the loop; what a loss or an optimizer is, from src/spin.

import { slotCount } from '../../spin/optimizers.ts';
import type {
  Example,
  LikelihoodReport,
  Pair,
  PairLogps,
  Player,
  StepReport,
  TokenPair,
  TrainingRules,
} from '../../spin/players.ts';
import { type Batched, pairGroups } from '../batches/pair-rows.ts';
import type { ModelConfig } from '../models/config.ts';
import { parameterLayout } from '../models/parameter-layout.ts';
import {
  filled,
  layoutBeside,
  type PartLayout,
  type TrainableValues,
  type TrainingState,
} from '../models/parameter-set.ts';
import { FrozenParts, type HeldParameters } from '../passes/held-parameters.ts';
import type { HeldState } from '../passes/updates.ts';
import { MissingWeightsError } from '../runtime/errors.ts';
import { JointReader } from '../runtime/joint-reader.ts';
import { download, type Runtime, type Tensor } from '../runtime/runtime.ts';
import { type LearningPasses, learningPasses, type PlayerOptions } from './passes-for.ts';
import { Scorer } from './scorer.ts';
import type { PairViews } from './token-views.ts';

interface Learning {
  readonly rules: TrainingRules;
  now: HeldState;
  /** Where a step writes what becomes the state if all of it is finite. The two are exchanged, so that nothing large is allocated anew. */
  next: HeldState;
  /** The gradient so far and the one being added to it, by turns. */
  readonly gradients: readonly [Tensor, Tensor];
  steps: number;
}

/** Takes over what a step made; the next one writes over what was before it. */
function advance(learning: Learning, made: HeldState): void {
  learning.next = learning.now;
  learning.now = made;
  learning.steps += 1;
}

export class Trainer implements Player<TrainableValues, TrainingState> {
  readonly #runtime: Runtime;
  readonly #reader: JointReader;
  readonly #scorer: Scorer;
  readonly #passes: LearningPasses;
  readonly #layout: PartLayout;
  readonly #frozen: FrozenParts;
  #learning: Learning | null = null;

  constructor(runtime: Runtime, config: ModelConfig, options: PlayerOptions<LearningPasses> = {}) {
    const { frozen = [] } = options;
    const layout = layoutBeside(parameterLayout(config), frozen);
    const passes = options.passes ?? learningPasses(runtime, config, { layout });
    this.#runtime = runtime;
    this.#layout = layout.trainable;
    this.#frozen = new FrozenParts(runtime, frozen);
    this.#reader = new JointReader(runtime);
    this.#passes = passes;
    this.#scorer = new Scorer(passes.scores);
  }

  /** Bytes of a memory beside the runtime's. */
  get memoryBytes(): number {
    return this.#scorer.memoryBytes;
  }

  begin(weights: TrainableValues, rules: TrainingRules): Promise<void> {
    const slots = Array.from({ length: slotCount(rules.optimizer.name) }, () => new Float32Array(this.#layout.count));
    return this.resume({ weights, slots, steps: 0 }, rules);
  }

  async resume(state: TrainingState, rules: TrainingRules): Promise<void> {
    const { values } = filled(this.#layout, state.weights);
    this.#forget();
    const none = new Float32Array(this.#layout.count);
    const blank = (): Promise<Tensor> => this.#runtime.hold(none);
    const hold = async (weights: Float32Array, slots: readonly Float32Array[]): Promise<HeldState> => {
      const held: Tensor[] = [];
      for (const slot of slots) held.push(await this.#runtime.hold(slot));
      return { theta: await this.#runtime.hold(weights), slots: held };
    };
    this.#learning = {
      rules,
      now: await hold(values, state.slots),
      next: await hold(
        none,
        state.slots.map(() => none),
      ),
      gradients: [await blank(), await blank()],
      steps: state.steps,
    };
  }

  async step(pairs: readonly Pair[], learningRate: number): Promise<StepReport> {
    const learning = this.#current();
    const { rules } = learning;
    const parts = pairGroups(pairs, rules.microBatch);
    const made = await this.#passes.gradients.of(await this.#held(), { pairs, parts, rules }, learning.gradients);
    const { now, next: room, steps } = learning;
    const update = await this.#passes.updates.step(rules, now, made.gradient, learningRate, steps, room);
    const { next, gradNorm: norm } = update;
    const reports = [...made.reports, norm];
    const numbers = await this.#reader.read(reports);
    for (const report of reports) report.dispose();
    const gradNorm = numbers.pop()![0]!;
    // A NaN would spread to every weight: then the state before it stays, and the loop is told by the report.
    if (Number.isFinite(gradNorm)) advance(learning, next);
    const loss = numbers.reduce((sum, report) => sum + report[0]!, 0);
    return { loss, logps: inOrder(parts, numbers), gradNorm, tokens: made.tokens };
  }

  async likelihood(examples: readonly Example[]): Promise<LikelihoodReport> {
    return this.#scorer.likelihood(await this.#held(), examples);
  }

  /** How the weights of this moment see each token of these pairs. */
  async inspect(pairs: readonly TokenPair[]): Promise<PairViews[]> {
    return this.#scorer.pairViews(await this.#held(), pairs);
  }

  async weights(): Promise<TrainableValues> {
    return { role: this.#layout.role, values: (await download(this.#current().now.theta)).slice() };
  }

  async state(): Promise<TrainingState> {
    const { now, steps } = this.#current();
    const copies: Float32Array[] = [];
    for (const slot of now.slots) copies.push((await download(slot)).slice());
    return { weights: await this.weights(), slots: copies, steps };
  }

  /** The weights of this moment. */
  async #held(): Promise<HeldParameters> {
    return { theta: this.#current().now.theta, frozen: await this.#frozen.held() };
  }

  #current(): Learning {
    if (this.#learning === null) throw new MissingWeightsError('main player');
    return this.#learning;
  }

  #forget(): void {
    if (this.#learning === null) return;
    const { now, next, gradients } = this.#learning;
    for (const { theta, slots } of [now, next]) for (const tensor of [theta, ...slots]) tensor.dispose();
    for (const gradient of gradients) gradient.dispose();
    this.#learning = null;
  }
}

/**
 * The pairs' log-probabilities in their own order, from the training graphs' reports: the loss, the real responses, the generated ones (none
 * where training is supervised).
 */
function inOrder(parts: readonly Batched[], reports: readonly Float32Array[]): PairLogps[] {
  const logps: PairLogps[] = [];
  parts.forEach((part, n) => {
    const report = reports[n]!;
    part.forEach((at, i) => {
      logps[at] = { real: report[1 + i]!, generated: report[1 + part.length + i] ?? 0 };
    });
  });
  return logps;
}
