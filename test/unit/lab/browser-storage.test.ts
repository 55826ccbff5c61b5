// Texts that outlast a visit: in a storage that takes them, that is denied, and that fills up.

import { describe, expect, it } from 'vitest';
import { guarded } from '../../../src/lab/browser/browser-storage.ts';

function storage() {
  const items = new Map<string, string>();
  const self = {
    items,
    full: false,
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, text: string) => {
      if (self.full) throw new DOMException('full', 'QuotaExceededError');
      items.set(name, text);
    },
    removeItem: (name: string) => void items.delete(name),
  };
  return self;
}

const denied = () => {
  throw new DOMException('denied', 'SecurityError');
};

describe('texts kept in the browser', () => {
  it('lie in its storage', () => {
    const below = storage();
    const texts = guarded(below);
    texts.write('a', '1');
    expect(below.items.get('a')).toBe('1');
    expect(guarded(below).read('a')).toBe('1');
    texts.remove('a');
    expect(texts.read('a')).toBeNull();
    expect(below.items.size).toBe(0);
  });

  it.each([
    ['is missing', null],
    ['is denied', { getItem: denied, setItem: denied, removeItem: denied }],
  ])('last as long as the page where it %s', (_, below) => {
    const texts = guarded(below);
    expect(texts.read('a')).toBeNull();
    texts.write('a', '1');
    expect(texts.read('a')).toBe('1');
    expect(guarded(below).read('a')).toBeNull();
    texts.remove('a');
    expect(texts.read('a')).toBeNull();
  });

  it('are the latest while it is full, and lie there again when it is not', () => {
    const below = storage();
    const texts = guarded(below);
    texts.write('a', '1');
    below.full = true;
    texts.write('a', '2');
    expect(texts.read('a')).toBe('2');
    below.full = false;
    texts.write('a', '3');
    expect(below.items.get('a')).toBe('3');
    expect(texts.read('a')).toBe('3');
  });
});
