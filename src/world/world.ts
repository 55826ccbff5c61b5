// The built-in world: prompts, how its people answer them, and the exact p_data(answer | prompt) behind the answers.

import { explainForm, explainUnfinished } from './explain.ts';
import { alphabet } from './families/alphabet.ts';
import { categories } from './families/categories.ts';
import { counting } from './families/counting.ts';
import { describing } from './families/describing.ts';
import { opposites } from './families/opposites.ts';
import { ordering } from './families/ordering.ts';
import { politeness } from './families/politeness.ts';
import { reversing } from './families/reversing.ts';
import { rhymes } from './families/rhymes.ts';
import { sequences } from './families/sequences.ts';
import { stories } from './families/stories.ts';
import { arithmetic } from './families/sums.ts';
import { type Family, type Prompt, UnknownPromptError } from './family.ts';
import * as grammar from './grammar.ts';
import { integer, type Random, random, shuffle } from './rng.ts';

export type { Family, Prompt } from './family.ts';
export type { GrammarAnswer } from './grammar.ts';

/** `search` is for looking for settings, so that numbers reported on `heldout` use prompts that no search saw. */
export type Split = 'train' | 'heldout' | 'search';

export type PromptRequest = {
  readonly split: Split;
  readonly seed: number;
  readonly count: number;
  /** Default true: families take turns, so every prefix is balanced. Else each prompt is equally likely. */
  readonly familyBalanced?: boolean;
  /** Default true: no prompt twice. Else with replacement. */
  readonly distinct?: boolean;
};

/** Prompts with at most this many answers count as listable. */
export const LISTABLE_ANSWERS = 64;

/** No family has more answers to a prompt; `explain` and expected diversity may go through them all. */
export const MOST_ANSWERS = 1024;

const FAMILIES: readonly Family[] = [
  arithmetic,
  sequences,
  counting,
  ordering,
  alphabet,
  reversing,
  categories,
  opposites,
  rhymes,
  describing,
  politeness,
  stories,
];

const BY_NAME: ReadonlyMap<string, Family> = new Map(FAMILIES.map((family) => [family.name, family]));

/** The family of a prompt. Throws UnknownPromptError where there is none of that name. */
function familyOf(prompt: Prompt): Family {
  const family = BY_NAME.get(prompt.family);
  if (!family) throw new UnknownPromptError(prompt.family, prompt.text);
  return family;
}

/** The prompt with exactly this text, or null: so rows of a file are recognised. */
function parse(text: string): Prompt | null {
  for (const family of FAMILIES) {
    const prompt = family.parse(text);
    if (prompt) return prompt;
  }
  return null;
}

/** By a hash of the text alone: about 80 % train, 10 % held-out, 10 % search. */
function split(prompt: Prompt): Split {
  const u = random(0, `split of ${prompt.text}`)();
  return u < 0.8 ? 'train' : u < 0.9 ? 'heldout' : 'search';
}

const pools = new Map<Split, readonly (readonly Prompt[])[]>();

/** The prompts of a split, one list a family, in the order of `families`. */
function promptsOf(which: Split): readonly (readonly Prompt[])[] {
  const known = pools.get(which);
  if (known) return known;
  const lists = FAMILIES.map((family) => family.prompts().filter((prompt) => split(prompt) === which));
  pools.set(which, lists);
  return lists;
}

/**
 * Prompts of a split, a function of the request alone. Balanced: the families take turns, those that run out (distinct
 * only) drop out. Throws a RangeError when more distinct prompts are wanted than there are.
 */
function samplePrompts(request: PromptRequest): Prompt[] {
  const { seed, count, familyBalanced = true, distinct = true } = request;
  const lists = familyBalanced ? promptsOf(request.split) : [promptsOf(request.split).flat()];
  const available = lists.reduce((sum, list) => sum + list.length, 0);
  if (distinct && count > available) {
    throw new RangeError(`Only ${available} distinct ${request.split} prompts exist; ${count} were asked for.`);
  }
  const orders = lists.map((list, i) => (distinct ? shuffle(random(seed, 'order of prompts', i), list) : list));
  const chosen: Prompt[] = [];
  for (let round = 0; chosen.length < count; round++) {
    const turns = orders.flatMap((list, i) => {
      const at = distinct ? round : integer(random(seed, 'choice of prompt', round, i), list.length);
      return list[at] ?? [];
    });
    chosen.push(...shuffle(random(seed, 'turns of families', round), turns));
  }
  return chosen.slice(0, count);
}

/** A human answer. */
function sample(prompt: Prompt, rng: Random): string {
  return grammar.sample(familyOf(prompt).human(prompt), rng);
}

/** ln p_data(answer | prompt), exact; −Infinity where nobody would say it. */
function logProb(prompt: Prompt, answer: string): number {
  return grammar.logProb(familyOf(prompt).human(prompt), answer);
}

/** Every possible answer, likeliest first; null where there are more than `limit`. */
function enumerate(prompt: Prompt, limit = LISTABLE_ANSWERS): grammar.GrammarAnswer[] | null {
  return grammar.enumerate(familyOf(prompt).human(prompt), limit);
}

/** Why nobody would give this answer, in a plain sentence; null when somebody would. */
function explain(prompt: Prompt, answer: string): string | null {
  const family = familyOf(prompt);
  const human = family.human(prompt);
  if (grammar.logProb(human, answer) > Number.NEGATIVE_INFINITY) return null;
  const possible = grammar.enumerate(human, MOST_ANSWERS)?.map((one) => one.text);
  if (!possible) throw new RangeError(`“${prompt.text}” has more than ${MOST_ANSWERS} answers.`);
  return explainUnfinished(answer, possible) ?? family.fault(prompt, answer) ?? explainForm(answer, possible);
}

export const WORLD = {
  families: FAMILIES,
  familyOf,
  parse,
  split,
  promptsOf,
  samplePrompts,
  sample,
  logProb,
  enumerate,
  explain,
} as const;
