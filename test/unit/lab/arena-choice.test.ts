// Which watched line the arena shows, on lines made by hand; the tint's clipping; a pair's numbers against closed forms.

import { describe, expect, it } from 'vitest';
import type { WatchedLine, WatchedToken } from '../../../src/folder/lines.ts';
import { pairKey } from '../../../src/folder/lines.ts';
import {
  isEnd,
  marginNumbers,
  remembered,
  sayingOf,
  sightOf,
  strength,
  tokenRatio,
  type Wish,
} from '../../../src/lab/arena/arena-choice.ts';
import { LOSS_NAMES, lossValue } from '../../../src/spin/losses.ts';
import { axisRange, lossCurve } from '../../../src/views/arena/loss-curve.ts';

const token = (player: number, opponent: number, text = 'a'): WatchedToken => ({
  id: 3,
  text,
  player: { logp: player, rank: 1, top: [] },
  opponent: { logp: opponent, rank: 1, top: [] },
});

const line = (iteration: number, step: number, example: number, changes: Partial<WatchedLine> = {}): WatchedLine => ({
  iteration,
  step,
  example,
  made_in: iteration,
  prompt: 'Say a.',
  lambda: 0.5,
  real: [token(-1, -2)],
  generated: [token(-3, -1)],
  ...changes,
});

const FOLLOW: Wish = { iteration: null, chosen: null, step: null };
/** Two pairs in each of iterations 0 and 2; none in 1. */
const RECORDED = [
  line(0, 0, 7),
  line(0, 0, 8),
  line(0, 10, 7),
  line(0, 10, 8),
  line(2, 0, 20),
  line(2, 0, 21),
  line(2, 16, 20),
  line(2, 16, 21),
];

describe('which line is shown', () => {
  it('is none where nothing was seen', () => {
    expect(sightOf([], null, FOLLOW)).toBeNull();
  });
  it('follows the first pair of the last iteration at its last step', () => {
    const sight = sightOf(RECORDED, null, FOLLOW)!;
    expect(sight.line).toBe(RECORDED[6]);
    expect(sight).toMatchObject({ steps: [0, 16], at: 1, latest: true, keys: ['2 20', '2 21'] });
  });
  it('takes the iteration that is asked for, or the nearest with lines, the earlier of two', () => {
    expect(sightOf(RECORDED, null, { ...FOLLOW, iteration: 0 })!.line).toBe(RECORDED[2]);
    expect(sightOf(RECORDED, null, { ...FOLLOW, iteration: 1 })!.line.iteration).toBe(0);
    expect(sightOf(RECORDED, null, { ...FOLLOW, iteration: 9 })!.line.iteration).toBe(2);
    expect(sightOf(RECORDED, null, { ...FOLLOW, iteration: 0 })!.latest).toBe(false);
  });
  it('takes the last step that is not after the one asked for', () => {
    const at = (step: number) => sightOf(RECORDED, null, { ...FOLLOW, step })!.line.step;
    expect([0, 9, 15].map(at)).toEqual([0, 0, 0]);
    expect([16, 99].map(at)).toEqual([16, 16]);
    expect(sightOf(RECORDED, null, { ...FOLLOW, step: 3 })!.latest).toBe(false);
  });
  it('takes the chosen pair, and none where it was not seen', () => {
    expect(sightOf(RECORDED, null, { ...FOLLOW, chosen: '2 21' })!.line).toBe(RECORDED[7]);
    expect(sightOf(RECORDED, null, { iteration: 2, chosen: '0 8', step: 0 })!.line).toBe(RECORDED[1]);
    expect(sightOf(RECORDED, null, { ...FOLLOW, chosen: '2 99' })).toBeNull();
  });
  it('follows the current line after the recorded ones of its pair', () => {
    const current = line(2, 20, 21);
    const sight = sightOf(RECORDED, current, FOLLOW)!;
    expect(sight.line).toBe(current);
    expect(sight).toMatchObject({ steps: [0, 16, 20], at: 2, latest: true });
    expect(sightOf(RECORDED, current, { ...FOLLOW, step: 17 })!.line).toBe(RECORDED[7]);
    expect(sightOf(RECORDED, current, { ...FOLLOW, iteration: 0 })!.line).toBe(RECORDED[2]);
  });
  it('takes the current line in place of a recorded one of the same step', () => {
    const current = line(2, 16, 20);
    const sight = sightOf(RECORDED, current, FOLLOW)!;
    expect(sight.line).toBe(current);
    expect(sight.steps).toEqual([0, 16]);
  });
  it('names a pair by its example and the iteration that made it', () => {
    expect(pairKey(line(2, 0, 20, { made_in: 1 }))).toBe('1 20');
  });
});

describe('what is remembered of a followed pair', () => {
  const follow = (steps: number) => {
    let lines: readonly WatchedLine[] = [];
    for (let step = 0; step < steps; step++) lines = remembered(lines, line(0, step, 7));
    return lines.map(({ step }) => step);
  };
  it('is every line at first', () => {
    expect(follow(64)).toEqual(Array.from({ length: 64 }, (_, step) => step));
  });
  it('is thinned beyond 64 lines, from the first step to the last', () => {
    const steps = follow(1001);
    expect(steps.length).toBeLessThanOrEqual(64);
    expect(steps.length).toBeGreaterThan(32);
    expect(steps[0]).toBe(0);
    expect(steps.at(-1)).toBe(1000);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });
  it('takes a step’s line once', () => {
    const again = line(0, 3, 7);
    expect(remembered([line(0, 2, 7), line(0, 3, 7)], again)).toEqual([line(0, 2, 7), again]);
  });
});

describe('tint', () => {
  it('is proportional within ±2 nats and clipped outside', () => {
    expect([-7, -2, -1, 0, 0.5, 2, 40].map(strength)).toEqual([-1, -1, -0.5, 0, 0.25, 1, 1]);
  });
  it('has no sign where the difference is rounding', () => {
    expect([0.004, -0.004].map(strength)).toEqual([0, 0]);
    expect(strength(0.006)).toBeGreaterThan(0);
  });
  it('is of the player’s log-probability less the opponent’s', () => {
    expect(tokenRatio(token(-1, -2.5))).toBe(1.5);
  });
});

describe('the end token', () => {
  const tokens = [{ text: '<b>' }, { text: ' two' }, { text: '<|end|>' }];
  it('is a last token with a special name', () => {
    expect([0, 1, 2].map((at) => isEnd(tokens, at))).toEqual([false, false, true]);
    expect(isEnd([{ text: '</s>' }], 0)).toBe(true);
    expect(isEnd([{ text: '[SEP]' }], 0)).toBe(true);
  });
  it('is not there where an answer was cut', () => {
    expect(isEnd([{ text: 'one' }, { text: ' <' }], 1)).toBe(false);
    expect(isEnd([{ text: '>' }], 0)).toBe(false);
  });
});

describe('a pair’s numbers', () => {
  it('follow from the tokens', () => {
    const pair = line(0, 0, 1, { real: [token(-1, -2), token(-0.5, -1)], generated: [token(-4, -2), token(-2, -1.5)] });
    const numbers = marginNumbers(pair, 'logistic');
    expect(numbers.real).toBeCloseTo(1.5, 12);
    expect(numbers.generated).toBeCloseTo(-2.5, 12);
    expect(numbers.margin).toBeCloseTo(4, 12);
    expect(numbers.scaled).toBeCloseTo(2, 12);
    expect(numbers.loss).toBeCloseTo(Math.log(1 + Math.exp(-2)), 12);
    expect(numbers.weight).toBeCloseTo(0.1192029, 7);
    expect(numbers.says).toBe('told-apart');
  });
  it('begin at a tie with weight 1/2', () => {
    const numbers = marginNumbers(line(0, 0, 1, { generated: [token(-1, -2)] }), 'logistic');
    expect(numbers).toMatchObject({ margin: 0, weight: 0.5, says: 'tie' });
    expect(numbers.loss).toBeCloseTo(Math.LN2, 12);
  });
  it.each(LOSS_NAMES)('weigh with −ℓ′: central differences of %s', (loss) => {
    for (const nats of [-3.1, -0.4, 0.3, 1.7]) {
      const { scaled, weight } = marginNumbers(line(0, 0, 1, { real: [token(nats, 0)], generated: [] }), loss);
      const difference = (lossValue(loss, scaled + 1e-5) - lossValue(loss, scaled - 1e-5)) / 2e-5;
      expect(weight).toBeCloseTo(-difference, 6);
      expect(Object.is(weight, -0)).toBe(false);
    }
  });
  it('call a margin within rounding a tie', () => {
    expect([1e-4, -1e-4, 2e-4, -2e-4].map(sayingOf)).toEqual(['tie', 'tie', 'told-apart', 'taken-in']);
  });
});

describe('the plot of ℓ', () => {
  const BOX = { width: 200, height: 100 };
  it('has an axis that holds 0 and all points and jumps by 1, 2 and 5', () => {
    expect(axisRange([])).toEqual([-2, 2]);
    expect(axisRange([0.1, -1.9])).toEqual([-2, 2]);
    expect(axisRange([3, -11])).toEqual([-20, 5]);
    expect(axisRange([Number.NaN, Number.POSITIVE_INFINITY, 60])).toEqual([-2, 100]);
  });
  it('places points on the curve: ends, and the middle of a straight line', () => {
    const { place, path } = lossCurve('linear', [0], BOX);
    expect(place(-2)).toEqual({ x: 0, y: 8 });
    expect(place(2)).toEqual({ x: 200, y: 92 });
    expect(place(0)).toEqual({ x: 100, y: 50 });
    expect(path.startsWith('M0.0 8.0L')).toBe(true);
    expect(path.endsWith('L200.0 92.0')).toBe(true);
  });
  it('falls, and within the box, for every loss', () => {
    for (const loss of LOSS_NAMES) {
      const { place, range } = lossCurve(loss, [-30, 12], BOX);
      expect(range).toEqual([-50, 20]);
      const ys = Array.from({ length: 71 }, (_, at) => place(at - 50).y);
      for (const [at, y] of ys.entries()) {
        expect(y).toBeGreaterThanOrEqual(ys[at - 1] ?? 0);
        expect(y).toBeLessThanOrEqual(92);
      }
    }
  });
});
