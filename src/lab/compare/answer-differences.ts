// Where two answers differ, in words or in tokens. Pure.

import { diffArrays } from 'diff';
import type { ComparedAnswer } from './comparing.ts';

/** `same`: in the reference too; `new`: only here; `missing`: only in the reference, which stood here. */
export interface Piece {
  readonly kind: 'same' | 'new' | 'missing';
  readonly text: string;
}

/** Beyond so many changes two texts have little in common, and finding it out takes long: then all is new. */
const MOST_CHANGES = 400;

/** Words and single marks, each with the space before it; joined they are the text. */
export const wordsOf = (text: string): string[] => text.match(/\s*(?:[\p{L}\p{N}]+|[^\s\p{L}\p{N}])|\s+$/gu) ?? [];

/** Of `text` against `reference`: without the missing pieces they are the text, without the new ones the reference but for its spaces. */
export function wordDifferences(reference: string, text: string): Piece[] {
  return pieces(wordSequence(reference), wordSequence(text));
}

/** The first word is the same word as within a text, where it has a space before it. */
function wordSequence(text: string): Sequence<string> {
  const texts = wordsOf(text);
  return { ids: texts.map((word, at) => (at === 0 && !/^\s/.test(word) ? ` ${word}` : word)), texts };
}

/** Token by token, compared by id; null where the tokens of one of the two were not kept. Of a human answer the ids alone are kept. */
export function tokenDifferences(reference: ComparedAnswer, answer: ComparedAnswer): Piece[] | null {
  if (reference.ids === null || answer.ids === null || answer.tokens === null) return null;
  return pieces({ ids: reference.ids, texts: reference.tokens }, { ids: answer.ids, texts: answer.tokens });
}

/** What is compared, and what is shown for each; null: nothing. */
interface Sequence<T> {
  readonly ids: readonly T[];
  readonly texts: readonly string[] | null;
}

function pieces<T>(before: Sequence<T>, now: Sequence<T>): Piece[] {
  const changes = diffArrays([...before.ids], [...now.ids], { maxEditLength: MOST_CHANGES });
  if (changes === undefined) {
    return [
      { kind: 'missing', text: before.texts?.join('') ?? '' },
      { kind: 'new', text: now.texts?.join('') ?? '' },
    ];
  }
  let [left, right] = [0, 0];
  return changes.map(({ added, removed, count }) => {
    const gone = before.texts?.slice(left, left + count).join('') ?? '';
    const text = now.texts?.slice(right, right + count).join('') ?? '';
    if (!added) left += count;
    if (!removed) right += count;
    return removed ? { kind: 'missing', text: gone } : { kind: added ? 'new' : 'same', text };
  });
}
