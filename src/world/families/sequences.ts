// What comes next: numbers in even steps, and the days of the week.

import { defineFamily } from '../family.ts';
import { fault } from '../faults.ts';
import { choice, type Grammar } from '../grammar.ts';
import { commas } from '../words.ts';

type Task = { from: string; next: string; before: boolean };

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const LARGEST = 30;

const NUMBER_FRAMES = [
  (list: string) => `What comes next: ${list}?`,
  (list: string) => `Which number comes after ${list}?`,
  (list: string) => `Go on: ${list}.`,
  (list: string) => `Continue: ${list}.`,
];
const DAY_FRAMES = [
  (side: string, day: string) => `Which day comes ${side} ${day}?`,
  (side: string, day: string) => `What comes ${side} ${day}?`,
  (side: string, day: string) => `What is the day ${side} ${day}?`,
  (side: string, day: string) => `Name the day ${side} ${day}.`,
  (side: string, day: string) => `Tell me the day ${side} ${day}.`,
];

function* prompts(): Generator<readonly [string, Task]> {
  for (const step of [1, 2, 3, 4, 5, -1, -2, -3]) {
    for (let start = 1; start <= LARGEST; start++) {
      for (const length of [3, 4]) {
        const next = start + length * step;
        if (next < 0 || next > LARGEST) continue;
        const list = Array.from({ length }, (_, i) => start + i * step);
        const task: Task = { from: `${list.at(-1)}`, next: `${next}`, before: false };
        for (const frame of NUMBER_FRAMES) yield [frame(commas(list)), task];
      }
    }
  }
  for (const [i, day] of DAYS.entries()) {
    for (const before of [false, true]) {
      const next = DAYS[(i + (before ? DAYS.length - 1 : 1)) % DAYS.length]!;
      for (const frame of DAY_FRAMES) yield [frame(before ? 'before' : 'after', day), { from: day, next, before }];
    }
  }
}

function human({ from, next, before }: Task): Grammar {
  return choice(
    [36, next],
    [24, `It is ${next}.`],
    [18, before ? `Before ${from} comes ${next}.` : `After ${from} comes ${next}.`],
    [12, `That is ${next}.`],
    [10, `The answer is ${next}.`],
  );
}

export const sequences = defineFamily<Task>({
  name: 'sequences',
  title: 'What comes next?',
  prompts,
  human,
  fault: ({ from, next, before }, answer) => {
    const said = /(?:^|is |comes )(\d+|[A-Z]\p{L}+day)\.?$/u.exec(answer)?.[1];
    if (said === undefined || said === next) return null;
    return fault(before ? 'comesBefore' : 'comesAfter', { from, next, said });
  },
});
