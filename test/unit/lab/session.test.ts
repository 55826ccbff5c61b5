// A session over tabular players behind real channels: start, pause, step, reset, deaths and failures.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RuntimeFailedError } from '../../../src/engine/runtime/errors.ts';
import { forecast } from '../../../src/lab/forecast/forecast.ts';
import { Session } from '../../../src/lab/session/session.ts';
import type { SessionStatus } from '../../../src/lab/session/session-store.ts';
import { type Settings, settingsFromQuery } from '../../../src/lab/settings/settings-store.ts';
import { machineOf, type TabularWorkers, tabularWorkers } from './tabular-workers.ts';

const STEPS = 2 * 8;
/** A checkpoint follows every second step, so a death loses one at most. */
const QUERY = 't=2&n=64&batch=8&micro=8&answers=8&epochs=1&window=1&lambda=1&lr=0.05&backend=wasm';

/** A rate far too high on a loss that grows as an exponential. */
const DIVERGING = 't=2&n=64&batch=8&micro=8&answers=8&epochs=50&loss=exponential&lambda=100&lr=1&warm=0&backend=wasm';

let workers: TabularWorkers;
let session: Session;

function made(query = QUERY): Session {
  const settings: Settings = settingsFromQuery(query);
  const configuration = { ...settings.configuration, checkpointEvery: 2 };
  return new Session({
    machine: machineOf(workers),
    settings: () => ({ ...settings, configuration }),
    hidden: () => false,
  });
}

async function reach(status: SessionStatus): Promise<void> {
  while (session.store.getState().status !== status) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Goes batch by batch until so many training steps are done, and stays paused. */
async function stepTo(steps: number): Promise<void> {
  while (session.record.columns.length < steps) {
    session.step('batch');
    await reach('paused');
  }
}

const rest = () => new Promise((resolve) => setTimeout(resolve, 30));

/** All numbers of the run, without where it ran. */
const numbers = (): string[] => session.lines().trim().split('\n').slice(1);

async function wholeRun(): Promise<string[]> {
  session.start();
  await reach('finished');
  return numbers();
}

/** The tables compute in float64 but are kept in float32: a checkpoint rounds them. */
function expectUnbroken(whole: readonly string[]): void {
  const losses = (lines: readonly string[]): number[] => lines.map((line) => JSON.parse(line).loss ?? 0);
  expect(numbers().length).toBe(whole.length);
  for (const [at, loss] of losses(whole).entries()) expect(losses(numbers())[at]).toBeCloseTo(loss, 5);
}

beforeEach(() => {
  workers = tabularWorkers();
  session = made();
});

afterEach(() => workers.close());

describe('a session', () => {
  it('plays every step and three evaluations, and begins at ln 2', async () => {
    const lines = (await wholeRun()).map((line) => JSON.parse(line));
    expect(lines.filter(({ type }) => type === 'step').length).toBe(STEPS);
    expect(lines.filter(({ type }) => type === 'evaluation').length).toBe(3);
    expect(lines[0].loss).toBeCloseTo(Math.LN2, 6);
    expect(session.record.pairs.length).toBeGreaterThan(0);
  });

  it('takes as many steps as were forecast, whatever the window and the epochs', async () => {
    for (const query of [
      QUERY,
      QUERY.replace('window=1', 'window=2').replace('t=2', 't=3').replace('epochs=1', 'epochs=2'),
    ]) {
      session = made(query);
      await wholeRun();
      expect(session.record.columns.length).toBe(forecast(settingsFromQuery(query), null).steps);
    }
  });

  it('stands still while paused, and then goes on with the same numbers', async () => {
    const whole = await wholeRun();
    await session.reset();
    await stepTo(3);
    await rest();
    expect(session.record.columns.length).toBe(3);
    session.start();
    await reach('finished');
    expect(numbers()).toEqual(whole);
  });

  it('steps by batch, phase and iteration', async () => {
    session.step('phase');
    await reach('paused');
    expect(session.record.rounds.length).toBe(1);
    session.step('batch');
    await reach('paused');
    expect(session.record.answered?.done).toBe(8);
    session.step('iteration');
    await reach('paused');
    expect(session.record.rounds.length).toBe(2);
    expect(session.record.columns.length).toBe(STEPS / 2);
  });

  it('steps by answer: the pairs of a chunk are shown one at a time, and nothing is played meanwhile', async () => {
    session.step('phase');
    await reach('paused');
    session.step('answer');
    await reach('paused');
    await rest();
    expect(session.record.pairs.length).toBe(1);
    for (const shown of [2, 3]) {
      session.step('answer');
      expect(session.record.pairs.length).toBe(shown);
    }
    expect(session.record.answered?.done).toBe(8);
    session.start();
    await reach('finished');
    expect(session.record.pairs.length).toBe(2 * 64);
  });

  it('takes a lower rate from the next checkpoint on, and says so among its lines', async () => {
    await stepTo(3);
    const { configuration } = session.store.getState();
    expect(session.apply({ ...configuration!, learningRates: [0.01] })).toEqual([]);
    session.start();
    await reach('finished');
    const rates = [...session.record.columns.column('learning_rate')];
    const whole = made(QUERY.replace('lr=0.05', 'lr=0.01'));
    whole.start();
    while (whole.store.getState().status !== 'finished') await rest();
    // A checkpoint follows the fourth step.
    expect(rates.slice(4)).toEqual([...whole.record.columns.column('learning_rate')].slice(4));
    expect(rates[3]).toBeGreaterThan(rates[4]!);
    expect(session.record.configuration?.learningRates).toEqual([0.01]);
    expect(session.record.columns.length).toBe(STEPS);
  });

  it('takes nothing of a change that a run once begun cannot take', async () => {
    await stepTo(1);
    const { configuration } = session.store.getState();
    const wanted = { ...configuration!, learningRates: [0.01], batchSize: 4 };
    expect(session.apply(wanted)).toEqual(['batchSize']);
    expect(session.store.getState().configuration).toEqual(configuration);
  });

  it('forgets a run at a reset, even in its midst', async () => {
    await stepTo(2);
    session.start();
    await session.reset();
    expect(session.store.getState()).toMatchObject({ status: 'idle', progress: null, recoveries: 0 });
    expect(session.record.columns.length).toBe(0);
  });

  it.each(['opponent', 'player'] as const)('goes on from its checkpoint when the %s dies', async (who) => {
    const whole = await wholeRun();
    await session.reset();
    await stepTo(5);
    session.start();
    workers.kill(who);
    await reach('finished');
    expect(session.store.getState().recoveries).toBe(1);
    expectUnbroken(whole);
  });

  it('starts both workers anew when a runtime has failed, and the numbers are as unbroken', async () => {
    const whole = await wholeRun();
    await session.reset();
    await stepTo(5);
    expect(workers.started).toEqual(['opponent', 'player']);
    workers.failure = new RuntimeFailedError('training', { cause: new Error('out of memory') });
    session.start();
    await reach('finished');
    expect(workers.started).toEqual(['opponent', 'player', 'opponent', 'player']);
    expect(session.store.getState()).toMatchObject({ recoveries: 1, trouble: null });
    expectUnbroken(whole);
  });

  it('stops at once when a number is no longer finite, and goes on from the last good state', async () => {
    session = made(DIVERGING);
    session.start();
    await reach('failed');
    const { trouble } = session.store.getState();
    expect(trouble).toMatchObject({ name: 'DivergedError', kept: 'run-so-far' });
    expect(trouble?.advice).toContain('Lower the learning rate');
    const before = numbers();
    const losses = before.map((line) => JSON.parse(line)).flatMap(({ type, loss }) => (type === 'step' ? [loss] : []));
    expect(losses.length).toBeGreaterThan(1);
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(trouble?.message).toContain(`at step ${losses.length} of iteration 0`);

    // The same rate ends the same way: nothing is counted twice.
    session.start();
    await reach('opening');
    await reach('failed');
    expect(numbers().length).toBe(before.length);
    await session.reset();
    expect(session.store.getState()).toMatchObject({ status: 'idle', trouble: null });
  });

  it('stays paused when a worker dies in the meantime', async () => {
    await stepTo(5);
    workers.kill('player');
    await rest();
    expect(session.store.getState().status).toBe('paused');
    session.start();
    await reach('finished');
    expect(session.record.columns.length).toBe(STEPS);
  });

  it('tells of a model that cannot be opened, and can be started again', async () => {
    workers.broken = true;
    session.start();
    await reach('failed');
    expect(session.store.getState().trouble).toEqual({
      name: 'NoModelError',
      message: 'There is no model.',
      advice: 'Add one.',
      kept: 'nothing-begun',
    });
    workers.broken = false;
    await wholeRun();
    expect(session.store.getState().trouble).toBeNull();
  });

  it('gives up after three deaths without a checkpoint between them, and keeps what there is', async () => {
    await stepTo(5);
    session.start();
    const watching = session.store.subscribe(({ status }) => {
      if (status === 'running') queueMicrotask(() => workers.kill('player'));
    });
    workers.kill('player');
    await reach('failed');
    watching();
    expect(session.store.getState()).toMatchObject({
      recoveries: 3,
      trouble: { name: 'WorkerDiedError', kept: 'run-so-far' },
    });
    expect(session.record.columns.length).toBe(4);
    session.start();
    await reach('finished');
    expect(session.record.columns.length).toBe(STEPS);
  });
});

describe('the run at hand', () => {
  it('says what model and data it starts from, a later one of the same model as soon as it begins', async () => {
    workers.sha256 = 'abc';
    session.start();
    expect(session.run).toMatchObject({
      model: { folder: 'the built-in model', sha256: null },
      data: { source: 'the built-in world', sha256: null },
    });
    await reach('finished');
    expect(session.run?.model.sha256).toBe('abc');
    const own = { name: 'mine.jsonl', bytes: new Uint8Array(1), rows: 64, sha256: 'rows' };
    session.play({ ...settingsFromQuery(QUERY), own }, 'a group');
    expect(session.run).toMatchObject({
      group: 'a group',
      model: { folder: 'the built-in model', sha256: 'abc' },
      data: { source: 'mine.jsonl', sha256: 'rows' },
    });
    session.play({ ...settingsFromQuery(QUERY), model: 'models/other/' });
    expect(session.run?.model).toEqual({ folder: 'models/other/', sha256: null });
  });

  it('is told of when it is finished, and whether it was begun with the settings of the page', async () => {
    const told: unknown[] = [];
    session.finished.add((run, follows) => told.push(run, follows));
    await wholeRun();
    const first = session.run;
    session.play({ ...settingsFromQuery(QUERY) });
    await reach('finished');
    expect(told).toEqual([first, true, session.run, false]);
  });

  it('is told of as what it was although a queue begins its next run at once', async () => {
    const told: boolean[] = [];
    session.finished.add((_, follows) => told.push(follows));
    const stop = session.store.subscribe(({ status }) => {
      if (status !== 'finished') return;
      stop();
      session.play({ ...settingsFromQuery(QUERY) });
    });
    session.start();
    while (told.length < 2) await rest();
    expect(told).toEqual([true, false]);
  });
});

describe('settings from an address', () => {
  it('take a preset and single parameters by their short names', () => {
    const { preset, configuration, problems } = settingsFromQuery('?preset=paper&seed=9&lambda=0.5,2&drop=1');
    expect(problems).toEqual([]);
    expect(preset).toBe('paper');
    expect(configuration).toMatchObject({ seed: 9, lambdas: [0.5, 2], dropIdentical: true, batchSize: 64 });
  });

  it('tell what does not fit, and keep the preset', () => {
    const { configuration, problems } = settingsFromQuery('t=many&n=0');
    expect(problems.map(({ key }) => key)).toEqual(['iterations', 'examplesPerIteration']);
    expect(configuration.iterations).toBe(3);
  });

  it.each(['https://elsewhere.example/', '../up/', '/rooted/', 'a//b/', '//host/', 'javascript:x/'])(
    'never take a model from %s',
    (address) => {
      expect(settingsFromQuery(new URLSearchParams({ model: address }).toString()).model).toBe('models/spin-small/');
    },
  );
});
