// How a chunk of the first epoch becomes pairs: the opponent answers the examples, and scores both answers of these and of the older
// pairs. Its log-probabilities are data from then on.

import type { SpinConfiguration } from './configuration.ts';
import { fitAnswer } from './fitting.ts';
import type { AnswerOptions, Example, Opponent, Pair, TokenPair } from './players.ts';
import { type Item, isIdentical } from './window.ts';

/** A chunk's pairs: those just made, the older ones scored anew, and those to train on in the first epoch's order. */
export interface Chunk {
  readonly made: readonly Pair[];
  readonly rescored: readonly Pair[];
  readonly kept: readonly Pair[];
}

/** How the opponent answers in an iteration. */
export function answerOptions(configuration: SpinConfiguration, iteration: number): AnswerOptions {
  const { temperature, topK, topP, repetitionPenalty, noRepeatNgramSize, numBeams } = configuration;
  const { maxNewTokens, arithmetic, seed } = configuration;
  return {
    temperature,
    topK,
    topP,
    repetitionPenalty,
    noRepeatNgramSize,
    numBeams,
    maxNewTokens,
    arithmetic,
    seed,
    purpose: 'answers',
    iteration,
  };
}

/** Answers and scores one chunk. Throws RangeError if the opponent returns more or fewer than it was asked for. */
export async function answerChunk<Weights>(
  opponent: Opponent<Weights>,
  items: readonly Item[],
  configuration: SpinConfiguration,
  iteration: number,
): Promise<Chunk> {
  const unscored = await answered(opponent, items, configuration, iteration);
  const scores = await opponent.score(unscored, configuration.microBatch);
  requireCount('score', unscored.length, scores.length);
  const pairs = unscored.map((pair, i) => ({ ...pair, opponent: scores[i]! }));
  return {
    made: pairs.filter((_, i) => items[i]!.example),
    rescored: pairs.filter((_, i) => items[i]!.older),
    kept: configuration.dropIdentical ? pairs.filter((pair) => !isIdentical(pair)) : pairs,
  };
}

type Unscored = Omit<Pair, 'opponent'> & TokenPair;

async function answered<Weights>(
  opponent: Opponent<Weights>,
  items: readonly Item[],
  configuration: SpinConfiguration,
  iteration: number,
): Promise<Unscored[]> {
  const examples = items.flatMap(({ example }) => example ?? []);
  const requests = examples.map(({ promptIds, index }) => ({ promptIds, key: index }));
  const answers = requests.length === 0 ? [] : await opponent.answer(requests, answerOptions(configuration, iteration));
  requireCount('answer', requests.length, answers.length);
  const next = answers.values();
  return items.map(({ example, older }) => {
    if (older) return older;
    const answer = fitAnswer(next.next().value!, configuration.maxLength - example.promptIds.length);
    const { promptIds, realIds, index } = example;
    return { promptIds, realIds, generatedIds: answer.ids, exampleIndex: index, madeIn: iteration, end: answer.end };
  });
}

/** The control's pairs: the human answer in both places and nothing scored, in the same order and batches as self-play's. */
export function supervisedChunk(items: readonly Item[], iteration: number): Chunk {
  const kept = items.map(({ example, older }) => older ?? supervisedPair(example, iteration));
  return { made: [], rescored: [], kept };
}

function supervisedPair({ promptIds, realIds, index }: Example, iteration: number): Pair {
  const opponent = { real: 0, generated: 0 };
  return { promptIds, realIds, generatedIds: realIds, exampleIndex: index, madeIn: iteration, end: 'stop', opponent };
}

function requireCount(what: string, asked: number, given: number): void {
  if (asked !== given) throw new RangeError(`the opponent was asked to ${what} ${asked} and returned ${given}`);
}
