// A thing described by size, colour and use.

import { defineFamily, everyFrame, type Frame } from '../family.ts';
import { fault } from '../faults.ts';
import { choice, type Grammar, sequence } from '../grammar.ts';
import { withArticle, wordsOf } from '../words.ts';

type Thing = { size: string; colour: string; thing: string; uses: readonly [usual: string, other: string] };

const SIZES = ['big', 'small', 'tiny', 'huge'];
const COLOURS = ['red', 'blue', 'green', 'yellow', 'white', 'black', 'brown'];
const USES: Readonly<Record<string, readonly [string, string]>> = {
  ball: ['throw it', 'play with it'],
  kite: ['fly it', 'play with it'],
  book: ['read it', 'look at it'],
  chair: ['sit on it', 'stand on it'],
  cup: ['drink from it', 'fill it'],
  hat: ['wear it', 'look at it'],
  boat: ['sail in it', 'sit in it'],
  bell: ['ring it', 'look at it'],
  bed: ['sleep in it', 'sit on it'],
  drum: ['play it', 'carry it'],
  box: ['open it', 'fill it'],
  coat: ['wear it', 'carry it'],
};

const named = ({ size, colour, thing }: Thing): string => `${withArticle(size)} ${colour} ${thing}`;

const FRAMES: readonly Frame<Thing>[] = [
  (t) => `Describe ${named(t)}.`,
  (t) => `Tell me about ${named(t)}.`,
  (t) => `What can you say about ${named(t)}?`,
  (t) => `What is ${named(t)} like?`,
];

function* things(): Generator<Thing> {
  for (const [thing, uses] of Object.entries(USES)) {
    for (const size of SIZES) for (const colour of COLOURS) yield { size, colour, thing, uses };
  }
}

function human(slots: Thing): Grammar {
  const { size, colour, thing, uses } = slots;
  const use = choice([70, uses[0]], [30, uses[1]]);
  return choice(
    [34, sequence(`It is ${named(slots)}. You can `, use, '.')],
    [26, sequence(`The ${thing} is ${size} and ${colour}. You can `, use, '.')],
    [18, sequence(`It is a ${colour} ${thing}. It is ${size}, and you can `, use, '.')],
    [14, sequence(`You can `, use, `. It is ${size} and ${colour}.`)],
    [8, `It is ${size} and ${colour}.`],
  );
}

const other = (said: readonly string[], all: readonly string[], own: string): string | undefined =>
  said.find((word) => all.includes(word) && word !== own);

function wrong({ size, colour, thing, uses }: Thing, answer: string): string | null {
  const said = wordsOf(answer);
  const strange = other(said, Object.keys(USES), thing);
  if (strange !== undefined) return fault('otherThing', { thing, said: strange });
  const paint = other(said, COLOURS, colour);
  if (paint !== undefined) return fault('quality', { thing, quality: colour, said: paint });
  const measure = other(said, SIZES, size);
  if (measure !== undefined) return fault('quality', { thing, quality: size, said: measure });
  const use = /[Yy]ou can ([a-z ]+)\./.exec(answer)?.[1];
  const known = Object.values(USES).flat();
  if (use !== undefined && known.includes(use) && !uses.includes(use)) {
    return fault('use', { thing, use });
  }
  return null;
}

export const describing = defineFamily<Thing>({
  name: 'describing',
  title: 'Describe a thing',
  prompts: () => everyFrame(FRAMES, things()),
  human,
  fault: wrong,
});
