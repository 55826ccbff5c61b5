// How far each iteration is, from the lines of a run.

import { describe, expect, it } from 'vitest';
import type { EventLine } from '../../../src/folder/lines.ts';
import type { Progress } from '../../../src/lab/record/progress.ts';
import { RunRecord } from '../../../src/lab/record/run-record.ts';
import { baseShare, begunIterations, segmentOf } from '../../../src/lab/record/segments.ts';

const STARTED = {
  type: 'iteration-started',
  iterations: 2,
  examples: 64,
  olderPairs: 0,
  pairs: 64,
  epochs: 1,
  steps: 8,
  lambda: 1,
  learningRate: 0.1,
  warmupSteps: 0,
} as const;
const COUNTS = { count: 16, identical: 0, truncated: 0, dropped: 0 } as const;

function step(iteration: number, at: number): EventLine {
  const numbers = { loss: 0, grad_norm: 0, tokens: 1, learning_rate: 0 };
  const rewards = { 'rewards/real': 0, 'rewards/generated': 0, 'rewards/margins': 0, 'rewards/accuracies': 0 };
  const logps = { 'logps/real': 0, 'logps/generated': 0 };
  return { type: 'step', iteration, step: at, steps: 8, epoch: 0, pairs: [], ...numbers, ...rewards, ...logps };
}

const evaluation = (moment: 'before' | 'after', iteration: number): EventLine => ({
  type: 'evaluation',
  moment,
  iteration,
});
const finished = (iteration: number): EventLine => ({
  type: 'iteration-finished',
  iteration,
  why: 'completed',
  steps: 8,
});

function recordOf(...lines: readonly EventLine[]): RunRecord {
  const record = new RunRecord();
  for (const line of lines) record.take(line);
  return record;
}

const progress = (phase: Progress['phase'], iteration: number, fraction: number): Progress => ({
  phase,
  iteration,
  fraction,
  secondsLeft: null,
  tokensPerSecond: 0,
  step: 0,
  steps: 8,
  pairs: 0,
  pairsPlanned: 64,
});

/** The first iteration with 3 of 8 steps done and half of the prompts answered. */
const MIDST: readonly EventLine[] = [
  evaluation('before', 0),
  { ...STARTED, iteration: 0 },
  { type: 'answers', iteration: 0, done: 32, total: 64, ...COUNTS },
  step(0, 0),
  step(0, 1),
  step(0, 2),
];
const LEARNT = [...MIDST, finished(0)];
const EVALUATED = [...LEARNT, evaluation('after', 0)];

describe('the base', () => {
  it('is as far as its evaluation, which only the live run knows', () => {
    expect(baseShare(recordOf(), null)).toBe(0);
    expect(baseShare(recordOf(), progress('evaluating', 0, 0.4))).toBe(0.4);
    expect(baseShare(recordOf(evaluation('before', 0)), null)).toBe(1);
    // A run without evaluations begins with an iteration.
    expect(baseShare(recordOf({ ...STARTED, iteration: 0 }), null)).toBe(1);
  });
});

describe('a segment', () => {
  it('has answers and steps by their counts', () => {
    const record = recordOf(...MIDST);
    expect(segmentOf(0, record, null)).toEqual({
      iteration: 0,
      parts: { answering: 0.5, scoring: 0.5, learning: 0.375, evaluating: 0 },
      begun: true,
      done: false,
    });
    expect(segmentOf(1, record, null)).toMatchObject({ parts: { answering: 0, learning: 0 }, begun: false });
  });

  it('has scored new pairs and the window’s older ones', () => {
    const record = recordOf(
      { ...STARTED, iteration: 1, olderPairs: 36, pairs: 100 },
      { type: 'answers', iteration: 1, done: 32, total: 64, ...COUNTS },
      { type: 'scores', iteration: 1, done: 18, total: 36, count: 18 },
    );
    expect(segmentOf(1, record, null).parts).toEqual({ answering: 0.5, scoring: 0.5, learning: 0, evaluating: 0 });
  });

  it('is evaluated as far as the live run says, and done when that was told', () => {
    const now = progress('evaluating', 0, 0.25);
    expect(segmentOf(0, recordOf(...LEARNT), now).parts).toEqual({
      answering: 1,
      scoring: 1,
      learning: 1,
      evaluating: 0.25,
    });
    expect(segmentOf(0, recordOf(...LEARNT), null)).toMatchObject({ parts: { evaluating: 0 }, done: false });
    expect(segmentOf(0, recordOf(...EVALUATED), null).done).toBe(true);
  });

  it('without an evaluation is done when the next begins, or the run ends', () => {
    expect(segmentOf(0, recordOf(...LEARNT, { ...STARTED, iteration: 1 }), null).done).toBe(true);
    expect(segmentOf(0, recordOf(...LEARNT, { type: 'run-finished', iteration: 0, why: 'completed' }), null).done).toBe(
      true,
    );
  });

  it('of a later iteration does not take the steps of the one before', () => {
    const record = recordOf(...EVALUATED, { ...STARTED, iteration: 1 });
    expect(begunIterations(record)).toBe(2);
    expect(segmentOf(1, record, null).parts).toEqual({ answering: 0, scoring: 0, learning: 0, evaluating: 0 });
  });
});
