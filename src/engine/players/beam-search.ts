// Beam search for one prompt, on the cached rows: the likeliest answer among those that a beam of given width meets. Deterministic;
// temperature, top-k and top-p do not apply. It is transformers' search with its defaults (length penalty 1, `early_stopping=False`).

import type { Answer, AnswerEnd, AnswerOptions } from '../../spin/players.ts';
import type { ModelConfig } from '../models/config.ts';
import type { RowStarter } from '../passes/answer-rows.ts';
import type { HeldParameters } from '../passes/held-parameters.ts';
import { logpOf, logpsOf, penalized } from './choose.ts';

interface Beam {
  readonly ids: readonly number[];
  /** Under the model itself. */
  readonly tokenLogps: readonly number[];
  /** Sum of what the penalties make of the log-probabilities: what beams are ranked by, at one length. */
  readonly score: number;
}

interface Candidate extends Beam {
  readonly parent: number;
  readonly id: number;
}

interface Finished extends Beam {
  readonly end: AnswerEnd;
}

const mean = (beam: Beam): number => beam.score / beam.ids.length;

export async function beamSearch(
  starter: RowStarter,
  { eosIds }: ModelConfig,
  weights: HeldParameters,
  promptIds: readonly number[],
  options: AnswerOptions,
): Promise<Answer> {
  const rows = await starter.start(weights, [promptIds], options.maxNewTokens);
  const kept = options.numBeams * (options.arithmetic === 1 ? 2 : Math.max(2, 1 + eosIds.length));
  let finished: Finished[] = [];
  let beams: Beam[] = [{ ids: [], tokenLogps: [], score: 0 }];
  try {
    for (let step = 0; step < options.maxNewTokens; step += 1) {
      const ranked = candidates(beams, await rows.logits(), promptIds, options, kept);
      const ends = ranked.slice(0, options.numBeams).filter(({ id }) => eosIds.includes(id));
      finished = best([...finished, ...ends.map((beam) => ({ ...beam, end: 'stop' as const }))], options.numBeams);
      const open = ranked.filter(({ id }) => !eosIds.includes(id)).slice(0, options.numBeams);
      if (open.length === 0 || isSettled(finished, open, options.numBeams)) {
        beams = [];
        break;
      }
      await rows.keep(open.map(({ parent }) => parent));
      rows.take(open.map(({ id }) => id));
      beams = open;
    }
  } finally {
    rows.release();
  }
  const cut = beams.filter(({ ids }) => ids.length > 0).map((beam) => ({ ...beam, end: 'length' as const }));
  const [{ ids, tokenLogps, end }] = best([...finished, ...cut], 1) as [Finished];
  return { ids, tokenLogps, end };
}

const best = (list: readonly Finished[], count: number): Finished[] =>
  [...list].sort((a, b) => mean(b) - mean(a)).slice(0, count);

/** No open beam can still enter the finished ones, if its mean does not rise (transformers' rule for `early_stopping=False`). */
function isSettled(finished: readonly Finished[], open: readonly Beam[], count: number): boolean {
  return finished.length === count && mean(finished.at(-1)!) >= mean(open[0]!);
}

/**
 * The best continuations of all beams, likeliest first.
 * @param kept how many: so many that `numBeams` go on, however many of them end
 */
function candidates(
  beams: readonly Beam[],
  logits: Float32Array,
  promptIds: readonly number[],
  options: AnswerOptions,
  kept: number,
): Candidate[] {
  const width = logits.length / beams.length;
  const all = beams.flatMap((beam, parent) => {
    const own = logits.subarray(parent * width, (parent + 1) * width);
    const scores = tokenScores(own, [...promptIds, ...beam.ids], options);
    return topIds(scores, kept).map((id) => ({
      parent,
      id,
      ids: [...beam.ids, id],
      tokenLogps: [...beam.tokenLogps, logpOf(own, id)],
      score: beam.score + scores[id]!,
    }));
  });
  return all.sort((a, b) => b.score - a.score).slice(0, kept);
}

/**
 * What each next token adds to a beam's score. The penalties act on log-probabilities, and what they return is not normalised again:
 * a beam pays for a forbidden likely token, and the repetition penalty makes a token that was said less likely, whatever its logit.
 * Before version 0.2 they acted on logits.
 */
function tokenScores(logits: ArrayLike<number>, sequence: readonly number[], options: AnswerOptions): Float64Array {
  if (options.arithmetic === 1) return logpsOf(penalized(logits, sequence, options));
  return penalized(logpsOf(logits), sequence, options);
}

function topIds(scores: Float64Array, count: number): number[] {
  return [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, count);
}
