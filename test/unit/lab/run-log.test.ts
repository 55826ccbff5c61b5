// A run's way into storage: what is stored, in which order, and what is held back until a step has shown that it is good.

import { beforeEach, describe, expect, it } from 'vitest';
import type { TrainableValues, TrainingState } from '../../../src/engine/models/parameter-set.ts';
import type { KeeperClient } from '../../../src/lab/storage/keeper-client.ts';
import { RunLog } from '../../../src/lab/storage/run-log.ts';
import type { Snapshot } from '../../../src/spin/events.ts';
import { base } from '../parameters.ts';

type Stored = readonly [method: string, what: unknown];

let stored: Stored[];
/** The array that was sent last. */
let ahead: Float32Array | undefined;
let failing: string | null;
let troubles: unknown[];
let log: RunLog;

/** Storage as a list of what it was told. */
const keeper = {
  call: async (method: string, params: { path?: string; text?: string; snapshot?: object; values?: Float32Array }) => {
    if (method === failing) throw new Error('full');
    if (method === 'ahead') {
      ahead = params.values;
      return;
    }
    stored.push([
      method,
      method === 'append'
        ? `${params.path}: ${params.text}`
        : params.snapshot
          ? { ...params.snapshot, opponent: { role: 'base', values: ahead } }
          : null,
    ]);
  },
} as unknown as KeeperClient;

const snapshot = (step: number) =>
  ({ position: { step }, opponent: base(Float32Array.of(step)), player: null }) as unknown as Snapshot<
    TrainableValues,
    TrainingState
  >;
const line = (n: number) => [{ n }];

beforeEach(() => {
  stored = [];
  troubles = [];
  failing = null;
  log = new RunLog(keeper, 'run', { onTrouble: (error) => troubles.push(error), onWritten: () => undefined });
});

describe('a log', () => {
  it('gathers lines of one file, and keeps the order between files', async () => {
    log.append('a', line(1));
    log.append('a', line(2));
    log.appendLater('b', Promise.resolve(line(3)));
    log.append('a', line(4));
    await log.settled();
    expect(stored).toEqual([
      ['append', 'a: {"n":1}\n{"n":2}\n'],
      ['append', 'b: {"n":3}\n'],
      ['append', 'a: {"n":4}\n'],
    ]);
  });

  it('stores a checkpoint once it is confirmed, and what came after it after it', async () => {
    log.append('a', line(1));
    log.checkpoint(snapshot(16));
    log.append('a', line(2));
    await log.settled();
    expect(stored).toEqual([['append', 'a: {"n":1}\n']]);
    log.confirm();
    await log.settled();
    expect(stored.slice(1)).toEqual([
      ['checkpoint', snapshot(16)],
      ['append', 'a: {"n":2}\n'],
    ]);
  });

  it('goes back to the checkpoint that is held back, forgetting what came after it', async () => {
    const held = snapshot(16);
    log.checkpoint(held);
    log.append('a', line(1));
    expect(log.pending).toBe(held);
    await log.rewind(true);
    log.append('a', line(2));
    log.confirm();
    await log.settled();
    expect(stored).toEqual([
      ['checkpoint', held],
      ['append', 'a: {"n":2}\n'],
    ]);
  });

  it('drops a checkpoint that was never confirmed when it goes back to the stored one', async () => {
    log.checkpoint(snapshot(16));
    log.confirm();
    log.append('a', line(1));
    log.checkpoint(snapshot(32));
    await log.rewind(false);
    expect(log.pending).toBeNull();
    expect(stored.map(([method]) => method)).toEqual(['checkpoint', 'append', 'resume']);
  });

  it('finishes without the checkpoint that is held back, which would be dropped at once, and with what came after it', async () => {
    log.checkpoint(snapshot(16));
    log.append('a', line(1));
    log.finish('now');
    await log.settled();
    expect(stored.map(([method]) => method)).toEqual(['append', 'finish']);
  });

  it('says once that storage failed, and stores nothing more, so that no file has a hole', async () => {
    failing = 'append';
    log.append('a', line(1));
    log.append('b', line(2));
    await log.settled();
    failing = null;
    log.append('a', line(3));
    log.finish('now');
    await log.settled();
    expect(stored).toEqual([]);
    expect(troubles).toHaveLength(1);
  });
});
