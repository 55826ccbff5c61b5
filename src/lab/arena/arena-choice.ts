// Which pair, as seen at which step, the arena shows, and the pair's numbers. Pure.

import { pairKey, tokensLogRatio, type WatchedLine, type WatchedToken, watchedMargin } from '../../folder/lines.ts';
import { numbers } from '../../spin/arithmetic.ts';
import { type LossName, lossSlope, lossValue } from '../../spin/losses.ts';
import { marginOf } from '../../spin/margin.ts';
import { TIE } from '../../spin/metrics.ts';

/** A log-ratio of this size, in nats, has the full tint; a larger one has no more. */
export const FULL_TINT_NATS = 2;
/** Below this size, in nats, a token counts as liked the same: that much is lost in rounding and never seen. */
const SAME_NATS = 0.005;

/** What somebody asked for; null: whatever the run is at. */
export interface Wish {
  readonly iteration: number | null;
  /** A pair's key, as `pairKey` gives it. */
  readonly chosen: string | null;
  readonly step: number | null;
}

/** A pair as both players saw it at a step, among the other steps at which it was seen in that iteration. */
export interface Sight {
  readonly line: WatchedLine;
  /** Steps done, ascending. */
  readonly steps: readonly number[];
  /** Index of the line's own step. */
  readonly at: number;
  /** Nothing newer is known of the run. */
  readonly latest: boolean;
  /** Keys of all pairs that were seen in that iteration, in the order of their first line. */
  readonly keys: readonly string[];
}

/**
 * The line to show. The iteration nearest to the one asked for, its chosen pair or else the one that is followed now or else its first,
 * at the last step that is not after the one asked for. null where nothing was seen, or nothing of the chosen pair.
 * @param current the line of the pair that is followed now, newer than all recorded ones
 */
export function sightOf(recorded: readonly WatchedLine[], current: WatchedLine | null, wish: Wish): Sight | null {
  const all = current === null ? recorded : [...recorded.filter((line) => !samePlace(line, current)), current];
  const eligible = wish.chosen === null ? all : all.filter((line) => pairKey(line) === wish.chosen);
  const iteration = nearest(
    eligible,
    wish.iteration ?? current?.iteration ?? Math.max(0, ...all.map((line) => line.iteration)),
  );
  const here = eligible.filter((line) => line.iteration === iteration);
  const first = current !== null && here.includes(current) ? current : here[0];
  if (first === undefined) return null;
  const key = pairKey(first);
  const lines = here.filter((line) => pairKey(line) === key).sort((a, b) => a.step - b.step);
  const steps = lines.map(({ step }) => step);
  const at = Math.max(0, wish.step === null ? lines.length - 1 : steps.findLastIndex((step) => step <= wish.step!));
  return {
    line: lines[at]!,
    steps,
    at,
    latest: at === lines.length - 1 && all.every((line) => line.iteration <= first.iteration),
    keys: [...new Set(all.filter((line) => line.iteration === iteration).map(pairKey))],
  };
}

/** Lines of a followed pair that are remembered, so that one can go back through its change. */
const MOST_REMEMBERED = 64;

/** The lines that were followed, with a new one; beyond what is remembered every second goes, so that the whole change stays. */
export function remembered(lines: readonly WatchedLine[], line: WatchedLine): readonly WatchedLine[] {
  const all = [...lines.filter((one) => !samePlace(one, line)), line];
  return all.length > MOST_REMEMBERED ? all.filter((_, at) => (all.length - 1 - at) % 2 === 0) : all;
}

const samePlace = (a: WatchedLine, b: WatchedLine): boolean =>
  a.iteration === b.iteration && a.step === b.step && pairKey(a) === pairKey(b);

/** The iteration nearest to the one asked for that has a line; of two as near the earlier. */
function nearest(lines: readonly WatchedLine[], asked: number): number | null {
  const distance = (iteration: number) => Math.abs(iteration - asked) + (iteration > asked ? 0.5 : 0);
  const iterations = [...new Set(lines.map(({ iteration }) => iteration))];
  return iterations.sort((a, b) => distance(a) - distance(b))[0] ?? null;
}

/** How strongly a token is tinted: −1 (the opponent liked it more) to 1 (the main player likes it more). @param ratio nats */
export function strength(ratio: number): number {
  if (Math.abs(ratio) < SAME_NATS) return 0;
  return Math.min(1, Math.max(-1, ratio / FULL_TINT_NATS));
}

/** log p_θ/p_θt of a token; nats. */
export const tokenRatio = ({ player, opponent }: Pick<WatchedToken, 'player' | 'opponent'>): number =>
  player.logp - opponent.logp;

/** Whether a token is the end of its answer: the last one, with a special token's name. */
export function isEnd(tokens: readonly Pick<WatchedToken, 'text'>[], at: number): boolean {
  return at === tokens.length - 1 && /^[<[]\S+[>\]]$/.test(tokens[at]!.text);
}

/** What the main player makes of a pair: it tells the human answer from the opponent's, is taken in by the opponent's, or cannot say. */
export type Saying = 'told-apart' | 'taken-in' | 'tie';

/** A pair's part in the loss (paper, eq. 4.7). Log-ratios and margin in nats; `scaled` is t = λ·margin. */
export interface MarginNumbers {
  readonly real: number;
  readonly generated: number;
  readonly margin: number;
  readonly scaled: number;
  /** ℓ(t). */
  readonly loss: number;
  /** −ℓ′(t): how strongly the pair pulls. */
  readonly weight: number;
  readonly says: Saying;
}

export function marginNumbers(line: Pick<WatchedLine, 'lambda' | 'real' | 'generated'>, loss: LossName): MarginNumbers {
  const ratios = { real: tokensLogRatio(line.real), generated: tokensLogRatio(line.generated) };
  const scaled = watchedMargin(line);
  return {
    ...ratios,
    margin: marginOf(numbers, ratios),
    scaled,
    loss: lossValue(loss, scaled),
    // Adding 0 turns −0 into 0.
    weight: -lossSlope(loss, scaled) + 0,
    says: sayingOf(scaled),
  };
}

/** @param scaled λ·margin */
export function sayingOf(scaled: number): Saying {
  if (Math.abs(scaled) <= TIE) return 'tie';
  return scaled > 0 ? 'told-apart' : 'taken-in';
}
