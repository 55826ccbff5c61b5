// Keys in words, as they stand on a keyboard, and as `aria-keyshortcuts` wants them.

import type { Speech } from '../../text/language.ts';

/** One key of the action table in words: "Ctrl K". */
export function keyWords(speech: Speech, key: string): string {
  return key
    .split(/(?<=mod)\+/)
    .map((part) => {
      switch (part) {
        case ' ':
          return speech.say('key.space');
        case 'escape':
          return speech.say('key.escape');
        case 'mod':
          return /Mac|iP(hone|ad)/.test(navigator.platform) ? '⌘' : speech.say('key.mod');
        default:
          return part.toUpperCase();
      }
    })
    .join(' ');
}

/** Keys for `aria-keyshortcuts`; undefined where there are none. */
export function shortcuts(keys: readonly string[]): string | undefined {
  const named = keys.map((key) => key.replace('mod+', 'Control+').replace(/^ $/, 'Space').replace('escape', 'Escape'));
  return named.length === 0 ? undefined : named.join(' ');
}
