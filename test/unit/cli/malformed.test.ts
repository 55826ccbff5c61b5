// Malformed input of every kind: status 1 and one sentence that names the file, the line where there is one, and a cure.

import { cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { integer, pick, type Random, random } from '../../../src/world/rng.ts';
import { VOCAB_SIZE } from '../engine/byte-tokenizer.ts';
import { spin } from './in-process.ts';
import { rowFile, scratch, tinyModel } from './tiny-model.ts';

const TRIES = 20;
const POSITIONS = 64;

let place = '';
let model = '';

beforeAll(async () => {
  place = scratch();
  model = await tinyModel(join(place, 'model'), { positions: POSITIONS });
});

/** A command that reads rows of this file. */
function reading(kind: 'pairs' | 'prompts' | 'data', file: string, rng: Random): string[] {
  switch (kind) {
    case 'pairs':
      return rng() < 0.5
        ? ['score', '--model', model, '--pairs', file]
        : ['step', '--model', model, '--opponent', model, '--pairs', file];
    case 'prompts':
      return ['generate', '--model', model, '--prompts', file, '--max-new-tokens', '1'];
    case 'data':
      return rng() < 0.5
        ? ['evaluate', '--model', model, '--data', file, '--samples', '0']
        : ['play', '--model', model, '--data', file, '--out', join(place, 'never')];
  }
}

/** A command that opens this model. */
function opening(folder: string, rng: Random): string[] {
  const pairs = rowFile(join(place, 'good.jsonl'), [{ prompt_ids: [1], real_ids: [2], generated_ids: [3] }]);
  return pick(rng, [
    ['score', '--model', folder, '--pairs', pairs],
    ['step', '--model', folder, '--opponent', model, '--pairs', pairs],
    ['step', '--model', model, '--opponent', folder, '--pairs', pairs],
    ['generate', '--model', folder, '--prompts', pairs],
    ['evaluate', '--model', folder],
    ['play', '--model', folder, '--out', join(place, 'never')],
  ]);
}

async function refusal(args: readonly string[]): Promise<string> {
  const { status, messages } = await spin(args);
  const said = messages.join('\n');
  expect(status, `${args.join(' ')}: ${said}`).toBe(1);
  expect(messages.length, said).toBe(1);
  expect(said).not.toContain('fault in the program');
  // One sentence: what is wrong; the cure.
  expect(said).toMatch(/^[^\n]+; [a-z“"`<{/][^\n]*\.$/);
  return said;
}

const tries = (purpose: string): [number, Random][] =>
  Array.from({ length: TRIES }, (_, i) => [i, random(1, purpose, i)]);

const goodRow = (rng: Random): object =>
  pick(rng, [
    { prompt: 'a', response: 'b', real: 'b', generated: 'c' },
    { prompt: 'ü', response: '…', real: '中', generated: 'é' },
    { prompt_ids: [1, 2], real_ids: [3], generated_ids: [4, 5] },
  ]);

/** Good rows with `bad` at line `line`. */
function rowsWith(name: string, bad: unknown, rng: Random): { file: string; line: number } {
  const line = 1 + integer(rng, 6);
  const rows: unknown[] = Array.from({ length: 6 }, () => goodRow(rng));
  rows[line - 1] = bad;
  return { file: rowFile(join(place, `${name}.jsonl`), rows), line };
}

describe('refuses', () => {
  it('files and folders that are not there', async () => {
    for (const [i, rng] of tries('missing')) {
      const missing = join(
        place,
        pick(rng, ['nothing', 'model/nothing', 'model/config.json/below', 'ä b']),
        `${i}.jsonl`,
      );
      const args = i % 2 === 0 ? reading(pick(rng, ['pairs', 'prompts', 'data']), missing, rng) : opening(missing, rng);
      expect(await refusal(args)).toContain(missing);
    }
    for (const part of ['config.json', 'model.safetensors']) {
      const folder = join(place, `without ${part}`);
      cpSync(model, folder, { recursive: true });
      rmSync(join(folder, part));
      expect(await refusal(opening(folder, random(0, part)))).toContain(join(folder, part));
    }
    const folder = await tinyModel(join(place, 'without tokenizer'), { tokenizer: false });
    expect(await refusal(['evaluate', '--model', folder])).toContain(`${folder}: The model has no tokenizer.json`);
    expect(await refusal(['score', '--model', model, '--pairs', model])).toContain('this is a folder, not a file');
    expect(await refusal(['play', '--config', join(place, 'no.json'), '--out', join(place, 'never')])).toContain(
      'no.json',
    );
  });

  it('lines that are not JSON objects', async () => {
    const bad = [
      '{',
      'hello',
      '{"prompt": "a",}',
      "{'prompt': 'a'}",
      '[1, 2]',
      '"text"',
      '7',
      'null',
      '{"a":1} {"b":2}',
      '\u0000',
    ];
    for (const [i, rng] of tries('not JSON')) {
      const { file, line } = rowsWith('not-json', bad[i % bad.length], rng);
      expect(await refusal(reading(pick(rng, ['pairs', 'prompts', 'data']), file, rng))).toContain(
        `${file}, line ${line}: `,
      );
    }
  });

  it('rows without their fields, or with fields of another type', async () => {
    const bad: [Parameters<typeof reading>[0], object][] = [
      ['pairs', { prompt: 'a', real: 'b' }],
      ['pairs', { prompt: 'a', chosen: 'b' }],
      ['pairs', { real: 'a', generated: 'b' }],
      ['pairs', { prompt: 1, real: 'a', generated: 'b' }],
      ['pairs', { prompt_ids: [1], real_ids: [1] }],
      ['pairs', { prompt_ids: '1', real_ids: [1], generated_ids: [1] }],
      ['pairs', { prompt_ids: [1.5], real_ids: [1], generated_ids: [1] }],
      ['pairs', { prompt_ids: [1], real_ids: [-1], generated_ids: [1] }],
      ['pairs', { prompt_ids: [1], real_ids: ['x'], generated_ids: [1] }],
      ['pairs', { prompt: 'a', real: [{ role: 'user', content: 'b' }], generated: 'c' }],
      ['prompts', {}],
      ['prompts', { text: 'a' }],
      ['prompts', { prompt: null }],
      ['prompts', { prompt: 5 }],
      ['prompts', { prompt_ids: {} }],
      ['data', { prompt: 'a' }],
      ['data', { response: 'a' }],
      ['data', { instruction: 'a' }],
      ['data', { question: 'a' }],
      ['data', { prompt_ids: [1] }],
      ['data', { messages: [] }],
    ];
    for (const [i, [kind, row]] of bad.entries()) {
      const rng = random(2, 'fields', i);
      const { file, line } = rowsWith('fields', row, rng);
      expect(await refusal(reading(kind, file, rng))).toContain(`${file}, line ${line}: `);
    }
  });

  it('empty responses and prompts', async () => {
    for (const [i, rng] of tries('empty')) {
      const empty = [
        { prompt: 'a', real: '', generated: 'b' },
        { prompt: 'a', real: 'b', generated: '' },
        { prompt_ids: [1], real_ids: [], generated_ids: [2] },
        { prompt_ids: [1], real_ids: [2], generated_ids: [] },
        { prompt_ids: [], real_ids: [2], generated_ids: [3] },
      ][i % 5];
      const { file, line } = rowsWith('empty', empty, rng);
      const message = await refusal(reading('pairs', file, rng));
      expect(message).toContain(`${file}, line ${line}: the `);
      expect(message).toContain('is empty');
    }
  });

  it('token ids beyond the vocabulary', async () => {
    for (const [i, rng] of tries('vocabulary')) {
      const id = pick(rng, [VOCAB_SIZE, VOCAB_SIZE + integer(rng, 1000), 2 ** 31, 2 ** 40]);
      const ids = Array.from({ length: 1 + integer(rng, 5) }, () => integer(rng, VOCAB_SIZE));
      ids[integer(rng, ids.length)] = id;
      const row = {
        prompt_ids: [1],
        real_ids: [2],
        generated_ids: [3],
        [pick(rng, ['prompt_ids', ...(i % 2 ? [] : ['real_ids', 'generated_ids'])])]: ids,
      };
      const { file, line } = rowsWith('vocabulary', row, rng);
      const message = await refusal(reading(i % 2 ? 'prompts' : 'pairs', file, rng));
      expect(message).toContain(`${file}, line ${line}: token id ${id}`);
    }
  });

  it('responses longer than the positions', async () => {
    for (const [, rng] of tries('positions')) {
      const length = POSITIONS + integer(rng, 2000);
      const side = pick(rng, ['real', 'generated']);
      const row =
        rng() < 0.5
          ? { prompt: 'a', real: 'b', generated: 'c', [side]: 'x'.repeat(length) }
          : { prompt_ids: [1], real_ids: [2], generated_ids: [3], [`${side}_ids`]: new Array(length).fill(7) };
      const { file, line } = rowsWith('long', row, rng);
      const message = await refusal(reading('pairs', file, rng));
      expect(message).toContain(`${file}, line ${line}: `);
      expect(message).toContain(`${POSITIONS} positions`);
    }
  });

  it('weights that are no finite numbers', async () => {
    const whole = readFileSync(join(model, 'model.safetensors'));
    const begin = 8 + Number(whole.readBigUInt64LE(0));
    const folder = join(place, 'not finite');
    cpSync(model, folder, { recursive: true });
    for (const [, rng] of tries('not finite')) {
      const bytes = Buffer.from(whole);
      const values = (bytes.length - begin) / 4;
      bytes.writeFloatLE(
        pick(rng, [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]),
        begin + 4 * integer(rng, values),
      );
      writeFileSync(join(folder, 'model.safetensors'), bytes);
      expect(await refusal(opening(folder, rng))).toMatch(
        /not finite\/model\.safetensors, tensor "[\w.]+": the value at position \d+ is/,
      );
    }
  });

  it('safetensors cut short, or with a damaged header', async () => {
    const whole = readFileSync(join(model, 'model.safetensors'));
    const folder = join(place, 'cut');
    cpSync(model, folder, { recursive: true });
    const file = join(folder, 'model.safetensors');
    for (const [i, rng] of tries('cut')) {
      writeFileSync(file, whole);
      truncateSync(file, i === 0 ? 0 : integer(rng, whole.length));
      expect(await refusal(opening(folder, rng))).toContain(file);
    }
    for (const [, rng] of tries('header')) {
      const bytes = Buffer.from(whole);
      // A byte that JSON has no use for, anywhere in the header, or a length that is none.
      bytes[integer(rng, 8 + Number(whole.readBigUInt64LE(0)))] = 0xff;
      writeFileSync(file, bytes);
      expect(await refusal(opening(folder, rng))).toContain(folder);
    }
  });

  it('configurations and tokenizers that are broken', async () => {
    const config = JSON.parse(readFileSync(join(model, 'config.json'), 'utf8')) as Record<string, unknown>;
    const broken: [string, string][] = [
      ['config.json', ''],
      ['config.json', '{'],
      ['config.json', '[]'],
      ['config.json', '{}'],
      ...Object.entries({
        model_type: 'bert',
        hidden_size: 17,
        num_attention_heads: 0,
        vocab_size: 1e12,
        rms_norm_eps: 'x',
      }).map(([key, value]): [string, string] => ['config.json', JSON.stringify({ ...config, [key]: value })]),
      ['config.json', JSON.stringify({ ...config, num_hidden_layers: 2 })],
      ['config.json', JSON.stringify({ ...config, intermediate_size: 32 })],
      ['tokenizer.json', '{'],
      ['tokenizer.json', '{}'],
      ['tokenizer.json', '{"model": {"type": "BPE"}}'],
    ];
    const folder = join(place, 'broken');
    for (const [file, text] of broken) {
      rmSync(folder, { recursive: true, force: true });
      cpSync(model, folder, { recursive: true });
      writeFileSync(join(folder, file), text);
      expect(await refusal(['evaluate', '--model', folder]), text).toContain(folder);
    }
  });

  it('data of which nothing fits', async () => {
    const file = rowFile(join(place, 'nothing-fits.jsonl'), [{ prompt: 'a', response: 'x'.repeat(500) }]);
    for (const kind of ['evaluate', 'play']) {
      const out = kind === 'play' ? ['--out', join(place, 'never')] : [];
      const { status, messages } = await spin([kind, '--model', model, '--data', file, ...out]);
      expect(status).toBe(1);
      expect(messages.at(-1)).toContain(`${file}: none of its 1 rows`);
    }
  });
});

it('tells wrong usage from failure: status 2, the option, and what it may be', async () => {
  mkdirSync(join(place, 'fine'), { recursive: true });
  const pairs = rowFile(join(place, 'pairs.jsonl'), [{ prompt_ids: [1], real_ids: [2], generated_ids: [3] }]);
  const step = ['step', '--model', model, '--opponent', model, '--pairs', pairs];
  const generate = ['generate', '--model', model, '--prompts', pairs];
  const wrong: [string[], string][] = [
    [[], 'score, step, generate, play, evaluate, bench'],
    [['sore'], 'There is no command sore'],
    [['score'], '--model is missing; see `spin score --help`.'],
    [['score', '--model', model], '--pairs is missing'],
    [['score', '--model', ''], '--model is empty'],
    [['score', '--modle', model], '--modle'],
    [['score', model], model],
    [['score', '--model'], '--model'],
    [[...step, '--loss', 'mse'], '--loss is one of logistic, hinge, exponential, correlation, linear, not mse'],
    [[...step, '--optimizer', 'sgd'], '--optimizer is one of rmsprop, adamw, not sgd'],
    [[...step, '--steps', '1.5'], '--steps is a whole number from 0 to'],
    [[...step, '--lr', 'fast'], '--lr is a number from 0 to'],
    [[...step, '--micro-batch', '0'], '--micro-batch is a whole number from 1 to'],
    [[...step, '--out', model], '--out is the folder of --model'],
    [[...generate, '--top-p', '0'], '--top-p is a number from 0.01 to 1, not 0'],
    [[...generate, '--temperature', 'NaN'], '--temperature is a number from 0 to 5'],
    [[...generate, '--seed=-1'], '--seed is a whole number from 0 to 4294967295, not -1'],
    [[...generate, '--num-beams', '0'], '--num-beams is a whole number from 1 to'],
    [[...generate, '--backend', 'cuda'], '--backend is one of wasm, native, not cuda'],
    [[...generate, '--threads', '0'], '--threads is a whole number from 1 to'],
    [['play'], '--out is missing'],
    [['play', '--out', join(place, 'never'), '--preset', 'best'], '--preset is one of default,'],
    [['play', '--out', join(place, 'never'), '--preset', 'default', '--config', 'x'], 'choose one'],
    [['bench', '--parts', 'training,speed'], '--parts has speed, which is none of training, webgpu,'],
    [['evaluate', '--model', model, '--prompts', '100000'], '--prompts is a whole number from 1 to'],
  ];
  for (const [args, expected] of wrong) {
    const { status, lines, messages } = await spin(args);
    expect(status, `${args.join(' ')}: ${messages.join()}`).toBe(2);
    expect(messages.length).toBe(1);
    expect(messages[0]).toContain(expected);
    expect(lines).toEqual([]);
  }
});

it('helps', async () => {
  for (const args of [['--help'], ['score', '--help'], ['play', '-h'], ['step', '--help', '--lr', 'x']]) {
    const { status, lines, messages } = await spin(args);
    expect(status).toBe(0);
    expect(lines).toEqual([]);
    expect(messages.join('\n')).toContain('spin');
  }
});
