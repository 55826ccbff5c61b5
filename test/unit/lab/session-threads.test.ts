// A session in an isolated page: its first start measures how many threads are fastest, and what a person does meanwhile works.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ThreadChooser } from '../../../src/lab/players/thread-choice.ts';
import { Session } from '../../../src/lab/session/session.ts';
import type { SessionStatus } from '../../../src/lab/session/session-store.ts';
import { settingsFromQuery } from '../../../src/lab/settings/settings-store.ts';
import { machineOf, type TabularWorkers, tabularWorkers } from './tabular-workers.ts';

const QUERY = 't=1&n=16&batch=8&micro=8&answers=8&epochs=1&window=1&lambda=1&lr=0.05';

let workers: TabularWorkers;
/** What was tried, and where the answers are held back. */
let tried: number[];
let held: Promise<void>;
let release: () => void;

const hold = (): void => {
  held = new Promise((resolve) => {
    release = resolve;
  });
};

function made(query = `${QUERY}&backend=wasm`): Session {
  return new Session({
    settings: () => settingsFromQuery(query),
    machine: {
      ...machineOf(workers),
      capabilities: async () => ({ webgpu: 'missing', adapter: '', isolated: true, cores: 4 }),
      threads: new ThreadChooser({
        probe: (quiet) => async (threads, signal) => {
          await quiet;
          tried.push(threads);
          await Promise.race([
            held,
            new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
          ]);
          return 10 * threads;
        },
        storage: null,
        runtime: '',
      }),
    },
    hidden: () => false,
  });
}

const rest = () => new Promise((resolve) => setTimeout(resolve, 1));

async function reach(session: Session, status: SessionStatus): Promise<void> {
  while (session.store.getState().status !== status) await rest();
}

async function measuring(session: Session): Promise<void> {
  while (session.store.getState().opening?.what !== 'threads') await rest();
}

const planOf = (session: Session) => {
  const { threads, threadsBy } = session.store.getState().plan ?? {};
  return { threads, from: threadsBy?.from };
};

beforeEach(() => {
  workers = tabularWorkers();
  tried = [];
  held = Promise.resolve();
  release = () => undefined;
});

afterEach(() => workers.close());

describe('the first start', () => {
  it('measures while the players have their files, says so, and opens them with what was fastest; the second does not', async () => {
    hold();
    const session = made();
    await session.look();
    expect(planOf(session)).toEqual({ threads: 1, from: 'unmeasured' });
    session.start();
    await measuring(session);
    expect(session.store.getState().status).toBe('opening');
    expect(workers.started).toEqual(['opponent', 'player']);
    expect(workers.opened).toEqual([]);
    release();
    await reach(session, 'finished');
    expect(planOf(session)).toEqual({ threads: 2, from: 'measured' });
    expect(workers.opened.map(({ threads }) => threads)).toEqual([2, 2]);
    session.start();
    await reach(session, 'running');
    await reach(session, 'finished');
    expect(tried).toEqual([1, 2]);
  });

  it('does not measure where the link says the number, nor on WebGPU', async () => {
    for (const [query, plan] of [
      [`${QUERY}&backend=wasm&threads=4`, { threads: 4, from: 'link' }],
      [`${QUERY}&backend=webgpu`, { threads: 1, from: 'webgpu' }],
    ] as const) {
      const session = made(query);
      session.start();
      await reach(session, 'finished');
      expect(planOf(session)).toEqual(plan);
    }
    expect(tried).toEqual([]);
  });

  it('can be reset while it measures, and started again', async () => {
    hold();
    const session = made();
    session.start();
    await measuring(session);
    session.start();
    session.pause();
    await session.reset();
    expect(session.store.getState()).toMatchObject({ status: 'idle', opening: null, trouble: null });
    expect(workers.opened).toEqual([]);
    held = Promise.resolve();
    session.start();
    await reach(session, 'finished');
    expect(tried).toEqual([1, 1, 2]);
  });
});

describe('a first start without a model', () => {
  it('fails, waits for nothing, and leaves the measuring to the next start', async () => {
    workers.broken = true;
    const session = made();
    session.start();
    await reach(session, 'failed');
    await rest();
    expect(session.store.getState()).toMatchObject({ opening: null, trouble: { name: 'NoModelError' } });
    expect(tried).toEqual([]);
    workers.broken = false;
    session.start();
    await reach(session, 'finished');
    expect(tried).toEqual([1, 2]);
    expect(planOf(session)).toEqual({ threads: 2, from: 'measured' });
  });
});

describe('measuring again', () => {
  it('counts for the next run, and leaves the finished one as it is', async () => {
    const session = made();
    session.start();
    await reach(session, 'finished');
    const { opened } = session.store.getState();
    await session.measureThreads();
    expect(tried).toEqual([1, 2, 1, 2]);
    expect(planOf(session)).toEqual({ threads: 2, from: 'measured' });
    expect(session.store.getState()).toMatchObject({ status: 'finished', opened, opening: null });
  });

  it('gives way to a run that is started meanwhile, which measures itself', async () => {
    hold();
    const session = made();
    const again = session.measureThreads();
    await measuring(session);
    session.start();
    await again;
    await measuring(session);
    expect(session.store.getState().status).toBe('opening');
    release();
    await reach(session, 'finished');
    expect(tried).toEqual([1, 1, 2]);
  });

  it('is refused while a run may go on, which keeps the number that it began with', async () => {
    const session = made();
    session.step('batch');
    await reach(session, 'paused');
    await session.measureThreads();
    expect(tried).toEqual([1, 2]);
  });
});
