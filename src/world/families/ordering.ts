// Numbers put in order, upwards or downwards.

import { defineFamily } from '../family.ts';
import { listFault, sayList, someLists } from '../lists.ts';
import { commas } from '../words.ts';

type Task = { order: readonly string[]; down: boolean };

const LARGEST = 20;
const LISTS = 4000;
const NUMBERS = Array.from({ length: LARGEST }, (_, i) => `${i + 1}`);
const UNIVERSE: ReadonlySet<string> = new Set(Array.from({ length: 100 }, (_, i) => `${i}`));

const UP = [
  (list: string) => `Sort these numbers: ${list}.`,
  (list: string) => `Put these numbers in order: ${list}.`,
  (list: string) => `Sort from small to large: ${list}.`,
];
const DOWN = [
  (list: string) => `Sort from large to small: ${list}.`,
  (list: string) => `Put these numbers in order, largest first: ${list}.`,
];

function* prompts(): Generator<readonly [string, Task]> {
  const frames = [...UP, ...DOWN];
  for (const { items, turn } of someLists('numbers to sort', NUMBERS, LISTS)) {
    const at = turn % frames.length;
    const down = at >= UP.length;
    const order = [...items].sort((a, b) => (down ? Number(b) - Number(a) : Number(a) - Number(b)));
    yield [frames[at]!(commas(items)), { order, down }];
  }
}

export const ordering = defineFamily<Task>({
  name: 'ordering',
  title: 'Numbers in order',
  prompts,
  human: ({ order }) => sayList(order, 'In order', 'The order is'),
  fault: ({ order, down }, answer) => listFault(order, answer, UNIVERSE, down ? 'largerFirst' : 'smallerFirst'),
});
