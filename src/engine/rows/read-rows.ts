// The rows that the lab takes: pairs, prompts, and prompts with human responses, in every layout that people bring.
// Texts stay texts and ids stay ids here; what fits a model is for fit-rows.ts.

import { readQuestion, readTurn, type Turn } from './chat-rows.ts';
import type { FileRow } from './read-lines.ts';

/** Where a row came from, for messages. */
export interface RowPlace {
  readonly file: string;
  readonly line: number;
}

export interface PromptText extends RowPlace {
  readonly form: 'text';
  readonly prompt: string;
}

export interface PromptIds extends RowPlace {
  readonly form: 'ids';
  readonly promptIds: readonly number[];
}

export type PromptRow = PromptText | PromptIds;

/** A prompt and the human response to it. Ids are taken as they are: no template, no end token. */
export type DataRow =
  | (PromptText & { readonly response: string })
  | (PromptIds & { readonly responseIds: readonly number[] });

export type PairRow =
  | (PromptText & { readonly real: string; readonly generated: string })
  | (PromptIds & { readonly realIds: readonly number[]; readonly generatedIds: readonly number[] });

const PAIR_CURE =
  'Give each row prompt, real and generated; or prompt_ids, real_ids and generated_ids; or prompt, chosen and rejected.';
const PROMPT_CURE = 'Give each row prompt or prompt_ids.';
const DATA_CURE =
  'Give each row prompt and response; or instruction and output; or question and answer; or prompt_ids and real_ids.';

/** Field names of a human response beside its prompt, most telling first: ours, pairs', TRL's. */
const RESPONSES = ['response', 'real', 'chosen', 'completion'] as const;

/** @throws InvalidRowError */
export function pairOf(row: FileRow): PairRow {
  if (row.has('prompt_ids') || row.has('real_ids') || row.has('generated_ids')) {
    need(row, ['prompt_ids', 'real_ids', 'generated_ids'], PAIR_CURE);
    const [promptIds, realIds, generatedIds] = [row.ids('prompt_ids'), row.ids('real_ids'), row.ids('generated_ids')];
    return { form: 'ids', ...place(row), promptIds, realIds, generatedIds };
  }
  const [human, opponent] = row.has('chosen') || row.has('rejected') ? ['chosen', 'rejected'] : ['real', 'generated'];
  need(row, [human!, opponent!], PAIR_CURE);
  const [real, generated] = [readTurn(row, human!), readTurn(row, opponent!)];
  const prompt = commonPrompt(row, [real, generated], PAIR_CURE);
  return { form: 'text', ...place(row), prompt, real: real.response, generated: generated.response };
}

/** @throws InvalidRowError */
export function promptOf(row: FileRow): PromptRow {
  if (row.has('prompt_ids')) return { form: 'ids', ...place(row), promptIds: row.ids('prompt_ids') };
  need(row, ['prompt'], PROMPT_CURE);
  return { form: 'text', ...place(row), prompt: readQuestion(row, 'prompt') };
}

/** @throws InvalidRowError */
export function dataOf(row: FileRow): DataRow {
  const at = place(row);
  if (row.has('prompt_ids')) {
    const key = row.has('response_ids') ? 'response_ids' : 'real_ids';
    need(row, [key], DATA_CURE);
    return { form: 'ids', ...at, promptIds: row.ids('prompt_ids'), responseIds: row.ids(key) };
  }
  if (row.has('instruction')) {
    need(row, ['output'], DATA_CURE);
    return { form: 'text', ...at, prompt: instruction(row), response: row.text('output') };
  }
  if (row.has('question')) {
    need(row, ['answer'], DATA_CURE);
    return { form: 'text', ...at, prompt: row.text('question'), response: row.text('answer') };
  }
  const key = row.has('messages') ? 'messages' : RESPONSES.find((name) => row.has(name));
  if (key === undefined) row.refuse('"response" is missing', DATA_CURE);
  const turn = readTurn(row, key);
  return { form: 'text', ...at, prompt: commonPrompt(row, [turn], DATA_CURE), response: turn.response };
}

/** Instruction data sets keep what is to be worked on apart; a blank line joins the two. */
function instruction(row: FileRow): string {
  const input = row.has('input') ? row.text('input') : '';
  return input === '' ? row.text('instruction') : `${row.text('instruction')}\n\n${input}`;
}

function need(row: FileRow, keys: readonly string[], cure: string): void {
  const missing = keys.find((key) => !row.has(key));
  if (missing !== undefined) row.refuse(`"${missing}" is missing`, cure);
}

function place(row: FileRow): RowPlace {
  return { file: row.file, line: row.line };
}

/** The prompt of the row's own field, or the one that its conversations begin with; they must not differ. */
function commonPrompt(row: FileRow, turns: readonly Turn[], cure: string): string {
  const named = row.has('prompt') ? [readQuestion(row, 'prompt')] : [];
  const prompts = [...named, ...turns.flatMap(({ prompt }) => (prompt === null ? [] : [prompt]))];
  const [first] = prompts;
  if (first === undefined) row.refuse('"prompt" is missing', cure);
  if (prompts.some((prompt) => prompt !== first)) {
    row.refuse('its conversations begin with different prompts', 'Give both responses of a row the same prompt.');
  }
  return first;
}
