// The keeper in its worker, on the browser's own storage, and both kinds of binaries in the page. Called by keeper.spec.ts, which knows
// what to expect.

import { fetchFiles } from '../../../../src/engine/models/files/fetch-files.ts';
import { openModel } from '../../../../src/engine/models/files/model-folder.ts';
import type { RunSnapshot } from '../../../../src/engine/models/parameter-set.ts';
import { trainableValues } from '../../../../src/engine/models/parameter-set.ts';
import type { RunFile, RunNotes } from '../../../../src/folder/run-file.ts';
import { sendCheckpoint, sendModel } from '../../../../src/lab/storage/send-arrays.ts';
import { NO_CHECKS_YET } from '../../../../src/spin/early-stop.ts';
import { SNAPSHOT_FORMAT } from '../../../../src/spin/events.ts';
import { DEFAULTS } from '../../../../src/spin/parameters/parameter-table.ts';
import { type Binaries, DatabaseBinaries, OpfsBinaries } from '../../../../workers/keeper/binaries.ts';
import { openDatabase } from '../../../../workers/keeper/database.ts';
import { Channel } from '../../../../workers/messages/channel.ts';
import type { KeeperProtocol } from '../../../../workers/messages/keeper-protocol.ts';
import { base } from '../../../unit/parameters.ts';

const MODEL = new URL('/models/tiny/', location.href).href;
const NOTES: RunNotes = { name: 'blue finch', colour: 0, pinned: false, notes: '', preset: 'default', group: null };
const FILE: RunFile = {
  format_version: 2,
  configuration: DEFAULTS,
  environment: { version: '', runtime: '', runtime_version: '', backend: 'wasm', adapter: '', threads: 1, seed: 0 },
  model: { folder: MODEL, sha256: null, parameters: 0 },
  data: { source: 'the built-in world', sha256: null },
  started: new Date().toISOString(),
  finished: null,
};

let last: Worker | null = null;

/** Ends the last keeper and opens another: the only one, as after a crash. */
async function open(): Promise<{ worker: Worker; keeper: Channel<KeeperProtocol> }> {
  last?.terminate();
  // The browser takes a moment to notice that an ended worker holds no lock any more.
  while ((await navigator.locks.query()).held?.some(({ name }) => name === 'spin-lab keeper')) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const worker = new Worker(new URL('../../../../workers/keeper.ts', import.meta.url), { type: 'module' });
  last = worker;
  return { worker, keeper: new Channel<KeeperProtocol>(worker) };
}

/** `count` weights, all of them the step: what is torn shows. */
function snapshotAt(step: number, count: number): RunSnapshot {
  return {
    formatVersion: SNAPSHOT_FORMAT,
    configuration: DEFAULTS,
    iteration: 1,
    position: { step, epoch: 0, batch: step, chunks: 1 },
    opponent: base(new Float32Array(count).fill(step)),
    player: {
      weights: base(new Float32Array(count).fill(step)),
      slots: [new Float32Array(count).fill(step)],
      steps: step,
    },
    pairs: [],
    older: [],
    counts: { done: 0, identical: 0, truncated: 0, dropped: 0 },
    earlyStop: NO_CHECKS_YET,
  };
}

const append = (keeper: Channel<KeeperProtocol>, text: string) =>
  keeper.call('append', { id: 'a', path: 'events.jsonl', text });
const eventsOf = async (keeper: Channel<KeeperProtocol>, id: string) =>
  (await keeper.call('read', { id, path: 'events.jsonl' })).text;

/** A run's story up to a crash between two checkpoints, and what a new keeper finds. */
export async function crash() {
  const { worker, keeper } = await open();
  await keeper.call('clear', null);
  await keeper.call('create', { id: 'a', file: FILE, notes: NOTES, modelBase: MODEL, own: null });
  await append(keeper, '{"type":"é"}\n');
  const weights = trainableValues((await openModel(fetchFiles(MODEL), [])).parameters);
  await sendModel(keeper, 'a', 0, weights);
  await sendCheckpoint(keeper, 'a', snapshotAt(2, 1000));
  await append(keeper, '{"type":"late"}\n');
  worker.terminate();
  const { keeper: next } = await open();
  const resumed = await next.call('resume', 'a');
  const back = await next.call('weights', { id: 'a', iteration: 0 });
  return {
    step: resumed!.snapshot.position.step,
    opponent: [...new Set(resumed!.snapshot.opponent.values)],
    events: await eventsOf(next, 'a'),
    files: await next.call('files', 'a'),
    weightsBack:
      back!.values.length === weights.values.length && back!.values.every((value, i) => value === weights.values[i]),
    usage: await next.call('usage', null),
    stored: (await (await OpfsBinaries.open()).names()).length,
  };
}

/** Kills the keeper while it writes large checkpoints: the step that a new keeper finds, and the distinct weights of it. */
export async function killedWhileWriting(afterMs: number) {
  const { worker, keeper } = await open();
  await keeper.call('clear', null);
  await keeper.call('create', { id: 'a', file: FILE, notes: NOTES, modelBase: MODEL, own: null });
  await sendCheckpoint(keeper, 'a', snapshotAt(1, 2e6));
  const second = sendCheckpoint(keeper, 'a', snapshotAt(2, 2e6)).then(
    () => true,
    () => false,
  );
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  worker.terminate();
  keeper.close();
  const { keeper: next } = await open();
  const { snapshot } = (await next.call('resume', 'a'))!;
  const arrays = [snapshot.opponent.values, snapshot.player!.weights.values, ...snapshot.player!.slots];
  return {
    written: await second,
    step: snapshot.position.step,
    values: [...new Set(arrays.flatMap((array) => [...new Set(array)]))],
    stored: (await (await OpfsBinaries.open()).names()).length,
  };
}

/** Changes one byte of the stored checkpoint behind the keeper's back. */
export async function damage(): Promise<string> {
  const { keeper } = await open();
  await keeper.call('clear', null);
  await keeper.call('create', { id: 'a', file: FILE, notes: NOTES, modelBase: MODEL, own: null });
  await sendCheckpoint(keeper, 'a', snapshotAt(1, 1000));
  const binaries = await OpfsBinaries.open();
  const [name] = await binaries.names();
  const bytes = (await binaries.read(name!))!;
  bytes[bytes.length - 1]! ^= 1;
  await binaries.write(name!, bytes);
  return keeper.call('resume', 'a').then(
    () => 'taken',
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

/** Out as a zip, everything deleted, in again: what differs between the two zips' files, and what is left after the deletion. */
export async function thereAndBack() {
  await crash();
  const { keeper } = await open();
  const zip = await keeper.call('exportRun', 'a');
  const events = await eventsOf(keeper, 'a');
  await keeper.call('clear', null);
  const left = (await (await OpfsBinaries.open()).names()).length + (await keeper.call('list', null)).length;
  const { id, imported, bytes } = await keeper.call('importRun', { name: 'a.zip', bytes: zip, notes: null });
  const same = (await eventsOf(keeper, id)) === events;
  const step = (await keeper.call('resume', id))!.snapshot.position.step;
  return { left, imported, same, step, bytes, renamed: id !== 'a' };
}

/** Each kind of binaries in the page: what was written is read, replaced as a whole, and gone when removed. */
export async function binariesInPage() {
  const kinds: Binaries[] = [await OpfsBinaries.open(), new DatabaseBinaries(await openDatabase('harness'))];
  const bytes = new Uint8Array(40e6).map((_, i) => i % 251);
  const outcomes: object[] = [];
  for (const binaries of kinds) {
    await binaries.clear();
    await binaries.write('one', bytes);
    const back = await binaries.read('one');
    const same = back!.length === bytes.length && back!.every((byte, i) => byte === bytes[i]);
    const names = await binaries.names();
    await binaries.remove('one');
    await binaries.remove('one');
    outcomes.push({ kind: binaries.kind, same, names, gone: await binaries.read('one') });
  }
  return outcomes;
}
