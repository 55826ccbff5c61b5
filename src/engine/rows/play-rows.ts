// What a run plays on where rows are given: read, fitted to the model, some held out, and judged. The same in the page and on the
// command line.

import type { AnswerLine } from '../../folder/lines.ts';
import { holdOut } from '../../judge/held-out.ts';
import { type DataAnswer, type DataReport, evaluateData } from '../../judge/judge-data.ts';
import type { Judged, Watch } from '../../judge/judged.ts';
import { runSettings } from '../../judge/run-settings.ts';
import type { SpinConfiguration } from '../../spin/configuration.ts';
import type { FitCounts } from '../../spin/fitting.ts';
import { LabError } from '../../spin/lab-error.ts';
import type { Example } from '../../spin/players.ts';
import type { TextCodec } from '../text.ts';
import { type FitPolicy, fitExamples, type ModelLimits } from './fit-rows.ts';
import { parseRows } from './read-lines.ts';
import { type DataRow, dataOf } from './read-rows.ts';

/** Data that leaves nothing to play on. */
export class NothingToPlayError extends LabError {}

/** What rows are fitted to. */
export interface RowModel {
  readonly config: ModelLimits;
  /** Made when a text first needs it. @throws TokenizerError */
  readonly codec: () => TextCodec;
  /** Rows of ids need none. */
  readonly hasTokenizer: boolean;
}

export interface RowsJudgement {
  readonly measures: Omit<DataReport, 'answers'>;
  readonly answers: readonly AnswerLine[];
}

/** A row as a person reads it: whole, as it was written; ids in the tokenizer's words, null where there is none. */
export interface RowTexts {
  readonly prompt: string | null;
  readonly response: string | null;
}

export interface PlayedRows {
  readonly counts: FitCounts;
  readonly training: readonly Example[];
  readonly validation: readonly Example[];
  textsOf(exampleIndex: number): RowTexts;
  judge(model: Judged, watch: Watch): Promise<RowsJudgement>;
}

/** Prompts and human responses from a JSONL file's bytes. @throws InvalidRowError */
export function dataRows(bytes: Uint8Array, file: string): DataRow[] {
  return parseRows(bytes, file).map(dataOf);
}

/**
 * First all rows are fitted, then some of those that fit are held out, by the seed.
 * @param file what messages call the file
 * @param configuration its lengths within the model's positions (`withinPositions`)
 * @throws InvalidRowError, NothingToPlayError, TokenizerError
 */
export function playRows(
  bytes: Uint8Array,
  file: string,
  configuration: SpinConfiguration,
  model: RowModel,
): PlayedRows {
  const rows = dataRows(bytes, file);
  const { examples, counts } = fitExamples(rows, model.codec, model.config, policyOf(configuration));
  if (counts.kept === 0) {
    throw new NothingToPlayError(
      `${file}: none of its ${rows.length} rows can be played on (${lost(counts)}).`,
      'Give shorter rows, raise maxLength, or set overflow to truncate.',
    );
  }
  const { seed, validationExamples, evaluationPrompts } = configuration;
  const { training, heldOut } = holdOut(examples, seed, Math.max(validationExamples, evaluationPrompts));
  const asked = heldOut.slice(0, evaluationPrompts);
  const codec = model.hasTokenizer ? model.codec() : null;
  const textsOf = (index: number): RowTexts => rowTexts(rows[index]!, codec);
  return {
    counts,
    training,
    validation: heldOut.slice(0, validationExamples),
    textsOf,
    judge: async (judged, watch) => {
      const settings = runSettings(configuration, model.config.positions);
      const { answers, ...measures } = await evaluateData(judged, codec, asked, settings, watch);
      return { measures, answers: answers.map((answer) => lineOf(answer, textsOf(answer.index))) };
    },
  };
}

function rowTexts(row: DataRow, codec: TextCodec | null): RowTexts {
  if (row.form === 'text') return { prompt: row.prompt, response: row.response };
  const read = (ids: readonly number[]): string | null => codec?.decode(ids) ?? null;
  return { prompt: read(row.promptIds), response: read(row.responseIds) };
}

function lineOf({ index: _, ...answer }: DataAnswer, { prompt, response }: RowTexts): AnswerLine {
  return { prompt, human: response, ...answer };
}

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
