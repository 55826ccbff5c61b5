// Log-probabilities of given responses under given weights, as the two players are asked for them: of tokens, pairs and examples, and each
// token as the weights see it.

import type { Example, LikelihoodReport, PairLogps, TokenPair } from '../../spin/players.ts';
import { byLength, groups, pairGroups, pairRows, realRows } from '../batches/pair-rows.ts';
import type { HeldParameters } from '../passes/held-parameters.ts';
import type { Scores } from '../passes/scores.ts';
import { type IdView, type PairViews, viewOf } from './token-views.ts';

const LIKELIHOOD_ROWS = 32;
/** Pairs whose logits are held at once. */
const VIEWED_PAIRS = 4;

export class Scorer {
  readonly #scores: Scores;

  constructor(scores: Scores) {
    this.#scores = scores;
  }

  /** log p of each token of each row's one response; natural log. */
  async tokenLogps(
    weights: HeldParameters,
    rows: readonly { readonly promptIds: readonly number[]; readonly responseIds: readonly number[] }[],
  ): Promise<Float32Array[]> {
    const list = rows.map(({ promptIds, responseIds }) => ({ promptIds, responses: [responseIds] }));
    const all = await this.#scores.tokens(weights, list);
    let next = 0;
    return rows.map(({ responseIds }) => {
      next += responseIds.length;
      return all.slice(next - responseIds.length, next);
    });
  }

  /** Pairs' sequence log-probabilities, `microBatch` pairs at a time, those together that are trained together. */
  async pairLogps(weights: HeldParameters, pairs: readonly TokenPair[], microBatch: number): Promise<PairLogps[]> {
    const scored = new Map<number, PairLogps>();
    for (const group of pairGroups(pairs, microBatch)) {
      const logps = await this.#scores.responses(weights, pairRows(group.map((at) => pairs[at]!)));
      group.forEach((at, index) => {
        scored.set(at, { real: logps[index]!, generated: logps[group.length + index]! });
      });
    }
    return pairs.map((_, at) => scored.get(at)!);
  }

  /** Mean negative log-likelihood per response token. */
  async likelihood(weights: HeldParameters, examples: readonly Example[]): Promise<LikelihoodReport> {
    let sum = 0;
    let tokens = 0;
    const lengthOf = ({ promptIds, realIds }: Example): number => promptIds.length + realIds.length;
    for (const group of byLength(examples, LIKELIHOOD_ROWS, lengthOf)) {
      const together = group.map((at) => examples[at]!);
      for (const logp of await this.#scores.responses(weights, realRows(together))) sum -= logp;
      tokens += together.reduce((total, { realIds }) => total + realIds.length, 0);
    }
    return { nll: tokens === 0 ? Number.NaN : sum / tokens, tokens };
  }

  /** How the weights see each token of the pairs' responses, laid out as for `pairLogps`, so that the numbers agree to rounding. */
  async pairViews(weights: HeldParameters, pairs: readonly TokenPair[]): Promise<PairViews[]> {
    const views: PairViews[] = [];
    for (const group of groups(pairs, VIEWED_PAIRS)) {
      const logits = await this.#scores.logits(weights, pairRows(group));
      group.forEach(({ realIds, generatedIds }, index) => {
        const generated = viewsOf(generatedIds, logits[group.length + index]!);
        views.push({ real: viewsOf(realIds, logits[index]!), generated });
      });
    }
    return views;
  }

  /** Bytes of a memory beside the runtime's. */
  get memoryBytes(): number {
    return this.#scores.memoryBytes;
  }

  release(): Promise<void> {
    return this.#scores.release();
  }
}

/** @param logits [ids, vocabulary] */
function viewsOf(ids: readonly number[], logits: Float32Array): IdView[] {
  const width = logits.length / ids.length;
  return ids.map((id, i) => viewOf(logits.subarray(i * width, (i + 1) * width), id));
}
