// The test language: says each key itself, in brackets that no text has, so that a text without them is a literal that was forgotten.

import type { Speech } from './language.ts';

/** Speaks keys; numbers are written as `english` writes them. `say('pairs.logp', { value: 3 })` is “⟦pairs.logp·3⟧”. */
export function testSpeech(english: Speech): Speech {
  const spoken = (value: string | number) => (typeof value === 'number' ? english.number(value) : value);
  return {
    ...english,
    tongue: 'test',
    say: (key, values = {}) => bracketed(key, ...Object.values(values).map(spoken)),
    duration: (seconds) => bracketed('duration', english.duration(seconds)),
  };
}

function bracketed(...parts: readonly string[]): string {
  return `⟦${parts.join('·')}⟧`;
}
