// A run read back from its folder: the recorded example, as the page reads it.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EVENTS_FILE, type EventLine, parseLines } from '../../../src/folder/lines.ts';
import { type RunFiles, readEvents, readLatestPairs, readRun } from '../../../src/lab/record/read-run.ts';
import { RunRecord } from '../../../src/lab/record/run-record.ts';

const FOLDER = new URL('../../../public/examples/first-run/', import.meta.url);

/** The folder's files; of events.jsonl only the first `size` bytes. */
const files = (size = Number.POSITIVE_INFINITY): RunFiles => ({
  read: async (path, from = 0) => {
    const place = new URL(path, FOLDER);
    if (!existsSync(place)) return { text: '', end: 0 };
    const bytes = readFileSync(place).subarray(0, path === EVENTS_FILE ? size : undefined);
    return { text: bytes.subarray(from).toString('utf8'), end: bytes.length };
  },
});

describe('the recorded example', () => {
  it('gives every step, evaluation and answer that its files hold', async () => {
    const { record } = await readRun(files());
    const events = parseLines<EventLine>(readFileSync(new URL(EVENTS_FILE, FOLDER), 'utf8'));
    const losses = events.flatMap((line) => (line.type === 'step' ? [line.loss] : []));
    expect([...record.columns.column('loss')]).toEqual(losses);
    expect(losses.length).toBe(96);
    expect(record.rounds.map(({ moment, iteration }) => `${moment} ${iteration}`)).toEqual([
      'before 0',
      'after 0',
      'after 1',
      'after 2',
    ]);
    for (const { answers } of record.rounds) expect(answers.length).toBe(128);
    // Four pairs at steps 0, 16 and 32 of each iteration.
    expect(record.watched.length).toBe(3 * 3 * 4);
    expect(record.completed).toBe(true);
    await readLatestPairs(files(), record);
    expect(record.pairs.length).toBe(256);
    expect(record.pairs[0]?.made_in).toBe(2);
  });

  it('is the same read in pieces, cut anywhere, as a tab that watches another reads it', async () => {
    const whole = (await readRun(files())).record;
    const record = new RunRecord();
    let from = 0;
    for (const size of [1000, 50_000, 50_001, 400_000, Number.POSITIVE_INFINITY]) {
      from = (await readEvents(files(size), record, from)).end;
    }
    expect([...record.columns.column('loss')]).toEqual([...whole.columns.column('loss')]);
    expect(record.rounds).toEqual(whole.rounds);
    expect(record.watched).toEqual(whole.watched);
  });

  it('that lost half a line in its midst is refused by name', async () => {
    const broken: RunFiles = { read: async () => ({ text: '{"type":"run-sta\n', end: 17 }) };
    await expect(readRun(broken)).rejects.toMatchObject({ name: 'RunFormatError', advice: expect.any(String) });
  });
});
