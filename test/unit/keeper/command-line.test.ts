// The keeper and the command line on the same folders: a run goes from one to the other and on, to the same end.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../../src/cli/run-folder/checkpoint-file.ts';
import { RunFolder } from '../../../src/cli/run-folder/run-folder.ts';
import { sendCheckpoint } from '../../../src/lab/storage/send-arrays.ts';
import type { Channel } from '../../../workers/messages/channel.ts';
import type { KeeperProtocol } from '../../../workers/messages/keeper-protocol.ts';
import { spin } from '../cli/in-process.ts';
import { scratch, tinyModel } from '../cli/tiny-model.ts';
import { append, closeAll, event, FILE, NOTES, newRun, Profile, snapshotAt } from './kept.ts';

const SETTINGS = {
  iterations: 2,
  examplesPerIteration: 8,
  batchSize: 2,
  microBatch: 1,
  window: 2,
  maxLength: 256,
  maxNewTokens: 6,
  answerBatch: 4,
  checkpointEvery: 2,
  evaluationPrompts: 3,
  evaluationSamples: 1,
  learningRates: [0.002],
};

type Files = Record<string, Uint8Array>;

let place = '';
let model = '';
let keeper: Channel<KeeperProtocol>;
/** The command line's folder, left as a death between two checkpoints of the second iteration leaves it. */
let dead: Files;
let whole: Files;

const command = (out: string): string[] => [
  ...['play', '--model', model, '--config', join(place, 'config.json')],
  ...['--seed', '7', '--out', join(place, out)],
];

function filesOf(out: string): Files {
  const entries = readdirSync(join(place, out), { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name).slice(join(place, out).length + 1));
  return Object.fromEntries(paths.sort().map((path) => [path, Uint8Array.from(readFileSync(join(place, out, path)))]));
}

function writeFiles(out: string, files: Files): void {
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(place, out, path)), { recursive: true });
    writeFileSync(join(place, out, path), bytes);
  }
}

const exported = async (id: string): Promise<Files> => unzipSync(await keeper.call('exportRun', id));
const imported = async (files: Files): Promise<string> => {
  const { id } = await keeper.call('importRun', { name: 'run.zip', bytes: zipSync(files), notes: NOTES });
  return id;
};
const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes!).toString();
/** Times of day are the only thing in which two runs of a seed differ; they stand in these two files. */
const timeless = ({ 'events.jsonl': events, 'run.json': _, ...files }: Files) => ({
  ...files,
  events: text(events).replace(/,"time":"[^"]*"/g, ''),
});

beforeAll(async () => {
  place = scratch();
  model = await tinyModel(join(place, 'model'));
  writeFileSync(join(place, 'config.json'), JSON.stringify(SETTINGS));
  const { lines, status } = await spin(command('whole'));
  expect(status).toBe(0);
  const third = lines.findIndex(({ type, iteration, step }) => type === 'step' && iteration === 1 && step === 2);
  await spin(command('dead'), { dieAfter: third + 1 });
  [whole, dead] = [filesOf('whole'), filesOf('dead')];
  keeper = await new Profile().keeper();
});
afterAll(closeAll);

describe('a run of the command line', () => {
  it('goes in and out bit for bit, but for the notes in run.json', async () => {
    for (const files of [whole, dead]) {
      const { 'run.json': before, ...rest } = files;
      const { 'run.json': after, ...others } = await exported(await imported(files));
      expect(others).toEqual(rest);
      expect(JSON.parse(text(after))).toEqual({ ...JSON.parse(text(before)), lab: NOTES });
    }
  });

  it('is cut back to its checkpoint as the command line does it', async () => {
    writeFiles('cut', dead);
    await RunFolder.open(join(place, 'cut'), JSON.parse(text(dead['run.json'])));
    const { 'run.json': _, ...right } = filesOf('cut');
    expect(right['events.jsonl']!.length).toBeLessThan(dead['events.jsonl']!.length);
    const id = await imported(dead);
    const { snapshot } = (await keeper.call('resume', id))!;
    const { 'run.json': __, ...cut } = await exported(id);
    expect(cut).toEqual(right);
    expect(snapshot).toEqual((await readCheckpoint(join(place, 'dead/checkpoint.safetensors'))).snapshot);
    expect(await keeper.call('entry', id)).toMatchObject({
      checkpoint: { iteration: 1, step: 2 },
      headline: { measure: 'human_likeness' },
    });
  });

  it('ends the same when it has been in the keeper on its way', async () => {
    const id = await imported(dead);
    await keeper.call('resume', id);
    writeFiles('back', await exported(id));
    expect((await spin(command('back'))).status).toBe(0);
    expect(timeless(filesOf('back'))).toEqual(timeless(whole));
  });
});

describe('a run of the keeper', () => {
  it('is opened by the command line, with its snapshot, and cut back there to the same', async () => {
    await keeper.call('create', newRun('a', model));
    await event(keeper, 'a', { type: 'run-started', text: '🦆' });
    await append(keeper, 'a', 'pairs/iteration-0.jsonl', '{"prompt":"答"}\n');
    await append(keeper, 'a', 'tokens/iteration-0.jsonl', '{"step":0}\n');
    await sendCheckpoint(keeper, 'a', snapshotAt(0, 2));
    const before = await exported('a');
    await event(keeper, 'a', { type: 'step' });
    await append(keeper, 'a', 'answers/base.jsonl', '{}\n');
    writeFiles('kept', await exported('a'));
    const { snapshot, finished } = await RunFolder.open(join(place, 'kept'), FILE);
    expect([snapshot, finished]).toEqual([snapshotAt(0, 2), false]);
    expect(filesOf('kept')).toEqual(before);
  });
});
