// English: the arena: two players face to face.

import type { Phrase } from '../phrase.ts';

export const ARENA = {
  'pairs.title': 'Pairs as they are made',
  'pairs.empty': 'Each prompt has a human answer; here the opponent’s answer will stand beside it.',
  'pairs.count':
    '{n} of {of} answered in iteration {iteration}; {identical} the same as the human answer, {cut} cut at the limit. The latest are shown.',
  'pairs.unfit': '{skipped} examples were too long and left out, {truncated} shortened.',
  'pairs.cut': 'cut at the longest answer',
  'pairs.logp': 'log p = {value}',
  'pairs.scroll': 'The latest pairs; scrolls',
  'verdict.good': 'A human would say this.',
  'verdict.bad': 'Nobody would say this:',
} as const satisfies Record<string, Phrase>;
