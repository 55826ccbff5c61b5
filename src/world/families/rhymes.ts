// Words that rhyme.

import { defineFamily, everyFrame, type Frame } from '../family.ts';
import { fault } from '../faults.ts';
import { choice, sequence } from '../grammar.ts';

type Task = { word: string; rhymes: readonly string[] };

const GROUPS: readonly (readonly string[])[] = [
  ['cat', 'hat', 'bat', 'mat'],
  ['dog', 'fog', 'log', 'frog'],
  ['sun', 'fun', 'run', 'bun'],
  ['king', 'ring', 'sing', 'wing'],
  ['moon', 'spoon', 'noon', 'soon'],
  ['tree', 'bee', 'sea', 'key'],
  ['rain', 'train', 'plane', 'chain'],
  ['cake', 'lake', 'snake', 'rake'],
  ['boat', 'goat', 'coat', 'note'],
  ['bed', 'red', 'head', 'bread'],
  ['night', 'light', 'kite', 'white'],
  ['bear', 'chair', 'hair', 'pear'],
  ['ball', 'wall', 'tall', 'fall'],
  ['fox', 'box', 'rocks', 'socks'],
];

const FRAMES: readonly Frame<Task>[] = [
  ({ word }) => `What rhymes with ${word}?`,
  ({ word }) => `Find a rhyme for ${word}.`,
  ({ word }) => `Give me a word that rhymes with ${word}.`,
  ({ word }) => `Which word rhymes with ${word}?`,
  ({ word }) => `Name a rhyme for ${word}.`,
  ({ word }) => `I need a rhyme for ${word}.`,
  ({ word }) => `Tell me a rhyme for the word ${word}.`,
  ({ word }) => `Do you know a rhyme for ${word}?`,
  ({ word }) => `My poem needs a rhyme for ${word}.`,
  ({ word }) => `Which word sounds like ${word}?`,
  ({ word }) => `A rhyme for ${word}, please.`,
  ({ word }) => `Find a word that sounds like ${word}.`,
];

/** The others of the group in cyclic order from the word itself, so that each word has its own favourite. */
function* tasks(): Generator<Task> {
  for (const group of GROUPS) {
    for (const [i, word] of group.entries()) yield { word, rhymes: [...group.slice(i + 1), ...group.slice(0, i)] };
  }
}

const WORDS: ReadonlySet<string> = new Set(GROUPS.flat());
const SHARES = [50, 30, 20] as const;

export const rhymes = defineFamily<Task>({
  name: 'rhymes',
  title: 'Rhymes',
  prompts: () => everyFrame(FRAMES, tasks()),
  human: (task) => {
    const rhyme = choice(...task.rhymes.map((word, i) => [SHARES[i]!, word] as const));
    return choice(
      [32, rhyme],
      [24, sequence('The word ', rhyme, ` rhymes with ${task.word}.`)],
      [18, sequence('It rhymes with ', rhyme, '.')],
      [14, sequence('Try ', rhyme, '.')],
      [12, sequence('I would say ', rhyme, '.')],
    );
  },
  fault: ({ word, rhymes }, answer) => {
    const said = /^(?:The word |It rhymes with |Try |I would say )?(\p{L}+)(?: rhymes with \p{L}+)?\.?$/u.exec(
      answer,
    )?.[1];
    if (said === undefined || !WORDS.has(said) || rhymes.includes(said)) return null;
    return said === word ? fault('sameWord', { word }) : fault('noRhyme', { said, word });
  },
});
