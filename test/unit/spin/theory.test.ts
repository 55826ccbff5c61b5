// What the paper proves and what exact self-play does on a four-outcome table: Theorem 5.4, the two-cycle, the minimum of the loss.

import { describe, expect, it } from 'vitest';
import { lossSlope, lossValue } from '../../../src/spin/losses.ts';
import type { Answer, AnswerRequest, Example } from '../../../src/spin/players.ts';
import { selfPlay } from '../../../src/spin/self-play.ts';
import { logitsOf, logProbabilities, pairOf, RULES, SHORT, TabularOpponent, TabularPlayer } from './tabular.ts';

const HUMAN = [0.4, 0.3, 0.2, 0.1];
const BASE = [0.1, 0.2, 0.3, 0.4];

const normal = (weights: number[]): number[] => weights.map((w) => w / weights.reduce((a, b) => a + b, 0));
const kl = (p: readonly number[], q: readonly number[]): number =>
  p.reduce((sum, pk, k) => sum + pk * Math.log(pk / q[k]!), 0);
const outer = (p: readonly number[], q: readonly number[]): number[] => p.flatMap((a) => q.map((b) => a * b));

/** Theorem 5.4: p_{t+1} ∝ p_t (p_data / p_t)^{1/λ}. */
const closedForm = (pt: readonly number[], lambda: number): number[] =>
  normal(pt.map((p, k) => p * (HUMAN[k]! / p) ** (1 / lambda)));

/** E[ℓ(λm)] over all pairs, as a function of u = log p_θ / p_t (up to a constant, which no margin sees). */
function expectedLoss(pt: readonly number[], lambda: number, u: readonly number[]): number {
  return outer(HUMAN, pt).reduce((sum, p, i) => sum + p * lossValue('logistic', lambda * (u[i >> 2]! - u[i & 3]!)), 0);
}

/** Exact minimisation by gradient descent: the expected loss is convex in u. */
function minimise(pt: readonly number[], lambda: number): { p: number[]; loss: number } {
  let u = [0, 0, 0, 0];
  for (let step = 0; step < 6000; step++) {
    const gradient = [0, 0, 0, 0];
    outer(HUMAN, pt).forEach((p, i) => {
      const slope = p * lambda * lossSlope('logistic', lambda * (u[i >> 2]! - u[i & 3]!));
      gradient[i >> 2]! += slope;
      gradient[i & 3]! -= slope;
    });
    u = u.map((value, k) => value - (2 / lambda ** 2) * gradient[k]!);
  }
  return { p: normal(pt.map((p, k) => p * Math.exp(u[k]!))), loss: expectedLoss(pt, lambda, u) };
}

describe('exact minimisation', () => {
  it.each([0.6, 1, 2, 5])('at λ = %f gives the closed form of Theorem 5.4', (lambda) => {
    const { p } = minimise(BASE, lambda);
    closedForm(BASE, lambda).forEach((probability, k) => {
      expect(p[k]).toBeCloseTo(probability, 6);
    });
  });

  it('at λ = 1 lands on the human answers in one iteration', () => {
    expect(kl(HUMAN, minimise(BASE, 1).p)).toBeLessThan(1e-10);
  });

  it('at λ = 0.5 comes back to where it began after two iterations, and not after one', () => {
    const once = minimise(BASE, 0.5).p;
    const twice = minimise(once, 0.5).p;
    expect(kl(BASE, once)).toBeGreaterThan(0.5);
    expect(kl(BASE, twice)).toBeLessThan(1e-6);
  });

  it('comes to log 2 − JSD of the two orders of a pair, whatever λ', () => {
    const forth = outer(HUMAN, BASE);
    const back = outer(BASE, HUMAN);
    const middle = forth.map((p, i) => (p + back[i]!) / 2);
    const jsd = (kl(forth, middle) + kl(back, middle)) / 2;
    const minima = [0.6, 1, 5].map((lambda) => minimise(BASE, lambda).loss);
    for (const minimum of minima) expect(minimum).toBeCloseTo(Math.LN2 - jsd, 8);
  });
});

it.each([
  [0.4, 'diverges', 8],
  [0.6, 'converges', 20],
] as const)('exact iteration at λ = %f %s', (lambda, what, iterations) => {
  let p = BASE;
  for (let t = 0; t < iterations; t++) p = closedForm(p, lambda);
  if (what === 'diverges') expect(kl(HUMAN, p)).toBeGreaterThan(10);
  else expect(kl(HUMAN, p)).toBeLessThan(1e-3);
});

/** Every pair of a human answer and an opponent's answer, as often as HUMAN ⊗ uniform has it: 10 · 4 of them. */
const ALL_REAL = HUMAN.flatMap((p, k) => new Array<number>(Math.round(p * 10)).fill(k));

it.each([0.1, 1, 5])('at θ = θt the gradient is λ/2 times the supervised one (λ = %f)', async (lambda) => {
  const logits = logitsOf([0.25, 0.25, 0.25, 0.25]);
  const pairs = ALL_REAL.flatMap((real) => [0, 1, 2, 3].map((generated) => pairOf(real, generated, logits)));
  const [selfPlayed, supervised] = [new TabularPlayer(), new TabularPlayer()];
  await selfPlayed.begin(logits, { ...RULES, lambda });
  await supervised.begin(logits, { ...RULES, objective: 'supervised' });
  const norm = Math.hypot(...HUMAN.map((p) => 0.25 - p));
  expect((await supervised.step(pairs, 0)).gradNorm).toBeCloseTo(norm, 12);
  const report = await selfPlayed.step(pairs, 0);
  expect(report.gradNorm).toBeCloseTo((lambda / 2) * norm, 12);
  expect(report.loss).toBeCloseTo(Math.LN2, 12);
});

/** Answers outcome `key mod 4`: over four copies of an example, exactly the uniform base. */
class UniformOpponent extends TabularOpponent {
  override async answer(requests: readonly AnswerRequest[]): Promise<Answer[]> {
    return requests.map(({ key }) => ({ ids: [key % 4], tokenLogps: [Math.log(0.25)], end: 'stop' }));
  }
}

it.each([1, 2])('the whole loop at λ = %i trains to the closed form', async (lambda) => {
  const examples: Example[] = Array.from({ length: 40 }, (_, index) => ({
    index,
    promptIds: [0],
    realIds: [ALL_REAL[index >> 2]!],
  }));
  const configuration = {
    ...SHORT,
    iterations: 1,
    examplesPerIteration: 40,
    batchSize: 40,
    epochs: 1500,
    lambdas: [lambda],
    learningRates: [0.02],
    warmup: 0,
    checkpointEvery: 0,
  };
  const base = [0.25, 0.25, 0.25, 0.25];
  const [opponent, player] = [new UniformOpponent(), new TabularPlayer()];
  const start = { weights: logitsOf(base) };
  const probabilities: number[] = [];
  for await (const event of selfPlay({ configuration, examples, validation: [], opponent, player, start })) {
    if (event.type === 'iteration-finished') probabilities.push(...logProbabilities(event.weights, 0).map(Math.exp));
  }
  closedForm(base, lambda).forEach((probability, k) => {
    expect(probabilities[k]).toBeCloseTo(probability, 4);
  });
});
