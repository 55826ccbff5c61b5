// Text to token ids and back: the template, the tokenizer, and the one rule for begin and end tokens that scoring, training, generation
// and export share. After this file, token ids are the only form of text.

import { Tokenizer } from '@huggingface/tokenizers';
import { LabError } from '../spin/lab-error.ts';
import type { ModelConfig } from './models/config.ts';

/** The template of the SPIN paper's code. */
export const DEFAULT_TEMPLATE = '### Instruction: {prompt}\n\n### Response: ';
const PLACE = '{prompt}';

/** A tokenizer that is missing, broken, or made for another model. */
export class TokenizerError extends LabError {}

/** A template without exactly one place for the prompt. */
export class InvalidTemplateError extends LabError {
  constructor(template: string) {
    super(
      `The template ${JSON.stringify(template)} has ${template.split(PLACE).length - 1} places for the prompt.`,
      `Write ${PLACE} exactly once.`,
    );
  }
}

export interface TextSources {
  /** tokenizer.json, parsed. */
  readonly tokenizerJson: unknown;
  /** tokenizer_config.json, parsed; absent is as good as empty. */
  readonly tokenizerConfig?: unknown;
  readonly config: Pick<ModelConfig, 'vocabSize' | 'bosId' | 'eosIds'>;
  /** With one {prompt}. */
  readonly template?: string;
}

export interface TextCodec {
  readonly template: string;
  /** Put before every prompt: the tokenizer's own begin token, where it adds one by itself. */
  readonly beginIds: readonly number[];
  /** Put after every response that ended by itself; null where the model has none. */
  readonly endId: number | null;
  /** Each of these ends an answer. */
  readonly stopIds: readonly number[];
  /** Begin token and rendered prompt. @throws TokenizerError */
  encodePrompt(prompt: string): number[];
  /** The response as it stands, and the end token where it ended by itself. @throws TokenizerError */
  encodeResponse(text: string, ended: boolean): number[];
  decode(ids: readonly number[], options?: { readonly skipSpecial?: boolean }): string;
  /** Each token's own text, for showing them one by one; a token that is part of a character shows as "\uFFFD". */
  tokenTexts(ids: readonly number[]): string[];
  /**
   * What each token adds to the text of those before it, special tokens by name: joined they are the whole, decoded. A token that is
   * part of a character adds nothing; the last of its tokens adds it.
   */
  pieces(ids: readonly number[]): string[];
}

/** @throws TokenizerError, InvalidTemplateError */
export function createTextCodec(sources: TextSources): TextCodec {
  const { config, template = DEFAULT_TEMPLATE } = sources;
  const [before, after, ...rest] = template.split(PLACE);
  if (before === undefined || after === undefined || rest.length > 0) throw new InvalidTemplateError(template);
  const settings = isRecord(sources.tokenizerConfig) ? sources.tokenizerConfig : {};
  const tokenizer = buildTokenizer(sources.tokenizerJson, settings);
  const encode = (text: string): number[] => encodePlain(tokenizer, text, config.vocabSize);
  const beginIds = findBeginIds(tokenizer, settings, config);
  const endId = specialId(tokenizer, settings.eos_token, config.vocabSize) ?? config.eosIds[0] ?? null;
  const decode = (ids: readonly number[], skipSpecial: boolean): string =>
    decodeIds(tokenizer, settings, ids, skipSpecial);
  return {
    template,
    beginIds,
    endId,
    stopIds: [...new Set([...(endId === null ? [] : [endId]), ...config.eosIds])],
    encodePrompt: (prompt) => [...beginIds, ...encode(before + prompt + after)],
    encodeResponse: (text, ended) => (ended ? [...encode(text), requireEnd(endId)] : encode(text)),
    decode: (ids, options) => decode(ids, options?.skipSpecial ?? true),
    tokenTexts: (ids) => ids.map((id) => decode([id], false)),
    pieces: (ids) => piecesOf(ids, (part) => decode(part, false)),
  };
}

function buildTokenizer(json: unknown, settings: Record<string, unknown>): Tokenizer {
  if (json === undefined || json === null) {
    throw new TokenizerError(
      'The model has no tokenizer.json.',
      'Add the tokenizer.json that belongs to the model, or give token ids instead of text.',
    );
  }
  try {
    return new Tokenizer(json as object, settings);
  } catch (cause) {
    throw new TokenizerError(
      `tokenizer.json cannot be used: ${(cause as Error).message}.`,
      'Save the tokenizer again with save_pretrained(), or use another model.',
      { cause },
    );
  }
}

/** The text's own tokens, none added. */
function encodePlain(tokenizer: Tokenizer, text: string, vocabSize: number): number[] {
  const { ids, tokens } = tokenizer.encode(text, { add_special_tokens: false });
  ids.forEach((id: number | undefined, i) => {
    if (id === undefined) {
      throw new TokenizerError(
        `The tokenizer has no token for ${JSON.stringify(tokens[i])}.`,
        'Use a model whose tokenizer knows all bytes or has an unknown token, or leave that text out.',
      );
    }
    if (id >= vocabSize) {
      throw new TokenizerError(
        `The tokenizer gives ${JSON.stringify(tokens[i])} the id ${id}, but the model's vocabulary has ${vocabSize} tokens.`,
        'Use the tokenizer.json that belongs to the model.',
      );
    }
  });
  return ids;
}

/**
 * What stands before a text when the tokenizer adds its special tokens. tokenizer_config.json's add_bos_token decides where it is
 * given, as in transformers; else the tokenizer's own template shows what it adds.
 */
function findBeginIds(
  tokenizer: Tokenizer,
  settings: Record<string, unknown>,
  config: TextSources['config'],
): readonly number[] {
  if (settings.add_bos_token === false) return [];
  if (settings.add_bos_token === true) {
    const id = specialId(tokenizer, settings.bos_token, config.vocabSize) ?? config.bosId;
    return id === null ? [] : [id];
  }
  const probe = 'a';
  const plain = tokenizer.encode(probe, { add_special_tokens: false }).ids;
  const dressed = tokenizer.encode(probe).ids;
  const at = dressed.findIndex((_, i) => plain.every((id, j) => dressed[i + j] === id));
  return dressed.slice(0, Math.max(at, 0)).filter((id) => id < config.vocabSize);
}

/** The id of a special token given as its text or as an object with `content`. */
function specialId(tokenizer: Tokenizer, token: unknown, vocabSize: number): number | null {
  const text = isRecord(token) ? token.content : token;
  const id = typeof text === 'string' ? tokenizer.token_to_id(text) : undefined;
  return id === undefined || id >= vocabSize ? null : id;
}

function requireEnd(endId: number | null): number {
  if (endId !== null) return endId;
  throw new TokenizerError(
    'The model has no end token, so its answers could never end by themselves.',
    'Set eos_token in tokenizer_config.json or eos_token_id in config.json.',
  );
}

function decodeIds(
  tokenizer: Tokenizer,
  settings: Record<string, unknown>,
  ids: readonly number[],
  skipSpecial: boolean,
): string {
  if (ids.length === 0) return '';
  return tokenizer.decode([...ids], {
    skip_special_tokens: skipSpecial,
    // The library's default tidies spaces away: what was encoded would not come back.
    clean_up_tokenization_spaces: settings.clean_up_tokenization_spaces === true,
  });
}

function piecesOf(ids: readonly number[], decode: (ids: readonly number[]) => string): string[] {
  const whole = decode(ids);
  const alone = ids.map((id) => decode([id]));
  if (alone.join('') === whole) return alone;
  // Some tokens are parts of characters, or decode otherwise among others: what the beginnings have in common with the whole counts.
  let reached = 0;
  return ids.map((_, i) => {
    const from = reached;
    reached = i + 1 === ids.length ? whole.length : Math.max(reached, commonLength(decode(ids.slice(0, i + 1)), whole));
    return whole.slice(from, reached);
  });
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
