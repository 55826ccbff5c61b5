// Finite grammars: exact probabilities, ambiguity included.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { choice, derivations, enumerate, type Grammar, logProb, sample, sequence } from '../../../src/world/grammar.ts';
import { random } from '../../../src/world/rng.ts';

/** Small grammars over two letters, so that texts are often derived in several ways. */
const grammars: fc.Arbitrary<Grammar> = fc.letrec<{ node: Grammar }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 2 }).map((text) => sequence(text)),
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((parts) => sequence(...parts)),
    fc
      .array(fc.tuple(fc.integer({ min: 1, max: 9 }), tie('node')), { minLength: 1, maxLength: 3 })
      .map((options) => choice(...options)),
  ),
})).node;

test('an ambiguous text has the sum of its derivations: a·ab and aa·b are both “aab”', () => {
  const grammar = sequence(choice([1, 'a'], [3, 'aa']), choice([1, 'ab'], [1, 'b']));
  expect(Math.exp(logProb(grammar, 'aab'))).toBeCloseTo(1 / 8 + 3 / 8, 14);
  expect(derivations(grammar)).toBe(4);
  expect(enumerate(grammar, 4)).toHaveLength(3);
  expect(enumerate(grammar, 3)).toBeNull();
});

test('probabilities sum to 1, and scoring agrees with enumeration', () => {
  fc.assert(
    fc.property(grammars, (grammar) => {
      const all = enumerate(grammar, 5000);
      fc.pre(all !== null);
      expect(all.reduce((sum, one) => sum + Math.exp(one.logProb), 0)).toBeCloseTo(1, 10);
      for (const { text, logProb: listed } of all) expect(logProb(grammar, text)).toBeCloseTo(listed, 10);
      expect(logProb(grammar, `${all[0]?.text}c`)).toBe(Number.NEGATIVE_INFINITY);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('a sample is always possible', () => {
  fc.assert(
    fc.property(grammars, fc.nat(), (grammar, seed) => {
      expect(logProb(grammar, sample(grammar, random(seed, 'grammar')))).toBeGreaterThan(Number.NEGATIVE_INFINITY);
    }),
    { seed: 2, numRuns: 300 },
  );
});

test('a weight of zero is refused', () => {
  expect(() => choice([0, 'a'])).toThrow(RangeError);
});
