// Rows as token ids that a model can take: `score` and `step` refuse what does not fit, `play` leaves it out or shortens it and counts.

import type { FitCounts } from '../../spin/fitting.ts';
import type { Example, TokenPair } from '../../spin/players.ts';
import { type TextCodec, TokenizerError } from '../text.ts';
import { InvalidRowError } from './read-lines.ts';
import type { DataRow, PairRow, PromptRow, RowPlace } from './read-rows.ts';

export interface ModelLimits {
  readonly vocabSize: number;
  /** The most tokens of prompt and response together. */
  readonly positions: number;
}

/** A pair's token ids, every one of them fit for the model. A response of the end token alone is legal. @throws InvalidRowError */
export function fitPair(row: PairRow, codec: () => TextCodec, limits: ModelLimits): TokenPair {
  const pair = namingRow(row, codec, () => encodePair(row, codec));
  refuseEmpty(row, 'prompt', pair.promptIds);
  for (const [side, ids] of [
    ['real', pair.realIds],
    ['generated', pair.generatedIds],
  ] as const) {
    refuseEmpty(row, `${side} response`, ids);
    refuseLong(
      row,
      `the prompt (${pair.promptIds.length}) and the ${side} response (${ids.length})`,
      pair.promptIds.length + ids.length,
      limits,
    );
    refuseUnknown(row, ids, limits);
  }
  refuseUnknown(row, pair.promptIds, limits);
  return pair;
}

/** An empty text is an empty response, though an end token would follow it. The codec is made only where a text needs it. */
function encodePair(row: PairRow, codec: () => TextCodec): TokenPair {
  if (row.form === 'ids') return { promptIds: row.promptIds, realIds: row.realIds, generatedIds: row.generatedIds };
  const response = (text: string): number[] => (text === '' ? [] : codec().encodeResponse(text, true));
  return {
    promptIds: codec().encodePrompt(row.prompt),
    realIds: response(row.real),
    generatedIds: response(row.generated),
  };
}

/** A prompt's token ids, with room for at least one token of answer. @throws InvalidRowError */
export function fitPrompt(row: PromptRow, codec: () => TextCodec, limits: ModelLimits): readonly number[] {
  const ids = row.form === 'ids' ? row.promptIds : namingRow(row, codec, () => codec().encodePrompt(row.prompt));
  refuseEmpty(row, 'prompt', ids);
  refuseLong(row, `the prompt (${ids.length}) and an answer of at least one token`, ids.length + 1, limits);
  refuseUnknown(row, ids, limits);
  return ids;
}

/** A text that the tokenizer cannot take is a fault of its row; a tokenizer that cannot be made is none, and is met first. */
function namingRow<T>(row: RowPlace & { readonly form: 'text' | 'ids' }, codec: () => TextCodec, encode: () => T): T {
  if (row.form === 'text') codec();
  try {
    return encode();
  } catch (error) {
    if (!(error instanceof TokenizerError)) throw error;
    throw new InvalidRowError(row.file, row.line, error.message.replace(/\.$/, ''), error.advice);
  }
}

function refuseEmpty(row: RowPlace, what: string, ids: readonly number[]): void {
  if (ids.length > 0) return;
  throw new InvalidRowError(
    row.file,
    row.line,
    `the ${what} is empty`,
    `Give the ${what} at least one token, or take the row out.`,
  );
}

function refuseLong(row: RowPlace, what: string, tokens: number, { positions }: ModelLimits): void {
  if (tokens <= positions) return;
  const cure = `Shorten the row to ${positions} tokens, or use a model with more positions.`;
  throw new InvalidRowError(
    row.file,
    row.line,
    `${what} take ${tokens} tokens, the model has ${positions} positions`,
    cure,
  );
}

function refuseUnknown(row: RowPlace, ids: readonly number[], { vocabSize }: ModelLimits): void {
  const wrong = ids.find((id) => id >= vocabSize);
  if (wrong === undefined) return;
  const cure = `Use ids from 0 to ${vocabSize - 1}, made with this model's tokenizer.`;
  throw new InvalidRowError(
    row.file,
    row.line,
    `token id ${wrong} is beyond the model's vocabulary of ${vocabSize}`,
    cure,
  );
}

export interface FitPolicy {
  /** What becomes of a row that is too long: it is left out, or its prompt loses its beginning and its response its end. */
  readonly tooLong: 'skip' | 'truncate';
  readonly maxPromptTokens: number;
  /** Of prompt and response together; never more than the model's positions. */
  readonly maxTokens: number;
}

/** The rows that can be played with, numbered by their place among all rows, so that settings do not change a row's random numbers. */
export function fitExamples(
  rows: readonly DataRow[],
  codec: () => TextCodec,
  limits: ModelLimits,
  policy: FitPolicy,
): { readonly examples: Example[]; readonly counts: FitCounts } {
  const examples: Example[] = [];
  const counts = {
    kept: 0,
    empty: 0,
    unknownIds: 0,
    tooLong: 0,
    shortened: 0,
    shortenedPrompts: 0,
    shortenedResponses: 0,
  };
  rows.forEach((row, index) => {
    const fitted = fitExample(
      namingRow(row, codec, () => encodeData(row, codec)),
      limits,
      policy,
    );
    if (typeof fitted === 'string') {
      counts[fitted] += 1;
      return;
    }
    counts.kept += 1;
    if (fitted.shortenedPrompt || fitted.shortenedResponse) counts.shortened += 1;
    if (fitted.shortenedPrompt) counts.shortenedPrompts += 1;
    if (fitted.shortenedResponse) counts.shortenedResponses += 1;
    examples.push({ index, promptIds: fitted.promptIds, realIds: fitted.realIds });
  });
  return { examples, counts };
}

interface Encoded {
  /** Kept in front when a prompt loses its beginning. */
  readonly beginIds: readonly number[];
  readonly promptIds: readonly number[];
  readonly realIds: readonly number[];
}

interface Fitted {
  readonly promptIds: readonly number[];
  readonly realIds: readonly number[];
  readonly shortenedPrompt: boolean;
  readonly shortenedResponse: boolean;
}

function encodeData(row: DataRow, codec: () => TextCodec): Encoded {
  if (row.form === 'ids') return { beginIds: [], promptIds: row.promptIds, realIds: row.responseIds };
  const { beginIds } = codec();
  const realIds = row.response === '' ? [] : codec().encodeResponse(row.response, true);
  return { beginIds, promptIds: codec().encodePrompt(row.prompt), realIds };
}

function fitExample(row: Encoded, limits: ModelLimits, policy: FitPolicy): Fitted | 'empty' | 'unknownIds' | 'tooLong' {
  const { promptIds, realIds } = row;
  if (promptIds.length === 0 || realIds.length === 0) return 'empty';
  if ([...promptIds, ...realIds].some((id) => id >= limits.vocabSize)) return 'unknownIds';
  const maxTokens = Math.min(policy.maxTokens, limits.positions);
  // At least one token of the response must remain.
  const maxPrompt = Math.min(policy.maxPromptTokens, maxTokens - 1);
  const shortenedPrompt = promptIds.length > maxPrompt;
  const prompt = shortenedPrompt ? shortenPrompt(row, maxPrompt) : promptIds;
  const shortenedResponse = prompt.length + realIds.length > maxTokens;
  const long = shortenedPrompt || shortenedResponse;
  if (long && (policy.tooLong === 'skip' || prompt.length === 0)) return 'tooLong';
  const response = shortenedResponse ? realIds.slice(0, maxTokens - prompt.length) : realIds;
  return { promptIds: prompt, realIds: response, shortenedPrompt, shortenedResponse };
}

/** The prompt's end stays, where the template says that the response begins. */
function shortenPrompt({ beginIds, promptIds }: Encoded, length: number): readonly number[] {
  const room = length - beginIds.length;
  return room > 0 ? [...beginIds, ...promptIds.slice(-room)] : [];
}
