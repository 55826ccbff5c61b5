// A run's record from the lines of its folder.

import { describe, expect, it } from 'vitest';
import type { EventLine, PairLine, WatchedLine } from '../../../src/folder/lines.ts';
import { RunRecord } from '../../../src/lab/record/run-record.ts';
import { DEFAULTS } from '../../../src/spin/parameters/parameter-table.ts';

const at = (second: number): string => new Date(1_000_000 + 1000 * second).toISOString();

function step(iteration: number, number: number, second: number): EventLine {
  return {
    type: 'step',
    iteration,
    step: number,
    steps: 4,
    epoch: 0,
    learning_rate: 0.1,
    loss: Math.LN2,
    'rewards/real': 0,
    'rewards/generated': 0,
    'rewards/margins': 0,
    'rewards/accuracies': 0,
    'logps/real': -3,
    'logps/generated': -4,
    grad_norm: 1,
    tokens: 300,
    pairs: [{ exampleIndex: number % 2, madeIn: iteration, margin: number, real: number, generated: 0 }],
    time: at(second),
  };
}

const pair = (example: number): PairLine => ({
  prompt: 'p',
  real: 'r',
  generated: 'g',
  prompt_ids: [1],
  real_ids: [2],
  generated_ids: [3],
  example,
  made_in: 0,
  end: 'stop',
  opponent_logps: { real: -1, generated: -2 },
});

const watched = (iteration: number, steps: number): WatchedLine[] =>
  [0, 1, 2, 3].map((example) => ({
    iteration,
    step: steps,
    example,
    made_in: iteration,
    prompt: 'p',
    lambda: 1,
    real: [],
    generated: [],
  }));

function told(...lines: EventLine[]): RunRecord {
  const record = new RunRecord();
  for (const line of lines) record.take(line);
  return record;
}

describe('a record', () => {
  it('of a run begun before 0.2 has the rules of its time', () => {
    const record = new RunRecord();
    const { arithmetic: _, decayed: __, ...former } = DEFAULTS;
    const line = { type: 'run-started', time: at(0), iteration: 0, examples: 8, skipped: 0, truncated: 0 };
    record.take({ ...line, configuration: former } as unknown as EventLine);
    expect(record.configuration).toEqual({ ...DEFAULTS, arithmetic: 1, decayed: 'all' });
    record.take({ ...line, type: 'reconfigured', configuration: former } as unknown as EventLine);
    expect(record.configuration).toEqual({ ...DEFAULTS, arithmetic: 1, decayed: 'all' });
  });

  it('counts seconds of work: a pause of a minute and more is none', () => {
    const record = told(step(0, 0, 10), step(0, 1, 12), step(0, 2, 512), step(0, 3, 515));
    expect([...record.columns.column('seconds')]).toEqual([0, 2, 2, 5]);
    expect(record.columns.column('tokens_per_second')[2]).toBeNaN();
  });

  it('adds tokens up, and divides a step’s by the seconds since the step before it', () => {
    const record = told(step(0, 0, 10), step(0, 1, 12), step(1, 0, 20), step(1, 1, 23));
    expect([...record.columns.column('tokens_total')]).toEqual([300, 600, 900, 1200]);
    expect([...record.columns.column('tokens_per_second')]).toEqual([Number.NaN, 150, Number.NaN, 100]);
  });

  it('keeps each pair’s latest log-ratios by iteration', () => {
    const record = told(step(0, 0, 1), step(0, 1, 2), step(0, 2, 3), step(1, 3, 4));
    expect([...record.pairRatios(0).margin]).toEqual([2, 1]);
    expect([...record.pairRatios(1).real]).toEqual([3]);
    expect(record.pairRatios(2).margin).toHaveLength(0);
  });

  it('goes back to a mark: steps, pairs and the clock', () => {
    const record = told(step(0, 0, 10), step(0, 1, 12));
    record.addPairs([pair(0), pair(1)]);
    const mark = record.mark();
    record.take(step(0, 2, 14));
    record.addPairs([pair(2)]);
    record.rewind(mark);
    record.take(step(0, 2, 20));
    expect(record.columns.length).toBe(3);
    expect(record.columns.row(2).seconds).toBe(10);
    expect(record.pairs.map(({ example }) => example)).toEqual([1, 0]);
  });

  it('shows pairs one at a time while somebody steps through them', () => {
    const record = new RunRecord();
    record.conceal(true);
    record.addPairs([pair(0), pair(1), pair(2)]);
    expect([record.pairs.length, record.concealed]).toEqual([1, 2]);
    record.reveal(1);
    expect(record.pairs.map(({ example }) => example)).toEqual([1, 0]);
    expect(record.pairCount).toBe(3);
  });

  it('keeps few moments of the watched pairs however long an iteration is, its first and its last among them', () => {
    const record = new RunRecord();
    record.addWatched(watched(0, 0));
    for (let done = 16; done <= 10_000; done += 16) record.addWatched(watched(1, done));
    const steps = record.watched.filter(({ iteration }) => iteration === 1).map(({ step }) => step);
    // Four pairs a moment, all of a moment or none, in their order.
    expect(steps.length).toBeLessThanOrEqual(4 * 64);
    expect(steps.length).toBeGreaterThanOrEqual(4 * 32);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b).flatMap((step) => Array(4).fill(step)));
    expect([steps[0], steps.at(-1)]).toEqual([16, 10_000]);
    expect(record.watched.filter(({ iteration }) => iteration === 0)).toHaveLength(4);
  });

  it('goes back to a mark: what was watched after it, even where moments have gone since', () => {
    const record = new RunRecord();
    for (let done = 1; done <= 60; done++) record.addWatched(watched(0, done));
    const mark = record.mark();
    for (let done = 61; done <= 70; done++) record.addWatched(watched(0, done));
    record.addWatched(watched(1, 0));
    record.rewind(mark);
    expect(record.watched.length).toBeGreaterThan(0);
    for (const { iteration, step } of record.watched) expect([iteration, step <= 60]).toEqual([0, true]);
    const fresh = new RunRecord();
    const nothing = fresh.mark();
    fresh.addWatched(watched(0, 0));
    fresh.rewind(nothing);
    expect(fresh.watched).toEqual([]);
  });
});
