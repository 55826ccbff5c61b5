// A byte-level tokenizer small enough to check by hand: 256 bytes, the merges "he" and "ll", begin and end tokens.

/** GPT-2's characters for bytes: printable ones stand for themselves, the others are moved up beyond 255 in order. */
function byteCharacters(): string[] {
  const printable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let moved = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : moved++));
}

export const HE = 256;
export const LL = 257;
export const BEGIN = 258;
export const END = 259;
export const VOCAB_SIZE = 260;

/** tokenizer.json; `dressed` makes it put the begin token before a text and the end token after it. */
export function byteTokenizer(dressed: boolean): Record<string, unknown> {
  const special = (id: number, content: string) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const token = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const vocab = Object.fromEntries([...byteCharacters(), 'he', 'll'].map((text, id) => [text, id]));
  return {
    version: '1.0',
    added_tokens: [special(BEGIN, '<s>'), special(END, '</s>')],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: dressed
      ? {
          type: 'TemplateProcessing',
          single: [token('<s>'), { Sequence: { id: 'A', type_id: 0 } }, token('</s>')],
          pair: [],
          special_tokens: {
            '<s>': { id: '<s>', ids: [BEGIN], tokens: ['<s>'] },
            '</s>': { id: '</s>', ids: [END], tokens: ['</s>'] },
          },
        }
      : { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false, use_regex: true },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: 'BPE', dropout: null, unk_token: null, vocab, merges: ['h e', 'l l'] },
  };
}
