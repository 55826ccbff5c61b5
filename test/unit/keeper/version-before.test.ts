// Runs that version 0.1 began and did not finish (test/fixtures/version-0.1): its zip, its command line's folder and its database are read
// and gone on with, to the numbers that it itself went on to, by its own rules of decay, clipping and beams.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { IDBFactory } from 'fake-indexeddb';
import { unzipSync } from 'fflate';
import { afterEach, describe, expect, it } from 'vitest';
import { settingsFromQuery } from '../../../src/lab/settings/settings-store.ts';
import {
  bytesOf,
  jsonOf,
  type KeptStorage,
  keptStorage,
  type Line,
  linesOf,
  VERSION_BEFORE,
} from '../../fixtures/read-version.ts';
import { spin } from '../cli/in-process.ts';
import { scratch } from '../cli/tiny-model.ts';
import { closeAll, NOTES, Profile } from './kept.ts';

const RUN = unzipSync(bytesOf('run.zip'));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes!).toString();

afterEach(closeAll);

function unpacked(files: Readonly<Record<string, Uint8Array>>): string {
  const folder = scratch();
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

/** The command that began a run, given once more. */
async function goOn(out: string, configuration: string): Promise<Line[]> {
  const [model, config] = [join(VERSION_BEFORE, 'model'), join(VERSION_BEFORE, configuration)];
  const command = ['play', '--backend', 'wasm', '--model', model, '--config', config, '--out', out];
  const { lines, messages, status } = await spin(command);
  expect([status, messages.join('\n')]).toEqual([0, expect.stringContaining('Going on from')]);
  const events = lines.filter(({ type }) => type !== 'environment').map(({ time: _, ...line }) => line);
  const models = [0, 1].map((iteration) => `models/iteration-${iteration}/model.safetensors`);
  return [
    ...events,
    ...models.map((path) => {
      const sha256 = createHash('sha256')
        .update(readFileSync(join(out, path)))
        .digest('hex');
      return { type: 'model', path, sha256 };
    }),
  ];
}

describe('an unfinished run of the version before', () => {
  it('that the command line played goes on to the same numbers and weights', async () => {
    const out = unpacked(unzipSync(bytesOf('command-line.zip')));
    expect(await goOn(out, 'command-line.json')).toEqual(linesOf('command-line.continued.jsonl'));
    expect(existsSync(join(out, 'checkpoint.safetensors'))).toBe(false);
  });

  it('that the page played and exported goes on to the same numbers and weights on the command line', async () => {
    expect(await goOn(unpacked(RUN), 'run.configuration.json')).toEqual(linesOf('run.continued.jsonl'));
  });

  it('that the page exported is taken in, cut back to its checkpoint, and goes out as it came', async () => {
    const keeper = await new Profile().keeper();
    const { id } = await keeper.call('importRun', { name: 'run.zip', bytes: bytesOf('run.zip'), notes: NOTES });
    expectRun(unzipSync(await keeper.call('exportRun', id)));
    expect(await keeper.call('entry', id)).toMatchObject({ checkpoint: { iteration: 1, step: 16 }, imported: true });
    await expectCheckpoint(keeper, id);
  });

  it('that lies in the browser’s database is there, and goes out as the version before exported it', async () => {
    const kept = keptStorage();
    const profile = new Profile(await filled(kept));
    for (const [name, bytes] of Object.entries(kept.files)) profile.binaries.files.set(name, bytes);
    const keeper = await profile.keeper();
    const [entry, ...others] = await keeper.call('list', null);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      notes: JSON.parse(text(RUN['run.json'])).lab,
      checkpoint: { iteration: 1, step: 16 },
    });
    expectRun(unzipSync(await keeper.call('exportRun', entry!.id)));
    await expectCheckpoint(keeper, entry!.id);
  });
});

/** The zip of the version before, file by file; its record may have gained fields. */
function expectRun(files: Readonly<Record<string, Uint8Array>>): void {
  const paths = Object.keys(RUN).filter((path) => path !== 'run.json');
  expect(Object.keys(files).sort()).toEqual(['run.json', ...paths].sort());
  for (const path of paths) expect(sha256(files[path]!), path).toBe(sha256(RUN[path]!));
  expect(JSON.parse(text(files['run.json']))).toMatchObject(JSON.parse(text(RUN['run.json'])));
}

/** The keeper gives the checkpoint, and the events after it are gone. */
async function expectCheckpoint(keeper: Awaited<ReturnType<Profile['keeper']>>, id: string): Promise<void> {
  const { snapshot } = (await keeper.call('resume', id))!;
  expect(snapshot).toMatchObject({ iteration: 1, position: { step: 16 } });
  const before = text(RUN['events.jsonl']);
  const { text: after } = await keeper.call('read', { id, path: 'events.jsonl' });
  expect(before.startsWith(after)).toBe(true);
  expect(JSON.parse(before.slice(after.length).split('\n')[0]!)).toMatchObject({ type: 'step', step: 16 });
}

/** A database with these stores and rows, written without any code of the keeper. */
async function filled({ version, stores }: KeptStorage): Promise<IDBFactory> {
  const factory = new IDBFactory();
  await new Promise<void>((done, failed) => {
    const request = factory.open('spin-lab', version);
    request.onupgradeneeded = () => {
      for (const { name, keyPath, rows } of stores) {
        const store = request.result.createObjectStore(name, { keyPath });
        for (const { key, value } of rows) store.put(value, keyPath === null ? key : undefined);
      }
    };
    request.onerror = () => failed(request.error);
    request.onsuccess = () => {
      request.result.close();
      done();
    };
  });
  return factory;
}

describe('a link of the version before', () => {
  it('is read as the settings of the run that was played by it', () => {
    const { link } = jsonOf<{ link: string }>('link.json');
    const { configuration, model, backend, faults, problems } = settingsFromQuery(new URL(link, 'http://x').search);
    expect([model, backend, faults, problems]).toEqual(['models/old/', 'wasm', [], []]);
    expect(configuration).toMatchObject(jsonOf('run.configuration.json'));
  });
});
