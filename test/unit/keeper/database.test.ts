// What the browser throws when it does not let the keeper store, by the keeper's own names.

import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { openDB } from 'idb';
import { afterEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../workers/keeper/database.ts';
import { storageError } from '../../../workers/keeper/errors.ts';
import { closeAll, modelHere, newRun, Profile, refusal } from './kept.ts';

afterEach(closeAll);

describe('opening', () => {
  it.each(['SecurityError', 'InvalidStateError', 'UnknownError'])('that ends in %s is denied storage', async (name) => {
    globalThis.indexedDB = Object.assign(new IDBFactory(), {
      open: () => {
        throw new DOMException('no', name);
      },
    });
    expect(await refusal(openDatabase())).toMatchObject({
      name: 'StorageDeniedError',
      advice: expect.stringContaining('Allow site data'),
    });
  });

  it('refuses the tables of a newer version and leaves them as they are', async () => {
    globalThis.indexedDB = new IDBFactory();
    const newer = await openDB('spin-lab', 99, { upgrade: (db) => void db.createObjectStore('future') });
    newer.close();
    const error = await refusal(openDatabase());
    expect([error.name, error.message]).toEqual(['StorageDeniedError', expect.stringContaining('newer version')]);
    expect([...(await openDB('spin-lab', 99)).objectStoreNames]).toEqual(['future']);
  });
});

describe('storage', () => {
  it('that is full, denied or closed has a name and advice; other errors stay what they are', () => {
    const named = (name: string) => storageError(new DOMException('x', name)) as Error & { advice: string };
    expect(named('QuotaExceededError').name).toBe('StorageFullError');
    expect(named('SecurityError').name).toBe('StorageDeniedError');
    expect(named('InvalidStateError')).toMatchObject({ name: 'StorageDeniedError', advice: 'Reload the page.' });
    const other = new RangeError('x');
    expect(storageError(other)).toBe(other);
  });

  it('that was closed under the keeper is told with every call', async () => {
    const profile = new Profile();
    const keeper = await profile.keeper();
    profile.db!.close();
    expect((await refusal(keeper.call('list', null))).name).toBe('StorageDeniedError');
    expect((await refusal(keeper.call('append', { id: 'a', path: 'events.jsonl', text: 'x' }))).name).toBe(
      'StorageDeniedError',
    );
  });

  it('that fills up while a model is fetched and data are stored leaves no half run', async () => {
    const profile = new Profile();
    const keeper = await profile.keeper();
    const run = newRun('a', await modelHere(), { own: { name: 'rows.jsonl', bytes: new Uint8Array(10) } });
    profile.binaries.trouble = new DOMException('full', 'QuotaExceededError');
    expect((await refusal(keeper.call('create', run))).name).toBe('StorageFullError');
    profile.binaries.trouble = null;
    expect(await keeper.call('list', null)).toEqual([]);
    await keeper.call('create', run);
    expect((await keeper.call('list', null)).map(({ bytes }) => bytes)).toEqual([10]);
  });
});
