// How a run stops: early, on request, by return(), by divergence, by a player's error.

import { expect, it } from 'vitest';
import type { Answer, AnswerOptions, AnswerRequest, Pair, StepReport } from '../../../src/spin/players.ts';
import { selfPlay } from '../../../src/spin/self-play.ts';
import { DivergedError, NoExamplesError } from '../../../src/spin/spin-errors.ts';
import { ofType, options, play, type TabularEvent } from './playing.ts';
import { TabularOpponent, TabularPlayer } from './tabular.ts';

it('stops an iteration after `patience` checks without a better likelihood, and goes on with the next', async () => {
  class Worsening extends TabularPlayer {
    #checks = 0;
    override async likelihood(): Promise<{ nll: number; tokens: number }> {
      this.#checks += 1;
      return { nll: [3, 2, 2.5, 2.1, 1.9][(this.#checks - 1) % 4]!, tokens: 1 };
    }
  }
  const changes = { iterations: 2, earlyStop: 'validation', earlyStopEvery: 2, earlyStopPatience: 2 } as const;
  const events = await play(options(changes, { player: new Worsening() }));
  expect(ofType(events, 'validation').map(({ strikes, stops }) => [strikes, stops])).toEqual([
    [0, false],
    [0, false],
    [1, false],
    [2, true],
    [0, false],
    [0, false],
    [1, false],
    [2, true],
  ]);
  expect(ofType(events, 'iteration-finished').map(({ why, steps }) => [why, steps])).toEqual([
    ['early-stop', 8],
    ['early-stop', 8],
  ]);
  expect(events.at(-1)).toEqual({ type: 'run-finished', iteration: 1, why: 'completed' });
});

it('checks accuracy over the steps since the last check', async () => {
  const events = await play(
    options({ iterations: 1, earlyStop: 'accuracy', earlyStopEvery: 2, earlyStopPatience: 99 }),
  );
  const accuracies = ofType(events, 'step').map((step) => step['rewards/accuracies']);
  expect(ofType(events, 'validation').map(({ value }) => value)).toEqual(
    [0, 2, 4, 6, 8].map((i) => (accuracies[i]! + accuracies[i + 1]!) / 2),
  );
});

it('is off unless asked for', async () => {
  expect(ofType(await play(options()), 'validation')).toEqual([]);
});

it.each([true, false])(
  'ends on request after the step under way, with its last events (ahead: %s)',
  async (overlap) => {
    const end = new AbortController();
    const events: TabularEvent[] = [];
    for await (const event of selfPlay(options({}, { end: end.signal, overlap }))) {
      events.push(event);
      if (event.type === 'step' && event.iteration === 1 && event.step === 4) end.abort();
    }
    expect(events.slice(-2)).toMatchObject([
      { type: 'iteration-finished', iteration: 1, why: 'ended', steps: 5 },
      { type: 'run-finished', iteration: 1, why: 'ended' },
    ]);
  },
);

it('once return() resolves, the opponent is at no work, and is asked for none', async () => {
  const marks: string[] = [];
  class Slow extends TabularOpponent {
    override async answer(requests: readonly AnswerRequest[], given: AnswerOptions): Promise<Answer[]> {
      marks.push('begun');
      await new Promise((resolve) => setTimeout(resolve, 10));
      marks.push('done');
      return super.answer(requests, given);
    }
  }
  const run = selfPlay(options({ batchSize: 1, answerBatch: 1 }, { opponent: new Slow() }));
  for (let event = await run.next(); event.value?.type !== 'step'; event = await run.next());
  await run.return();
  expect(marks).toEqual(['begun', 'done', 'begun', 'done']);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(marks).toHaveLength(4);
});

it('between two events it does no more than two chunks ahead', async () => {
  const opponent = new TabularOpponent();
  const run = selfPlay(options({ batchSize: 1, answerBatch: 1 }, { opponent }));
  for (let event = await run.next(); event.value?.type !== 'answers'; event = await run.next());
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(opponent.calls.filter((call) => call === 'answer')).toHaveLength(3);
  await run.return();
});

/** Reports a loss that is not finite at one step. */
class Diverging extends TabularPlayer {
  readonly #at: number;
  #done = 0;
  constructor(at: number) {
    super();
    this.#at = at;
  }
  override async step(pairs: readonly Pair[], rate: number): Promise<StepReport> {
    const report = await super.step(pairs, rate);
    return this.#done++ === this.#at ? { ...report, loss: Number.NaN } : report;
  }
}

it.each([
  [4, 3],
  [3, 0],
])('divergence at step %i names it, and keeps the snapshot after step %i', async (at, good) => {
  const error = await play(options({}, { player: new Diverging(at) })).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DivergedError);
  expect((error as DivergedError).message).toContain(`step ${at} of iteration 0`);
  expect((error as DivergedError).advice).toContain('learning rate');
  expect((error as DivergedError).lastGood?.position.step).toBe(good);
});

it('a rate far too high on an exponential loss diverges by name', async () => {
  const run = play(options({ loss: 'exponential', learningRates: [1], lambdas: [100], warmup: 0, epochs: 50 }));
  await expect(run).rejects.toThrow(DivergedError);
});

it("an opponent's error while it works ahead is the run's error", async () => {
  class Failing extends TabularOpponent {
    #asked = 0;
    override async answer(requests: readonly AnswerRequest[], given: AnswerOptions): Promise<Answer[]> {
      if (this.#asked++ === 2) throw new Error('the device was lost');
      return super.answer(requests, given);
    }
  }
  await expect(play(options({}, { opponent: new Failing() }))).rejects.toThrow('the device was lost');
});

it('refuses to play on nothing', async () => {
  await expect(play(options({}, { examples: [] }))).rejects.toThrow(NoExamplesError);
  await expect(play(options({ earlyStop: 'validation' }, { validation: [] }))).rejects.toThrow(NoExamplesError);
});
