// A watched line by hand, and what a run writes of its watched pairs: the numbers of its own steps, and nothing changed by looking.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { tokensLogRatio, WATCHED_PAIRS, type WatchedLine, watchedMargin } from '../../../src/folder/lines.ts';
import { type PairSide, type SideToken, watchedLine } from '../../../src/folder/watched.ts';
import { type Line, linesOf } from './in-process.ts';
import { scratch, tinyModel } from './tiny-model.ts';

describe('a watched line', () => {
  const token = (id: number, logp: number): SideToken => ({
    ...{ id, text: `t${id}`, logp, rank: 2 },
    top: [{ text: 'best', logp: -0.12345678 }],
  });
  const player: PairSide = { real: [token(5, -1), token(6, -0.5)], generated: [token(7, -2)] };
  const opponent: PairSide = { real: [token(5, -1.25), token(6, -1)], generated: [token(7, -1.5)] };
  const pair = { exampleIndex: 9, madeIn: 1, prompt: 'Why?' };

  it('holds both views, and the margin that they make: λ · (0.75 − (−0.5))', () => {
    const line = watchedLine(pair, 0.4, { iteration: 1, step: 16 }, player, opponent);
    expect(line).toMatchObject({ iteration: 1, step: 16, example: 9, made_in: 1, prompt: 'Why?', lambda: 0.4 });
    expect(tokensLogRatio(line.real)).toBe(0.75);
    expect(tokensLogRatio(line.generated)).toBe(-0.5);
    expect(watchedMargin(line)).toBeCloseTo(0.5, 12);
    expect(line.real[1]).toEqual({
      ...{ id: 6, text: 't6' },
      player: { logp: -0.5, rank: 2, top: [{ text: 'best', logp: -0.123457 }] },
      opponent: { logp: -1, rank: 2, top: [{ text: 'best', logp: -0.123457 }] },
    });
  });

  it('is refused where the players saw other tokens', () => {
    const at = { iteration: 0, step: 0 };
    for (const real of [[token(5, -1)], [token(5, -1), token(8, -1)]])
      expect(() => watchedLine(pair, 1, at, { ...player, real }, opponent)).toThrow(RangeError);
  });
});

const SETTINGS = {
  ...{
    iterations: 2,
    examplesPerIteration: 6,
    batchSize: 2,
    microBatch: 2,
    epochs: 3,
    maxLength: 256,
    maxNewTokens: 6,
  },
  ...{ answerBatch: 4, checkpointEvery: 2, evaluationPrompts: 2, evaluationSamples: 1, validationExamples: 2 },
  ...{ lambdas: [0.5, 2], learningRates: [0.002], schedule: 'constant', warmup: 0 },
};

describe('in a run', () => {
  let place = '';
  let events: Line[] = [];
  const play = async (out: string, changes: object): Promise<Line[]> => {
    writeFileSync(join(place, `${out}.json`), JSON.stringify({ ...SETTINGS, ...changes }));
    const args = ['play', '--config', join(place, `${out}.json`), '--model', join(place, 'model')];
    return linesOf([...args, '--out', join(place, out)]);
  };
  const watched = (out: string, iteration: number): WatchedLine[] =>
    readFileSync(join(place, out, `tokens/iteration-${iteration}.jsonl`), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as WatchedLine);
  const steps = (lines: readonly Line[]): Line[] =>
    lines.filter(({ type }) => type === 'step').map(({ time: _, ...step }) => step);

  beforeAll(async () => {
    place = scratch();
    await tinyModel(join(place, 'model'));
    events = await play('run', {});
  });

  it('the first pairs are seen before the first step, at each checkpoint and at the end, once each', () => {
    for (const iteration of [0, 1]) {
      const lines = watched('run', iteration);
      expect(lines.map(({ step }) => step)).toEqual(
        [0, 2, 4, 6, 8, 9].flatMap((step) => Array(WATCHED_PAIRS).fill(step)),
      );
      const pairs = readFileSync(join(place, 'run', `pairs/iteration-${iteration}.jsonl`), 'utf8').split('\n');
      const first = pairs.slice(0, WATCHED_PAIRS).map((line) => JSON.parse(line));
      lines.forEach(({ example, made_in, prompt, real, generated, lambda }, i) => {
        const pair = first[i % WATCHED_PAIRS];
        expect([example, made_in, prompt]).toEqual([pair.example, iteration, pair.prompt]);
        expect(real.map(({ id }) => id)).toEqual(pair.real_ids);
        expect(generated.map(({ id }) => id)).toEqual(pair.generated_ids);
        expect(lambda).toBe(SETTINGS.lambdas[iteration]);
      });
    }
  });

  it('their margins are those of the steps that train on them', () => {
    let compared = 0;
    for (const line of [...watched('run', 0), ...watched('run', 1)]) {
      const step = events.find(
        ({ type, iteration, step }) => type === 'step' && iteration === line.iteration && step === line.step,
      );
      const pairs = (step?.pairs ?? []) as { exampleIndex: number; margin: number; real: number; generated: number }[];
      const part = pairs.find(({ exampleIndex }) => exampleIndex === line.example);
      if (part === undefined) continue;
      expect(Math.abs(watchedMargin(line) - part.margin)).toBeLessThan(1e-3);
      expect(Math.abs(tokensLogRatio(line.real) - part.real)).toBeLessThan(1e-3);
      expect(Math.abs(tokensLogRatio(line.generated) - part.generated)).toBeLessThan(1e-3);
      if (line.step > 0 && Math.abs(part.margin) > 0.01) compared += 1;
    }
    expect(compared, 'with margins that are not just 0').toBeGreaterThan(3);
  });

  it('the opponent stays as it was, and begins as the player', () => {
    const lines = watched('run', 1);
    const opponents = (from: number) =>
      lines.slice(from, from + 4).map(({ real }) => real.map(({ opponent }) => opponent));
    expect(opponents(20)).toEqual(opponents(0));
    for (const { real, generated } of lines.slice(0, 4))
      for (const { player, opponent } of [...real, ...generated]) expect(player).toEqual(opponent);
    // What an iteration ends with is what the next one's opponent begins with.
    expect(tokensLogRatio(lines.at(-1)!.real)).not.toBe(0);
  });

  it('looking at other moments changes no number', async () => {
    expect(steps(await play('seldom', { checkpointEvery: 0 }))).toEqual(steps(events));
    expect(watched('seldom', 0).map(({ step }) => step)).toEqual([0, 0, 0, 0, 9, 9, 9, 9]);
  });

  it('fewer pairs than are watched, and none of the control', async () => {
    await play('few', { examplesPerIteration: 3, iterations: 1, epochs: 1 });
    expect(watched('few', 0).map(({ step }) => step)).toEqual([0, 0, 0, 2, 2, 2]);
    await play('control', { control: 'supervised', iterations: 1 });
    expect(readdirSync(join(place, 'control'))).toContain('answers');
    expect(existsSync(join(place, 'control', 'tokens'))).toBe(false);
  });
});
