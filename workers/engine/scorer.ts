// Teacher-forced log-probabilities of given responses under given weights. Shared by both players. Knows the runtime, no loop.

import type { Example, LikelihoodReport, PairLogps, TokenPair } from '../../src/spin/players.ts';
import type { ModelConfig } from '../models/config.ts';
import type { BatchShape } from '../models/packed-rows.ts';
import { scoringGraph, viewingGraph } from '../models/scoring-graph.ts';
import { type Batch, layOut, type Row } from './batch.ts';
import { kernelBatch, responseSums } from './kernel-batch.ts';
import { trainingKernelFor } from './kernel-choice.ts';
import { byLength, groups, pairGroups, pairRows, realRows } from './pair-rows.ts';
import { ProgramCache } from './program-cache.ts';
import { download, type Feeds, numbersOf, type Runtime, type Tensor } from './runtime.ts';
import { type IdView, type PairViews, viewOf } from './token-views.ts';
import type { TrainingKernel } from './training-kernel.ts';

const CACHED_SHAPES = 24;
const LIKELIHOOD_ROWS = 32;
/** Pairs whose logits are held at once. */
const VIEWED_PAIRS = 4;

/** The feeds of a laid-out batch. */
export function batchFeeds(runtime: Runtime, batch: Batch): Feeds {
  const { rows, length, tokens, copies, scored } = batch.shape;
  const secondPlaces = {
    row_again: runtime.integers(batch.rowAgain),
    column_again: runtime.integers(batch.columnAgain),
    home: runtime.integers(batch.home, [rows, length]),
  };
  return {
    ...(copies === 2 ? secondPlaces : {}),
    ids: runtime.indices(batch.ids, [tokens, 1]),
    positions: runtime.indices(batch.positions, [tokens, 1]),
    row: runtime.integers(batch.row),
    column: runtime.integers(batch.column),
    place: runtime.integers(batch.place, [rows, length]),
    place_positions: runtime.integers(batch.placePositions, [rows, length]),
    branch: runtime.integers(batch.branch, [rows, length]),
    at: runtime.indices(batch.at, [scored, 1]),
    target: runtime.integers(batch.target),
    response: runtime.indices(batch.response, [scored, 1]),
    mask: runtime.floats(batch.mask),
  };
}

/** What programs of equal shape share. */
export const shapeKey = ({ rows, length, tokens, copies, responses, scored }: BatchShape): string =>
  `${rows} ${length} ${tokens} ${copies} ${responses} ${scored}`;

export class Scorer {
  private readonly runtime: Runtime;
  private readonly config: ModelConfig;
  private readonly kernel: TrainingKernel | null;
  private readonly programs: ProgramCache;

  /** @param kernel what passes rows in place of the runtime's graphs; null where these do */
  constructor(runtime: Runtime, config: ModelConfig, kernel = trainingKernelFor(runtime, config, false)) {
    this.runtime = runtime;
    this.config = config;
    this.kernel = kernel;
    this.programs = new ProgramCache(runtime, CACHED_SHAPES);
  }

  /** log p of each token of each row's one response; natural log. */
  async tokenLogps(
    theta: Tensor,
    rows: readonly { readonly promptIds: readonly number[]; readonly responseIds: readonly number[] }[],
  ): Promise<Float32Array[]> {
    const list = rows.map(({ promptIds, responseIds }) => ({ promptIds, responses: [responseIds] }));
    const all =
      this.kernel === null ? await this.tokensByGraph(theta, list) : (await this.pass(this.kernel, theta, list)).logps;
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
      const logps = await this.responseLogps(theta, pairRows(group.map((at) => pairs[at]!)));
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
      for (const logp of await this.responseLogps(theta, realRows(together))) sum -= logp;
      tokens += together.reduce((total, { realIds }) => total + realIds.length, 0);
    }
    return { nll: tokens === 0 ? Number.NaN : sum / tokens, tokens };
  }

  /** How the weights see each token of the pairs' responses, laid out as for `pairLogps`, so that the numbers agree to rounding. */
  async pairViews(theta: Tensor, pairs: readonly TokenPair[]): Promise<PairViews[]> {
    const { vocabSize } = this.config;
    const views: PairViews[] = [];
    for (const group of groups(pairs, VIEWED_PAIRS)) {
      const { batch, outputs } = await this.run(theta, pairRows(group), 'views');
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
  private async responseLogps(theta: Tensor, rows: readonly Row[]): Promise<Float32Array | Float64Array> {
    if (this.kernel === null) return download((await this.run(theta, rows)).outputs.response_logps!);
    const { batch, logps } = await this.pass(this.kernel, theta, rows);
    return responseSums(batch, logps);
  }

  private async pass(kernel: TrainingKernel, theta: Tensor, rows: readonly Row[]) {
    const batch = kernelBatch(rows, this.config);
    kernel.load(await numbersOf(this.runtime, theta));
    return { batch, logps: kernel.score(batch) };
  }

  /** Rows of one response each: what is scored stands in their order. */
  private async tokensByGraph(theta: Tensor, rows: readonly Row[]): Promise<Float32Array> {
    return download((await this.run(theta, rows)).outputs.token_logps!);
  }

  private async run(theta: Tensor, rows: readonly Row[], wanted: 'scores' | 'views' = 'scores') {
    const batch = layOut(rows, this.config);
    const build = wanted === 'scores' ? scoringGraph : viewingGraph;
    const program = await this.programs.get(`${wanted} ${shapeKey(batch.shape)}`, () =>
      build(this.config, batch.shape),
    );
    const outputs = await program.run({ theta, ...batchFeeds(this.runtime, batch) });
    return { batch, outputs };
  }

  /** Bytes of a memory beside the runtime's. */
  get memoryBytes(): number {
    return this.kernel?.memoryBytes ?? 0;
  }

  release(): Promise<void> {
    return this.programs.clear();
  }
}
