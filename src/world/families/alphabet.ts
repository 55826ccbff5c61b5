// Words put in alphabetical order.

import { defineFamily } from '../family.ts';
import { listFault, sayList, someLists } from '../lists.ts';
import { commas, LIST_WORDS } from '../words.ts';

type Task = { order: readonly string[] };

const LISTS = 4000;
const UNIVERSE: ReadonlySet<string> = new Set(LIST_WORDS);

const FRAMES = [
  (list: string) => `Put these words in alphabetical order: ${list}.`,
  (list: string) => `Sort these words by the alphabet: ${list}.`,
  (list: string) => `In which order does a dictionary list these: ${list}?`,
];

function* prompts(): Generator<readonly [string, Task]> {
  for (const { items, turn } of someLists('words to sort', LIST_WORDS, LISTS)) {
    yield [FRAMES[turn % FRAMES.length]!(commas(items)), { order: [...items].sort() }];
  }
}

export const alphabet = defineFamily<Task>({
  name: 'alphabet',
  title: 'Words by the alphabet',
  prompts,
  human: ({ order }) => sayList(order, 'From A to Z', 'By the alphabet it is'),
  fault: ({ order }, answer) => listFault(order, answer, UNIVERSE, 'alphabetical'),
});
