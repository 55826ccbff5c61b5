// The opponent: frozen weights that answer and score.

import type {
  Answer,
  AnswerOptions,
  AnswerRequest,
  Example,
  LikelihoodReport,
  Opponent,
  PairLogps,
  TokenPair,
} from '../../spin/players.ts';
import type { ModelConfig } from '../models/config.ts';
import { parameterLayout } from '../models/parameter-layout.ts';
import { filled, layoutBeside, type PartLayout, type TrainableValues } from '../models/parameter-set.ts';
import { FrozenParts, type HeldParameters } from '../passes/held-parameters.ts';
import { MissingWeightsError } from '../runtime/errors.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { Decoder, type Drawn } from './decoder.ts';
import { type FrozenPasses, frozenPasses, type PlayerOptions } from './passes-for.ts';
import { Scorer } from './scorer.ts';
import type { PairViews } from './token-views.ts';

export class Answerer implements Opponent<TrainableValues> {
  readonly scorer: Scorer;
  readonly #decoder: Decoder;
  readonly #runtime: Runtime;
  readonly #layout: PartLayout;
  readonly #frozen: FrozenParts;
  #weights: HeldParameters | null = null;

  constructor(runtime: Runtime, config: ModelConfig, options: PlayerOptions<FrozenPasses> = {}) {
    const { frozen = [] } = options;
    const layout = layoutBeside(parameterLayout(config), frozen);
    const passes = options.passes ?? frozenPasses(runtime, config, { layout });
    this.#layout = layout.trainable;
    this.#frozen = new FrozenParts(runtime, frozen);
    this.#decoder = new Decoder(config, passes.answers);
    this.scorer = new Scorer(passes.scores);
    this.#runtime = runtime;
  }

  /** Bytes of a memory beside the runtime's. */
  get memoryBytes(): number {
    return this.#decoder.memoryBytes + this.scorer.memoryBytes;
  }

  /** @throws SnapshotError where the values are not as many as the model's */
  async load(weights: TrainableValues): Promise<void> {
    const { values } = filled(this.#layout, weights);
    const loaded = { theta: await this.#runtime.hold(values), frozen: await this.#frozen.held() };
    this.#weights?.theta.dispose();
    this.#weights = loaded;
  }

  answer(
    requests: readonly AnswerRequest[],
    options: AnswerOptions,
    onDrawn?: (drawn: readonly Drawn[]) => void,
  ): Promise<Answer[]> {
    return this.#decoder.answer(this.weights(), requests, options, onDrawn);
  }

  score(pairs: readonly TokenPair[], microBatch: number): Promise<PairLogps[]> {
    return this.scorer.pairLogps(this.weights(), pairs, microBatch);
  }

  likelihood(examples: readonly Example[]): Promise<LikelihoodReport> {
    return this.scorer.likelihood(this.weights(), examples);
  }

  /** How the loaded weights see each token of these pairs. */
  inspect(pairs: readonly TokenPair[]): Promise<PairViews[]> {
    return this.scorer.pairViews(this.weights(), pairs);
  }

  /** The loaded weights as the runtime holds them. */
  weights(): HeldParameters {
    if (this.#weights === null) throw new MissingWeightsError('opponent');
    return this.#weights;
  }
}
