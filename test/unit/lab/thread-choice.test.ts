// The number of threads a player: what is tried, what is taken, and how long it is remembered.

import { describe, expect, it } from 'vitest';
import { chooseThreads, THREADS_KEY, ThreadChooser, type ThreadProbe } from '../../../src/lab/players/thread-choice.ts';

const RUNTIME = '1.30.0';
const UNENDING = new AbortController().signal;
const QUIET = Promise.resolve();

/** Rates by the number of threads, of which those that are missing fail; tells what was tried. */
function probing(rates: Readonly<Record<number, number>>): { probe: ThreadProbe; tried: number[] } {
  const tried: number[] = [];
  const probe: ThreadProbe = async (threads) => {
    tried.push(threads);
    const rate = rates[threads];
    if (rate === undefined) throw new Error('no such threads');
    return rate;
  };
  return { probe, tried };
}

function memory() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

const CLOSED = {
  getItem: () => {
    throw new Error('storage is closed');
  },
  setItem: () => {
    throw new Error('storage is closed');
  },
  removeItem: () => {
    throw new Error('storage is closed');
  },
};

describe('choosing threads', () => {
  it.each([
    ['takes the faster', 8, { 1: 10, 2: 18, 4: 30 }, [1, 2, 4], 4],
    ['stops at the first that is not faster', 8, { 1: 10, 2: 8, 4: 100, 8: 100 }, [1, 2], 1],
    ['takes no gain below a tenth', 8, { 1: 10, 2: 18, 4: 19.7, 8: 100 }, [1, 2, 4], 2],
    ['takes one where two do less than the kernels of one', 4, { 1: 10, 2: 14 }, [1, 2], 1],
    ['tries four where two do less than the kernels of one', 8, { 1: 10, 2: 14, 4: 25 }, [1, 2, 4], 4],
    ['tries no more threads than make up the cores for two players', 6, { 1: 10, 2: 20, 4: 40 }, [1, 2], 2],
    ['tries no more than eight', 64, { 1: 10, 2: 20, 4: 40, 8: 80, 16: 160 }, [1, 2, 4, 8], 8],
    ['survives a number that does not work', 4, { 1: 10, 4: 100 }, [1, 2], 1],
    ['survives a runtime that does not work at all', 4, {}, [1], 1],
  ])('%s', async (_, cores, rates: Readonly<Record<number, number>>, expected, threads) => {
    const { probe, tried } = probing(rates);
    const choice = await chooseThreads(probe, cores, UNENDING);
    expect(tried).toEqual(expected);
    expect(choice).toEqual({ threads, rates: tried.map((n) => ({ threads: n, rate: rates[n] ?? null })) });
  });

  it('ends when it is told to, also while a number is tried', async () => {
    const abort = new AbortController();
    const reason = new Error('reset');
    const tried: number[] = [];
    const probe: ThreadProbe = (threads, signal) => {
      tried.push(threads);
      const ended = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      queueMicrotask(() => abort.abort(reason));
      return ended;
    };
    await expect(chooseThreads(probe, 4, abort.signal)).rejects.toBe(reason);
    await expect(chooseThreads(probe, 4, abort.signal)).rejects.toBe(reason);
    expect(tried).toEqual([1]);
  });
});

describe('what was measured', () => {
  it('is remembered for the next visit', async () => {
    const storage = memory();
    const { probe } = probing({ 1: 10, 2: 20 });
    const first = new ThreadChooser({ probe: () => probe, storage, runtime: RUNTIME });
    expect(first.known(4)).toBeNull();
    const choice = await first.measure(4, QUIET, UNENDING);
    expect(first.known(4)).toEqual(choice);
    expect(new ThreadChooser({ probe: () => probe, storage, runtime: RUNTIME }).known(4)).toEqual(choice);
  });

  it('is forgotten on another number of cores, and with another runtime', async () => {
    const storage = memory();
    const { probe } = probing({ 1: 10, 2: 20 });
    const first = new ThreadChooser({ probe: () => probe, storage, runtime: RUNTIME });
    await first.measure(8, QUIET, UNENDING);
    expect(first.known(4)).toBeNull();
    expect(new ThreadChooser({ probe: () => probe, storage, runtime: RUNTIME }).known(4)).toBeNull();
    expect(new ThreadChooser({ probe: () => probe, storage, runtime: '1.31.0' }).known(8)).toBeNull();
  });

  it.each([
    ['closed', CLOSED],
    ['missing', null],
  ])('is remembered for the page’s life where storage is %s', async (_, storage) => {
    const chooser = new ThreadChooser({ probe: () => probing({ 1: 10, 2: 20 }).probe, storage, runtime: RUNTIME });
    expect(chooser.known(4)).toBeNull();
    const choice = await chooser.measure(4, QUIET, UNENDING);
    expect(chooser.known(4)).toEqual(choice);
  });

  it('is nothing where what went on beside it failed, and is measured the next time', async () => {
    const { probe } = probing({ 1: 10, 2: 20 });
    const storage = memory();
    const chooser = new ThreadChooser({ probe: () => probe, storage, runtime: RUNTIME });
    await expect(chooser.measure(4, Promise.reject(new Error('no model')), UNENDING)).rejects.toThrow('no model');
    expect(chooser.known(4)).toBeNull();
    expect(storage.items.size).toBe(0);
  });

  it('stays what it was in this page when another tab measures otherwise', async () => {
    const storage = memory();
    const here = new ThreadChooser({ probe: () => probing({ 1: 10, 2: 20 }).probe, storage, runtime: RUNTIME });
    await here.measure(4, QUIET, UNENDING);
    await new ThreadChooser({ probe: () => probing({ 1: 10, 2: 5 }).probe, storage, runtime: RUNTIME }).measure(
      4,
      QUIET,
      UNENDING,
    );
    expect(here.known(4)?.threads).toBe(2);
  });

  it('is not stored where nothing worked: the next visit tries again', async () => {
    const storage = memory();
    const chooser = new ThreadChooser({ probe: () => probing({}).probe, storage, runtime: RUNTIME });
    await chooser.measure(4, QUIET, UNENDING);
    expect(chooser.known(4)).toEqual({ threads: 1, rates: [{ threads: 1, rate: null }] });
    expect(storage.items.size).toBe(0);
  });

  it.each([
    'no JSON',
    'null',
    '{}',
    '{"cores":4,"runtime":"1.30.0","threads":2,"rates":[]}',
    '{"cores":4,"runtime":"1.30.0","threads":2,"rates":[{"threads":2,"rate":null}]}',
    '{"cores":4,"runtime":"1.30.0","threads":64,"rates":[{"threads":64,"rate":1}]}',
    '{"cores":4,"runtime":"1.30.0","threads":1,"rates":[{"threads":1,"rate":1},{"threads":2,"rate":"fast"}]}',
  ])('is not taken from what this lab would not write: %s', (text) => {
    const storage = memory();
    storage.setItem(THREADS_KEY, text);
    expect(new ThreadChooser({ probe: () => probing({}).probe, storage, runtime: RUNTIME }).known(4)).toBeNull();
  });

  it('is forgotten when it is measured again, and the newer of two measurements at once is the one that goes on', async () => {
    const storage = memory();
    const rates = { 1: 10, 2: 20 };
    const { probe } = probing(rates);
    const chooser = new ThreadChooser({ probe: () => probe, storage, runtime: RUNTIME });
    await chooser.measure(4, QUIET, UNENDING);
    rates[2] = 5;
    const older = chooser.measure(4, QUIET, UNENDING);
    expect(chooser.known(4)).toBeNull();
    const newer = chooser.measure(4, QUIET, UNENDING);
    await expect(older).rejects.toThrow();
    expect((await newer).threads).toBe(1);
    expect(chooser.known(4)?.threads).toBe(1);
  });
});
