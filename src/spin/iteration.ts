// One iteration of self-play: the opponent's answers become pairs, the player trains on batches of them, in an order that the seed
// fixes. It begins from a snapshot, at the iteration's start or within it.

import { answerChunk, type Chunk, supervisedChunk } from './answering.ts';
import { afterCheck, afterStep, checkDue, type EarlyStopState, recentAccuracy } from './early-stop.ts';
import type { AnswerCounts, IterationEnd, IterationEvent, IterationStarted, Snapshot, StepMetrics } from './events.ts';
import { LookAhead } from './look-ahead.ts';
import { notFinite, stepMetrics, stepPairs, supervisedMetrics } from './metrics.ts';
import type { Pair, StepReport, TrainingRules } from './players.ts';
import { type Run, trainingRules } from './run.ts';
import { forIteration, learningRateAt, type Schedule, warmupSteps } from './schedules.ts';
import { DivergedError } from './spin-errors.ts';
import { chunksOf, examplesOf, firstEpoch, type Item, isIdentical, laterEpoch } from './window.ts';

/** Chunks that the opponent may be ahead of the player: one being made and one ready. */
const CHUNKS_AHEAD = 2;

type Events<Weights, State, Result> = AsyncGenerator<IterationEvent<Weights, State>, Result>;

export class Iteration<Weights, State> {
  readonly #run: Run<Weights, State>;
  readonly #begin: Snapshot<Weights, State>;
  readonly #rules: TrainingRules;
  readonly #schedule: Schedule;
  readonly #planned: { readonly examples: number; readonly pairs: number; readonly chunks: number };
  readonly #chunks: LookAhead<Chunk>;

  #position: { step: number; epoch: number; batch: number; chunks: number };
  readonly #pairs: Pair[];
  #counts: AnswerCounts;
  #earlyStop: EarlyStopState;
  #rescored: number;
  #order: { readonly epoch: number; readonly pairs: readonly Pair[] } = { epoch: 0, pairs: [] };

  constructor(run: Run<Weights, State>, begin: Snapshot<Weights, State>) {
    const { configuration } = run;
    const { iteration, older } = begin;
    this.#run = run;
    this.#begin = begin;
    this.#rules = trainingRules(configuration, iteration);
    this.#position = { ...begin.position };
    this.#pairs = [...begin.pairs];
    this.#counts = begin.counts;
    this.#earlyStop = begin.earlyStop;
    this.#rescored = begin.pairs.filter(({ madeIn }) => madeIn < iteration).length;

    const examples = examplesOf(configuration, run.examples, iteration);
    const items = chunksOf(firstEpoch(configuration.seed, iteration, examples, older), configuration.answerBatch);
    this.#planned = { examples: examples.length, pairs: examples.length + older.length, chunks: items.length };
    this.#schedule = this.#planSchedule();
    const tasks = items.slice(begin.position.chunks).map((chunk) => () => this.#makeChunk(chunk));
    this.#chunks = new LookAhead(tasks, run.overlap ? CHUNKS_AHEAD : 0);
  }

  /** Plays the iteration to its end and returns its result: the trained weights, and the pairs that they were trained on. */
  async *play(): Events<Weights, State, { why: IterationEnd; weights: Weights; made: readonly Pair[] }> {
    const { player } = this.#run;
    const { iteration, player: state, opponent } = this.#begin;
    if (state === null) yield this.#started();
    try {
      this.#chunks.start();
      if (state === null) await player.begin(opponent, this.#rules);
      else await player.resume(state, this.#rules);
      const why = yield* this.#train();
      const weights = await player.weights();
      yield { type: 'iteration-finished', iteration, why, steps: this.#position.step, weights };
      return { why, weights, made: this.#trainedOn().filter(({ madeIn }) => madeIn === iteration) };
    } finally {
      await this.#chunks.stop();
    }
  }

  async *#train(): Events<Weights, State, IterationEnd> {
    if (!this.#run.overlap) yield* this.#takeChunks(Number.POSITIVE_INFINITY);
    for (;;) {
      const batch = yield* this.#nextBatch();
      if (this.#run.ended()) return 'ended';
      if (batch === null) return 'completed';
      yield* this.#step(batch);
      if (checkDue(this.#run.configuration, this.#position.step) && (yield* this.#check())) return 'early-stop';
      const { checkpointEvery } = this.#run.configuration;
      if (checkpointEvery > 0 && this.#position.step % checkpointEvery === 0) yield await this.#checkpoint();
    }
  }

  /** The next batch in the epoch's order, once its pairs are there; null after the last. */
  async *#nextBatch(): Events<Weights, State, readonly Pair[] | null> {
    const { batchSize, epochs } = this.#run.configuration;
    for (
      ;
      this.#position.epoch < epochs;
      this.#position = { ...this.#position, epoch: this.#position.epoch + 1, batch: 0 }
    ) {
      const first = this.#position.batch * batchSize;
      if (this.#position.epoch === 0) yield* this.#takeChunks(first + batchSize);
      const batch = this.#epochPairs().slice(first, first + batchSize);
      if (batch.length > 0) return batch;
    }
    return null;
  }

  #epochPairs(): readonly Pair[] {
    const { epoch } = this.#position;
    if (epoch === 0) return this.#pairs;
    if (this.#order.epoch !== epoch) {
      const { seed } = this.#run.configuration;
      this.#order = { epoch, pairs: laterEpoch(seed, this.#begin.iteration, epoch, this.#pairs) };
    }
    return this.#order.pairs;
  }

  /** Takes chunks until there are `count` pairs, or none is left, or the run is asked to end. */
  async *#takeChunks(count: number): Events<Weights, State, void> {
    while (this.#pairs.length < count && this.#position.chunks < this.#planned.chunks && !this.#run.ended()) {
      const chunk = await this.#chunks.take();
      const { iteration, older } = this.#begin;
      for (const pair of [...chunk.made, ...chunk.rescored]) this.#requireFinite(pair);
      this.#position.chunks += 1;
      this.#pairs.push(...chunk.kept);
      if (chunk.made.length > 0) {
        this.#counts = this.#countsAfter(chunk.made);
        yield { type: 'answers', iteration, pairs: chunk.made, total: this.#planned.examples, ...this.#counts };
      }
      if (chunk.rescored.length > 0) {
        this.#rescored += chunk.rescored.length;
        yield { type: 'scores', iteration, pairs: chunk.rescored, done: this.#rescored, total: older.length };
      }
    }
  }

  async *#step(batch: readonly Pair[]): Events<Weights, State, void> {
    const { iteration } = this.#begin;
    const { step } = this.#position;
    const { lambda, objective } = this.#rules;
    const learningRate = learningRateAt(this.#schedule, step);
    const report = await this.#run.player.step(batch, learningRate);
    const metrics = this.#finiteMetrics(batch, report);
    const epoch = this.#epochsDone();
    this.#earlyStop = afterStep(this.#earlyStop, metrics['rewards/accuracies']);
    this.#position = { ...this.#position, step: step + 1, batch: this.#position.batch + 1 };
    const pairs = stepPairs(batch, report, objective === 'supervised' ? null : lambda);
    const steps = this.#schedule.steps;
    yield { type: 'step', iteration, step, steps, epoch, learning_rate: learningRate, ...metrics, pairs };
  }

  #finiteMetrics(batch: readonly Pair[], report: StepReport): StepMetrics {
    const { lambda, objective } = this.#rules;
    const metrics = objective === 'supervised' ? supervisedMetrics(batch, report) : stepMetrics(batch, report, lambda);
    const problem = notFinite(metrics);
    if (problem) throw this.#diverged(problem);
    this.#run.lastGood.confirm();
    return metrics;
  }

  /** Passes done before the next step. A first epoch may turn out shorter than planned, where pairs are dropped. */
  #epochsDone(): number {
    const { epoch, batch } = this.#position;
    const pairs = epoch === 0 ? this.#planned.pairs : this.#pairs.length;
    return epoch + batch / Math.ceil(pairs / this.#run.configuration.batchSize);
  }

  /** An early-stop check; returns whether the iteration stops. */
  async *#check(): Events<Weights, State, boolean> {
    const { configuration, player, validation } = this.#run;
    const measure = configuration.earlyStop === 'validation' ? 'nll' : 'accuracy';
    const value = measure === 'nll' ? (await player.likelihood(validation)).nll : recentAccuracy(this.#earlyStop);
    if (!Number.isFinite(value)) throw this.#diverged(`the validation likelihood is ${value}`);
    this.#earlyStop = afterCheck(configuration, this.#earlyStop, value);
    const { strikes } = this.#earlyStop;
    const patience = configuration.earlyStopPatience;
    const stops = strikes >= patience;
    const { step } = this.#position;
    yield { type: 'validation', iteration: this.#begin.iteration, step, measure, value, strikes, patience, stops };
    return stops;
  }

  async #checkpoint(): Promise<IterationEvent<Weights, State>> {
    const snapshot: Snapshot<Weights, State> = {
      ...this.#begin,
      configuration: this.#run.configuration,
      position: { ...this.#position },
      player: await this.#run.player.state(),
      pairs: [...this.#pairs],
      counts: this.#counts,
      earlyStop: this.#earlyStop,
    };
    this.#run.lastGood.take(snapshot);
    return { type: 'checkpoint', iteration: this.#begin.iteration, step: this.#position.step, snapshot };
  }

  #started(): IterationStarted {
    const { iterations, epochs } = this.#run.configuration;
    const { steps, peak } = this.#schedule;
    return {
      type: 'iteration-started',
      iteration: this.#begin.iteration,
      iterations,
      examples: this.#planned.examples,
      olderPairs: this.#begin.older.length,
      pairs: this.#planned.pairs,
      epochs,
      steps,
      lambda: this.#rules.lambda,
      learningRate: peak,
      warmupSteps: this.#schedule.warmupSteps,
    };
  }

  #planSchedule(): Schedule {
    const { batchSize, epochs, schedule, learningRates, warmup } = this.#run.configuration;
    const steps = Math.ceil(this.#planned.pairs / batchSize) * epochs;
    const peak = forIteration(learningRates, this.#begin.iteration);
    return { name: schedule, peak, warmupSteps: warmupSteps(warmup, steps), steps };
  }

  async #makeChunk(items: readonly Item[]): Promise<Chunk> {
    const { opponent, configuration } = this.#run;
    const { iteration } = this.#begin;
    if (this.#rules.objective === 'supervised') return supervisedChunk(items, iteration);
    return answerChunk(opponent, items, configuration, iteration);
  }

  #countsAfter(made: readonly Pair[]): AnswerCounts {
    const identical = made.filter(isIdentical).length;
    return {
      done: this.#counts.done + made.length,
      identical: this.#counts.identical + identical,
      truncated: this.#counts.truncated + made.filter(({ end }) => end === 'length').length,
      dropped: this.#counts.dropped + (this.#run.configuration.dropIdentical ? identical : 0),
    };
  }

  /** The same whether or not answers came ahead of the steps: what an early end left untrained is not handed on. */
  #trainedOn(): readonly Pair[] {
    const { epoch, batch } = this.#position;
    return epoch > 0 ? this.#pairs : this.#pairs.slice(0, batch * this.#run.configuration.batchSize);
  }

  #requireFinite({ opponent, exampleIndex }: Pair): void {
    if (Number.isFinite(opponent.real) && Number.isFinite(opponent.generated)) return;
    throw this.#diverged(`the opponent's log-probabilities of example ${exampleIndex} are not finite`);
  }

  #diverged(what: string): DivergedError {
    return new DivergedError(this.#begin.iteration, this.#position.step, what, this.#run.lastGood.snapshot);
  }
}
