// Lists of words said backwards.

import { defineFamily } from '../family.ts';
import { listFault, sayList, someLists } from '../lists.ts';
import { commas, LIST_WORDS } from '../words.ts';

type Task = { order: readonly string[] };

const LISTS = 4000;
const UNIVERSE: ReadonlySet<string> = new Set(LIST_WORDS);

const FRAMES = [
  (list: string) => `Say these words backwards: ${list}.`,
  (list: string) => `Reverse this list: ${list}.`,
  (list: string) => `Turn this list around: ${list}.`,
];

function* prompts(): Generator<readonly [string, Task]> {
  for (const { items, turn } of someLists('words to reverse', LIST_WORDS, LISTS)) {
    yield [FRAMES[turn % FRAMES.length]!(commas(items)), { order: items.toReversed() }];
  }
}

export const reversing = defineFamily<Task>({
  name: 'reversing',
  title: 'Lists backwards',
  prompts,
  human: ({ order }) => sayList(order, 'Backwards', 'The other way round it is'),
  fault: ({ order }, answer) => listFault(order, answer, UNIVERSE, 'laterFirst'),
});
