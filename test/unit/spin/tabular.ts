// A table of softmax probabilities that can be either player of SPIN, exact in float64: row `prompt` of logits, one response token.
// Gradients are analytic. It is a player in its own right, not a stand-in for one.

import { numbers } from '../../../src/spin/arithmetic.ts';
import type { SpinConfiguration } from '../../../src/spin/configuration.ts';
import { lossSlope, lossValue } from '../../../src/spin/losses.ts';
import { biasCorrections, slotCount, update } from '../../../src/spin/optimizers.ts';
import { DEFAULTS } from '../../../src/spin/parameters/parameter-table.ts';
import type {
  Answer,
  AnswerOptions,
  AnswerRequest,
  Example,
  LikelihoodReport,
  Opponent,
  Pair,
  PairLogps,
  Player,
  StepReport,
  TokenPair,
  TrainingRules,
} from '../../../src/spin/players.ts';
import { uniform } from '../../../src/spin/random.ts';

export const OUTCOMES = 4;

/** Log-softmax of a prompt's row. */
export function logProbabilities(logits: Float64Array, prompt: number): number[] {
  const row = Array.from(logits.subarray(prompt * OUTCOMES, (prompt + 1) * OUTCOMES));
  const top = Math.max(...row);
  const normaliser = top + Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - top), 0));
  return row.map((logit) => logit - normaliser);
}

export function logitsOf(...rows: number[][]): Float64Array {
  return Float64Array.from(rows.flat(), Math.log);
}

function logp(logits: Float64Array, promptIds: readonly number[], ids: readonly number[]): number {
  return logProbabilities(logits, promptIds[0]!)[ids[0]!]!;
}

function scored(logits: Float64Array, pair: TokenPair): PairLogps {
  const of = (ids: readonly number[]): number => logp(logits, pair.promptIds, ids);
  return { real: of(pair.realIds), generated: of(pair.generatedIds) };
}

function likelihood(logits: Float64Array, examples: readonly Example[]): LikelihoodReport {
  const nll = examples.reduce((sum, { promptIds, realIds }) => sum - logp(logits, promptIds, realIds), 0);
  return { nll: nll / examples.length, tokens: examples.length };
}

export class TabularOpponent implements Opponent<Float64Array> {
  logits = new Float64Array();
  /** What was asked of it, in order. */
  readonly calls: string[] = [];

  async load(weights: Float64Array): Promise<void> {
    this.calls.push('load');
    this.logits = weights.slice();
  }

  async answer(requests: readonly AnswerRequest[], options: AnswerOptions): Promise<Answer[]> {
    this.calls.push('answer');
    return requests.map(({ promptIds, key }) => {
      const logps = logProbabilities(this.logits, promptIds[0]!);
      let left = uniform(options.seed, options.purpose, options.iteration, key, 0);
      let id = 0;
      while (id < OUTCOMES - 1 && left >= Math.exp(logps[id]!)) left -= Math.exp(logps[id++]!);
      return { ids: [id], tokenLogps: [logps[id]!], end: 'stop' };
    });
  }

  async score(pairs: readonly TokenPair[]): Promise<PairLogps[]> {
    this.calls.push('score');
    return pairs.map((pair) => scored(this.logits, pair));
  }

  async likelihood(examples: readonly Example[]): Promise<LikelihoodReport> {
    return likelihood(this.logits, examples);
  }
}

export interface TabularState {
  readonly logits: Float64Array;
  readonly slots: readonly Float64Array[];
  readonly steps: number;
}

export class TabularPlayer implements Player<Float64Array, TabularState> {
  logits = new Float64Array();
  rules: TrainingRules | null = null;
  #slots: Float64Array[] = [];
  #steps = 0;

  async begin(weights: Float64Array, rules: TrainingRules): Promise<void> {
    this.rules = rules;
    this.logits = weights.slice();
    this.#slots = Array.from({ length: slotCount(rules.optimizer.name) }, () => new Float64Array(weights.length));
    this.#steps = 0;
  }

  async step(pairs: readonly Pair[], learningRate: number): Promise<StepReport> {
    const rules = this.rules!;
    const gradient = new Float64Array(this.logits.length);
    const logps: PairLogps[] = [];
    let loss = 0;
    for (let first = 0; first < pairs.length; first += rules.microBatch) {
      for (const pair of pairs.slice(first, first + rules.microBatch)) {
        logps.push(scored(this.logits, pair));
        loss += this.#accumulate(pair, 1 / pairs.length, gradient);
      }
    }
    const gradNorm = Math.hypot(...gradient);
    const scale = rules.clipNorm > 0 && gradNorm > rules.clipNorm ? rules.clipNorm / gradNorm : 1;
    this.#apply(
      gradient.map((g) => g * scale),
      learningRate,
    );
    return { loss, logps, gradNorm, tokens: pairs.length * 4 };
  }

  /** Adds a pair's gradient, and returns its share of the loss. */
  #accumulate(pair: Pair, share: number, gradient: Float64Array): number {
    const { objective, loss, lambda, anchorWeight } = this.rules!;
    const row = pair.promptIds[0]! * OUTCOMES;
    const policy = scored(this.logits, pair);
    const nllWeight = objective === 'supervised' ? 1 : anchorWeight;
    logProbabilities(this.logits, pair.promptIds[0]!).forEach((logProbability, k) => {
      const toNll = Math.exp(logProbability) - (k === pair.realIds[0] ? 1 : 0);
      gradient[row + k]! += share * nllWeight * toNll;
    });
    const supervised = -nllWeight * policy.real * share;
    if (objective === 'supervised') return supervised;
    const t = lambda * (policy.real - pair.opponent.real - (policy.generated - pair.opponent.generated));
    const slope = share * lambda * lossSlope(loss, t);
    gradient[row + pair.realIds[0]!]! += slope;
    gradient[row + pair.generatedIds[0]!]! -= slope;
    return share * lossValue(loss, t) + supervised;
  }

  #apply(gradient: Float64Array, learningRate: number): void {
    const { optimizer } = this.rules!;
    this.#steps += 1;
    const [biasCorrection1, biasCorrection2] = biasCorrections(optimizer, this.#steps);
    const scalars = { learningRate, biasCorrection1, biasCorrection2 };
    for (const i of gradient.keys()) {
      const slots = this.#slots.map((slot) => slot[i]!);
      const updated = update(optimizer, numbers, this.logits[i]!, gradient[i]!, slots, scalars);
      this.logits[i] = updated.parameter;
      updated.slots.forEach((value, s) => {
        this.#slots[s]![i] = value;
      });
    }
  }

  async likelihood(examples: readonly Example[]): Promise<LikelihoodReport> {
    return likelihood(this.logits, examples);
  }

  async weights(): Promise<Float64Array> {
    return this.logits.slice();
  }

  async state(): Promise<TabularState> {
    return { logits: this.logits.slice(), slots: this.#slots.map((slot) => slot.slice()), steps: this.#steps };
  }

  async resume(state: TabularState, rules: TrainingRules): Promise<void> {
    this.rules = rules;
    this.logits = state.logits.slice();
    this.#slots = state.slots.map((slot) => slot.slice());
    this.#steps = state.steps;
  }
}

/** Examples of prompts 0 … prompts − 1 in turn, with human answers drawn from `pData` at fixed strata. */
export function tabularExamples(count: number, prompts: number, pData: readonly number[]): Example[] {
  const cumulative = pData.map((_, k) => pData.slice(0, k + 1).reduce((a, b) => a + b, 0));
  return Array.from({ length: count }, (_, i) => {
    const u = ((i * 0.618034) % 1) * (1 - 1e-9);
    return { index: i, promptIds: [i % prompts], realIds: [cumulative.findIndex((c) => u < c)] };
  });
}

export const RULES: TrainingRules = {
  objective: 'self-play',
  loss: 'logistic',
  lambda: 1,
  optimizer: { name: 'rmsprop', alpha: 0.99, epsilon: 1e-8 },
  anchorWeight: 0,
  clipNorm: 0,
  arithmetic: 2,
  microBatch: 64,
};

export function pairOf(real: number, generated: number, logits: Float64Array, exampleIndex = 0): Pair {
  const tokens = { promptIds: [0], realIds: [real], generatedIds: [generated] };
  return { ...tokens, exampleIndex, madeIn: 0, end: 'stop', opponent: scored(logits, tokens) };
}

/** A short run on the table: 24 examples, batches of 5, chunks of 4. */
export const SHORT: SpinConfiguration = {
  ...DEFAULTS,
  iterations: 3,
  examplesPerIteration: 24,
  batchSize: 5,
  answerBatch: 4,
  epochs: 2,
  learningRates: [0.01],
  checkpointEvery: 3,
};
