// The main player: forward, backward and update on the runtime. Weights, optimizer state and gradients stay on the device where there is
// one. Knows no loop: what a step is, comes from the loop; what a loss or an optimizer is, from src/spin.

import { biasCorrections, type OptimizerSettings, slotCount } from '../../spin/optimizers.ts';
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
import { GraphGradients } from '../graphs/graph-gradients.ts';
import { updateGraph } from '../graphs/update-graph.ts';
import { KernelGradients } from '../kernels/kernel-gradients.ts';
import type { TrainingKernel } from '../kernels/training-kernel.ts';
import type { ModelConfig } from '../models/config.ts';
import { parameterLayout } from '../models/parameter-layout.ts';
import type { Gradients } from '../passes/gradients.ts';
import { MissingWeightsError } from '../runtime/errors.ts';
import { JointReader } from '../runtime/joint-reader.ts';
import { ProgramCache } from '../runtime/program-cache.ts';
import { download, type Runtime, type Tensor } from '../runtime/runtime.ts';
import { trainingKernelFor } from './passes-for.ts';
import { Scorer } from './scorer.ts';
import type { PairViews } from './token-views.ts';

/** All parameters, packed in the order of `parameterLayout`. */
export type Weights = Float32Array;

export interface PlayerState {
  readonly weights: Weights;
  readonly slots: readonly Float32Array[];
  /** Steps taken since the optimizer's state was empty: AdamW's bias correction counts them. */
  readonly steps: number;
}

/** Weights and the optimizer's slots, as the runtime holds them. */
interface Held {
  readonly theta: Tensor;
  readonly slots: readonly Tensor[];
}

interface Learning {
  readonly rules: TrainingRules;
  now: Held;
  /** Where a step writes what becomes the state if all of it is finite. The two are exchanged, so that nothing large is allocated anew. */
  next: Held;
  /** The gradient so far and the one being added to it, by turns. */
  readonly gradients: readonly [Tensor, Tensor];
  steps: number;
}

/** Takes over what a step made; the next one writes over what was before it. */
function advance(learning: Learning, made: Held): void {
  learning.next = learning.now;
  learning.now = made;
  learning.steps += 1;
}

export class Trainer implements Player<Weights, PlayerState> {
  readonly #runtime: Runtime;
  readonly #reader: JointReader;
  readonly #scorer: Scorer;
  readonly #kernel: TrainingKernel | null;
  readonly #gradients: Gradients;
  readonly #updates: ProgramCache;
  readonly #count: number;
  #learning: Learning | null = null;

  /** @param kernel what passes pairs in place of the runtime's graphs; null where these do */
  constructor(runtime: Runtime, config: ModelConfig, kernel = trainingKernelFor(runtime, config, true)) {
    this.#runtime = runtime;
    this.#count = parameterLayout(config).count;
    this.#reader = new JointReader(runtime);
    this.#kernel = kernel;
    this.#scorer = new Scorer(runtime, config, kernel);
    this.#gradients =
      kernel === null ? new GraphGradients(runtime, config) : new KernelGradients(runtime, config, kernel);
    this.#updates = new ProgramCache(runtime, 2);
  }

  /** Bytes of a memory beside the runtime's. */
  get memoryBytes(): number {
    return this.#kernel?.memoryBytes ?? 0;
  }

  begin(weights: Weights, rules: TrainingRules): Promise<void> {
    const slots = Array.from({ length: slotCount(rules.optimizer.name) }, () => new Float32Array(this.#count));
    return this.resume({ weights, slots, steps: 0 }, rules);
  }

  async resume(state: PlayerState, rules: TrainingRules): Promise<void> {
    this.#forget();
    const none = new Float32Array(this.#count);
    const blank = (): Promise<Tensor> => this.#runtime.hold(none);
    const hold = async (weights: Weights, slots: readonly Float32Array[]): Promise<Held> => {
      const held: Tensor[] = [];
      for (const slot of slots) held.push(await this.#runtime.hold(slot));
      return { theta: await this.#runtime.hold(weights), slots: held };
    };
    this.#learning = {
      rules,
      now: await hold(state.weights, state.slots),
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
    const made = await this.#gradients.of(learning.now.theta, { pairs, parts, rules }, learning.gradients);
    const { next, gradNorm: norm } = await this.#update(learning, made.gradient, learningRate);
    const reports = [...made.reports, norm];
    const numbers = await this.#reader.read(reports);
    for (const report of reports) report.dispose();
    const gradNorm = numbers.pop()![0]!;
    // A NaN would spread to every weight: then the state before it stays, and the loop is told by the report.
    if (Number.isFinite(gradNorm)) advance(learning, next);
    const loss = numbers.reduce((sum, report) => sum + report[0]!, 0);
    return { loss, logps: inOrder(parts, numbers), gradNorm, tokens: made.tokens };
  }

  likelihood(examples: readonly Example[]): Promise<LikelihoodReport> {
    return this.#scorer.likelihood(this.#current().now.theta, examples);
  }

  /** How the weights of this moment see each token of these pairs. */
  inspect(pairs: readonly TokenPair[]): Promise<PairViews[]> {
    return this.#scorer.pairViews(this.#current().now.theta, pairs);
  }

  async weights(): Promise<Weights> {
    return (await download(this.#current().now.theta)).slice();
  }

  async state(): Promise<PlayerState> {
    const { now, steps } = this.#current();
    const copies: Float32Array[] = [];
    for (const slot of now.slots) copies.push((await download(slot)).slice());
    return { weights: await this.weights(), slots: copies, steps };
  }

  /** What one optimizer step would make of the weights, and the gradient's global norm before clipping. */
  async #update(learning: Learning, gradient: Tensor, learningRate: number) {
    const { rules, now, next } = learning;
    const { optimizer, clipNorm } = rules;
    const names = now.slots.map((_, index) => `slot_${index}`);
    const named = (slots: readonly Tensor[], suffix = '') =>
      Object.fromEntries(names.map((name, index) => [`${name}${suffix}`, slots[index]!]));
    const program = await this.#updates.get(
      updateKey(optimizer, clipNorm),
      () => updateGraph(this.#count, rules, this.#runtime.numbersAtOnce),
      ['theta_next', 'grad_norm', ...names.map((name) => `${name}_next`)],
    );
    const [first, second] = biasCorrections(optimizer, learning.steps + 1);
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

const updateKey = (optimizer: OptimizerSettings, clipNorm: number): string => JSON.stringify([optimizer, clipNorm]);
