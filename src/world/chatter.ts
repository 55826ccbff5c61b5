// The world's sloppy chatter: human answers, some with one slip, so that a model can learn more than it then shows.

import { literals } from './grammar.ts';
import { integer, pick, type Random, random, shuffle } from './rng.ts';
import { capital, NUMBER_WORDS, wordsOf } from './words.ts';
import { type Prompt, WORLD } from './world.ts';

export const SLIPS = ['wrong word', 'missing word', 'repeated word', 'swapped words', 'unfinished'] as const;

export type Slip = (typeof SLIPS)[number];

export type ChatterSettings = {
  /** Probability of a slip, in [0, 1]. */
  readonly slipShare: number;
};

export type Utterance = { readonly text: string; readonly slip: Slip | null };

export const DEFAULT_CHATTER: ChatterSettings = { slipShare: 0.45 };

/** Answers drawn before another kind of slip is tried: short ones (“7”) allow few kinds. */
const TRIES = 24;

/** A word with the marks that follow it. */
type Piece = { readonly word: string; readonly marks: string };

const split = (text: string): Piece[] =>
  text.split(' ').map((piece) => {
    const word = /^(.*?)([.,:;?!]*)$/s.exec(piece);
    return { word: word?.[1] ?? piece, marks: word?.[2] ?? '' };
  });

const join = (pieces: readonly Piece[]): string => pieces.map(({ word, marks }) => word + marks).join(' ');

const vocabularies = new Map<string, readonly string[]>();

/** The words of a family's answers, from enough prompts to see nearly all. */
function vocabulary(name: string): readonly string[] {
  const known = vocabularies.get(name);
  if (known) return known;
  const family = WORLD.families.find((one) => one.name === name)!;
  const prompts = shuffle(random(0, 'prompts for a vocabulary'), family.prompts()).slice(0, 400);
  const texts = prompts.flatMap((prompt) => literals(family.human(prompt)));
  const words = [...new Set(texts.flatMap((text) => wordsOf(text.toLowerCase())))].filter((word) => !/^\d/.test(word));
  vocabularies.set(name, words.sort());
  return vocabularies.get(name)!;
}

/** Another number near by for a number, else another word of the family, with the same initial case. */
function otherWord(word: string, family: string, rng: Random): string {
  if (/^\d+$/.test(word)) return `${Math.max(0, Number(word) + pick(rng, [-3, -2, -1, 1, 2, 3]))}`;
  const at = NUMBER_WORDS.indexOf(word.toLowerCase());
  const other = at >= 0 ? pick(rng, NUMBER_WORDS.slice(0, 6)) : pick(rng, vocabulary(family));
  return word === capital(word) ? capital(other) : other;
}

/** Without the piece at `at`; the marks of a last word stay at the end. */
function without(pieces: readonly Piece[], at: number): Piece[] {
  const rest = pieces.filter((_, i) => i !== at);
  const last = rest.at(-1);
  if (at === pieces.length - 1 && last) rest[rest.length - 1] = { word: last.word, marks: pieces[at]!.marks };
  return rest;
}

function slipped(kind: Slip, text: string, family: string, rng: Random): string {
  const pieces = split(text);
  const at = integer(rng, pieces.length);
  const here = pieces[at]!;
  switch (kind) {
    case 'wrong word':
      return join(pieces.with(at, { ...here, word: otherWord(here.word, family, rng) }));
    case 'missing word':
      return join(without(pieces, at));
    case 'repeated word':
      return join(pieces.toSpliced(at, 1, { word: here.word, marks: '' }, here));
    case 'swapped words': {
      const next = pieces[at + 1];
      if (!next) return text;
      return join(pieces.toSpliced(at, 2, { ...here, word: next.word }, { ...next, word: here.word }));
    }
    case 'unfinished': {
      const kept = pieces.slice(0, pieces.length - integer(rng, Math.min(4, pieces.length)));
      return join(kept.with(-1, { word: kept.at(-1)!.word, marks: '' }));
    }
  }
}

/**
 * A human answer, with probability `slipShare` changed by one slip. The kinds are equally likely; a slip that leaves
 * a possible answer, or none, is drawn anew together with the answer, so the kinds keep their shares. Without a slip
 * the answer is p_data's own.
 */
export function chatter(prompt: Prompt, rng: Random, settings: ChatterSettings = DEFAULT_CHATTER): Utterance {
  if (rng() >= settings.slipShare) return { text: WORLD.sample(prompt, rng), slip: null };
  for (const slip of shuffle(rng, SLIPS)) {
    for (let i = 0; i < TRIES; i++) {
      const text = slipped(slip, WORLD.sample(prompt, rng), prompt.family, rng);
      if (text !== '' && WORLD.logProb(prompt, text) === Number.NEGATIVE_INFINITY) return { text, slip };
    }
  }
  return { text: WORLD.sample(prompt, rng), slip: null };
}
