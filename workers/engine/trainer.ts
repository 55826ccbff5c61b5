// The main player: forward, backward and update on the runtime. Weights, optimizer state and gradients stay on the device where there is
// one. Knows no loop: what a step is, comes from the loop; what a loss or an optimizer is, from src/spin.

import { biasCorrections, type OptimizerSettings, slotCount } from '../../src/spin/optimizers.ts';
import type {
  Example,
  LikelihoodReport,
  Pair,
  PairLogps,
  Player,
  StepReport,
  TokenPair,
  TrainingRules,
} from '../../src/spin/players.ts';
import type { ModelConfig } from '../models/config.ts';
import { parameterLayout } from '../models/parameters.ts';
import { trainingGraph } from '../models/training-graph.ts';
import { updateGraph } from '../models/update-graph.ts';
import { type Batch, layOut } from './batch.ts';
import { MissingWeightsError } from './errors.ts';
import { JointReader } from './joint-reader.ts';
import { ProgramCache } from './program-cache.ts';
import { download, type Feeds, type Runtime, type Tensor } from './runtime.ts';
import { type Batched, batchFeeds, pairGroups, pairRows, realRows, Scorer, shapeKey } from './scorer.ts';
import type { PairViews } from './token-views.ts';

/** All parameters, packed in the order of `parameterLayout`. */
export type Weights = Float32Array;

export interface PlayerState {
  readonly weights: Weights;
  readonly slots: readonly Float32Array[];
  /** Steps taken since the optimizer's state was empty: AdamW's bias correction counts them. */
  readonly steps: number;
}

const CACHED_SHAPES = 24;

interface Learning {
  readonly rules: TrainingRules;
  theta: Tensor;
  slots: Tensor[];
  steps: number;
}

interface Updated {
  readonly theta: Tensor;
  readonly slots: readonly Tensor[];
  readonly gradNorm: Tensor;
}

export class Trainer implements Player<Weights, PlayerState> {
  private readonly runtime: Runtime;
  private readonly config: ModelConfig;
  private readonly reader: JointReader;
  private readonly scorer: Scorer;
  private readonly steps: ProgramCache;
  private readonly updates: ProgramCache;
  private readonly count: number;
  private learning: Learning | null = null;
  private zeros: Tensor | null = null;

  constructor(runtime: Runtime, config: ModelConfig) {
    this.runtime = runtime;
    this.config = config;
    this.count = parameterLayout(config).count;
    this.reader = new JointReader(runtime);
    this.scorer = new Scorer(runtime, config);
    this.steps = new ProgramCache(runtime, CACHED_SHAPES);
    this.updates = new ProgramCache(runtime, 2);
  }

  begin(weights: Weights, rules: TrainingRules): Promise<void> {
    const slots = Array.from({ length: slotCount(rules.optimizer.name) }, () => new Float32Array(this.count));
    return this.resume({ weights, slots, steps: 0 }, rules);
  }

  async resume(state: PlayerState, rules: TrainingRules): Promise<void> {
    this.forget();
    const slots: Tensor[] = [];
    for (const slot of state.slots) slots.push(await this.runtime.hold(slot));
    this.zeros ??= await this.runtime.hold(new Float32Array(this.count));
    this.learning = { rules, theta: await this.runtime.hold(state.weights), slots, steps: state.steps };
  }

  async step(pairs: readonly Pair[], learningRate: number): Promise<StepReport> {
    const learning = this.current();
    const { rules } = learning;
    const realTokens = pairs.reduce((sum, { realIds }) => sum + realIds.length, 0);
    const parts = pairGroups(pairs, rules.microBatch);
    const reports: Tensor[] = [];
    let gradient = this.zeros!;
    let tokens = 0;
    for (const part of parts) {
      const together = part.map((at) => pairs[at]!);
      const done = await this.accumulate(learning, together, gradient, pairs.length, realTokens);
      if (gradient !== this.zeros) gradient.dispose();
      gradient = done.gradient;
      reports.push(done.report);
      tokens += done.tokens;
    }
    const next = await this.update(learning, gradient, learningRate);
    gradient.dispose();
    const numbers = await this.reader.read([...reports, next.gradNorm]);
    for (const report of [...reports, next.gradNorm]) report.dispose();
    const gradNorm = numbers.pop()![0]!;
    this.adopt(learning, next, Number.isFinite(gradNorm));
    const loss = numbers.reduce((sum, report) => sum + report[0]!, 0);
    return { loss, logps: inOrder(parts, numbers), gradNorm, tokens };
  }

  likelihood(examples: readonly Example[]): Promise<LikelihoodReport> {
    return this.scorer.likelihood(this.current().theta, examples);
  }

  /** How the weights of this moment see each token of these pairs. */
  inspect(pairs: readonly TokenPair[]): Promise<PairViews[]> {
    return this.scorer.pairViews(this.current().theta, pairs);
  }

  async weights(): Promise<Weights> {
    return (await download(this.current().theta)).slice();
  }

  async state(): Promise<PlayerState> {
    const { slots, steps } = this.current();
    const copies: Float32Array[] = [];
    for (const slot of slots) copies.push((await download(slot)).slice());
    return { weights: await this.weights(), slots: copies, steps };
  }

  /** One micro-batch's share of the global batch, added to the gradient so far. */
  private async accumulate(
    learning: Learning,
    pairs: readonly Pair[],
    accumulated: Tensor,
    globalPairs: number,
    globalRealTokens: number,
  ) {
    const { rules } = learning;
    const supervised = rules.objective === 'supervised';
    const batch = layOut(supervised ? realRows(pairs) : pairRows(pairs), this.config);
    const objective = supervised
      ? ({ kind: 'supervised' } as const)
      : ({ kind: 'self-play', loss: rules.loss } as const);
    const program = await this.steps.get(
      `${supervised ? 'supervised' : rules.loss} ${shapeKey(batch.shape)}`,
      () => trainingGraph(this.config, batch.shape, objective),
      ['gradient', 'report'],
    );
    const anchorWeight = supervised ? 1 : rules.anchorWeight;
    const outputs = await program.run({
      theta: learning.theta,
      accumulated,
      ...batchFeeds(this.runtime, batch),
      anchor: this.runtime.floats(anchors(batch, pairs, anchorWeight / globalRealTokens)),
      ...(supervised ? {} : this.pairFeeds(pairs, rules, globalPairs)),
    });
    return { gradient: outputs.gradient!, report: outputs.report!, tokens: batch.tokens };
  }

  private pairFeeds(pairs: readonly Pair[], rules: TrainingRules, globalPairs: number): Feeds {
    const opponent = [...pairs.map((pair) => pair.opponent.real), ...pairs.map((pair) => pair.opponent.generated)];
    return {
      opponent: this.runtime.floats(Float32Array.from(opponent)),
      pair_weight: this.runtime.floats(new Float32Array(pairs.length).fill(1 / globalPairs)),
      lambda: this.runtime.number(rules.lambda),
    };
  }

  /** What one optimizer step would make of the weights, and the gradient's global norm before clipping. */
  private async update(learning: Learning, gradient: Tensor, learningRate: number): Promise<Updated> {
    const { optimizer, clipNorm } = learning.rules;
    const names = learning.slots.map((_, index) => `slot_${index}`);
    const program = await this.updates.get(
      updateKey(optimizer, clipNorm),
      () => updateGraph(this.count, optimizer, clipNorm),
      ['theta_next', 'grad_norm', ...names.map((name) => `${name}_next`)],
    );
    const [first, second] = biasCorrections(optimizer, learning.steps + 1);
    const outputs = await program.run({
      theta: learning.theta,
      gradient,
      ...Object.fromEntries(names.map((name, index) => [name, learning.slots[index]!])),
      learning_rate: this.runtime.number(learningRate),
      ...(optimizer.name === 'adamw'
        ? { correction_1: this.runtime.number(first), correction_2: this.runtime.number(second) }
        : {}),
    });
    return {
      theta: outputs.theta_next!,
      slots: names.map((name) => outputs[`${name}_next`]!),
      gradNorm: outputs.grad_norm!,
    };
  }

  /** A NaN would spread to every weight: then the state before it is kept, and the loop is told by the report. */
  private adopt(learning: Learning, { theta, slots }: Updated, finite: boolean): void {
    const left = finite ? [learning.theta, ...learning.slots] : [theta, ...slots];
    for (const tensor of left) tensor.dispose();
    if (!finite) return;
    learning.theta = theta;
    learning.slots = [...slots];
    learning.steps += 1;
  }

  private current(): Learning {
    if (this.learning === null) throw new MissingWeightsError('main player');
    return this.learning;
  }

  private forget(): void {
    if (this.learning === null) return;
    for (const tensor of [this.learning.theta, ...this.learning.slots]) tensor.dispose();
    this.learning = null;
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

/** The anchor's weight of each scored token: `weight` on real answers, 0 on generated ones and padding. */
function anchors(batch: Batch, pairs: readonly Pair[], weight: number): Float32Array {
  return batch.mask.map((mask, index) => (Number(batch.response[index]) < pairs.length ? mask * weight : 0));
}
