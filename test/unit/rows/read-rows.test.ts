import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oneSentence } from '../../../src/cli/one-sentence.ts';
import { readData, readPairs, readPrompts } from '../../../src/cli/row-files.ts';
import { MissingFileError } from '../../../src/engine/models/errors.ts';
import { InvalidRowError, parseRows } from '../../../src/engine/rows/read-lines.ts';
import { dataOf, pairOf, promptOf } from '../../../src/engine/rows/read-rows.ts';
import { LabError } from '../../../src/spin/lab-error.ts';
import { thrownBy } from '../models/golden.ts';
import { assistant, rowOf, system, user } from './rows.ts';

const at = { file: 'rows.jsonl', line: 1 };
const goldenPairs = fileURLToPath(new URL('../../golden/gpt2/pairs.jsonl', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rows-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('pairs', () => {
  test('of ids are taken as they are', async () => {
    const [first] = await readPairs(goldenPairs);
    expect(first).toMatchObject({ form: 'ids', line: 1, realIds: expect.arrayContaining([2]) });
  });

  const pair = { form: 'text', ...at, prompt: 'Q', real: 'R', generated: 'G' };
  test.each<[string, unknown]>([
    ['our own', { prompt: 'Q', real: 'R', generated: 'G' }],
    ["TRL's texts", { prompt: 'Q', chosen: 'R', rejected: 'G' }],
    ["TRL's messages", { prompt: [user('Q')], chosen: [assistant('R')], rejected: [assistant('G')] }],
    [
      "TRL's messages with the prompt inside",
      { chosen: [user('Q'), assistant('R')], rejected: [user('Q'), assistant('G')] },
    ],
    [
      'a prompt beside whole conversations',
      { prompt: 'Q', chosen: [user('Q'), assistant('R')], rejected: [user('Q'), assistant('G')] },
    ],
    ['the official chat rows', { real: [user('Q'), assistant('R')], generated: [user('Q'), assistant('G')] }],
  ])('in the layout of %s', (_, row) => {
    expect(pairOf(rowOf(row))).toEqual(pair);
  });

  test("a system's message goes before the user's", () => {
    const row = { prompt: [system('S'), user('Q')], chosen: [assistant('R')], rejected: 'G' };
    expect(pairOf(rowOf(row))).toEqual({ ...pair, prompt: 'S\n\nQ' });
  });

  test('an empty text stays one: whether it fits is asked later', () => {
    expect(pairOf(rowOf({ prompt: '', real: '', generated: 'G' }))).toMatchObject({ prompt: '', real: '' });
  });

  test.each<[unknown, RegExp]>([
    [{ prompt: 'Q', real: 'R' }, /"generated" is missing/],
    [{ prompt: 'Q', real: 'R', generated: null }, /"generated" is missing/],
    [{ prompt: 'Q', chosen: 'R' }, /"rejected" is missing/],
    [{ real: 'R', generated: 'G' }, /"prompt" is missing/],
    [{ prompt: 'Q', real: 3, generated: 'G' }, /"real" is 3, not a text/],
    [{ prompt_ids: [1], real_ids: [2] }, /"generated_ids" is missing/],
    [{ prompt_ids: [1], real_ids: '2', generated_ids: [2] }, /"real_ids" is "2", not a list/],
    [{ prompt_ids: [1], real_ids: [1.5], generated_ids: [2] }, /"real_ids" holds 1\.5/],
    [{ prompt_ids: [1], real_ids: [2], generated_ids: [-2] }, /"generated_ids" holds -2/],
    [{ prompt_ids: [null], real_ids: [2], generated_ids: [2] }, /"prompt_ids" holds null/],
    [{ real: [user('Q')], generated: [user('Q')] }, /"real" does not end with/],
    [{ real: [user('Q'), assistant('R')], generated: [user('P'), assistant('G')] }, /different prompts/],
    [
      { real: [user('Q'), assistant('A'), user('B'), assistant('R')], generated: 'G' },
      /user, assistant, user before the answer/,
    ],
    [{ real: [{ role: 'user' }, assistant('R')], generated: 'G' }, /no chat message/],
    [{ prompt: [], chosen: 'R', rejected: 'G' }, /messages of nobody/],
  ])('%j is refused', (row, message) => {
    const error = thrownBy(() => pairOf(rowOf(row)));
    expect(error).toBeInstanceOf(InvalidRowError);
    expect((error as Error).message).toMatch(/^rows\.jsonl, line 1: /);
    expect((error as Error).message).toMatch(message);
  });
});

describe('prompts and data', () => {
  test.each<[unknown, unknown]>([
    [
      { prompt: 'Q', other: 1 },
      { form: 'text', prompt: 'Q' },
    ],
    [{ prompt: [user('Q')] }, { form: 'text', prompt: 'Q' }],
    [
      { prompt: 'Q', prompt_ids: [5] },
      { form: 'ids', promptIds: [5] },
    ],
  ])('the prompt of %j', (row, prompt) => {
    expect(promptOf(rowOf(row))).toEqual({ ...at, ...(prompt as object) });
  });

  test.each<[unknown, string, string]>([
    [{ prompt: 'Q', response: 'R' }, 'Q', 'R'],
    [{ instruction: 'Q', input: '', output: 'R' }, 'Q', 'R'],
    [{ instruction: 'Q', input: 'I', output: 'R' }, 'Q\n\nI', 'R'],
    [{ question: 'Q', answer: 'R' }, 'Q', 'R'],
    [{ prompt: 'Q', real: 'R', generated: 'G' }, 'Q', 'R'],
    [{ prompt: 'Q', chosen: [assistant('R')], rejected: [assistant('G')] }, 'Q', 'R'],
    [{ real: [user('Q'), assistant('R')], generated: [user('Q'), assistant('G')] }, 'Q', 'R'],
    [{ messages: [user('Q'), assistant('R')] }, 'Q', 'R'],
  ])('the human response of %j', (row, prompt, response) => {
    expect(dataOf(rowOf(row))).toEqual({ form: 'text', ...at, prompt, response });
  });

  test('ids stay ids', () => {
    const expected = { form: 'ids', ...at, promptIds: [1], responseIds: [2] };
    expect(dataOf(rowOf({ prompt_ids: [1], real_ids: [2], generated_ids: [3] }))).toEqual(expected);
    expect(dataOf(rowOf({ prompt_ids: [1], response_ids: [2] }))).toEqual(expected);
  });

  test.each<[(row: ReturnType<typeof rowOf>) => unknown, unknown, RegExp]>([
    [promptOf, { text: 'Q' }, /"prompt" is missing/],
    [dataOf, { prompt: 'Q' }, /"response" is missing/],
    [dataOf, { response: 'R' }, /"prompt" is missing/],
    [dataOf, { instruction: 'Q' }, /"output" is missing/],
    [dataOf, { question: 'Q' }, /"answer" is missing/],
    [dataOf, { prompt_ids: [1] }, /"real_ids" is missing/],
  ])('%o refuses %j', (read, row, message) => {
    expect(() => read(rowOf(row))).toThrow(InvalidRowError);
    expect(() => read(rowOf(row))).toThrow(message);
  });
});

describe('lines', () => {
  const rows = (text: string | Uint8Array) =>
    parseRows(typeof text === 'string' ? new TextEncoder().encode(text) : text, 'f');

  test('a byte-order mark, carriage returns and blank lines are passed over, and lines still count', () => {
    const found = rows('\uFEFF{"prompt":"a"}\r\n\r\n  \n{"prompt":"b\u2028c"}');
    expect(found.map((row) => [row.line, row.text('prompt')])).toEqual([
      [1, 'a'],
      [4, 'b\u2028c'],
    ]);
  });

  test.each<[string | Uint8Array, number, RegExp]>([
    ['{"prompt":"a"}\n{"prompt":', 2, /not JSON/],
    ['{"prompt":"a"}\n\n[1]', 3, /not an object/],
    ['[\n{"prompt":"a"}\n]', 1, /not JSON/],
    ['', 1, /no rows/],
    ['\n\n', 2, /no rows/],
    [Uint8Array.of(0x7b, 0x7d, 0x0a, 0xff, 0xfe), 2, /not UTF-8/],
  ])('%j is refused on line %i', (text, line, message) => {
    const error = thrownBy(() => rows(text));
    expect(error).toBeInstanceOf(InvalidRowError);
    expect(error).toMatchObject({ file: 'f', line, message: expect.stringMatching(message) });
  });

  test('one sentence names file, line and cure', () => {
    const error = thrownBy(() => pairOf(rowOf({ prompt: 'Q', real: 'R', generated: 4 })));
    expect(oneSentence(error as LabError)).toBe(
      'rows.jsonl, line 1: "generated" is 4, not a text; write "generated" as a text.',
    );
  });
});

describe('files', () => {
  test('that are not there, or are folders, are named', async () => {
    await expect(readPairs(join(folder, 'none.jsonl'))).rejects.toThrow(MissingFileError);
    await expect(readPrompts(folder)).rejects.toThrow(/this is a folder, not a file/);
    await expect(readData(join(goldenPairs, 'deeper'))).rejects.toThrow(MissingFileError);
  });

  test('cut anywhere, or with any byte changed, are read or refused by name', async () => {
    const whole = new TextEncoder().encode(
      [
        { prompt: 'Häagen', real: 'ja', generated: 'nein' },
        { prompt_ids: [1, 2], real_ids: [3], generated_ids: [4, 5] },
        { real: [user('Q'), assistant('R')], generated: [user('Q'), assistant('G')] },
      ]
        .map((row) => JSON.stringify(row))
        .join('\n'),
    );
    const path = join(folder, 'broken.jsonl');
    const refusedOrRead = async (bytes: Uint8Array): Promise<void> => {
      await writeFile(path, bytes);
      for (const read of [readPairs, readPrompts, readData]) {
        await read(path).catch((error: unknown) => expect(error).toBeInstanceOf(LabError));
      }
    };
    const place = fc.integer({ min: 0, max: whole.length - 1 });
    await fc.assert(
      fc.asyncProperty(place, (length) => refusedOrRead(whole.subarray(0, length))),
      { numRuns: 60, seed: 6 },
    );
    const changed = (at: number, byte: number): Uint8Array => Uint8Array.from(whole, (b, i) => (i === at ? byte : b));
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 0, max: 255 }), (i, byte) => refusedOrRead(changed(i, byte))),
      { numRuns: 100, seed: 7 },
    );
  });

  test('of pairs cut inside a row always name that row', async () => {
    const line = '{"prompt":"p","real":"r","generated":"g"}';
    const path = join(folder, 'cut.jsonl');
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 1, max: line.length - 1 }),
        async (before, length) => {
          await writeFile(path, `${`${line}\n`.repeat(before)}${line.slice(0, length)}`);
          await expect(readPairs(path)).rejects.toMatchObject({
            name: 'InvalidRowError',
            file: path,
            line: before + 1,
          });
        },
      ),
      { numRuns: 60, seed: 8 },
    );
  });
});
