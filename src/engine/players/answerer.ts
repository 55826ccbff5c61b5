// The opponent: frozen weights that answer and score. Knows the runtime, no loop.

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
import { MissingWeightsError } from '../runtime/errors.ts';
import type { Runtime, Tensor } from '../runtime/runtime.ts';
import { Decoder, type Drawn } from './decoder.ts';
import { type FrozenPasses, frozenPasses } from './passes-for.ts';
import { Scorer } from './scorer.ts';
import type { PairViews } from './token-views.ts';
import type { Weights } from './trainer.ts';

export class Answerer implements Opponent<Weights> {
  readonly scorer: Scorer;
  readonly #decoder: Decoder;
  readonly #runtime: Runtime;
  #theta: Tensor | null = null;

  /** @param passes who computes what is passed */
  constructor(runtime: Runtime, config: ModelConfig, passes: FrozenPasses = frozenPasses(runtime, config)) {
    this.#decoder = new Decoder(config, passes.answers);
    this.scorer = new Scorer(passes.scores);
    this.#runtime = runtime;
  }

  /** Bytes of a memory beside the runtime's. */
  get memoryBytes(): number {
    return this.#decoder.memoryBytes + this.scorer.memoryBytes;
  }

  async load(weights: Weights): Promise<void> {
    const loaded = await this.#runtime.hold(weights);
    this.#theta?.dispose();
    this.#theta = loaded;
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
  weights(): Tensor {
    if (this.#theta === null) throw new MissingWeightsError('opponent');
    return this.#theta;
  }
}
