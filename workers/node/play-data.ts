// What a run plays on: the built-in world, or the rows of a file; and how its result is judged. Knows no run folder.

import { createHash } from 'node:crypto';
import { evaluateWorld } from '../../src/judge/evaluate.ts';
import type { Watch } from '../../src/judge/judged.ts';
import { type JudgedMoment, runSettings } from '../../src/judge/run-settings.ts';
import { worldData } from '../../src/judge/world-data.ts';
import type { SpinConfiguration } from '../../src/spin/configuration.ts';
import type { FitCounts } from '../../src/spin/fitting.ts';
import type { Example, Opponent } from '../../src/spin/players.ts';
import { WORLD } from '../../src/world/world.ts';
import { NothingToPlayError, playRows } from '../rows/play-rows.ts';
import { readRequired } from './model-files.ts';
import type { OpenedModel } from './open.ts';

/** What an evaluation measured, and the answers that it shows. */
export interface Judgement {
  readonly measures: object;
  readonly answers: readonly object[];
}

export interface PlayData {
  readonly source: string;
  /** null for the built-in world. */
  readonly sha256: string | null;
  readonly examples: readonly Example[];
  readonly validation: readonly Example[];
  /** The prompt of an example as a person wrote it; null where only ids are known. */
  promptOf(exampleIndex: number): string | null;
  judge(opponent: Opponent<Float32Array>, moment: JudgedMoment, watch: Watch): Promise<Judgement>;
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
    source: 'the built-in world',
    sha256: null,
    counts: null,
    examples,
    validation,
    promptOf: (index) => examples[index]?.prompt.text ?? null,
    judge: async (opponent, moment, watch) => {
      const settings = runSettings(configuration, moment, model.config.positions);
      const { answers, ...measures } = await evaluateWorld(opponent, codec, evaluation, settings, watch);
      return { measures, answers };
    },
  };
}

/** @throws MissingFileError, InvalidRowError, NothingToPlayError */
export async function filePlay(file: string, configuration: SpinConfiguration, model: OpenedModel): Promise<PlayData> {
  const bytes = await readRequired(file);
  const { rows, counts, training, validation, judge } = playRows(bytes, file, configuration, model);
  const promptOf = (index: number): string | null => {
    const row = rows[index];
    return row?.form === 'text' ? row.prompt : null;
  };
  return {
    source: file,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    counts,
    examples: training,
    validation,
    promptOf,
    judge: async (opponent, moment, watch) => {
      const asked = { ...moment, shown: configuration.evaluationPrompts };
      const { answers, ...measures } = await judge(opponent, asked, watch);
      return { measures, answers: answers.map((one) => ({ prompt: promptOf(one.index), ...one })) };
    },
  };
}
