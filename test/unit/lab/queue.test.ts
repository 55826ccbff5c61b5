// The queue: order, ends and troubles of its runs, and what outlasts a reload. How a run is played is a promise that the test settles.

import { describe, expect, it } from 'vitest';
import { QUEUE_KEY, Queue, type QueuedRun } from '../../../src/lab/runs/queue.ts';
import type { SpinConfiguration } from '../../../src/spin/configuration.ts';
import { LabError } from '../../../src/spin/lab-error.ts';
import { DEFAULTS } from '../../../src/spin/parameters/parameter-table.ts';

const seeds = (...list: number[]): SpinConfiguration[] => list.map((seed) => ({ ...DEFAULTS, seed }));

/** A page whose runs end when the test says so. */
class Page {
  readonly played: number[] = [];
  readonly stored = new Map<string, string>();
  isFree = true;
  refuses = false;
  end: (how: 'finished' | 'stopped') => void = () => undefined;
  fail: (error: unknown) => void = () => undefined;
  #listeners: (() => void)[] = [];

  /** As a tab would after a load. */
  queue(): Queue {
    return new Queue({
      play: (run: QueuedRun) => {
        this.played.push(run.configuration.seed);
        this.isFree = false;
        return new Promise((resolve, reject) => {
          this.end = (how) => {
            this.isFree = true;
            resolve(how);
          };
          this.fail = reject;
        });
      },
      free: () => this.isFree,
      onChange: (listener) => this.#listeners.push(listener),
      preset: () => 'paper',
      names: () => [],
      storage: {
        getItem: (key) => this.stored.get(key) ?? null,
        setItem: (key, value) => {
          if (this.refuses) throw new DOMException('full', 'QuotaExceededError');
          this.stored.set(key, value);
        },
      },
    });
  }

  changed(isFree: boolean): void {
    this.isFree = isFree;
    for (const listener of this.#listeners) listener();
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve));
const waiting = (queue: Queue) => queue.store.getState().items.map(({ configuration }) => configuration.seed);

describe('a queue', () => {
  it('plays its runs one after the other, as they finish', async () => {
    const page = new Page();
    const queue = page.queue();
    queue.add(seeds(1, 2, 3), true);
    expect(page.played).toEqual([1]);
    expect(waiting(queue)).toEqual([2, 3]);
    expect(queue.store.getState().playing?.configuration.seed).toBe(1);
    for (const next of [2, 3]) {
      page.end('finished');
      await settled();
      expect(page.played.at(-1)).toBe(next);
    }
    page.end('finished');
    await settled();
    expect(queue.store.getState()).toEqual({ items: [], playing: null, halted: null });
  });

  it('waits until the page is free', async () => {
    const page = new Page();
    page.isFree = false;
    const queue = page.queue();
    queue.add(seeds(1), false);
    page.changed(false);
    expect(page.played).toEqual([]);
    page.changed(true);
    expect(page.played).toEqual([1]);
  });

  it('gives runs queued together one group of their own, with the preset of the settings', () => {
    const page = new Page();
    page.isFree = false;
    const queue = page.queue();
    queue.add(seeds(1, 2), true);
    queue.add(seeds(3, 4), true);
    queue.add(seeds(5), false);
    const groups = queue.store.getState().items.map(({ group }) => group);
    expect(groups[0]).toBe(groups[1]);
    expect(groups[2]).toBe(groups[3]);
    expect(groups[0]).not.toBe(groups[2]);
    expect(groups[4]).toBeNull();
    expect(queue.store.getState().items.every(({ preset }) => preset === 'paper')).toBe(true);
  });

  it('halts when a person stops a run, and goes on when told to', async () => {
    const page = new Page();
    const queue = page.queue();
    queue.add(seeds(1, 2), false);
    page.end('stopped');
    await settled();
    expect(page.played).toEqual([1]);
    expect(queue.store.getState()).toMatchObject({
      playing: null,
      halted: { why: 'stopped', run: { configuration: { seed: 1 } } },
    });
    page.changed(true);
    expect(page.played).toEqual([1]);
    queue.goOn();
    expect(page.played).toEqual([1, 2]);
  });

  it('halts at an error, keeps what it said, and can play the same run again', async () => {
    const page = new Page();
    const queue = page.queue();
    queue.add(seeds(1, 2), false);
    page.fail(new LabError('The loss is no number.', 'Lower the rate.'));
    await settled();
    const { halted } = queue.store.getState();
    expect(halted).toMatchObject({
      why: 'failed',
      trouble: { message: 'The loss is no number.', advice: 'Lower the rate.' },
    });
    page.isFree = true;
    queue.goOn(true);
    expect(page.played).toEqual([1, 1]);
    expect(waiting(queue)).toEqual([2]);
  });

  it('loses what is removed', () => {
    const page = new Page();
    page.isFree = false;
    const queue = page.queue();
    queue.add(seeds(1, 2, 3), false);
    queue.remove(queue.store.getState().items[1]!.id);
    expect(waiting(queue)).toEqual([1, 3]);
    queue.clear();
    page.changed(true);
    expect(page.played).toEqual([]);
  });
});

describe('a queue after a reload', () => {
  it('has what waited, and asks before it goes on', () => {
    const page = new Page();
    page.queue().add(seeds(1, 2, 3), true);
    const again = page.queue();
    page.changed(true);
    expect(page.played).toEqual([1]);
    expect(waiting(again)).toEqual([2, 3]);
    expect(again.store.getState().halted).toEqual({ why: 'reloaded' });
    again.goOn();
    expect(page.played).toEqual([1, 2]);
  });

  it('is not halted once nothing waits', () => {
    const page = new Page();
    page.isFree = false;
    page.queue().add(seeds(1), false);
    const again = page.queue();
    again.clear();
    expect(again.store.getState().halted).toBeNull();
  });

  it('never plays a run that another tab has taken', () => {
    const page = new Page();
    page.isFree = false;
    page.queue().add(seeds(1, 2), false);
    const [one, two] = [page.queue(), page.queue()];
    page.isFree = true;
    one.goOn();
    page.isFree = true;
    two.goOn();
    expect(page.played).toEqual([1, 2]);
    two.reread();
    expect(waiting(two)).toEqual([]);
  });

  it('leaves out what is no queued run', () => {
    const page = new Page();
    const good = { id: 'a', preset: 'default', configuration: { seed: 7 }, group: null };
    const bad = [
      { ...good, configuration: { seed: -1 } },
      { ...good, configuration: { sede: 1 } },
      { ...good, configuration: null },
      { ...good, group: 3 },
      { ...good, id: undefined },
      null,
      'run',
    ];
    page.stored.set(QUEUE_KEY, JSON.stringify([...bad, good]));
    expect(page.queue().store.getState().items).toEqual([{ ...good, configuration: { ...DEFAULTS, seed: 7 } }]);
    for (const text of ['{', '{}', 'null', '3']) {
      page.stored.set(QUEUE_KEY, text);
      expect(page.queue().store.getState().items).toEqual([]);
    }
  });

  it('lasts as long as the page where nothing can be stored', async () => {
    const page = new Page();
    page.refuses = true;
    const queue = page.queue();
    queue.add(seeds(1, 2), false);
    page.end('finished');
    await settled();
    expect(page.played).toEqual([1, 2]);
  });
});
