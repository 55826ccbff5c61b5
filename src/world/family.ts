// What a family of prompts is: its prompts, its people's answers, and what can be wrong with an answer's content.

import type { Grammar } from './grammar.ts';

/** Plain data; what the family needs to answer follows from the text. */
export type Prompt = { readonly family: string; readonly text: string };

export type Family = {
  readonly name: string;
  /** What one does here: a short phrase in sentence case. */
  readonly title: string;
  /** All prompts, distinct, always in the same order. */
  prompts(): readonly Prompt[];
  /** The prompt with this text, or null. */
  parse(text: string): Prompt | null;
  /** The distribution of human answers. Throws UnknownPromptError on a prompt of another family. */
  human(prompt: Prompt): Grammar;
  /** A sentence on what is wrong in the content of an impossible answer; null where only its form can be at fault. */
  fault(prompt: Prompt, answer: string): string | null;
};

export type FamilyDefinition<Slots> = {
  readonly name: string;
  readonly title: string;
  /** Prompt texts with their slots; a text that comes twice counts once. */
  readonly prompts: () => Iterable<readonly [text: string, slots: Slots]>;
  readonly human: (slots: Slots) => Grammar;
  readonly fault?: (slots: Slots, answer: string) => string | null;
};

/** A prompt that is not of this world: a row of other data, or a slip of the program. */
export class UnknownPromptError extends Error {
  constructor(family: string, text: string) {
    super(`The family “${family}” has no prompt “${text}”.`);
    this.name = 'UnknownPromptError';
  }
}

/** Makes a family of its definition. The table of prompts is built at first use. */
export function defineFamily<Slots>(definition: FamilyDefinition<Slots>): Family {
  const { name, title, human, fault } = definition;
  let table: Map<string, { prompt: Prompt; slots: Slots }> | undefined;
  const rows = (): Map<string, { prompt: Prompt; slots: Slots }> => {
    if (table) return table;
    table = new Map();
    for (const [text, slots] of definition.prompts()) {
      if (!table.has(text)) table.set(text, { prompt: { family: name, text }, slots });
    }
    return table;
  };
  const slotsOf = (prompt: Prompt): Slots => {
    const row = rows().get(prompt.text);
    if (!row) throw new UnknownPromptError(name, prompt.text);
    return row.slots;
  };
  let list: readonly Prompt[] | undefined;
  return {
    name,
    title,
    prompts: () => {
      list ??= [...rows().values()].map((row) => row.prompt);
      return list;
    },
    parse: (text) => rows().get(text)?.prompt ?? null,
    human: (prompt) => human(slotsOf(prompt)),
    fault: (prompt, answer) => fault?.(slotsOf(prompt), answer) ?? null,
  };
}

/** A frame: a prompt text with holes, filled by a function. */
export type Frame<Slots> = (slots: Slots) => string;

/** Each frame with each of the slots. */
export function* everyFrame<Slots>(
  frames: readonly Frame<Slots>[],
  all: Iterable<Slots>,
): Generator<readonly [string, Slots]> {
  for (const slots of all) for (const frame of frames) yield [frame(slots), slots];
}
