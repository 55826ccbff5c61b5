// Runs that are removed: they can be had back until they are purged, and then nothing is left of them.

import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sendCheckpoint } from '../../../src/lab/storage/send-arrays.ts';
import type { Channel } from '../../../workers/messages/channel.ts';
import type { KeeperProtocol } from '../../../workers/messages/keeper-protocol.ts';
import { append, closeAll, modelHere, newRun, Profile, refusal, snapshotAt, textsOf } from './kept.ts';

let model = '';
let profile: Profile;
let keeper: Channel<KeeperProtocol>;

beforeAll(async () => {
  model = await modelHere();
});
beforeEach(async () => {
  profile = new Profile();
  keeper = await profile.keeper();
  await keeper.call('create', newRun('a', model));
});
afterEach(closeAll);

const checkpoint = (iteration: number, step: number) => sendCheckpoint(keeper, 'a', snapshotAt(iteration, step));

describe('removal', () => {
  it('hides a run, restores it whole, and purges it for good', async () => {
    await append(keeper, 'a', 'events.jsonl', 'x\n');
    await checkpoint(0, 1);
    await keeper.call('remove', 'a');
    expect(await keeper.call('list', null)).toEqual([]);
    expect(await keeper.call('entry', 'a')).toBeNull();
    expect((await refusal(append(keeper, 'a', 'events.jsonl', 'y\n'))).name).toBe('MissingRunError');
    expect((await refusal(keeper.call('files', 'a'))).name).toBe('MissingRunError');
    await keeper.call('restore', 'a');
    expect(await textsOf(keeper, 'a')).toEqual({ 'events.jsonl': 'x\n' });
    expect((await keeper.call('resume', 'a'))!.snapshot.position.step).toBe(1);

    await keeper.call('create', newRun('b', model));
    await append(keeper, 'b', 'events.jsonl', 'b\n');
    await keeper.call('remove', 'a');
    await keeper.call('purge', null);
    expect((await refusal(keeper.call('restore', 'a'))).name).toBe('MissingRunError');
    expect(profile.binaries.files.size).toBe(0);
    expect(await profile.db!.count('chunks')).toBe(1);
    expect(await textsOf(keeper, 'b')).toEqual({ 'events.jsonl': 'b\n' });
  });

  it('is for good once a worker begins alone: the tab that could bring the run back is closed', async () => {
    await append(keeper, 'a', 'events.jsonl', 'x\n');
    await checkpoint(0, 1);
    await keeper.call('remove', 'a');
    await profile.last!.sweep();
    expect((await refusal(keeper.call('restore', 'a'))).name).toBe('MissingRunError');
    expect(profile.binaries.files.size).toBe(0);
    expect(await profile.db!.count('chunks')).toBe(0);
  });

  it('is of the run alone, though another’s id begins like it', async () => {
    await keeper.call('create', newRun('aa', model));
    await append(keeper, 'aa', 'events.jsonl', 'aa\n');
    await append(keeper, 'a', 'events.jsonl', 'a\n');
    await keeper.call('remove', 'a');
    await keeper.call('purge', null);
    expect(await textsOf(keeper, 'aa')).toEqual({ 'events.jsonl': 'aa\n' });
  });

  it('of everything leaves nothing', async () => {
    await append(keeper, 'a', 'events.jsonl', 'x\n');
    await checkpoint(0, 1);
    await keeper.call('clear', null);
    expect(await keeper.call('list', null)).toEqual([]);
    expect(profile.binaries.files.size).toBe(0);
    for (const store of ['runs', 'files', 'chunks'] as const) expect(await profile.db!.count(store)).toBe(0);
  });
});
