// `generate`, `score` and `evaluate` against each other and against what their numbers must add up to.

import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { byteTokenizer, END, VOCAB_SIZE } from '../engine/byte-tokenizer.ts';
import { type Line, linesOf, spin } from './in-process.ts';
import { rowFile, scratch, tinyModel } from './tiny-model.ts';

interface Made {
  readonly text: string;
  readonly ids: number[];
  readonly logp: number;
  readonly token_logps: number[];
  readonly end: 'stop' | 'length';
}
type Scored = Record<'real' | 'generated', { logp: number; token_logps: number[] }>;

const PROMPTS = ['Say something.', 'ü', 'Что это?', '数を数えて', 'a b c d e f g', ''];

let place = '';
let model = '';
let prompts = '';

beforeAll(async () => {
  place = scratch();
  model = await tinyModel(join(place, 'model'));
  prompts = rowFile(
    join(place, 'prompts.jsonl'),
    PROMPTS.map((prompt) => ({ prompt })),
  );
});

const generate = async (...more: string[]): Promise<Made[]> =>
  (await linesOf(['generate', '--model', model, '--prompts', prompts, ...more])) as unknown as Made[];

describe('generate', () => {
  it('repeats itself for a seed and not for another', async () => {
    const first = await generate('--seed', '3', '--max-new-tokens', '12');
    expect(first.length).toBe(PROMPTS.length);
    expect(await generate('--seed', '3', '--max-new-tokens', '12')).toEqual(first);
    const other = await generate('--seed', '4', '--max-new-tokens', '12');
    expect(other.map(({ ids }) => ids)).not.toEqual(first.map(({ ids }) => ids));
  });

  it('ends by the end token or at the limit, and says which', async () => {
    const made = [...(await generate('--max-new-tokens', '64')), ...(await generate('--max-new-tokens', '3'))];
    for (const { ids, end } of made) {
      expect(ids.indexOf(END)).toBe(end === 'stop' ? ids.length - 1 : -1);
    }
    expect(made.slice(PROMPTS.length).map(({ ids, end }) => (end === 'length' ? ids.length : 3))).toEqual(
      PROMPTS.map(() => 3),
    );
  });

  it.each([
    ['as it is', []],
    ['cooled and cut', ['--temperature', '0.5', '--top-k', '20', '--top-p', '0.9']],
    ['kept from repeating', ['--no-repeat-ngram-size', '2', '--repetition-penalty', '1.3']],
    ['searched', ['--num-beams', '3', '--temperature', '0']],
  ])('%s, gives the log-probabilities that `score` gives its answers', async (_, options) => {
    const made = await generate('--max-new-tokens', '10', ...options);
    const pairs = made.map(({ ids }, i) => ({
      prompt_ids: promptIdsOf(PROMPTS[i]!),
      real_ids: ids,
      generated_ids: ids,
    }));
    const file = rowFile(join(place, 'made.jsonl'), pairs);
    const scored = (await linesOf(['score', '--model', model, '--pairs', file])) as unknown as Scored[];
    for (const [i, { logp, token_logps: logps }] of made.entries()) {
      for (const [at, one] of logps.entries()) expect(one).toBeCloseTo(scored[i]!.real.token_logps[at]!, 4);
      expect(logp).toBeCloseTo(
        logps.reduce((sum, one) => sum + one, 0),
        9,
      );
    }
  });

  it('never repeats what it must not', async () => {
    for (const { ids } of await generate(
      '--temperature',
      '0',
      '--no-repeat-ngram-size',
      '2',
      '--max-new-tokens',
      '40',
    )) {
      const twos = ids.slice(1).map((id, i) => `${ids[i]} ${id}`);
      expect(new Set(twos).size).toBe(twos.length);
    }
  });
});

/** The template's bytes after the begin token, by the tokenizer's two merges: worked out here, not by the program. */
function promptIdsOf(prompt: string): number[] {
  const { model: bpe } = byteTokenizer(true) as { model: { vocab: Record<string, number> } };
  const bytes = [...new TextEncoder().encode(`### Instruction: ${prompt}\n\n### Response: `)];
  const ids: number[] = [VOCAB_SIZE - 2];
  const [h, e, l] = ['h', 'e', 'l'].map((letter) => bpe.vocab[letter]!);
  for (const byte of bytes) {
    const last = ids.at(-1);
    if (last === h && byte === e) ids[ids.length - 1] = bpe.vocab.he!;
    else if (last === l && byte === l) ids[ids.length - 1] = bpe.vocab.ll!;
    else ids.push(byte);
  }
  return ids;
}

describe('evaluate', () => {
  const evaluate = async (...more: string[]): Promise<Line> =>
    (await linesOf(['evaluate', '--model', model, ...more]))[0]!;

  it('measures the world, overall and by family', async () => {
    const line = await evaluate('--prompts', '12', '--samples', '2', '--max-new-tokens', '4');
    for (const name of ['human_likeness', 'kl_forward', 'kl_reverse', 'diversity', 'nll']) {
      expect(line).toHaveProperty(name);
      expect(line[`${name}_ci95`]).toHaveLength(2);
    }
    expect(line.prompts).toBe(12);
    expect(line.samples).toBe(24);
    expect(Object.keys(line.families as object).length).toBe(12);
    // A model of random weights says nothing that a person would.
    expect(line.human_likeness).toBe(0);
    expect(line.kl_forward).toBeGreaterThan(50);
    expect(await evaluate('--prompts', '12', '--samples', '2', '--max-new-tokens', '4')).toEqual(line);
  });

  it('has the likelihood that `score` has, on given data', async () => {
    const rows = [
      { prompt: 'a', response: 'hello' },
      { prompt: 'ü', response: '…' },
      { prompt: 'c', response: 'a longer answer, with more tokens' },
      { prompt: 'too long', response: 'x'.repeat(300) },
    ];
    const data = rowFile(join(place, 'data.jsonl'), rows);
    const line = await evaluate('--data', data, '--samples', '2', '--max-new-tokens', '4');
    const kept = rows.slice(0, 3).map(({ prompt, response }) => ({ prompt, real: response, generated: response }));
    const pairs = rowFile(join(place, 'as-pairs.jsonl'), kept);
    const scored = (await linesOf(['score', '--model', model, '--pairs', pairs])) as unknown as Scored[];
    const nats = scored.reduce((sum, { real }) => sum - real.logp, 0);
    const tokens = scored.reduce((sum, { real }) => sum + real.token_logps.length, 0);
    expect(line.nll).toBeCloseTo(nats / tokens, 5);
    expect(line).toMatchObject({ rows: 4, prompts: 3, too_long: 1, human_tokens: tokens, samples: 6 });
    expect(line).not.toHaveProperty('human_likeness');
  });

  it('needs no tokenizer where the data are ids', async () => {
    const bare = await tinyModel(join(place, 'bare'), { tokenizer: false });
    const data = rowFile(join(place, 'ids.jsonl'), [{ prompt_ids: [1], real_ids: [2, END] }]);
    const { status, lines } = await spin(['evaluate', '--model', bare, '--data', data, '--samples', '1']);
    expect(status).toBe(0);
    expect(lines[1]).toMatchObject({ human_tokens: 2, samples: 1 });
  });
});
