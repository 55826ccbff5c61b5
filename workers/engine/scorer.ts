// Teacher-forced log-probabilities of given responses under given weights. Shared by both players. Knows the runtime, no loop.

import type { Example, LikelihoodReport, PairLogps, TokenPair } from '../../src/spin/players.ts';
import type { ModelConfig } from '../models/config.ts';
import type { BatchShape } from '../models/packed-rows.ts';
import { scoringGraph, viewingGraph } from '../models/scoring-graph.ts';
import { type Batch, layOut, type Row } from './batch.ts';
import { ProgramCache } from './program-cache.ts';
import { download, type Feeds, type Runtime, type Tensor } from './runtime.ts';
import { type IdView, type PairViews, viewOf } from './token-views.ts';

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

/** One row a pair: its prompt once, the real answer, the generated one. */
export function pairRows(pairs: readonly TokenPair[]): Row[] {
  return pairs.map(({ promptIds, realIds, generatedIds }) => ({ promptIds, responses: [realIds, generatedIds] }));
}

/** One row an example: its prompt and the real answer. */
export function realRows(pairs: readonly Pick<TokenPair, 'promptIds' | 'realIds'>[]): Row[] {
  return pairs.map(({ promptIds, realIds }) => ({ promptIds, responses: [realIds] }));
}

/** Splits a list into groups of at most `size`. */
export function groups<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}

/** Places in a list that are worked on together. */
export type Batched = readonly number[];

/**
 * The places of a list in groups of at most `size`, by ascending length, equal ones in order: rows of a group are then about as long as
 * each other, and attention, which pays for the longest, is cheaper.
 */
export function byLength<T>(list: readonly T[], size: number, lengthOf: (item: T) => number): Batched[] {
  const order = [...list.keys()].sort((a, b) => lengthOf(list[a]!) - lengthOf(list[b]!) || a - b);
  return groups(order, size);
}

/** Pairs that run together: in training and in scoring the same ones, so that equal models give equal numbers. */
export const pairGroups = (pairs: readonly TokenPair[], microBatch: number): Batched[] =>
  byLength(
    pairs,
    microBatch,
    ({ promptIds, realIds, generatedIds }) => promptIds.length + realIds.length + generatedIds.length,
  );

export class Scorer {
  private readonly runtime: Runtime;
  private readonly config: ModelConfig;
  private readonly programs: ProgramCache;

  constructor(runtime: Runtime, config: ModelConfig) {
    this.runtime = runtime;
    this.config = config;
    this.programs = new ProgramCache(runtime, CACHED_SHAPES);
  }

  /** log p of each token of each row's one response; natural log. */
  async tokenLogps(
    theta: Tensor,
    rows: readonly { readonly promptIds: readonly number[]; readonly responseIds: readonly number[] }[],
  ): Promise<Float32Array[]> {
    const { batch, outputs } = await this.run(
      theta,
      rows.map(({ promptIds, responseIds }) => ({ promptIds, responses: [responseIds] })),
    );
    const all = await download(outputs.token_logps!);
    return rows.map(({ responseIds }, index) =>
      all.slice(batch.starts[index]!, batch.starts[index]! + responseIds.length),
    );
  }

  /** Pairs' sequence log-probabilities, `microBatch` pairs at a time, in the training graph's shapes. */
  async pairLogps(theta: Tensor, pairs: readonly TokenPair[], microBatch: number): Promise<PairLogps[]> {
    const scored = new Map<number, PairLogps>();
    for (const group of pairGroups(pairs, microBatch)) {
      const { outputs } = await this.run(theta, pairRows(group.map((at) => pairs[at]!)));
      const logps = await download(outputs.response_logps!);
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
      const { outputs } = await this.run(theta, realRows(together));
      const logps = await download(outputs.response_logps!);
      sum -= logps.reduce((total, logp) => total + logp, 0);
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

  private async run(theta: Tensor, rows: readonly Row[], wanted: 'scores' | 'views' = 'scores') {
    const batch = layOut(rows, this.config);
    const build = wanted === 'scores' ? scoringGraph : viewingGraph;
    const program = await this.programs.get(`${wanted} ${shapeKey(batch.shape)}`, () =>
      build(this.config, batch.shape),
    );
    const outputs = await program.run({ theta, ...batchFeeds(this.runtime, batch) });
    return { batch, outputs };
  }

  release(): Promise<void> {
    return this.programs.clear();
  }
}
