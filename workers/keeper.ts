// The keeper's worker: opens the storage, receives, calls the keeper, answers.

import { fetchFiles } from '../src/engine/models/files/fetch-files.ts';
import { openBinaries } from './keeper/binaries.ts';
import { openDatabase } from './keeper/database.ts';
import { Keeper } from './keeper/run-keeper.ts';
import { type CallContext, type Endpoint, type Handlers, serve } from './messages/channel.ts';
import type { KeeperProtocol } from './messages/keeper-protocol.ts';

const LOCK = 'spin-lab keeper';

async function open(): Promise<Handlers<KeeperProtocol>> {
  const db = await openDatabase();
  const keeper = new Keeper(db, await openBinaries(db), fetchFiles);
  await sweepIfAlone(keeper);
  return keeper;
}

/**
 * Another tab's keeper may be writing a file that no row names yet. Each holds the lock for life, shared, before it writes anything.
 * Without locks nobody knows whether there is another.
 */
async function sweepIfAlone(keeper: Keeper): Promise<void> {
  const locks = navigator.locks as LockManager | undefined;
  await locks?.request(LOCK, { ifAvailable: true }, (lock) => (lock ? keeper.sweep() : undefined));
  await new Promise<void>((resolve, reject) => {
    const forLife = () => {
      resolve();
      return new Promise(() => undefined);
    };
    if (locks) locks.request(LOCK, { mode: 'shared' }, forLife).catch(reject);
    else resolve();
  });
}

const opening = open();
// Whoever calls hears of it from the call.
opening.catch(() => undefined);

/** Calls that come before the storage is open wait for it. */
const when =
  <K extends keyof KeeperProtocol>(method: K) =>
  async (
    params: KeeperProtocol[K]['params'],
    context: CallContext<KeeperProtocol[K]['progress']>,
  ): Promise<KeeperProtocol[K]['result']> =>
    (await opening)[method](params, context);

serve<KeeperProtocol>(self as unknown as Endpoint, {
  list: when('list'),
  entry: when('entry'),
  create: when('create'),
  append: when('append'),
  ahead: when('ahead'),
  checkpoint: when('checkpoint'),
  saveModel: when('saveModel'),
  finish: when('finish'),
  note: when('note'),
  reconfigure: when('reconfigure'),
  headline: when('headline'),
  read: when('read'),
  files: when('files'),
  resume: when('resume'),
  rebase: when('rebase'),
  weights: when('weights'),
  modelFiles: when('modelFiles'),
  remove: when('remove'),
  restore: when('restore'),
  purge: when('purge'),
  exportRun: when('exportRun'),
  importRun: when('importRun'),
  usage: when('usage'),
  clear: when('clear'),
});
