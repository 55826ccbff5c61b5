// A finished run in a few numbers.

import { describe, expect, it } from 'vitest';
import {
  DERIVED_COLUMNS,
  type Round,
  RunRecord,
  STEP_COLUMNS,
  type StepColumn,
} from '../../../src/lab/record/run-record.ts';
import { summarise } from '../../../src/lab/record/summary.ts';

type Interval = readonly [low: number, high: number];

function round(moment: Round['moment'], iteration: number, value: number, interval: Interval): Round {
  const measures = { human_likeness: value, human_likeness_ci95: interval, kl_forward: 2 * value };
  return { moment, iteration, measures, answers: [] };
}

function recordOf(before: Interval, after: Interval, rewards: readonly number[]): RunRecord {
  const record = new RunRecord();
  record.rounds = [round('before', 0, 0.4, before), round('after', 0, 0.5, [0, 1]), round('after', 1, 0.6, after)];
  const zeros = Object.fromEntries([...STEP_COLUMNS, ...DERIVED_COLUMNS].map((name) => [name, 0])) as Record<
    StepColumn,
    number
  >;
  for (const reward of rewards) record.columns.push({ ...zeros, iteration: 1, 'rewards/real': reward });
  return record;
}

describe('a summary', () => {
  it('is of the first measures and the last', () => {
    expect(summarise(recordOf([0.3, 0.5], [0.55, 0.65], [1]))).toEqual({
      kind: 'world',
      iterations: 2,
      clear: true,
      fled: false,
      humanLikeness: { before: 0.4, after: 0.6 },
      kl: { before: 0.8, after: 1.2 },
    });
  });

  it('calls a change clear only where the intervals do not overlap, up or down', () => {
    expect(summarise(recordOf([0.3, 0.5], [0.45, 0.65], [1]))?.clear).toBe(false);
    expect(summarise(recordOf([0.5, 0.6], [0.2, 0.3], [1]))?.clear).toBe(true);
  });

  it('sees human answers lose log-probability at the end, not before it', () => {
    expect(summarise(recordOf([0, 1], [0, 1], [2, 2, 2, -1]))?.fled).toBe(true);
    expect(summarise(recordOf([0, 1], [0, 1], [-2, -2, -2, 1]))?.fled).toBe(false);
  });

  it('waits for a measure before and one after', () => {
    expect(summarise(new RunRecord())).toBeNull();
  });
});
