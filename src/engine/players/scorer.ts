// Teacher-forced log-probabilities of given responses under given weights. Shared by both players. Knows the runtime, no loop.

import type { Example, LikelihoodReport, PairLogps, TokenPair } from '../../spin/players.ts';
import { layOut, type Row } from '../batches/batch.ts';
import { byLength, groups, pairGroups, pairRows, realRows } from '../batches/pair-rows.ts';
import { batchFeeds, shapeKey } from '../graphs/batch-feeds.ts';
import { scoringGraph, viewingGraph } from '../graphs/scoring-graph.ts';
import { kernelBatch, responseSums } from '../kernels/kernel-batch.ts';
import type { TrainingKernel } from '../kernels/training-kernel.ts';
import type { ModelConfig } from '../models/config.ts';
import { ProgramCache } from '../runtime/program-cache.ts';
import { download, numbersOf, type Runtime, type Tensor } from '../runtime/runtime.ts';
import { trainingKernelFor } from './passes-for.ts';
import { type IdView, type PairViews, viewOf } from './token-views.ts';

const CACHED_SHAPES = 24;
const LIKELIHOOD_ROWS = 32;
/** Pairs whose logits are held at once. */
const VIEWED_PAIRS = 4;

export class Scorer {
  readonly #runtime: Runtime;
  readonly #config: ModelConfig;
  readonly #kernel: TrainingKernel | null;
  readonly #programs: ProgramCache;

  /** @param kernel what passes rows in place of the runtime's graphs; null where these do */
  constructor(runtime: Runtime, config: ModelConfig, kernel = trainingKernelFor(runtime, config, false)) {
    this.#runtime = runtime;
    this.#config = config;
    this.#kernel = kernel;
    this.#programs = new ProgramCache(runtime, CACHED_SHAPES);
  }

  /** log p of each token of each row's one response; natural log. */
  async tokenLogps(
    theta: Tensor,
    rows: readonly { readonly promptIds: readonly number[]; readonly responseIds: readonly number[] }[],
  ): Promise<Float32Array[]> {
    const list = rows.map(({ promptIds, responseIds }) => ({ promptIds, responses: [responseIds] }));
    const all =
      this.#kernel === null
        ? await this.#tokensByGraph(theta, list)
        : (await this.#pass(this.#kernel, theta, list)).logps;
    let next = 0;
    return rows.map(({ responseIds }) => {
      next += responseIds.length;
      return all.slice(next - responseIds.length, next);
    });
  }

  /** Pairs' sequence log-probabilities, `microBatch` pairs at a time, those together that are trained together. */
  async pairLogps(theta: Tensor, pairs: readonly TokenPair[], microBatch: number): Promise<PairLogps[]> {
    const scored = new Map<number, PairLogps>();
    for (const group of pairGroups(pairs, microBatch)) {
      const logps = await this.#responseLogps(theta, pairRows(group.map((at) => pairs[at]!)));
      group.forEach((at, index) => {
        scored.set(at, { real: logps[index]!, generated: logps[group.length + index]! });
      });
    }
    return pairs.map((_, at) => scored.get(at)!);
  }

  /** Mean negative log-likelihood per response token. */
  async likelihood(theta: Tensor, examples: readonly Example[]): Promise<LikelihoodReport> {
    let sum = 0;
    let tokens = 0;
    const lengthOf = ({ promptIds, realIds }: Example): number => promptIds.length + realIds.length;
    for (const group of byLength(examples, LIKELIHOOD_ROWS, lengthOf)) {
      const together = group.map((at) => examples[at]!);
      for (const logp of await this.#responseLogps(theta, realRows(together))) sum -= logp;
      tokens += together.reduce((total, { realIds }) => total + realIds.length, 0);
    }
    return { nll: tokens === 0 ? Number.NaN : sum / tokens, tokens };
  }

  /** How the weights see each token of the pairs' responses, laid out as for `pairLogps`, so that the numbers agree to rounding. */
  async pairViews(theta: Tensor, pairs: readonly TokenPair[]): Promise<PairViews[]> {
    const { vocabSize } = this.#config;
    const views: PairViews[] = [];
    for (const group of groups(pairs, VIEWED_PAIRS)) {
      const { batch, outputs } = await this.#run(theta, pairRows(group), 'views');
      const logits = await download(outputs.logits!);
      const view = (ids: readonly number[], response: number): IdView[] =>
        ids.map((id, i) => {
          const at = (batch.starts[response]! + i) * vocabSize;
          return viewOf(logits.subarray(at, at + vocabSize), id);
        });
      group.forEach(({ realIds, generatedIds }, index) => {
        views.push({ real: view(realIds, index), generated: view(generatedIds, group.length + index) });
      });
    }
    return views;
  }

  /** Of each response, the first ones of all rows before the second ones. */
  async #responseLogps(theta: Tensor, rows: readonly Row[]): Promise<Float32Array | Float64Array> {
    if (this.#kernel === null) return download((await this.#run(theta, rows)).outputs.response_logps!);
    const { batch, logps } = await this.#pass(this.#kernel, theta, rows);
    return responseSums(batch, logps);
  }

  async #pass(kernel: TrainingKernel, theta: Tensor, rows: readonly Row[]) {
    const batch = kernelBatch(rows, this.#config);
    kernel.load(await numbersOf(this.#runtime, theta));
    return { batch, logps: kernel.score(batch) };
  }

  /** Rows of one response each: what is scored stands in their order. */
  async #tokensByGraph(theta: Tensor, rows: readonly Row[]): Promise<Float32Array> {
    return download((await this.#run(theta, rows)).outputs.token_logps!);
  }

  async #run(theta: Tensor, rows: readonly Row[], wanted: 'scores' | 'views' = 'scores') {
    const batch = layOut(rows, this.#config);
    const build = wanted === 'scores' ? scoringGraph : viewingGraph;
    const program = await this.#programs.get(`${wanted} ${shapeKey(batch.shape)}`, () =>
      build(this.#config, batch.shape),
    );
    const outputs = await program.run({ theta, ...batchFeeds(this.#runtime, batch) });
    return { batch, outputs };
  }

  /** Bytes of a memory beside the runtime's. */
  get memoryBytes(): number {
    return this.#kernel?.memoryBytes ?? 0;
  }

  release(): Promise<void> {
    return this.#programs.clear();
  }
}
