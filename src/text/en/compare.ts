// English: answers side by side, and the blind test.

import type { Phrase } from '../phrase.ts';

export const COMPARE = {
  'answers.title': 'Answers to held-out prompts',
  'answers.empty': 'Before the first iteration and after each, the model answers prompts that it never trains on.',
  'answers.prompt': 'Prompt',
  'answers.base': 'Base',
  'answers.after': 'After iteration {n}',
  'answers.changed': 'changed',
  'answers.all': 'Show all {n} prompts',
  'answers.fewer': 'Show fewer prompts',
  'answers.scroll': 'Answers by iteration; scrolls sideways',
} as const satisfies Record<string, Phrase>;
