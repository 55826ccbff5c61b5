// What a run plays on: the built-in world, or the rows of a file; and how its result is judged. Knows no run folder.

import { createHash } from 'node:crypto';
import { evaluateWorld } from '../../src/judge/evaluate.ts';
import { evaluateData } from '../../src/judge/evaluate-data.ts';
import { holdOut } from '../../src/judge/held-out.ts';
import type { Watch } from '../../src/judge/judged.ts';
import { type JudgedMoment, runSettings } from '../../src/judge/run-settings.ts';
import { worldData } from '../../src/judge/world-data.ts';
import type { SpinConfiguration } from '../../src/spin/configuration.ts';
import { LabError } from '../../src/spin/lab-error.ts';
import type { Example, Opponent } from '../../src/spin/players.ts';
import { WORLD } from '../../src/world/world.ts';
import { type FitCounts, type FitPolicy, fitExamples } from './fit-rows.ts';
import { readRequired } from './model-files.ts';
import type { OpenedModel } from './open.ts';
import { parseRows } from './read-lines.ts';
import { type DataRow, dataOf } from './read-rows.ts';

/** Data that leaves nothing to play on. */
export class NothingToPlayError extends LabError {}

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
  const rows = parseRows(bytes, file).map(dataOf);
  const { examples, counts } = fitExamples(rows, model.codec, model.config, policyOf(configuration));
  if (counts.kept === 0) {
    throw new NothingToPlayError(
      `${file}: none of its ${rows.length} rows can be played on (${lost(counts)}).`,
      'Give shorter rows, raise maxLength, or set overflow to truncate.',
    );
  }
  const { seed, validationExamples, evaluationPrompts } = configuration;
  const split = holdOut(examples, seed, Math.max(validationExamples, evaluationPrompts));
  return {
    source: file,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    counts,
    examples: split.training,
    validation: split.heldOut.slice(0, validationExamples),
    promptOf: (index) => promptOf(rows[index]),
    judge: async (opponent, moment, watch) => {
      const settings = runSettings(configuration, moment, model.config.positions);
      const asked = split.heldOut.slice(0, evaluationPrompts);
      const codec = model.hasTokenizer ? model.codec() : null;
      const { answers, ...measures } = await evaluateData(opponent, codec, asked, settings, watch);
      return { measures, answers: answers.map((one) => ({ prompt: promptOf(rows[one.index]), ...one })) };
    },
  };
}

const promptOf = (row: DataRow | undefined): string | null => (row?.form === 'text' ? row.prompt : null);

/** A prompt is shortened so far that an answer of the longest length has room beside it, but to no less than half. */
function policyOf({ maxLength, maxNewTokens, overflow }: SpinConfiguration): FitPolicy {
  if (overflow === 'skip') return { tooLong: 'skip', maxPromptTokens: maxLength - 1, maxTokens: maxLength };
  const room = Math.max(Math.ceil(maxLength / 2), maxLength - maxNewTokens);
  return { tooLong: 'truncate', maxPromptTokens: room, maxTokens: maxLength };
}

/** What became of a file's rows, in words. */
export function lost({ empty, unknownIds, tooLong, shortenedPrompts, shortenedResponses }: FitCounts): string {
  const parts = [
    [tooLong, 'too long'],
    [empty, 'empty'],
    [unknownIds, "with ids beyond the model's vocabulary"],
    [shortenedPrompts, 'with a shortened prompt'],
    [shortenedResponses, 'with a shortened response'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return said.length === 0 ? 'none was left out or shortened' : said.join(', ');
}
