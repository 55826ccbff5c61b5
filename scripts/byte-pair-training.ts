// Trains a byte-level byte-pair encoding (Sennrich et al. 2016; bytes as in GPT-2) and writes it as Hugging Face's tokenizer.json.
// Deterministic: the same texts in any order give the same file.

export type SpecialTokens = { readonly begin: string; readonly end: string; readonly pad: string };

export type BytePairs = {
  readonly vocabulary: readonly string[];
  readonly merges: readonly (readonly [string, string])[];
};

type Word = { symbols: string[]; count: number };

/** GPT-2's pre-tokenizer: what its ByteLevel pre-tokenizer with use_regex does. */
const PIECES = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** GPT-2's printable stand-in for each byte, in the order in which GPT-2 lists them. */
export function byteSymbols(): Map<number, string> {
  const printable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const symbols = new Map(bytes.filter(printable).map((byte) => [byte, String.fromCharCode(byte)]));
  bytes.filter((byte) => !printable(byte)).forEach((byte, i) => void symbols.set(byte, String.fromCharCode(256 + i)));
  return symbols;
}

const SYMBOLS = byteSymbols();

const toSymbols = (piece: string): string[] =>
  Array.from(new TextEncoder().encode(piece), (byte) => SYMBOLS.get(byte)!);

const pairKey = (left: string, right: string): string => `${left} ${right}`;

function mergeIn(symbols: readonly string[], left: string, right: string): string[] {
  const merged: string[] = [];
  for (let i = 0; i < symbols.length; i++) {
    const joins = symbols[i] === left && symbols[i + 1] === right;
    merged.push(joins ? left + right : symbols[i]!);
    if (joins) i += 1;
  }
  return merged;
}

/** The most frequent pair; of equals the first by code units. Null where no pair comes at least twice. */
function bestPair(words: readonly Word[]): readonly [string, string] | null {
  const counts = new Map<string, number>();
  for (const { symbols, count } of words) {
    for (let i = 1; i < symbols.length; i++) {
      const key = pairKey(symbols[i - 1]!, symbols[i]!);
      counts.set(key, (counts.get(key) ?? 0) + count);
    }
  }
  let best: [string, number] | null = null;
  for (const [key, count] of counts) {
    if (!best || count > best[1] || (count === best[1] && key < best[0])) best = [key, count];
  }
  if (!best || best[1] < 2) return null;
  const [left, right] = best[0].split(' ');
  return [left!, right!];
}

/**
 * Learns merges until the vocabulary (special tokens, 256 bytes, merges) has `size` entries or no pair comes twice.
 * Each of `whole` becomes one token, built byte by byte from its left, before anything is counted.
 */
export function trainBytePairs(
  texts: Iterable<string>,
  specials: SpecialTokens,
  size: number,
  whole: readonly string[],
): BytePairs {
  const counts = new Map<string, number>();
  for (const text of texts)
    for (const piece of text.match(PIECES) ?? []) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  const words: Word[] = [...counts].map(([piece, count]) => ({ symbols: toSymbols(piece), count }));
  const merges: (readonly [string, string])[] = [];
  const vocabulary = new Set([specials.begin, specials.end, specials.pad, ...SYMBOLS.values()]);
  const learn = (left: string, right: string): void => {
    merges.push([left, right]);
    vocabulary.add(left + right);
    for (const word of words) {
      if (word.symbols.length > 1) word.symbols = mergeIn(word.symbols, left, right);
    }
  };
  for (const piece of whole) {
    let symbols = toSymbols(piece);
    for (const [left, right] of merges) symbols = mergeIn(symbols, left, right);
    while (symbols.length > 1) {
      const [left, right] = [symbols[0]!, symbols[1]!];
      learn(left, right);
      symbols = mergeIn(symbols, left, right);
    }
  }
  while (vocabulary.size < size) {
    const pair = bestPair(words);
    if (!pair) break;
    learn(...pair);
  }
  return { vocabulary: [...vocabulary], merges };
}

/** The pair as tokenizer.json: ids in the order of the vocabulary. */
export function tokenizerJson(pairs: BytePairs, specials: Partial<SpecialTokens>): Record<string, unknown> {
  const ids = Object.fromEntries(pairs.vocabulary.map((token, id) => [token, id]));
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: Object.values(specials).map((content) => ({
      id: ids[content],
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: ids,
      merges: pairs.merges,
    },
  };
}

/** tokenizer_config.json for transformers of either language. `maxLength`: positions of the model, in tokens. */
export function tokenizerConfig(specials: SpecialTokens, maxLength: number): Record<string, unknown> {
  return {
    tokenizer_class: 'PreTrainedTokenizerFast',
    bos_token: specials.begin,
    eos_token: specials.end,
    pad_token: specials.pad,
    add_prefix_space: false,
    clean_up_tokenization_spaces: false,
    model_max_length: maxLength,
  };
}
