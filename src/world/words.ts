// The words that several families share, and small helpers to set them in English.

/** Words of twenty different initials, for lists. */
export const LIST_WORDS: readonly string[] = [
  'apple',
  'boat',
  'cat',
  'dog',
  'egg',
  'fish',
  'goat',
  'hat',
  'ink',
  'jam',
  'king',
  'leaf',
  'moon',
  'nut',
  'owl',
  'pear',
  'rain',
  'sun',
  'tree',
  'wind',
];

export type Kind = { readonly one: string; readonly many: string; readonly members: readonly string[] };

/** Kinds of things; no thing is of two kinds. */
export const KINDS: readonly Kind[] = [
  { one: 'animal', many: 'animals', members: ['cat', 'dog', 'fox', 'cow', 'duck', 'bear', 'goat', 'owl'] },
  { one: 'fruit', many: 'fruits', members: ['apple', 'pear', 'plum', 'lemon', 'peach', 'cherry', 'fig', 'grape'] },
  { one: 'vehicle', many: 'vehicles', members: ['car', 'bus', 'train', 'boat', 'bike', 'truck', 'plane', 'tram'] },
  { one: 'tool', many: 'tools', members: ['saw', 'axe', 'rake', 'spade', 'drill', 'knife', 'brush', 'hammer'] },
];

/** Numbers in words, zero to ten. */
export const NUMBER_WORDS: readonly string[] = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
];

/** “a fox”, “an owl”: by the first letter, which is right for all words of this world. */
export const withArticle = (word: string): string => `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`;

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** “a, b, c”. */
export const commas = (items: readonly (string | number)[]): string => items.join(', ');

/** “a, b and c”. */
export const andList = (items: readonly string[]): string => joined(items, 'and');

/** “a, b or c”. */
export const orList = (items: readonly string[]): string => joined(items, 'or');

function joined(items: readonly string[], word: string): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`;
}

/** The words and numbers of a text, without marks. */
export const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{N}]+/gu) ?? [];
