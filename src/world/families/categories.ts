// The one thing in a list that is, or is not, of a kind.

import { defineFamily } from '../family.ts';
import { fault } from '../faults.ts';
import { choice, type Grammar } from '../grammar.ts';
import { draw, integer, pick, random, shuffle } from '../rng.ts';
import { capital, KINDS, type Kind, orList, withArticle } from '../words.ts';

type Task = { kind: Kind; thing: string; belongs: boolean };

const LISTS = 4000;

const FRAMES = [
  (what: string, list: string) => `Which one is ${what}: ${list}?`,
  (what: string, list: string) => `Which of these is ${what}: ${list}?`,
  (what: string, list: string) => `Find the one that is ${what}: ${list}.`,
];

const what = ({ kind, belongs }: Task): string => `${belongs ? '' : 'not '}${withArticle(kind.one)}`;

function* prompts(): Generator<readonly [string, Task]> {
  for (let i = 0; i < LISTS; i++) {
    const rng = random(0, 'things to tell apart', i);
    const kind = pick(rng, KINDS);
    const belongs = integer(rng, 2) === 0;
    const others = KINDS.filter((one) => one !== kind).flatMap((one) => one.members);
    const thing = pick(rng, belongs ? kind.members : others);
    const rest = draw(rng, belongs ? others : kind.members, pick(rng, [2, 2, 3]));
    const task: Task = { kind, thing, belongs };
    yield [pick(rng, FRAMES)(what(task), orList(shuffle(rng, [thing, ...rest]))), task];
  }
}

function human(task: Task): Grammar {
  const { thing } = task;
  return choice(
    [34, `the ${thing}`],
    [24, `The ${thing} is ${what(task)}.`],
    [18, `It is the ${thing}.`],
    [14, `${capital(withArticle(thing))} is ${what(task)}.`],
    [10, `I would say the ${thing}.`],
  );
}

function wrong({ kind, thing, belongs }: Task, answer: string): string | null {
  const said = /^(?:the|The|It is the|An?|I would say the) (\p{L}+)\b/u.exec(answer)?.[1];
  const own = KINDS.find((one) => said !== undefined && one.members.includes(said));
  if (said === undefined || own === undefined || said === thing) return null;
  if ((own === kind) === belongs) return fault('notChoice', { thing, said });
  const values = { said: capital(withArticle(said)), kind: withArticle(own.one) };
  return belongs ? fault('ofOtherKind', { ...values, wanted: withArticle(kind.one) }) : fault('ofKind', values);
}

export const categories = defineFamily<Task>({
  name: 'categories',
  title: 'Which one is it?',
  prompts,
  human,
  fault: wrong,
});
