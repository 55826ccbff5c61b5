// The keeper as the page calls it: what is read is what was appended, and a run goes on from its checkpoint whatever came after.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { folderFiles } from '../../../src/cli/model-files.ts';
import { openModel } from '../../../src/engine/models/files/model-folder.ts';
import { type TrainableValues, trainableValues } from '../../../src/engine/models/parameter-set.ts';
import { sendCheckpoint, sendModel } from '../../../src/lab/storage/send-arrays.ts';
import type { SpinConfiguration } from '../../../src/spin/configuration.ts';
import { DatabaseBinaries } from '../../../workers/keeper/binaries.ts';
import type { Channel } from '../../../workers/messages/channel.ts';
import type { KeeperProtocol } from '../../../workers/messages/keeper-protocol.ts';
import { base } from '../parameters.ts';
import {
  append,
  closeAll,
  event,
  FILE,
  modelHere,
  NOTES,
  newRun,
  Profile,
  refusal,
  snapshotAt,
  textsOf,
} from './kept.ts';

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
const weightsOf = async (): Promise<TrainableValues> =>
  trainableValues((await openModel(await folderFiles(model), [])).parameters);

describe('text', () => {
  it('is read from any offset in bytes, whatever the letters take', async () => {
    const parts = ['{"a":"λ"}\n', '{"b":"答案"}\n', '', '{"c":"🦆"}\n'];
    await Promise.all(parts.map((part) => append(keeper, 'a', 'events.jsonl', part)));
    const whole = Buffer.from(parts.join(''));
    // Two, three and four bytes a letter: 10 + 1, 13 + 2, 11 + 1 characters' worth.
    expect(whole.length).toBe(11 + 15 + 13);
    for (const from of [0, 3, 11, 12, 26, 39]) {
      const { text, end } = await keeper.call('read', { id: 'a', path: 'events.jsonl', from });
      expect(text).toBe(whole.subarray(from).toString());
      expect(end).toBe(39);
    }
  });

  it('is there as an empty file where nothing was to be said, and empty where there is none', async () => {
    await append(keeper, 'a', 'pairs/iteration-0.jsonl', '');
    expect(await keeper.call('files', 'a')).toEqual(['run.json', 'pairs/iteration-0.jsonl']);
    expect(await keeper.call('read', { id: 'a', path: 'answers/base.jsonl' })).toEqual({ text: '', end: 0 });
  });

  it('comes in the order of the calls, though none waits for another', async () => {
    const lines = Array.from({ length: 200 }, (_, i) => `${i}\n`);
    void Promise.all(lines.map((line) => append(keeper, 'a', 'events.jsonl', line)));
    expect((await keeper.call('read', { id: 'a', path: 'events.jsonl' })).text).toBe(lines.join(''));
  });

  it('keeps a byte order mark and counts it', async () => {
    await append(keeper, 'a', 'events.jsonl', '\uFEFFx\n');
    expect(await keeper.call('read', { id: 'a', path: 'events.jsonl' })).toEqual({ text: '\uFEFFx\n', end: 5 });
  });
});

describe('the list', () => {
  it('tells of each run without reading its files', async () => {
    await append(keeper, 'a', 'events.jsonl', 'äöü\n');
    await new Promise((resolve) => setTimeout(resolve, 2));
    await keeper.call('create', newRun('b', model, { notes: { ...NOTES, name: 'second' } }));
    const [second, first] = await keeper.call('list', null);
    expect(second).toMatchObject({ id: 'b', bytes: 0, notes: { name: 'second' } });
    expect(first).toMatchObject({ id: 'a', bytes: 7, checkpoint: null, imported: false, headline: null, file: FILE });
    expect(Date.parse(first!.changed)).toBeGreaterThan(Date.now() - 60_000);
  });

  it('tells of a run kept before 0.2 that it has the rules of its time', async () => {
    const { arithmetic: _, decayed: __, ...former } = FILE.configuration;
    const file = { ...FILE, configuration: former as SpinConfiguration };
    await keeper.call('create', { ...newRun('b', model), file });
    for (const [id, rules] of [
      ['a', { arithmetic: 2, decayed: 'matrices' }],
      ['b', { arithmetic: 1, decayed: 'all' }],
    ] as const) {
      expect((await keeper.call('entry', id))!.file.configuration).toMatchObject(rules);
    }
  });

  it('is quick with a hundred runs of many chunks', async () => {
    for (let i = 0; i < 99; i++) await keeper.call('create', newRun(`r${i}`, model));
    for (let i = 0; i < 300; i++) await append(keeper, 'r5', 'events.jsonl', `${'x'.repeat(100)}\n`);
    const from = performance.now();
    expect((await keeper.call('list', null)).length).toBe(100);
    expect(performance.now() - from).toBeLessThan(500);
  });

  it('keeps changed notes and the headline', async () => {
    const headline = { measure: 'human_likeness', before: 0.2, after: 0.7 } as const;
    await keeper.call('headline', { id: 'a', headline });
    expect(await keeper.call('note', { id: 'a', changes: { name: 'other', pinned: false } })).toMatchObject({
      notes: { ...NOTES, name: 'other', pinned: false },
      headline,
    });
  });

  it('does not make a second run of the same id', async () => {
    await append(keeper, 'a', 'events.jsonl', 'x\n');
    expect((await refusal(keeper.call('create', newRun('a', model)))).name).toBe('ConstraintError');
    expect(await textsOf(keeper, 'a')).toEqual({ 'events.jsonl': 'x\n' });
  });
});

describe('a run that was cut off', () => {
  it('goes back exactly to its checkpoint in a new keeper', async () => {
    await event(keeper, 'a', { type: 'run-started', text: '开始' });
    await append(keeper, 'a', 'pairs/iteration-0.jsonl', '{"p":"é"}\n');
    await append(keeper, 'a', 'tokens/iteration-0.jsonl', '{"t":1}\n');
    await sendModel(keeper, 'a', 0, await weightsOf());
    await checkpoint(1, 6);
    const before = await textsOf(keeper, 'a');
    const { bytes } = (await keeper.call('entry', 'a'))!;
    await event(keeper, 'a', { type: 'step', step: 7 });
    await append(keeper, 'a', 'pairs/iteration-0.jsonl', '{"late":true}\n');
    await append(keeper, 'a', 'pairs/iteration-1.jsonl', '{"late":true}\n');
    await append(keeper, 'a', 'answers/iteration-0.jsonl', '{"late":true}\n');
    await sendModel(keeper, 'a', 1, await weightsOf());

    const next = await profile.keeper();
    const { snapshot, own, modelBase } = (await next.call('resume', 'a'))!;
    expect(snapshot).toEqual(snapshotAt(1, 6));
    expect(own).toBeNull();
    expect(modelBase).toBe(model);
    expect(await textsOf(next, 'a')).toEqual(before);
    const files = await next.call('files', 'a');
    expect(files.filter((path) => path.startsWith('models/iteration-0/')).length).toBe(3);
    expect(files.filter((path) => path.startsWith('models/iteration-1/'))).toEqual([]);
    expect(await next.call('entry', 'a')).toMatchObject({ bytes, checkpoint: { iteration: 1, step: 6 } });
    // What was cut off can be written again.
    await event(next, 'a', { type: 'step', step: 7 });
    expect((await textsOf(next, 'a'))['events.jsonl']).toBe(`${before['events.jsonl']}{"type":"step","step":7}\n`);
  });

  it('is cut within what was appended at once, if that is where the checkpoint was', async () => {
    await append(keeper, 'a', 'events.jsonl', 'ab\n');
    await checkpoint(0, 1);
    const tx = profile.db!.transaction(['chunks', 'files'], 'readwrite');
    await tx.objectStore('chunks').delete(['a', 'events.jsonl', 3]);
    await tx.objectStore('chunks').put(Buffer.from('ab\ncd\n'), ['a', 'events.jsonl', 6]);
    await tx.objectStore('files').put({ run: 'a', path: 'events.jsonl', size: 6, binary: null });
    await keeper.call('resume', 'a');
    expect(await keeper.call('read', { id: 'a', path: 'events.jsonl' })).toEqual({ text: 'ab\n', end: 3 });
  });

  it('keeps its last whole checkpoint while another cannot be written, and leaves nothing half', async () => {
    await checkpoint(0, 2);
    const stored = profile.binaries.files.size;
    profile.binaries.trouble = new DOMException('full', 'QuotaExceededError');
    const { name, advice } = await refusal(checkpoint(0, 4));
    expect(name).toBe('StorageFullError');
    expect(advice).toContain('Delete runs');
    profile.binaries.trouble = null;
    expect((await keeper.call('resume', 'a'))!.snapshot.position.step).toBe(2);
    expect(profile.binaries.files.size).toBe(stored);
    await checkpoint(0, 6);
    expect(profile.binaries.files.size).toBe(stored);
    expect((await keeper.call('resume', 'a'))!.snapshot.position.step).toBe(6);
  });

  it('refuses what would come after a gap, until it is taken back', async () => {
    await append(keeper, 'a', 'events.jsonl', '1\n');
    await checkpoint(0, 1);
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    const failed = await refusal(append(keeper, 'a', 'events.jsonl', '2\n')).finally(() => {
      IDBObjectStore.prototype.put = put;
    });
    expect(failed.name).toBe('StorageFullError');
    expect((await refusal(append(keeper, 'a', 'events.jsonl', '3\n'))).name).toBe('StorageFullError');
    expect((await refusal(checkpoint(0, 3))).name).toBe('StorageFullError');
    expect((await keeper.call('resume', 'a'))!.snapshot.position.step).toBe(1);
    await append(keeper, 'a', 'events.jsonl', '2\n');
    expect((await textsOf(keeper, 'a'))['events.jsonl']).toBe('1\n2\n');
  });

  it('leaves large files that no run names, which are swept away; the others stay', async () => {
    await checkpoint(0, 2);
    profile.binaries.files.set('half written', new Uint8Array(3));
    await profile.last!.sweep();
    expect(profile.binaries.files.size).toBe(1);
    expect((await keeper.call('resume', 'a'))!.snapshot).toEqual(snapshotAt(0, 2));
  });

  it('cannot be gone on with when it has no checkpoint or is finished; a finished one has none stored', async () => {
    expect(await keeper.call('resume', 'a')).toBeNull();
    await checkpoint(0, 2);
    const { file, checkpoint: place } = await keeper.call('finish', { id: 'a', time: '2026-02-02T00:00:00.000Z' });
    expect(file.finished).toBe('2026-02-02T00:00:00.000Z');
    expect(place).toBeNull();
    expect(await keeper.call('resume', 'a')).toBeNull();
    expect(await keeper.call('files', 'a')).toEqual(['run.json']);
    expect(profile.binaries.files.size).toBe(0);
    expect((await keeper.call('entry', 'a'))!.bytes).toBe(0);
  });

  it('names a damaged checkpoint, a missing one, and lines that are missing', async () => {
    await append(keeper, 'a', 'events.jsonl', 'abc\n');
    await checkpoint(0, 2);
    const [name, bytes] = [...profile.binaries.files][0]!;
    const worse = bytes.slice();
    worse[worse.length - 1]! ^= 1;
    profile.binaries.files.set(name, worse);
    expect(await refusal(keeper.call('resume', 'a'))).toMatchObject({
      name: 'CorruptFileError',
      message: expect.stringContaining('checkpoint.safetensors'),
      advice: expect.any(String),
    });
    profile.binaries.files.delete(name);
    expect((await refusal(keeper.call('resume', 'a'))).message).toContain('gone');
    profile.binaries.files.set(name, bytes);
    await profile.db!.put('files', { run: 'a', path: 'events.jsonl', size: 1, binary: null });
    expect((await refusal(keeper.call('resume', 'a'))).message).toContain('3 bytes');
  });

  it('brings back own data bit for bit, whatever the file is called', async () => {
    const own = { name: '../我的 rows?.jsonl', bytes: Uint8Array.of(0, 255, 13, 10, 200) };
    await keeper.call('create', newRun('own', model, { own }));
    await sendCheckpoint(keeper, 'own', snapshotAt(0, 0));
    const next = await profile.keeper();
    expect((await next.call('resume', 'own'))!.own).toEqual(own);
    expect(await next.call('files', 'own')).toContain('data/_我的 rows_.jsonl');
  });

  it('takes its headline from what is left of its events', async () => {
    const evaluation = (moment: string, value: number) => ({ type: 'evaluation', moment, iteration: 0, nll: value });
    await event(keeper, 'a', evaluation('before', 3));
    await event(keeper, 'a', evaluation('after', 2));
    await checkpoint(1, 0);
    await event(keeper, 'a', evaluation('after', 1));
    await keeper.call('headline', { id: 'a', headline: { measure: 'nll', before: 3, after: 1 } });
    await keeper.call('resume', 'a');
    expect((await keeper.call('entry', 'a'))!.headline).toEqual({ measure: 'nll', before: 3, after: 2 });
  });
});

describe('a saved model', () => {
  it('is a whole folder with the model’s own tokenizer, and its weights come back bit for bit', async () => {
    const weights = base((await weightsOf()).values.map((value, i) => value + i / 1000));
    await sendModel(keeper, 'a', 2, weights);
    const files = await keeper.call('modelFiles', { id: 'a', iteration: 2 });
    expect([...files.keys()].sort()).toEqual(['config.json', 'model.safetensors', 'tokenizer.json']);
    const tokenizer = await readFile(join(model, 'tokenizer.json'));
    expect(Buffer.compare(files.get('tokenizer.json')!, tokenizer)).toBe(0);
    expect(JSON.parse(Buffer.from(files.get('config.json')!).toString())).toMatchObject({
      architectures: ['LlamaForCausalLM'],
      dtype: 'float32',
      hidden_size: 16,
    });
    expect(await keeper.call('weights', { id: 'a', iteration: 2 })).toEqual(weights);
  });

  it('is null and empty where none is kept', async () => {
    expect(await keeper.call('weights', { id: 'a', iteration: 0 })).toBeNull();
    expect((await keeper.call('modelFiles', { id: 'a', iteration: 0 })).size).toBe(0);
  });

  it('takes its configuration from an earlier iteration when the address no longer answers', async () => {
    const weights = await weightsOf();
    await sendModel(keeper, 'a', 0, weights);
    const first = await keeper.call('modelFiles', { id: 'a', iteration: 0 });
    profile.offline = true;
    const next = await profile.keeper();
    await sendModel(next, 'a', 1, weights);
    expect(await next.call('modelFiles', { id: 'a', iteration: 1 })).toEqual(first);
  });

  it('is refused by name where nothing tells of its configuration, until the page does', async () => {
    const weights = await weightsOf();
    profile.offline = true;
    const next = await profile.keeper();
    const { name, message } = await refusal(sendModel(next, 'a', 0, weights));
    expect([name, message]).toEqual(['ModelGoneError', expect.stringContaining(model)]);
    profile.offline = false;
    await next.call('rebase', { id: 'a', modelBase: await modelHere() });
    await sendModel(next, 'a', 0, weights);
    expect(await next.call('weights', { id: 'a', iteration: 0 })).toEqual(weights);
  });

  it('of an address without a model makes no run', async () => {
    expect((await refusal(keeper.call('create', newRun('none', join(model, 'nowhere'))))).name).toBe('ModelGoneError');
    expect(await keeper.call('entry', 'none')).toBeNull();
  });
});

describe('without a file system', () => {
  it('the database holds large files, in parts, to the same effect', async () => {
    const other = new Profile();
    const channel = await other.keeper((db) => new DatabaseBinaries(db));
    await channel.call('create', newRun('a', model));
    const snapshot = { ...snapshotAt(0, 3), opponent: base(new Float32Array(9e6).map((_, i) => i % 1000)) };
    await sendCheckpoint(channel, 'a', snapshot);
    expect(await other.db!.count('parts')).toBe(3);
    const { opponent } = (await channel.call('resume', 'a'))!.snapshot;
    expect(
      Buffer.compare(new Uint8Array(opponent.values.buffer), new Uint8Array(snapshot.opponent.values.buffer)),
    ).toBe(0);
    expect((await channel.call('usage', null)).weights).toBe('database');
    await sendCheckpoint(channel, 'a', snapshotAt(0, 4));
    expect(await other.db!.count('parts')).toBe(1);
    await channel.call('clear', null);
    expect(await other.db!.count('parts')).toBe(0);
  });
});
