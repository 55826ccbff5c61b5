// What a run plays on: the built-in world, or the rows of a file; and how its result is judged.

import { createHash } from 'node:crypto';
import type { TrainableValues } from '../../engine/models/parameter-set.ts';
import { NothingToPlayError, playRows } from '../../engine/rows/play-rows.ts';
import type { AnswerLine } from '../../folder/lines.ts';
import { WORLD_NAME } from '../../folder/run-file.ts';
import { evaluateWorld } from '../../judge/judge-world.ts';
import type { Watch } from '../../judge/judged.ts';
import { runSettings } from '../../judge/run-settings.ts';
import { worldData } from '../../judge/world-data.ts';
import type { SpinConfiguration } from '../../spin/configuration.ts';
import type { FitCounts } from '../../spin/fitting.ts';
import type { Example, Opponent } from '../../spin/players.ts';
import { WORLD } from '../../world/world.ts';
import { readRequired } from '../model-files.ts';
import type { OpenedModel } from '../open.ts';

/** What an evaluation measured, and the first answer to each of its prompts. */
export interface Judgement {
  readonly measures: object;
  readonly answers: readonly AnswerLine[];
}

export interface PlayData {
  readonly source: string;
  /** null for the built-in world. */
  readonly sha256: string | null;
  readonly examples: readonly Example[];
  readonly validation: readonly Example[];
  /** The prompt of an example as a person reads it; null where only ids are known. */
  promptOf(exampleIndex: number): string | null;
  judge(opponent: Opponent<TrainableValues>, watch: Watch): Promise<Judgement>;
  /** What became of the file's rows; null for the world. */
  readonly counts: FitCounts | null;
}

export async function worldPlay(configuration: SpinConfiguration, model: OpenedModel): Promise<PlayData> {
  const { seed, iterations, examplesPerIteration, freshExamples } = configuration;
  const { validationExamples, evaluationPrompts } = configuration;
  const available = WORLD.promptsOf('heldout').flat().length;
  if (validationExamples + evaluationPrompts > available) {
    throw new NothingToPlayError(
      `The world has ${available} held-out prompts, fewer than the ${validationExamples + evaluationPrompts} asked for.`,
      'Lower evaluationPrompts or validationExamples.',
    );
  }
  const codec = model.codec();
  const { examples, validation, evaluation } = await worldData({
    seed,
    codec,
    examples: examplesPerIteration * (freshExamples ? iterations : 1),
    validation: validationExamples,
    evaluation: evaluationPrompts,
  });
  return {
    source: WORLD_NAME,
    sha256: null,
    counts: null,
    examples,
    validation,
    promptOf: (index) => examples[index]?.prompt.text ?? null,
    judge: async (opponent, watch) => {
      const settings = runSettings(configuration, model.config.positions);
      const { answers, ...measures } = await evaluateWorld(opponent, codec, evaluation, settings, watch);
      return { measures, answers };
    },
  };
}

/** @throws MissingFileError, InvalidRowError, NothingToPlayError */
export async function filePlay(file: string, configuration: SpinConfiguration, model: OpenedModel): Promise<PlayData> {
  const bytes = await readRequired(file);
  const { counts, training, validation, textsOf, judge } = playRows(bytes, file, configuration, model);
  return {
    source: file,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    counts,
    examples: training,
    validation,
    promptOf: (index) => textsOf(index).prompt,
    judge,
  };
}
