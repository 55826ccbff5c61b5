// What the browser keeps from one visit to the next, read and written so that nothing throws: it may be denied, full or closed.

type StorageLike = Pick<Storage, 'getItem' | 'setItem'> & Partial<Pick<Storage, 'removeItem'>>;

/** Texts under their names. What the browser does not take lasts as long as the page. */
export interface KeptTexts {
  read(name: string): string | null;
  write(name: string, text: string): void;
  remove(name: string): void;
}

/** The browser's own storage; null where it keeps nothing: some throw at the mere question. */
export function browserStorage(): Storage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

/** @param storage null: the browser keeps nothing */
export function guarded(storage: StorageLike | null): KeptTexts {
  /** What was refused; it is tried again with the next writing. */
  const refused = new Map<string, string>();
  const taken = (act: (storage: StorageLike) => void): boolean => {
    try {
      if (storage !== null) act(storage);
      return storage !== null;
    } catch {
      return false;
    }
  };
  return {
    read: (name) => {
      const known = refused.get(name);
      if (known !== undefined) return known;
      let text: string | null = null;
      taken((from) => {
        text = from.getItem(name);
      });
      return text;
    },
    write: (name, text) => {
      refused.delete(name);
      if (!taken((to) => to.setItem(name, text))) refused.set(name, text);
    },
    remove: (name) => {
      refused.delete(name);
      taken((from) => from.removeItem?.(name));
    },
  };
}
