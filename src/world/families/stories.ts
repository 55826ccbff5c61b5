// Two-sentence stories about someone and something.

import { defineFamily, everyFrame, type Frame } from '../family.ts';
import { fault } from '../faults.ts';
import { choice, type Grammar, sequence } from '../grammar.ts';
import { capital, withArticle, wordsOf } from '../words.ts';

type Cast = { hero: string; pronoun: string; thing: string; deed: string };

const HEROES: Readonly<Record<string, string>> = {
  Mia: 'she',
  Tom: 'he',
  Anna: 'she',
  Ben: 'he',
  Eva: 'she',
  Sam: 'he',
  'a fox': 'it',
  'a mouse': 'it',
  'a bear': 'it',
  'an owl': 'it',
  'a duck': 'it',
  'a cat': 'it',
};
const DEEDS: Readonly<Record<string, string>> = {
  kite: 'flew',
  ball: 'threw',
  book: 'read',
  cake: 'ate',
  boat: 'painted',
  drum: 'played',
  hat: 'wore',
  bell: 'rang',
  pear: 'ate',
  letter: 'read',
  box: 'opened',
  map: 'read',
};

const FRAMES: readonly Frame<Cast>[] = [
  ({ hero, thing }) => `Tell me a story about ${hero} and ${withArticle(thing)}.`,
  ({ hero, thing }) => `Write two sentences about ${hero} and ${withArticle(thing)}.`,
  ({ hero, thing }) => `I want a story with ${hero} and ${withArticle(thing)}.`,
  ({ hero, thing }) => `Make up a tiny story: ${hero}, ${withArticle(thing)}.`,
  ({ hero, thing }) => `What happened to ${hero} with ${withArticle(thing)}?`,
];

function* casts(): Generator<Cast> {
  for (const [hero, pronoun] of Object.entries(HEROES)) {
    for (const [thing, deed] of Object.entries(DEEDS)) yield { hero, pronoun, thing, deed };
  }
}

function human({ hero, pronoun, thing, deed }: Cast): Grammar {
  const opening = choice([60, capital(hero)], [40, `One day ${hero}`]);
  const place = choice([45, 'by the river'], [30, 'in the garden'], [15, 'under a tree'], [10, 'on a hill']);
  const link = choice([70, capital(pronoun)], [30, `Then ${pronoun}`]);
  const end = choice([40, 'all day'], [30, 'with a friend'], [20, 'and laughed'], [10, 'and went home']);
  const found = choice([65, ' found '], [35, ' saw ']);
  return sequence(opening, found, `${withArticle(thing)} `, place, '. ', link, ` ${deed} it `, end, '.');
}

function wrong({ hero, pronoun, thing, deed }: Cast, answer: string): string | null {
  const said = wordsOf(answer);
  const name = hero.split(' ').at(-1)!;
  const stranger = Object.keys(HEROES)
    .map((one) => one.split(' ').at(-1)!)
    .find((one) => one !== name && said.includes(one));
  if (stranger !== undefined) return fault('stranger', { hero, said: stranger });
  const strange = Object.keys(DEEDS).find((one) => one !== thing && said.includes(one));
  if (strange !== undefined) {
    return fault('storyThing', { thing: withArticle(thing), said: withArticle(strange) });
  }
  const otherDeed = Object.values(DEEDS).find((one) => one !== deed && said.includes(one));
  if (otherDeed !== undefined) return fault('storyDeed', { deed, thing, said: otherDeed });
  const second = /\. (?:Then )?(she|he|it)\b/i.exec(answer)?.[1]?.toLowerCase();
  if (second !== undefined && second !== pronoun) {
    return fault('pronoun', { hero: capital(hero), pronoun, said: second });
  }
  return null;
}

export const stories = defineFamily<Cast>({
  name: 'stories',
  title: 'Two-sentence stories',
  prompts: () => everyFrame(FRAMES, casts()),
  human,
  fault: wrong,
});
