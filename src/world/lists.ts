// What three families share: a list goes in, the same items come out in another order.

import { type FaultCode, fault } from './faults.ts';
import { choice, type Grammar } from './grammar.ts';
import { draw, integer, pick, random } from './rng.ts';
import { commas, wordsOf } from './words.ts';

export type Items = readonly string[];

/** “First a, then b, then c”. */
export const firstThen = (items: Items): string => `First ${items.join(', then ')}`;

/** `count` lists of three or four distinct items in random order; always the same ones for the same purpose. */
export function* someLists(purpose: string, items: Items, count: number): Generator<{ items: Items; turn: number }> {
  for (let i = 0; i < count; i++) {
    const rng = random(0, purpose, i);
    // A list of four is harder: one in three keeps it present without making it the rule.
    const length = pick(rng, [3, 3, 4]);
    yield { items: draw(rng, items, length), turn: integer(rng, 1 << 16) };
  }
}

/** The ways to say a list whose order is `order`; `lead` opens the two that say what was done. */
export function sayList(order: Items, lead: string, remark: string): Grammar {
  return choice(
    [34, commas(order)],
    [24, `${lead}: ${commas(order)}.`],
    [18, `${firstThen(order)}.`],
    [14, `${remark} ${commas(order)}.`],
    [10, `It goes ${commas(order)}.`],
  );
}

/**
 * What is wrong with the items that an answer lists: one lacks, is strange, comes twice, or stands in the wrong place.
 * `universe` tells items from other words; `orderFault` says why the right order is right.
 */
export function listFault(
  order: Items,
  answer: string,
  universe: ReadonlySet<string>,
  orderFault: Extract<FaultCode, 'smallerFirst' | 'largerFirst' | 'alphabetical' | 'laterFirst'>,
): string | null {
  const said = wordsOf(answer).filter((word) => universe.has(word));
  if (said.length === 0) return null;
  const strange = said.find((word) => !order.includes(word));
  if (strange !== undefined) return fault('notInList', { word: strange });
  const twice = said.find((word, i) => said.indexOf(word) !== i);
  if (twice !== undefined) return fault('twice', { word: twice });
  const lacking = order.find((word) => !said.includes(word));
  if (lacking !== undefined) return fault('lacking', { word: lacking });
  const wrong = order.findIndex((word, i) => said[i] !== word);
  return wrong < 0 ? null : fault(orderFault, { first: order[wrong]!, second: said[wrong]! });
}
