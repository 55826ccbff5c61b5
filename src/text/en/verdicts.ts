// English: what the world says of an answer, in its own sentences, and its families' titles.

import { FAULTS } from '../../world/faults.ts';
import type { Phrase } from '../phrase.ts';

type FaultWords = { readonly [Code in keyof typeof FAULTS as `verdict.fault.${Code}`]: (typeof FAULTS)[Code] };

const FAULT_WORDS = Object.fromEntries(
  Object.entries(FAULTS).map(([code, sentence]) => [`verdict.fault.${code}`, sentence]),
) as FaultWords;

export const VERDICTS = {
  ...FAULT_WORDS,
  'family.arithmetic': 'Small sums',
  'family.sequences': 'What comes next?',
  'family.counting': 'Count them',
  'family.ordering': 'Numbers in order',
  'family.alphabet': 'Words by the alphabet',
  'family.reversing': 'Lists backwards',
  'family.categories': 'Which one is it?',
  'family.opposites': 'Opposites',
  'family.rhymes': 'Rhymes',
  'family.describing': 'Describe a thing',
  'family.politeness': 'Polite requests',
  'family.stories': 'Two-sentence stories',
} as const satisfies Record<string, Phrase>;
