// Words and their opposites.

import { defineFamily, everyFrame, type Frame } from '../family.ts';
import { fault } from '../faults.ts';
import { choice } from '../grammar.ts';

type Pair = { word: string; opposite: string };

const PAIRS: readonly (readonly [string, string])[] = [
  ['big', 'small'],
  ['hot', 'cold'],
  ['fast', 'slow'],
  ['old', 'new'],
  ['happy', 'sad'],
  ['tall', 'short'],
  ['light', 'dark'],
  ['up', 'down'],
  ['in', 'out'],
  ['full', 'empty'],
  ['hard', 'soft'],
  ['wet', 'dry'],
  ['clean', 'dirty'],
  ['early', 'late'],
  ['rich', 'poor'],
  ['loud', 'quiet'],
  ['strong', 'weak'],
  ['high', 'low'],
  ['near', 'far'],
  ['day', 'night'],
  ['good', 'bad'],
  ['first', 'last'],
  ['left', 'right'],
  ['thick', 'thin'],
  ['win', 'lose'],
  ['push', 'pull'],
  ['sweet', 'sour'],
  ['true', 'false'],
];

const FRAMES: readonly Frame<Pair>[] = [
  ({ word }) => `What is the opposite of ${word}?`,
  ({ word }) => `Give me the opposite of ${word}.`,
  ({ word }) => `Name the opposite of ${word}.`,
  ({ word }) => `What is the opposite of the word ${word}?`,
  ({ word }) => `Tell me the opposite of ${word}.`,
  ({ word }) => `Which word means the opposite of ${word}?`,
  ({ word }) => `Find the opposite of ${word}.`,
  ({ word }) => `Do you know the opposite of ${word}?`,
  ({ word }) => `I need the opposite of ${word}.`,
  ({ word }) => `The opposite of ${word}, please.`,
  ({ word }) => `Not ${word}, but what?`,
  ({ word }) => `If it is not ${word}, what is it?`,
];

function* pairs(): Generator<Pair> {
  for (const [one, other] of PAIRS) {
    yield { word: one, opposite: other };
    yield { word: other, opposite: one };
  }
}

const WORDS: ReadonlySet<string> = new Set(PAIRS.flat());

export const opposites = defineFamily<Pair>({
  name: 'opposites',
  title: 'Opposites',
  prompts: () => everyFrame(FRAMES, pairs()),
  human: ({ word, opposite }) =>
    choice(
      [30, opposite],
      [24, `The opposite of ${word} is ${opposite}.`],
      [18, `It is ${opposite}.`],
      [12, `That would be ${opposite}.`],
      [9, `I would say ${opposite}.`],
      [7, `Not ${word}, but ${opposite}.`],
    ),
  fault: ({ word, opposite }, answer) => {
    const said = /(?:^|is |be |say |but )(\p{L}+)\.?$/u.exec(answer)?.[1];
    if (said !== undefined && said !== opposite && WORDS.has(said)) {
      return fault('opposite', { word, opposite, said });
    }
    return null;
  },
});
