// What a model sees at one token: how likely the token is, its rank, and the likeliest tokens. From logits, in double precision.

/** Natural logs, at temperature 1, of the whole vocabulary. */
export interface IdView {
  readonly id: number;
  readonly logp: number;
  /** 1 for the likeliest token; of equally likely ones the lower id comes first. */
  readonly rank: number;
  /** The likeliest tokens, best first. */
  readonly top: readonly { readonly id: number; readonly logp: number }[];
}

/** How a model sees both responses of a pair, token by token. */
export interface PairViews {
  readonly real: readonly IdView[];
  readonly generated: readonly IdView[];
}

/** Tokens that are listed at each place. */
export const TOP = 5;

/** The token `id` among all, given the logits of its place. */
export function viewOf(logits: Float32Array, id: number): IdView {
  const normaliser = logSumExp(logits);
  const own = logits[id]!;
  let rank = 1;
  const top: number[] = [];
  for (let other = 0; other < logits.length; other += 1) {
    const logit = logits[other]!;
    if (logit > own || (logit === own && other < id)) rank += 1;
    if (top.length === TOP && logit <= logits[top[TOP - 1]!]!) continue;
    const place = top.findIndex((better) => logit > logits[better]!);
    top.splice(place < 0 ? top.length : place, 0, other);
    top.length = Math.min(top.length, TOP);
  }
  return { id, logp: own - normaliser, rank, top: top.map((one) => ({ id: one, logp: logits[one]! - normaliser })) };
}

/** log Σ e^x, written so that nothing overflows. */
function logSumExp(logits: Float32Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const logit of logits) most = Math.max(most, logit);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - most);
  return most + Math.log(sum);
}
