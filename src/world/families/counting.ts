// How many things of a kind are in a list.

import { defineFamily } from '../family.ts';
import { fault } from '../faults.ts';
import { choice, type Grammar } from '../grammar.ts';
import { draw, integer, pick, random, shuffle } from '../rng.ts';
import { andList, capital, commas, KINDS, type Kind, NUMBER_WORDS, wordsOf } from '../words.ts';

type Task = { kind: Kind; found: readonly string[] };

const LISTS = 4000;

const FRAMES = [
  (kind: Kind, list: string) => `How many ${kind.many} are in this list: ${list}?`,
  (kind: Kind, list: string) => `Count the ${kind.many}: ${list}.`,
  (kind: Kind, list: string) => `How many of these are ${kind.many}: ${list}?`,
];

function* prompts(): Generator<readonly [string, Task]> {
  for (let i = 0; i < LISTS; i++) {
    const rng = random(0, 'things to count', i);
    const kind = pick(rng, KINDS);
    const length = 3 + integer(rng, 2);
    const count = integer(rng, length + 1);
    const others = KINDS.filter((one) => one !== kind).flatMap((one) => one.members);
    const list = shuffle(rng, [...draw(rng, kind.members, count), ...draw(rng, others, length - count)]);
    const found = list.filter((item) => kind.members.includes(item));
    yield [pick(rng, FRAMES)(kind, commas(list)), { kind, found }];
  }
}

const howMany = (count: number): string => (count === 0 ? 'no' : NUMBER_WORDS[count]!);

const numbered = ({ one, many }: Kind, count: number): string =>
  count === 1 ? `is one ${one}` : `are ${howMany(count)} ${many}`;

function human({ kind, found }: Task): Grammar {
  const number = found.length === 0 ? 'none' : NUMBER_WORDS[found.length]!;
  const listed = found.length === 0 ? 'I see none.' : `${capital(number)}: ${andList(found)}.`;
  return choice(
    [36, number],
    [26, `There ${numbered(kind, found.length)}.`],
    [20, listed],
    [12, `I count ${number}.`],
    [6, `The answer is ${number}.`],
  );
}

function wrong({ kind, found }: Task, answer: string): string | null {
  const said = wordsOf(answer.toLowerCase());
  const counted = said.map((word) => (word === 'no' || word === 'none' ? 0 : NUMBER_WORDS.indexOf(word)));
  const number = counted.find((count) => count >= 0);
  if (number !== undefined && number !== found.length) {
    const said = number === 0 ? 'none' : NUMBER_WORDS[number]!;
    if (found.length === 1) return fault('countOne', { kind: kind.one, said });
    return fault('countMany', { count: howMany(found.length), kinds: kind.many, said });
  }
  const other = KINDS.find((one) => one !== kind && (said.includes(one.one) || said.includes(one.many)));
  if (other) return fault('otherKind', { kinds: kind.many, said: other.many });
  const thing = said.find((word) => KINDS.some((one) => one.members.includes(word)) && !found.includes(word));
  return thing === undefined ? null : fault('notOfKind', { thing, kinds: kind.many });
}

export const counting = defineFamily<Task>({ name: 'counting', title: 'Count them', prompts, human, fault: wrong });
