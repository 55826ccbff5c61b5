// From a record to what a line chart draws: which points, which lines, which axes.

import { describe, expect, it } from 'vitest';
import { RunRecord } from '../../../src/lab/record/run-record.ts';
import type { LineDrawing } from '../../../src/ui/chart/line-drawing.ts';
import type { CurveOptions } from '../../../src/views/curves/curve-options.ts';
import type { StepCurve } from '../../../src/views/curves/steps/curve-list.ts';
import type { OverlaidRun } from '../../../src/views/curves/steps/drawn-run.ts';
import { stepDrawing } from '../../../src/views/curves/steps/step-drawing.ts';

const CURVE: StepCurve = {
  kind: 'steps',
  id: 'rewards',
  title: 'curves.rewards',
  help: 'curves.rewards.help',
  columns: ['rewards/real', 'rewards/generated'],
};
const LOSS: StepCurve = { ...CURVE, id: 'loss', columns: ['loss'] };
const PLAIN: CurveOptions = { smoothing: 0, log: false, x: 'step', hidden: [] };

/** `loss` at each step; the rewards are it and its negative; a step lasts 2 s and has 10 tokens; iterations are of 5 steps. */
function recordOf(losses: readonly number[], perIteration = 5): RunRecord {
  const record = new RunRecord();
  losses.forEach((loss, row) => {
    record.columns.push({
      iteration: Math.floor(row / perIteration),
      step: row % perIteration,
      epoch: 0,
      learning_rate: 1e-4,
      loss,
      'rewards/real': loss,
      'rewards/generated': -loss,
      'rewards/margins': 2 * loss,
      'rewards/accuracies': 1,
      'logps/real': -1,
      'logps/generated': -1,
      grad_norm: 1,
      tokens: 10,
      seconds: 2 * (row + 1),
      tokens_total: 10 * (row + 1),
      tokens_per_second: 5,
    });
  });
  return record;
}

function draw(
  curve: StepCurve,
  losses: readonly number[],
  options: Partial<CurveOptions> = {},
  overlays: readonly OverlaidRun[] = [],
  window: readonly [number, number] | null = null,
) {
  const run = { id: 'shown', name: 'quiet heron', colour: 0, record: recordOf(losses) };
  return stepDrawing(curve, { run, overlays, names: ['human', 'opponent'] }, { ...PLAIN, ...options }, window);
}

const other = (id: string, losses: readonly number[], group: string | null): OverlaidRun => ({
  id,
  name: id,
  colour: 3,
  record: recordOf(losses),
  differs: [],
  group,
});

/** A line's points. */
const points = ({ rows }: LineDrawing, key: string) =>
  rows.flatMap((row) => (row[key] === undefined ? [] : [[row.x, row[key]]]));

describe('what a chart draws', () => {
  it('is every step of a short run, human and opponent apart by colour and dash', () => {
    const drawing = draw(CURVE, [3, 1, 2]);
    expect(drawing.lines.map(({ name, colour, dash }) => ({ name, colour, dash }))).toEqual([
      { name: 'human', colour: 'var(--human)', dash: undefined },
      { name: 'opponent', colour: 'var(--opponent)', dash: '5 3' },
    ]);
    expect(points(drawing, drawing.lines[1]!.key)).toEqual([
      [1, -3],
      [2, -1],
      [3, -2],
    ]);
    expect([drawing.yTicks[0], drawing.yTicks.at(-1)]).toEqual([-4, 4]);
  });

  it.each([
    ['step', [1, 2, 3, 4, 5, 6], 5.5],
    ['seconds', [2, 4, 6, 8, 10, 12], 11],
    ['tokens', [10, 20, 30, 40, 50, 60], 55],
  ] as const)('stands at its %s, with a mark between the iterations', (x, places, mark) => {
    const drawing = draw(LOSS, [1, 2, 3, 4, 5, 6], { x });
    expect(drawing.rows.map((row) => row.x)).toEqual(places);
    expect(drawing.marks).toEqual([mark]);
  });

  it('has the numbers faint behind their average, and tells the average', () => {
    const drawing = draw(LOSS, [4, 0], { smoothing: 0.5 });
    const [raw, smooth] = drawing.lines;
    expect([raw!.faint, smooth!.faint]).toEqual([true, undefined]);
    expect(points(drawing, raw!.key)).toEqual([
      [1, 4],
      [2, 0],
    ]);
    // (0.5 · 4 + 0) / 1.5
    expect(smooth!.at(2)).toBeCloseTo(4 / 3, 12);
  });

  it('is at most 400 points a line, however long the run, spikes among them', () => {
    const losses = Array.from({ length: 5000 }, (_, row) => (row === 3333 ? 99 : row % 7));
    const drawing = draw(LOSS, losses);
    const values = points(drawing, drawing.lines[0]!.key).map(([, value]) => value);
    expect(values.length).toBeLessThanOrEqual(400);
    expect(values).toContain(99);
    expect(drawing.lines[0]!.at(3334)).toBe(99);
  });

  it('is, of a window, every step in it and one beyond each end', () => {
    const losses = Array.from({ length: 5000 }, (_, row) => row);
    const drawing = draw(LOSS, losses, {}, [], [100, 103]);
    expect(points(drawing, drawing.lines[0]!.key)).toEqual([99, 100, 101, 102, 103, 104].map((x) => [x, x - 1]));
    expect(drawing.x).toEqual([100, 103]);
    expect(drawing.whole).toEqual([0, 5000]);
  });
});

describe('a logarithmic axis', () => {
  it('leaves out what is not above 0, and says so', () => {
    const drawing = draw(LOSS, [0.1, 0, 10], { log: true });
    expect(points(drawing, drawing.lines[0]!.key)).toEqual([
      [1, 0.1],
      [3, 10],
    ]);
    expect([drawing.log, drawing.dropped]).toEqual([true, true]);
  });

  it('stays linear where nothing is above 0', () => {
    expect(draw(LOSS, [-1, -2], { log: true }).log).toBe(false);
  });
});

describe('runs beside', () => {
  it('have their own colours and names, and their own lengths', () => {
    const drawing = draw(LOSS, [1, 2, 3], {}, [other('brisk otter', [5, 6], null)]);
    expect(drawing.lines.map(({ name, colour }) => [name, colour])).toEqual([
      ['quiet heron', 'var(--run-0)'],
      ['brisk otter', 'var(--run-3)'],
    ]);
    expect(points(drawing, drawing.lines[1]!.key)).toEqual([
      [1, 5],
      [2, 6],
    ]);
  });

  it('of a group are their median and quartiles, at the steps that all have', () => {
    const group = [
      [1, 10, 7],
      [2, 20],
      [6, 60, 7, 7],
    ].map((losses, at) => other(`seed ${at}`, losses, 'seeds'));
    const drawing = draw(LOSS, [1], {}, group);
    const { key, name } = drawing.lines[1]!;
    expect(name).toBe('seeds');
    expect(points(drawing, key)).toEqual([
      [1, 2],
      [2, 20],
    ]);
    // Between 1 and 2, and between 2 and 6.
    expect(points(drawing, `${key}band`)[0]).toEqual([1, [1.5, 4]]);
  });
});
