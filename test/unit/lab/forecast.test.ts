// What a run will take of time: the steps counted by hand, the time from constants or from measured steps.

import { describe, expect, it } from 'vitest';
import { forecast } from '../../../src/lab/forecast/forecast.ts';
import { speedOfSteps } from '../../../src/lab/forecast/speed.ts';
import { DERIVED_COLUMNS, RunRecord, STEP_COLUMNS, type StepColumn } from '../../../src/lab/record/run-record.ts';
import { settingsFromQuery } from '../../../src/lab/settings/settings-store.ts';
import { DEFAULTS } from '../../../src/spin/parameters/parameter-table.ts';

const CPU = { backend: 'wasm', threads: 1, why: 'chosen' } as const;
const GPU = { backend: 'webgpu', threads: 1, why: 'gpu' } as const;

/** A record of steps that took so many seconds each, of 4 pairs and 100 tokens. */
function recordOf(seconds: readonly number[], iterations: readonly number[] = seconds.map(() => 0)): RunRecord {
  const record = new RunRecord();
  record.configuration = { ...DEFAULTS, batchSize: 4 };
  const zeros = Object.fromEntries([...STEP_COLUMNS, ...DERIVED_COLUMNS].map((name) => [name, 0])) as Record<
    StepColumn,
    number
  >;
  let now = 0;
  for (const [at, length] of seconds.entries()) {
    now += length;
    record.columns.push({ ...zeros, iteration: iterations[at]!, seconds: now, tokens: 100 });
  }
  return record;
}

describe('a forecast', () => {
  it('counts steps over windows and epochs', () => {
    const steps = (query: string) => forecast(settingsFromQuery(query), CPU).steps;
    expect(steps('t=3&n=64&batch=8')).toBe(24);
    // 64 + 128 + 128 pairs, twice.
    expect(steps('t=3&n=64&batch=8&window=2&epochs=2')).toBe(80);
    // 60 + 120 + 180 pairs in batches of 8: 8 + 15 + 23.
    expect(steps('t=3&n=60&batch=8&window=all')).toBe(46);
  });

  it('gives the workshop preset five minutes for a run and a second one', () => {
    const { seconds } = forecast(settingsFromQuery('preset=workshop'), CPU);
    expect(seconds).toBeGreaterThan(30);
    expect(2 * seconds!).toBeLessThan(5 * 60);
  });

  it('knows nothing of other models and back ends before a step was timed, and then goes by that', () => {
    const settings = settingsFromQuery('t=2&n=64&batch=8&evalprompts=10&evalsamples=1');
    expect(forecast(settings, GPU).seconds).toBeNull();
    expect(forecast({ ...settings, model: 'models/other/' }, CPU).seconds).toBeNull();
    // 128 pairs and 3 evaluations of 10 answers, each as long as a pair.
    const { seconds, secondsAnIteration } = forecast(settings, GPU, { secondsAPair: 0.5, tokensAPair: 30 });
    expect(seconds).toBeCloseTo(0.5 * (128 + 30), 9);
    expect(secondsAnIteration).toBeCloseTo(0.5 * (64 + 10), 9);
  });
});

describe('the speed of a session', () => {
  it('is that of undisturbed steps', () => {
    const paused = recordOf([9, 2, 2, 2, 50, 2, 2, 2, 2]);
    expect(speedOfSteps(paused)).toEqual({ secondsAPair: 0.5, tokensAPair: 25 });
  });

  it('leaves out the first step of an iteration, before which the opponent answers and is measured', () => {
    const record = recordOf([30, 2, 2, 30, 2, 2], [0, 0, 0, 1, 1, 1]);
    expect(speedOfSteps(record)?.secondsAPair).toBe(0.5);
  });

  it('is unknown before a few steps were taken', () => {
    expect(speedOfSteps(recordOf([1, 1, 1, 1]))).toBeNull();
    expect(speedOfSteps(new RunRecord())).toBeNull();
  });
});
