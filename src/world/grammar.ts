// Finite stochastic grammars: texts, sequences and weighted choices, with exact probabilities.

import type { Random } from './rng.ts';

export type Grammar =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'sequence'; readonly parts: readonly Grammar[] }
  | { readonly kind: 'choice'; readonly options: readonly WeightedOption[] };

/** `share` is a probability: the options of a choice sum to 1. */
export type WeightedOption = { readonly share: number; readonly grammar: Grammar };

/** A text with its natural-log probability. */
export type GrammarAnswer = { readonly text: string; readonly logProb: number };

const lift = (part: Grammar | string): Grammar => (typeof part === 'string' ? { kind: 'text', text: part } : part);

/** One part after the other, nothing between them. */
export function sequence(...parts: readonly (Grammar | string)[]): Grammar {
  return { kind: 'sequence', parts: parts.map(lift) };
}

/** One of the options; weights are positive and need not sum to 1. */
export function choice(...options: readonly (readonly [weight: number, grammar: Grammar | string])[]): Grammar {
  const total = options.reduce((sum, [weight]) => sum + weight, 0);
  if (!options.every(([weight]) => weight > 0))
    throw new RangeError('Each option of a choice needs a positive weight.');
  return { kind: 'choice', options: options.map(([weight, part]) => ({ share: weight / total, grammar: lift(part) })) };
}

/** A text drawn from the grammar. */
export function sample(grammar: Grammar, rng: Random): string {
  switch (grammar.kind) {
    case 'text':
      return grammar.text;
    case 'sequence':
      return grammar.parts.map((part) => sample(part, rng)).join('');
    case 'choice': {
      let left = rng();
      for (const { share, grammar: option } of grammar.options) {
        left -= share;
        if (left < 0) return sample(option, rng);
      }
      return sample(grammar.options.at(-1)!.grammar, rng);
    }
  }
}

/** Probability of each position that the grammar reaches in `text`, given that of each position it starts from. */
function advance(grammar: Grammar, text: string, from: ReadonlyMap<number, number>): Map<number, number> {
  switch (grammar.kind) {
    case 'text': {
      const reached = new Map<number, number>();
      for (const [at, mass] of from) {
        if (text.startsWith(grammar.text, at)) reached.set(at + grammar.text.length, mass);
      }
      return reached;
    }
    case 'sequence': {
      let reached = new Map(from);
      for (const part of grammar.parts) {
        if (reached.size === 0) break;
        reached = advance(part, text, reached);
      }
      return reached;
    }
    case 'choice': {
      const reached = new Map<number, number>();
      for (const { share, grammar: option } of grammar.options) {
        for (const [at, mass] of advance(option, text, from)) reached.set(at, (reached.get(at) ?? 0) + share * mass);
      }
      return reached;
    }
  }
}

/**
 * Natural-log probability of exactly this text; −Infinity where the grammar cannot say it. The sum runs over all
 * derivations, by dynamic programming over positions, so an ambiguous grammar is scored exactly.
 */
export function logProb(grammar: Grammar, text: string): number {
  return Math.log(advance(grammar, text, new Map([[0, 1]])).get(text.length) ?? 0);
}

/** Number of derivations: an upper bound of the number of distinct texts. */
export function derivations(grammar: Grammar): number {
  switch (grammar.kind) {
    case 'text':
      return 1;
    case 'sequence':
      return grammar.parts.reduce((product, part) => product * derivations(part), 1);
    case 'choice':
      return grammar.options.reduce((sum, option) => sum + derivations(option.grammar), 0);
  }
}

function distribution(grammar: Grammar): Map<string, number> {
  switch (grammar.kind) {
    case 'text':
      return new Map([[grammar.text, 1]]);
    case 'sequence': {
      let heads = new Map([['', 1]]);
      for (const part of grammar.parts) {
        const longer = new Map<string, number>();
        for (const [tail, q] of distribution(part)) {
          for (const [head, p] of heads) longer.set(head + tail, (longer.get(head + tail) ?? 0) + p * q);
        }
        heads = longer;
      }
      return heads;
    }
    case 'choice': {
      const all = new Map<string, number>();
      for (const { share, grammar: option } of grammar.options) {
        for (const [text, p] of distribution(option)) all.set(text, (all.get(text) ?? 0) + share * p);
      }
      return all;
    }
  }
}

/** Every text with its log-probability, likeliest first; null where there are more than `limit` derivations. */
export function enumerate(grammar: Grammar, limit: number): GrammarAnswer[] | null {
  if (derivations(grammar) > limit) return null;
  return [...distribution(grammar)]
    .map(([text, p]) => ({ text, logProb: Math.log(p) }))
    .sort((a, b) => b.logProb - a.logProb || (a.text < b.text ? -1 : 1));
}

/** The literal texts the grammar is made of. */
export function literals(grammar: Grammar): string[] {
  switch (grammar.kind) {
    case 'text':
      return [grammar.text];
    case 'sequence':
      return grammar.parts.flatMap(literals);
    case 'choice':
      return grammar.options.flatMap((option) => literals(option.grammar));
  }
}
