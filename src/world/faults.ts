// Every sentence in which the world says what is wrong with an answer, once, with holes; made from it and read back.

/** Holes in quotation marks take any text, {fault} another of these sentences, the others words without marks. */
export const FAULTS = {
  empty: 'The answer is empty.',
  cut: 'The answer was cut at the longest length.',
  endMark: 'The end mark “{mark}” is missing.',
  unfinished: 'The answer is unfinished: “{rest}” could follow.',
  noAnswer: 'This is no answer to the prompt; one would say “{likeliest}”.',
  spacing: 'The words are right, but not the spacing: one writes “{nearest}”.',
  several: 'Several things are wrong, the first: {fault}',
  missing: '“{word}” is missing.',
  repeated: '“{word}” is said twice.',
  extra: '“{word}” does not belong here.',
  wrong: '“{word}” stands where “{right}” belongs.',
  noMark: 'After “{word}” no mark belongs.',
  mark: 'After “{word}” belongs “{mark}”.',
  swapped: '“{first}” and “{second}” are swapped.',

  notInList: '“{word}” is not in the list.',
  twice: '“{word}” comes twice.',
  lacking: '“{word}” is missing from the list.',
  smallerFirst: '“{first}” should come before “{second}”: the smaller number comes first.',
  largerFirst: '“{first}” should come before “{second}”: the larger number comes first.',
  alphabetical: '“{first}” should come before “{second}”: its letter comes first in the alphabet.',
  laterFirst: '“{first}” should come before “{second}”: it stands later in the list given.',

  plus: '{left} plus {right} is {total}, not {said}.',
  minus: '{left} minus {right} is {total}, not {said}.',
  otherNumbers: 'The question is about {left} and {right}, not about {otherLeft} and {otherRight}.',
  countOne: 'There is one {kind}, not {said}.',
  countMany: 'There are {count} {kinds}, not {said}.',
  otherKind: 'The question is about {kinds}, not about {said}.',
  notOfKind: '“{thing}” is not one of the {kinds} in the list.',
  notChoice: 'The list has the {thing}; “{said}” is not in it.',
  ofKind: '{said} is {kind}.',
  ofOtherKind: '{said} is {kind}, not {wanted}.',
  opposite: 'The opposite of {word} is {opposite}, not {said}.',
  sameWord: '“{word}” is the word itself, not a rhyme.',
  noRhyme: '“{said}” does not rhyme with “{word}”.',
  comesBefore: 'Before {from} comes {next}, not {said}.',
  comesAfter: 'After {from} comes {next}, not {said}.',
  otherThing: 'The prompt is about a {thing}, not about a {said}.',
  quality: 'The {thing} is {quality}, not {said}.',
  use: 'Nobody says of a {thing} that you can {use}.',
  otherObject: 'The request is about the {object}, not the {said}.',
  otherDeed: 'The request is to {request}, and “{said}” is something else.',
  stranger: 'The story is about {hero}, not about {said}.',
  storyThing: 'The story should be about {thing}, not {said}.',
  storyDeed: 'In these stories one {deed} the {thing}; nobody {said} it.',
  pronoun: '{hero} is “{pronoun}”, not “{said}”.',
} as const;

export type FaultCode = keyof typeof FAULTS;

type Holes<Text extends string> = Text extends `${string}{${infer Hole}}${infer Rest}` ? Hole | Holes<Rest> : never;

/** What fills the holes of a sentence: exactly these. */
type Values<Code extends FaultCode> = { readonly [Hole in Holes<(typeof FAULTS)[Code]>]: string | number };

/** The sentence with its holes filled. */
export function fault<Code extends FaultCode>(code: Code, values: Values<Code>): string {
  return FAULTS[code].replace(HOLE, (_, name: string) => String(values[name as keyof Values<Code>]));
}

export interface ReadFault {
  readonly code: FaultCode;
  readonly values: Readonly<Record<string, string>>;
}

const HOLE = /\{(\w+)\}/g;

/** The pattern of a sentence, each hole a group of its name. */
function pattern(text: string): RegExp {
  const parts = text.split(HOLE).map((part, i, all) => {
    if (i % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return `(?<${part}>${part === 'fault' ? '.+' : all[i - 1]!.endsWith('“') ? '.*?' : '[^“”.,:;]+?'})`;
  });
  return new RegExp(`^${parts.join('')}$`, 'su');
}

/** The more a sentence says by itself, the earlier it is tried: “The opposite of big is …” is also a “The … is …”. */
const PATTERNS = (Object.keys(FAULTS) as FaultCode[])
  .map((code) => ({ code, pattern: pattern(FAULTS[code]), own: FAULTS[code].replace(HOLE, '').length }))
  .sort((a, b) => b.own - a.own);

/** Which sentence this is, and what fills its holes; null for one that the world does not say. */
export function readFault(sentence: string): ReadFault | null {
  for (const { code, pattern } of PATTERNS) {
    const found = pattern.exec(sentence);
    if (found !== null) return { code, values: { ...found.groups } };
  }
  return null;
}
