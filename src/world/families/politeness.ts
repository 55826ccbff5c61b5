// Blunt requests said politely.

import { defineFamily, everyFrame, type Frame } from '../family.ts';
import { fault } from '../faults.ts';
import { choice } from '../grammar.ts';
import { capital, wordsOf } from '../words.ts';

type Request = { verb: string; doing: string; rest: string };

const TO_ME: readonly (readonly [string, string])[] = [
  ['give', 'giving'],
  ['pass', 'passing'],
  ['bring', 'bringing'],
  ['show', 'showing'],
  ['lend', 'lending'],
];
const GOODS = ['book', 'salt', 'map', 'cup', 'key', 'bread', 'milk', 'pen', 'ball', 'hat', 'lamp', 'letter'];
const TO_THING: readonly (readonly [string, string])[] = [
  ['open', 'opening'],
  ['close', 'closing'],
  ['clean', 'cleaning'],
  ['paint', 'painting'],
  ['move', 'moving'],
];
const PLACES = ['door', 'window', 'box', 'gate', 'bed', 'table', 'chair', 'desk', 'boat', 'car'];

const FRAMES: readonly Frame<Request>[] = [
  (r) => `Say this politely: ${capital(r.verb)} ${r.rest}.`,
  (r) => `Make this polite: ${capital(r.verb)} ${r.rest}!`,
  (r) => `Ask nicely: ${capital(r.verb)} ${r.rest}.`,
  (r) => `Put this in kinder words: ${capital(r.verb)} ${r.rest}!`,
  (r) => `How can I politely ask you to ${r.verb} ${r.rest}?`,
  (r) => `Be more polite: ${capital(r.verb)} ${r.rest}!`,
];

function* requests(): Generator<Request> {
  for (const [verb, doing] of TO_ME) for (const good of GOODS) yield { verb, doing, rest: `me the ${good}` };
  for (const [verb, doing] of TO_THING) for (const place of PLACES) yield { verb, doing, rest: `the ${place}` };
}

const NOUNS: ReadonlySet<string> = new Set([...GOODS, ...PLACES]);
const DOING: ReadonlyMap<string, string> = new Map(
  [...TO_ME, ...TO_THING].flatMap(
    ([verb, doing]) =>
      [
        [verb, verb],
        [doing, verb],
      ] as const,
  ),
);

export const politeness = defineFamily<Request>({
  name: 'politeness',
  title: 'Polite requests',
  prompts: () => everyFrame(FRAMES, requests()),
  human: ({ verb, doing, rest }) =>
    choice(
      [32, `Could you ${verb} ${rest}, please?`],
      [24, `Please ${verb} ${rest}.`],
      [18, `Would you mind ${doing} ${rest}?`],
      [14, `Would you please ${verb} ${rest}?`],
      [8, `Could you kindly ${verb} ${rest}?`],
      [4, `May I ask you to ${verb} ${rest}?`],
    ),
  fault: ({ verb, rest }, answer) => {
    const said = wordsOf(answer);
    const noun = rest.split(' ').at(-1)!;
    const strange = said.find((word) => NOUNS.has(word) && word !== noun && DOING.get(word) !== verb);
    if (strange !== undefined && !DOING.has(strange)) return fault('otherObject', { object: noun, said: strange });
    const deed = said.find((word) => DOING.has(word) && DOING.get(word) !== verb);
    return deed === undefined ? null : fault('otherDeed', { request: `${verb} ${rest}`, said: deed });
  },
});
