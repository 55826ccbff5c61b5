// Runs out of the keeper and in again: bit for bit, by the keeper's own zip and by other programs'; and every zip that is none is
// refused by its name.

import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { folderFiles } from '../../../src/cli/model-files.ts';
import { openModel } from '../../../src/engine/models/files/model-folder.ts';
import { sendCheckpoint, sendModel } from '../../../src/lab/storage/send-arrays.ts';
import { crc32 } from '../../../workers/keeper/crc32.ts';
import { unpack, ZipWriter } from '../../../workers/keeper/zip.ts';
import { readDirectory } from '../../../workers/keeper/zip-directory.ts';
import type { Channel } from '../../../workers/messages/channel.ts';
import type { KeeperProtocol, RunEntry } from '../../../workers/messages/keeper-protocol.ts';
import { base, valuesOf } from '../parameters.ts';
import { append, closeAll, event, FILE, modelHere, NOTES, newRun, Profile, refusal, snapshotAt } from './kept.ts';

let model = '';
let profile: Profile;
let keeper: Channel<KeeperProtocol>;

beforeAll(async () => {
  model = await modelHere();
});
beforeEach(async () => {
  profile = new Profile();
  keeper = await profile.keeper();
});
afterEach(closeAll);

type Caller = Channel<KeeperProtocol>;

const exported = async (from: Caller, id: string): Promise<Record<string, Uint8Array>> =>
  unzipSync(await from.call('exportRun', id));
const imported = (bytes: Uint8Array, name = 'run.zip', notes: typeof NOTES | null = null): Promise<RunEntry> =>
  keeper.call('importRun', { name, bytes, notes });
const evaluation = (moment: string, value: number) => ({
  type: 'evaluation',
  moment,
  iteration: 0,
  human_likeness: value,
});

/** A run with a file of every kind, cut off within its second iteration. */
async function unfinished(): Promise<void> {
  const own = { name: 'rows.jsonl', bytes: strToU8('{"prompt":"a","response":"b"}\n') };
  await keeper.call('create', newRun('a', model, { own }));
  await event(keeper, 'a', evaluation('before', 0.25));
  await append(keeper, 'a', 'pairs/iteration-0.jsonl', '{"prompt":"为什么?"}\n'.repeat(40));
  await append(keeper, 'a', 'answers/base.jsonl', '');
  await append(keeper, 'a', 'tokens/iteration-0.jsonl', '{"step":0}\n');
  await sendModel(keeper, 'a', 0, base(valuesOf(await openModel(await folderFiles(model), []))));
  await event(keeper, 'a', evaluation('after', 0.5));
  await sendCheckpoint(keeper, 'a', snapshotAt(1, 4));
  await event(keeper, 'a', { type: 'step', step: 4 });
}

describe('a zip of a run', () => {
  beforeEach(unfinished);

  it('has the layout of the command line’s folder', async () => {
    const files = await exported(keeper, 'a');
    expect(Object.keys(files).sort()).toEqual([
      'answers/base.jsonl',
      'checkpoint.safetensors',
      'data/rows.jsonl',
      'events.jsonl',
      'models/iteration-0/config.json',
      'models/iteration-0/model.safetensors',
      'models/iteration-0/tokenizer.json',
      'pairs/iteration-0.jsonl',
      'run.json',
      'tokens/iteration-0.jsonl',
    ]);
    expect(JSON.parse(Buffer.from(files['run.json']!).toString())).toEqual({ ...FILE, lab: NOTES });
    expect((await keeper.call('read', { id: 'a', path: 'run.json' })).text).toBe(
      Buffer.from(files['run.json']!).toString(),
    );
  });

  it('comes back bit for bit in another profile, checkpoint, data and notes with it', async () => {
    const before = await exported(keeper, 'a');
    const zip = await keeper.call('exportRun', 'a');
    const { bytes } = (await keeper.call('entry', 'a'))!;
    keeper = await new Profile().keeper();
    const entry = await imported(zip);
    expect(entry).toMatchObject({
      file: FILE,
      notes: NOTES,
      imported: true,
      bytes,
      checkpoint: { iteration: 1, step: 4 },
      headline: { measure: 'human_likeness', before: 0.25, after: 0.5 },
    });
    expect(await exported(keeper, entry.id)).toEqual(before);
    const { snapshot, own, modelBase } = (await keeper.call('resume', entry.id))!;
    expect(snapshot).toEqual(snapshotAt(1, 4));
    expect(own).toEqual({ name: 'rows.jsonl', bytes: before['data/rows.jsonl'] });
    expect(modelBase).toBeNull();
    expect((await exported(keeper, entry.id))['events.jsonl']!.length).toBeLessThan(before['events.jsonl']!.length);
  });

  it('makes a run of its own each time', async () => {
    const zip = await keeper.call('exportRun', 'a');
    const [one, two] = [await imported(zip), await imported(zip)];
    expect(new Set(['a', one.id, two.id]).size).toBe(3);
    await append(keeper, one.id, 'events.jsonl', 'more\n');
    const [second, third] = [await exported(keeper, two.id), await exported(keeper, 'a')];
    expect(second).toEqual(third);
  });

  it('tells its progress from 0 to 1, in and out', async () => {
    for (const out of [true, false]) {
      const shares: number[] = [];
      const onProgress = (share: number) => void shares.push(share);
      const zip = await keeper.call('exportRun', 'a', out ? { onProgress } : {});
      if (!out) await keeper.call('importRun', { name: 'a.zip', bytes: zip, notes: null }, { onProgress });
      expect(shares.length).toBeGreaterThan(5);
      expect(shares).toEqual([...shares].sort((x, y) => x - y));
      expect(shares[0]).toBeLessThan(0.5);
      expect(shares.at(-1)).toBe(1);
    }
  });

  it('stops when it is no longer wanted, and keeps nothing of it', async () => {
    const bytes = await keeper.call('exportRun', 'a');
    const stored = profile.binaries.files.size;
    const stop = new AbortController();
    const asked = keeper.call(
      'importRun',
      { name: 'a.zip', bytes, notes: null },
      {
        signal: stop.signal,
        onProgress: () => stop.abort(),
      },
    );
    expect((await refusal(asked)).name).toBe('AbortError');
    expect((await keeper.call('list', null)).length).toBe(1);
    expect(profile.binaries.files.size).toBe(stored);
  });

  it('is taken in from one folder, however it was packed, without what is none of it', async () => {
    const files = await exported(keeper, 'a');
    const extra = {
      'my run/.DS_Store': strToU8('x'),
      '__MACOSX/my run/._run.json': strToU8('x'),
      'my run/pairs/': new Uint8Array(),
    };
    const inFolder = Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`my run/${path}`, bytes]));
    for (const level of [0, 9] as const) {
      const zip = zipSync({ ...inFolder, ...extra }, { level, comment: 'packed elsewhere' });
      const { id } = await imported(zip);
      expect(await exported(keeper, id)).toEqual(files);
    }
  });

  it('of a finished run leaves its checkpoint out', async () => {
    const files = await exported(keeper, 'a');
    const record = { ...FILE, finished: '2026-01-03T00:00:00.000Z' };
    const { id, checkpoint, file, notes } = await imported(
      zipSync({ ...files, 'run.json': strToU8(JSON.stringify(record)) }),
      'grey owl.zip',
    );
    expect([checkpoint, file.finished, notes.name]).toEqual([null, record.finished, 'grey owl']);
    expect(Object.keys(await exported(keeper, id))).not.toContain('checkpoint.safetensors');
  });

  it('too large for one says so instead', async () => {
    const row = (await profile.db!.get('runs', 'a'))!;
    await profile.db!.put('runs', { ...row, bytes: 600e6 });
    const { name, message } = await refusal(keeper.call('exportRun', 'a'));
    expect([name, message]).toEqual(['RunTooLargeError', expect.stringContaining('600 MB')]);
  });
});

describe('a folder of the first format', () => {
  it('is taken in, and goes out in the second with its notes', async () => {
    const record = { ...FILE, format_version: 1, environment: { ...FILE.environment, node: 'v20' } };
    const zip = zipSync({ 'run.json': strToU8(JSON.stringify(record)), 'events.jsonl': strToU8('{"type":"step"}\n') });
    const { id, file, notes, headline } = await imported(zip, 'old.zip', NOTES);
    expect([file, notes, headline]).toEqual([record, NOTES, null]);
    const out = await exported(keeper, id);
    expect(JSON.parse(Buffer.from(out['run.json']!).toString())).toEqual({ ...record, format_version: 2, lab: NOTES });
    expect(Buffer.from(out['events.jsonl']!).toString()).toBe('{"type":"step"}\n');
  });

  it('keeps the page’s notes where its own are not whole', async () => {
    const record = { ...FILE, lab: { name: 'x', colour: '<b>' } };
    expect((await imported(zipSync({ 'run.json': strToU8(JSON.stringify(record)) }), 'a.zip', NOTES)).notes).toEqual(
      NOTES,
    );
  });
});

const RECORD = strToU8(JSON.stringify(FILE));
const whole = (): Uint8Array =>
  zipSync({ 'run.json': RECORD, 'events.jsonl': strToU8('{"type":"x"}\n'.repeat(50)) }, { mtime: '2026-01-01' });

/** The zip with one byte of its central directory's first entry set. */
function withEntryByte(zip: Uint8Array, offset: number, value: number): Uint8Array {
  const at = Buffer.from(zip).indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  const changed = Uint8Array.from(zip);
  changed[at + offset] = value;
  return changed;
}

describe('what is no zip of a run', () => {
  const cases: [string, () => Uint8Array, string, string][] = [
    ['no zip', () => strToU8('{"format_version":2}'), 'InvalidZipError', 'no zip'],
    ['nothing', () => new Uint8Array(), 'InvalidZipError', 'no zip'],
    ['an empty zip', () => zipSync({}), 'InvalidZipError', 'no run.json'],
    ['another zip', () => zipSync({ 'a/b/run.json': RECORD, 'x.txt': RECORD }), 'InvalidZipError', 'no run.json'],
    ['two runs', () => zipSync({ 'a/run.json': RECORD, 'b/run.json': RECORD }), 'InvalidZipError', '2 runs'],
    ['a cut zip', () => whole().subarray(0, -30), 'InvalidZipError', 'cut short'],
    ['a zip without its beginning', () => whole().subarray(40), 'InvalidZipError', 'damaged'],
    ['a path upwards', () => zipSync({ 'run.json': RECORD, '../x': RECORD }), 'InvalidZipError', 'unsafe path'],
    ['a path upwards within', () => zipSync({ 'run.json': RECORD, 'a/../../x': RECORD }), 'InvalidZipError', 'unsafe'],
    ['an absolute path', () => zipSync({ 'run.json': RECORD, '/etc/x': RECORD }), 'InvalidZipError', 'unsafe path'],
    ['a path of Windows', () => zipSync({ 'run.json': RECORD, 'C:\\x': RECORD }), 'InvalidZipError', 'unsafe path'],
    ['an encrypted file', () => withEntryByte(whole(), 8, 1), 'InvalidZipError', 'encrypted'],
    ['another method', () => withEntryByte(whole(), 10, 12), 'InvalidZipError', 'method'],
    ['a wrong size', () => withEntryByte(whole(), 24, 1), 'InvalidZipError', 'damaged'],
    ['a wrong checksum', () => withEntryByte(whole(), 16, 1), 'InvalidZipError', 'damaged'],
    ['far too much', () => withEntryByte(whole(), 27, 0x40), 'InvalidZipError', '1074 MB'],
    ['the ZIP64 form', () => zip64(), 'InvalidZipError', 'ZIP64'],
    ['a record that is none', () => zipSync({ 'run.json': strToU8('[]') }), 'RunFormatError', 'no record of a run'],
    [
      'a newer format',
      () => zipSync({ 'run.json': strToU8(JSON.stringify({ ...FILE, format_version: 3 })) }),
      'RunFormatError',
      'format 3',
    ],
    [
      'settings out of range',
      () => zipSync({ 'run.json': strToU8(JSON.stringify({ ...FILE, configuration: { iterations: -1 } })) }),
      'RunFormatError',
      'terations',
    ],
    [
      'a broken checkpoint',
      () => zipSync({ 'run.json': RECORD, 'checkpoint.safetensors': strToU8('short') }),
      'InvalidSafetensorsError',
      'checkpoint.safetensors',
    ],
    [
      'broken events',
      () => zipSync({ 'run.json': RECORD, 'events.jsonl': strToU8('{"type":"x"}\nnot json\n') }),
      'InvalidZipError',
      'events.jsonl',
    ],
  ];

  function zip64(): Uint8Array {
    const zip = Uint8Array.from(whole());
    zip.fill(0xff, zip.length - 6, zip.length - 2);
    return zip;
  }

  it.each(cases)('%s is refused by name, with advice, and leaves nothing', async (_, make, name, words) => {
    const error = await refusal(imported(make(), 'the file.zip'));
    expect(error).toMatchObject({
      name,
      message: expect.stringContaining(words),
      advice: expect.stringMatching(/\.$/),
    });
    expect(error.message).toContain('the file.zip');
    expect(await keeper.call('list', null)).toEqual([]);
    expect(profile.binaries.files.size).toBe(0);
  });

  it('and whatever byte of a zip is changed, it is taken in as it was or refused by a named error', async () => {
    const zip = whole();
    const before = unzipSync(zip);
    const seen = { taken: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.nat(zip.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const changed = Uint8Array.from(zip);
        changed[at]! ^= mask;
        try {
          const files = readDirectory('changed', changed);
          for (const file of files) {
            const bytes = await unpack('changed', file);
            if (file.path in before) expect(bytes).toEqual(before[file.path]);
          }
          seen.taken += 1;
        } catch (error) {
          expect((error as Error).name).toBe('InvalidZipError');
          seen.refused += 1;
        }
      }),
      { numRuns: 300, seed: 5 },
    );
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(10);
  });

  it('is not unpacked beyond the size that it claims', async () => {
    const bomb = zipSync({ 'run.json': new Uint8Array(50e6) }, { level: 9 });
    expect(bomb.length).toBeLessThan(60_000);
    const at = Buffer.from(bomb).indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    new DataView(bomb.buffer, bomb.byteOffset).setUint32(at + 24, 1000, true);
    let most = 0;
    const [file] = readDirectory('bomb', bomb);
    const onBytes = (count: number) => {
      most += count;
    };
    expect((await refusal(unpack('bomb', file!, { onBytes }))).name).toBe('InvalidZipError');
    expect(most).toBeLessThanOrEqual(1000);
  });
});

const hashes = (files: Record<string, Uint8Array>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(files).map(([path, bytes]) => [path, createHash('sha256').update(bytes).digest('hex')]),
  );

describe('a zip as such', () => {
  it('written in pieces is read by another program, and the other way round', async () => {
    const files: Record<string, Uint8Array> = {
      'run.json': strToU8('{}'),
      'pairs/größe 一.jsonl': strToU8('ä'.repeat(2e6)),
      'model.safetensors': new Uint8Array(randomBytes(3 << 20)),
      empty: new Uint8Array(),
    };
    const writer = new ZipWriter(new Date('2026-01-01T00:00:00Z'));
    for (const [path, bytes] of Object.entries(files)) await writer.add(path, bytes);
    const zip = writer.end();
    expect(hashes(unzipSync(zip))).toEqual(hashes(files));
    // The weights are stored, the text is not.
    expect(zip.length).toBeGreaterThan(3 << 20);
    expect(zip.length).toBeLessThan((3 << 20) + 20_000);
    const read = await Promise.all(
      readDirectory('zip', zipSync(files)).map(async (file) => [file.path, await unpack('zip', file)] as const),
    );
    expect(hashes(Object.fromEntries(read))).toEqual(hashes(files));
  });

  it('has the checksum of the standard: 0xCBF43926 of 123456789, in one piece or two', () => {
    const digits = strToU8('123456789');
    expect(crc32(digits)).toBe(0xcbf43926);
    expect(crc32(digits.subarray(4), crc32(digits.subarray(0, 4)))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
  });
});
