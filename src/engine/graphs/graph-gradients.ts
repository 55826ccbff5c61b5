// Gradients by graphs of the runtime, micro-batch after micro-batch, each added to those before.

import type { Pair } from '../../spin/players.ts';
import { type Batch, layOut } from '../batches/batch.ts';
import { type Batched, pairRows, realRows } from '../batches/pair-rows.ts';
import type { ModelConfig } from '../models/config.ts';
import { wholeLayout } from '../models/parameter-layout.ts';
import type { SetLayout } from '../models/parameter-set.ts';
import { anchorOf, type Gradients, lambdaOf, type StepBatch, type StepGradient } from '../passes/gradients.ts';
import type { HeldParameters } from '../passes/held-parameters.ts';
import { ProgramCache } from '../runtime/program-cache.ts';
import type { Feeds, Runtime, Tensor } from '../runtime/runtime.ts';
import { batchFeeds, parameterFeeds, shapeKey } from './batch-feeds.ts';
import { type Objective, trainingGraph } from './training-graph.ts';

const CACHED_SHAPES = 24;

export class GraphGradients implements Gradients {
  readonly #runtime: Runtime;
  readonly #config: ModelConfig;
  readonly #programs: ProgramCache;
  readonly #layout: SetLayout;
  #zeros: Tensor | null = null;

  constructor(runtime: Runtime, config: ModelConfig, layout: SetLayout = wholeLayout(config)) {
    this.#runtime = runtime;
    this.#config = config;
    this.#layout = layout;
    this.#programs = new ProgramCache(runtime, CACHED_SHAPES);
  }

  async of(weights: HeldParameters, batch: StepBatch, rooms: readonly [Tensor, Tensor]): Promise<StepGradient> {
    this.#zeros ??= await this.#runtime.hold(new Float32Array(this.#layout.trainable.count));
    const reports: Tensor[] = [];
    let gradient = this.#zeros;
    let tokens = 0;
    for (const [turn, part] of batch.parts.entries()) {
      const done = await this.#accumulate(weights, batch, part, gradient, rooms[turn % 2]!);
      gradient = done.gradient;
      reports.push(done.report);
      tokens += done.tokens;
    }
    return { gradient, reports, tokens };
  }

  /** One micro-batch's share of the global batch: its gradient added to the one so far, which is written into `sum`. */
  async #accumulate(weights: HeldParameters, whole: StepBatch, part: Batched, accumulated: Tensor, sum: Tensor) {
    const { rules } = whole;
    const pairs = part.map((at) => whole.pairs[at]!);
    const supervised = rules.objective === 'supervised';
    const batch = layOut(supervised ? realRows(pairs) : pairRows(pairs), this.#config);
    const { anchored, weight } = anchorOf(whole);
    const objective: Objective = supervised
      ? { kind: 'supervised' }
      : { kind: 'self-play', loss: rules.loss, anchored };
    const program = await this.#programs.get(
      `${Object.values(objective).join(' ')} ${shapeKey(batch.shape)}`,
      () => trainingGraph(this.#config, batch.shape, objective, this.#layout),
      ['gradient', 'report'],
    );
    const feeds = {
      ...parameterFeeds(weights),
      accumulated,
      ...batchFeeds(this.#runtime, batch),
      ...(anchored ? { anchor: this.#runtime.floats(anchors(batch, pairs, weight)) } : {}),
      ...(supervised ? {} : this.#pairFeeds(pairs, whole)),
    };
    const { gradient, report } = await program.run(feeds, { gradient: sum });
    return { gradient: gradient!, report: report!, tokens: batch.tokens };
  }

  #pairFeeds(pairs: readonly Pair[], whole: StepBatch): Feeds {
    const opponent = [...pairs.map((pair) => pair.opponent.real), ...pairs.map((pair) => pair.opponent.generated)];
    return {
      opponent: this.#runtime.floats(Float32Array.from(opponent)),
      pair_weight: this.#runtime.floats(new Float32Array(pairs.length).fill(1 / whole.pairs.length)),
      lambda: this.#runtime.number(lambdaOf(whole)),
    };
  }
}

/** The anchor's weight of each scored token: `weight` on real answers, 0 on generated ones and padding. */
function anchors(batch: Batch, pairs: readonly Pair[], weight: number): Float32Array {
  return batch.mask.map((mask, index) => (Number(batch.response[index]) < pairs.length ? mask * weight : 0));
}
