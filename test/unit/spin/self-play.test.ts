// The loop's events on the table: their order, what each iteration trains on, and that working ahead changes nothing.

import { describe, expect, it } from 'vitest';
import type { SpinConfiguration } from '../../../src/spin/configuration.ts';
import type { Pair, StepReport } from '../../../src/spin/players.ts';
import { BASE, ofType, options, play } from './playing.ts';
import { logitsOf, logProbabilities, SHORT, TabularOpponent, TabularPlayer } from './tabular.ts';

it('tells a run of two iterations in this order', async () => {
  const events = await play(options({ iterations: 2, epochs: 1, answerBatch: 12, batchSize: 12, checkpointEvery: 0 }));
  expect(events.map(({ type, iteration }) => `${type} ${iteration}`)).toEqual([
    'run-started 0',
    'checkpoint 0',
    'evaluation 0',
    'iteration-started 0',
    'answers 0',
    'step 0',
    'answers 0',
    'step 0',
    'iteration-finished 0',
    'checkpoint 1',
    'evaluation 0',
    'iteration-started 1',
    'answers 1',
    'step 1',
    'answers 1',
    'step 1',
    'iteration-finished 1',
    'checkpoint 2',
    'evaluation 1',
    'run-finished 1',
  ]);
});

it('the first step of each iteration shows ln 2 and accuracy 0', async () => {
  const steps = ofType(await play(options()), 'step').filter(({ step }) => step === 0);
  expect(steps).toHaveLength(3);
  for (const step of steps) {
    expect(step.loss).toBeCloseTo(Math.LN2, 12);
    expect(step['rewards/accuracies']).toBe(0);
    expect(step['rewards/margins']).toBe(0);
  }
});

it('trains each epoch on every pair once, 24 pairs in 5 steps, the last of 4', async () => {
  const steps = ofType(await play(options({ iterations: 1 })), 'step');
  expect(steps.map(({ pairs }) => pairs.length)).toEqual([5, 5, 5, 5, 4, 5, 5, 5, 5, 4]);
  const epochs = [steps.slice(0, 5), steps.slice(5)].map((e) => e.flatMap((s) => s.pairs.map((p) => p.exampleIndex)));
  expect(new Set(epochs[0]).size).toBe(24);
  expect(new Set(epochs[1])).toEqual(new Set(epochs[0]));
  expect(epochs[1]).not.toEqual(epochs[0]);
  expect(steps.map(({ epoch }) => epoch)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8]);
});

it('each iteration has its own rate, λ and optimizer state', async () => {
  class Watched extends TabularPlayer {
    readonly seen: number[][] = [];
    override async step(pairs: readonly Pair[], rate: number): Promise<StepReport> {
      this.seen.push([(await this.state()).steps, this.rules!.lambda, rate]);
      return super.step(pairs, rate);
    }
  }
  const player = new Watched();
  const changes = { epochs: 1, batchSize: 12, warmup: 0, lambdas: [0.1, 5], learningRates: [0.04, 0.02] };
  await play(options(changes, { player }));
  expect(player.seen).toEqual([
    [0, 0.1, 0.04],
    [1, 0.1, 0.02],
    [0, 5, 0.02],
    [1, 5, 0.01],
    [0, 5, 0.02],
    [1, 5, 0.01],
  ]);
});

it('the opponent is frozen within an iteration, and the next one is its result', async () => {
  const events = await play(options());
  const finished = ofType(events, 'iteration-finished');
  for (const iteration of [0, 1, 2]) {
    const logits = iteration === 0 ? BASE : finished[iteration - 1]!.weights;
    for (const { pairs } of ofType(events, 'answers').filter((event) => event.iteration === iteration)) {
      for (const pair of pairs) {
        expect(pair.opponent.real).toBe(logProbabilities(logits, pair.promptIds[0]!)[pair.realIds[0]!]);
      }
    }
  }
  expect(finished[0]!.weights).not.toEqual(BASE);
});

it('evaluates the base before iteration 0 and each result after it', async () => {
  const events = await play(options());
  const weights = [BASE, ...ofType(events, 'iteration-finished').map((event) => event.weights)];
  const evaluations = ofType(events, 'evaluation');
  expect(evaluations.map(({ moment }) => moment)).toEqual(['before', 'after', 'after', 'after']);
  evaluations.forEach(({ measures }, i) => {
    expect(measures.probabilities).toEqual(logProbabilities(weights[i]!, 0).map(Math.exp));
  });
});

describe('working ahead', () => {
  const settings: [string, Partial<SpinConfiguration>][] = [
    ['the default', {}],
    ['all pairs in the window', { window: 'all' }],
    ['identical pairs dropped', { dropIdentical: true, window: 2 }],
    [
      'an early stop within the first epoch',
      { window: 2, earlyStop: 'accuracy', earlyStopEvery: 1, earlyStopAccuracy: 0 },
    ],
    ['the supervised control', { control: 'supervised' }],
  ];
  it.each(settings)('changes only when answers come: %s', async (_, changes) => {
    const plain = { ...changes, checkpointEvery: 0 };
    const [ahead, turns] = await Promise.all([true, false].map((overlap) => play(options(plain, { overlap }))));
    for (const type of ['iteration-started', 'step', 'validation', 'evaluation', 'iteration-finished'] as const) {
      expect(ofType(ahead!, type)).toEqual(ofType(turns!, type));
    }
    for (const type of ['answers', 'scores'] as const) {
      const [some, all] = [ofType(ahead!, type), ofType(turns!, type)];
      if (plain.earlyStop) expect(all).toEqual(expect.arrayContaining(some));
      else expect(some).toEqual(all);
    }
  });

  it('the opponent answers while the player trains, at most two chunks ahead', async () => {
    const opponent = new TabularOpponent();
    const counts: number[] = [];
    class Slow extends TabularPlayer {
      override async step(pairs: readonly Pair[], rate: number): Promise<StepReport> {
        await new Promise((resolve) => setTimeout(resolve, 5));
        counts.push(opponent.calls.filter((call) => call === 'answer').length);
        return super.step(pairs, rate);
      }
    }
    const changes = { iterations: 1, epochs: 1, batchSize: 4 };
    await play(options(changes, { opponent, player: new Slow() }));
    expect(counts).toEqual([3, 4, 5, 6, 6, 6]);
  });
});

describe('the window', () => {
  it.each([
    [1, [24, 24, 24]],
    [2, [24, 48, 48]],
    ['all', [24, 48, 72]],
  ] as const)('of %s iterations trains on these numbers of pairs', async (window, pairs) => {
    expect(ofType(await play(options({ window })), 'iteration-started').map((event) => event.pairs)).toEqual(pairs);
  });

  it('scores older pairs against the current opponent, and leaves their answers as they were', async () => {
    const events = await play(options({ window: 'all' }));
    const made = new Map(
      ofType(events, 'answers').flatMap((e) => e.pairs.map((p) => [`${p.madeIn}/${p.exampleIndex}`, p] as const)),
    );
    const weights = ofType(events, 'iteration-finished').map((event) => event.weights);
    const last = ofType(events, 'scores').filter(({ iteration }) => iteration === 2);
    expect(last.at(-1)).toMatchObject({ done: 48, total: 48 });
    for (const pair of last.flatMap(({ pairs }) => pairs)) {
      const logps = logProbabilities(weights[1]!, pair.promptIds[0]!);
      expect(pair.generatedIds).toEqual(made.get(`${pair.madeIn}/${pair.exampleIndex}`)!.generatedIds);
      expect(pair.opponent).toEqual({ real: logps[pair.realIds[0]!], generated: logps[pair.generatedIds[0]!] });
    }
  });
});

it('identical pairs are counted, and dropped only on request', async () => {
  const [kept, dropped] = await Promise.all(
    [false, true].map((dropIdentical) => play(options({ iterations: 1, epochs: 1, dropIdentical }))),
  );
  const same = ofType(kept!, 'answers').flatMap((e) =>
    e.pairs.filter((p) => p.realIds[0] === p.generatedIds[0]),
  ).length;
  expect(same).toBeGreaterThan(2);
  expect(ofType(kept!, 'answers').at(-1)).toMatchObject({ identical: same, dropped: 0, done: 24, total: 24 });
  expect(ofType(dropped!, 'answers').at(-1)).toMatchObject({ identical: same, dropped: same, done: 24, total: 24 });
  expect(ofType(kept!, 'step').flatMap(({ pairs }) => pairs)).toHaveLength(24);
  expect(ofType(dropped!, 'step').flatMap(({ pairs }) => pairs)).toHaveLength(24 - same);
});

it('the supervised control takes the same examples in the same batches, and lowers their NLL', async () => {
  const opponent = new TabularOpponent();
  const control = await play(options({ control: 'supervised', window: 2 }, { opponent }));
  const selfPlayed = await play(options({ window: 2 }));
  const batches = (events: typeof control): unknown[] =>
    ofType(events, 'step').map(({ iteration, step, learning_rate, pairs }) => [
      iteration,
      step,
      learning_rate,
      pairs.map((pair) => pair.exampleIndex),
    ]);
  expect(batches(control)).toEqual(batches(selfPlayed));
  expect(opponent.calls.filter((call) => call !== 'load')).toEqual([]);
  const losses = ofType(control, 'step').map(({ loss }) => loss);
  expect(losses[0]).toBeCloseTo(-ofType(control, 'step')[0]!['logps/real'], 12);
  expect(Math.min(...losses.slice(-10))).toBeLessThan(losses[0]!);
});

it('self-play with warm-up 0 moves towards the human answers of a base that is far off', async () => {
  const start = { weights: logitsOf([0.1, 0.2, 0.3, 0.4], [0.1, 0.2, 0.3, 0.4]) };
  const events = await play(
    options({ warmup: 0, iterations: 5, examplesPerIteration: 60, learningRates: [0.03] }, { start }),
  );
  const likeliest = ofType(events, 'evaluation').map(({ measures }) => measures.probabilities[0]!);
  expect(likeliest[0]).toBeCloseTo(0.1, 12);
  expect(likeliest.at(-1)).toBeGreaterThan(0.25);
});

it('says how many examples it skips', async () => {
  const long = { index: 99, promptIds: [0, 0, 0], realIds: [1, 1] };
  const given = options({ iterations: 1, maxLength: 4, maxNewTokens: 1 });
  const events = await play({ ...given, examples: [...given.examples, long] });
  expect(ofType(events, 'run-started')[0]).toMatchObject({ examples: 60, skipped: 1, truncated: 0 });
  expect(SHORT.overflow).toBe('skip');
});
