// How the arena writes numbers and tokens.

import { isEnd } from '../../lab/arena/arena-choice.ts';
import type { Speech } from '../../text/language.ts';

/** With its sign, which a log-ratio always has. */
export function signed(speech: Speech, value: number, digits = 2): string {
  const text = speech.number(value, digits);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** Stands for the token that ends an answer. */
export const END_MARK = '∎';

/** A token without the space before it, which stands between tokens; what is nothing but space is made visible. */
export function tokenWords(
  tokens: readonly { readonly text: string }[],
  at: number,
): {
  readonly space: string;
  readonly word: string;
} {
  const { text } = tokens[at]!;
  if (isEnd(tokens, at)) return { space: ' ', word: END_MARK };
  const word = text.trimStart();
  if (word === '') return { space: '', word: visibleSpace(text) };
  return { space: text.slice(0, text.length - word.length), word };
}

/** A token on its own, its spaces to be seen. */
export const visibleSpace = (text: string): string =>
  text.replaceAll(' ', '␣').replaceAll('\n', '⏎').replaceAll('\t', '⇥');
