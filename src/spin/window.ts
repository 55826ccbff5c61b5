// Which examples and older pairs an iteration trains on, in which order, and in which chunks the opponent makes them. All of it is a
// function of the configuration, the seed and the data: nothing here waits for a model.

import type { SpinConfiguration, Window } from './configuration.ts';
import type { Example, Pair } from './players.ts';
import { shuffle } from './random.ts';

/** Something that the first epoch wants: an example yet to be answered, or an older pair yet to be scored again. */
export type Item =
  | { readonly example: Example; readonly older?: never }
  | { readonly older: Pair; readonly example?: never };

/**
 * The examples of an iteration: the next `examplesPerIteration` of the data's seeded order, or the same ones each time. A new order
 * begins when what is left would not fill an iteration, so that no example comes twice in one.
 */
export function examplesOf(
  configuration: SpinConfiguration,
  examples: readonly Example[],
  iteration: number,
): readonly Example[] {
  const { seed, examplesPerIteration, freshExamples } = configuration;
  const count = Math.min(examplesPerIteration, examples.length);
  if (count === 0) return [];
  const slices = Math.floor(examples.length / count);
  const slice = freshExamples ? iteration % slices : 0;
  const pass = freshExamples ? Math.floor(iteration / slices) : 0;
  const order = shuffle(examples.length, seed, 'examples', 0, pass);
  return Array.from(order.subarray(slice * count, (slice + 1) * count), (i) => examples[i]!);
}

/** The first epoch's order of examples and older pairs. */
export function firstEpoch(
  seed: number,
  iteration: number,
  examples: readonly Example[],
  older: readonly Pair[],
): readonly Item[] {
  const items: Item[] = [...older.map((pair) => ({ older: pair })), ...examples.map((example) => ({ example }))];
  return Array.from(shuffle(items.length, seed, 'order', iteration, 0), (i) => items[i]!);
}

/** A later epoch's order of the pairs that there are. */
export function laterEpoch(seed: number, iteration: number, epoch: number, pairs: readonly Pair[]): readonly Pair[] {
  return Array.from(shuffle(pairs.length, seed, 'order', iteration, epoch), (i) => pairs[i]!);
}

/** Cuts items into chunks of `size` examples each, with the older pairs that come before the next chunk's first example. */
export function chunksOf(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const chunks: Item[][] = [];
  let examples = 0;
  for (const item of items) {
    if (chunks.length === 0 || (item.example && examples === size)) {
      chunks.push([]);
      examples = 0;
    }
    chunks.at(-1)!.push(item);
    if (item.example) examples += 1;
  }
  return chunks;
}

/** The older pairs of the next iteration, from those of this one and the pairs made in it. */
export function nextOlder(window: Window, older: readonly Pair[], made: readonly Pair[]): readonly Pair[] {
  switch (window) {
    case 1:
      return [];
    case 2:
      return made;
    case 'all':
      return [...older, ...made];
  }
}

/** Whether the opponent said exactly what the human said. */
export function isIdentical({ realIds, generatedIds }: Pair): boolean {
  return realIds.length === generatedIds.length && realIds.every((id, i) => id === generatedIds[i]);
}
