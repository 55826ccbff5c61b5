// Which rows of a comparison a person has starred: kept in the browser for each run, until they are taken back.

import { createStore } from 'zustand/vanilla';
import { guarded, type KeptTexts } from '../browser/browser-storage.ts';

const PREFIX = 'spin-lab.stars.';

export type StarStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** @param run its id; null: a run that is not kept, whose stars are not either. A storage that is full or denied keeps nothing. */
export function createStars(run: string | null, storage: StarStorage | null) {
  const texts = guarded(storage);
  const store = createStore<ReadonlySet<string>>(() => readStars(run, texts));
  const toggle = (row: string): void => {
    const stars = new Set(store.getState());
    if (!stars.delete(row)) stars.add(row);
    store.setState(stars, true);
    if (run === null) return;
    if (stars.size === 0) texts.remove(PREFIX + run);
    else texts.write(PREFIX + run, JSON.stringify([...stars]));
  };
  return { store, toggle };
}
export type Stars = ReturnType<typeof createStars>;

/** What somebody else wrote there is no star. */
function readStars(run: string | null, texts: KeptTexts): ReadonlySet<string> {
  if (run === null) return new Set();
  try {
    const read: unknown = JSON.parse(texts.read(PREFIX + run) ?? '[]');
    return new Set(Array.isArray(read) ? read.filter((one) => typeof one === 'string') : []);
  } catch {
    return new Set();
  }
}
