// How pairs are laid out: tokens without padding, and places for attention. That nothing passes between what must not see each other, and
// nothing is lost, is shown by numbers that another layout gives.

import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { folderFiles } from '../../../src/cli/model-files.ts';
import { openNodeRuntime } from '../../../src/cli/native-runtime.ts';
import { layOut, roundUp, type ScoredRow, shapeOf } from '../../../src/engine/batches/batch.ts';
import { pairRows, realRows } from '../../../src/engine/batches/pair-rows.ts';
import { batchFeeds } from '../../../src/engine/graphs/batch-feeds.ts';
import { trainingGraph } from '../../../src/engine/graphs/training-graph.ts';
import { type Model, openModel } from '../../../src/engine/models/files/model-folder.ts';
import { BRANCH } from '../../../src/engine/models/packed-rows.ts';
import { frozenPasses } from '../../../src/engine/players/passes-for.ts';
import { Scorer } from '../../../src/engine/players/scorer.ts';
import { download, type Runtime } from '../../../src/engine/runtime/runtime.ts';
import type { Pair } from '../../../src/spin/players.ts';
import { held, valuesOf } from '../parameters.ts';
import { BY_GRAPHS } from './kernel-models.ts';
import { packedGradient } from './packed-gradient.ts';

const LIMITS = { vocabSize: 160, positions: 128 };

const ids = (start: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => 3 + ((start * 31 + i * 17) % 150));

/** Pairs whose prompt and responses have these lengths. */
const pairsOf = (lengths: readonly (readonly [number, number, number])[]): Pair[] =>
  lengths.map(([prompt, real, generated], i) => ({
    promptIds: ids(i, prompt),
    realIds: ids(i + 1, real),
    generatedIds: ids(i + 2, generated),
    exampleIndex: i,
    madeIn: 0,
    end: 'stop',
    opponent: { real: 0, generated: 0 },
  }));

const SHORT = pairsOf([
  [20, 8, 7],
  [18, 9, 1],
  [11, 6, 12],
]);
const LONG = pairsOf([
  [6, 40, 42],
  [9, 33, 38],
  [3, 21, 1],
]);

describe('a batch', () => {
  it('has a prompt in one row with short responses, and in one for each long response', () => {
    // 48² scores a pair, against 2 · 32²: not worth a copy; 96² against 2 · 48².
    expect(shapeOf(pairRows(SHORT))).toMatchObject({ rows: 3, length: 48, copies: 1 });
    expect(shapeOf(pairRows(LONG))).toMatchObject({ rows: 6, length: 48, copies: 2 });
    expect(shapeOf(realRows(LONG))).toMatchObject({ rows: 3, length: 48, copies: 1 });
  });

  it('gets a row of padding where rows of two copies are full', () => {
    const rows = pairRows(pairsOf(Array.from({ length: 8 }, () => [16, 48, 48] as const)));
    expect(shapeOf(rows)).toEqual({ rows: 17, length: 64, tokens: 904, copies: 2, responses: 16, scored: 768 });
  });

  it('has no padding where it fits exactly', () => {
    const rows = pairRows(pairsOf(Array.from({ length: 8 }, () => [24, 4, 4] as const)));
    expect(shapeOf(rows)).toEqual({ rows: 8, length: 32, tokens: 256, copies: 1, responses: 16, scored: 64 });
  });

  it('is rounded to at most so many sizes between n and 2n', () => {
    const sizes = new Set(Array.from({ length: 512 }, (_, i) => roundUp(512 + i, 8, 8)));
    expect([...sizes]).toEqual([512, 576, 640, 704, 768, 832, 896, 960, 1024]);
    expect([1, 8, 9, 17].map((n) => roundUp(n, 8, 8))).toEqual([8, 8, 16, 24]);
  });
});

const row = fc.record({
  promptIds: fc.array(fc.integer({ min: 3, max: 159 }), { minLength: 1, maxLength: 20 }),
  responses: fc.tuple(
    fc.array(fc.integer({ min: 3, max: 159 }), { minLength: 1, maxLength: 40 }),
    fc.array(fc.integer({ min: 3, max: 159 }), { minLength: 1, maxLength: 40 }),
  ),
});

it('whatever the rows: each token stands where it says, once or twice, and padding points at padding', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), (rows: ScoredRow[]) => {
      const batch = layOut(rows, LIMITS);
      const { length, copies, tokens } = batch.shape;
      const real = rows.reduce((sum, { promptIds, responses }) => sum + promptIds.length + responses.flat().length, 0);
      expect(batch.tokens).toBe(real);
      const stands = new Array<number>(tokens).fill(0);
      batch.place.forEach((token, at) => {
        if (batch.branch[at] === BRANCH.padding) expect(token).toBeGreaterThanOrEqual(real);
        else {
          expect(token).toBeLessThan(real);
          expect(batch.placePositions[at]).toBe(Number(batch.positions[token]));
          stands[token]! += 1;
        }
      });
      for (let token = 0; token < tokens; token += 1) {
        const first = batch.row[token]! * length + batch.column[token]!;
        const again = batch.rowAgain[token]! * length + batch.columnAgain[token]!;
        if (token < real) {
          expect(batch.place[first]).toBe(token);
          expect(batch.home[first]).toBe(token);
          expect(stands[token]).toBe(copies === 2 && batch.branch[first] === BRANCH.prompt ? 2 : 1);
        } else expect(batch.branch[first]).toBe(BRANCH.padding);
        if (copies === 2 && stands[token] === 2) {
          expect(batch.place[again]).toBe(token);
          expect(batch.home[again]).toBeGreaterThanOrEqual(real);
        } else if (copies === 2) expect(batch.branch[again]).toBe(BRANCH.padding);
      }
    }),
  );
});

describe('in numbers', () => {
  let model: Model;
  let runtime: Runtime;

  beforeAll(async () => {
    const folder = fileURLToPath(new URL('../../golden/llama-gqa/policy', import.meta.url));
    model = await openModel(await folderFiles(folder));
    runtime = await openNodeRuntime('wasm');
  });

  it.each([
    ['short', SHORT],
    ['long', LONG],
  ])('%s responses score as each alone', async (_, pairs) => {
    // By the graphs, which the batch is laid out for.
    const scorer = new Scorer(frozenPasses(runtime, model.config, { engines: BY_GRAPHS }).scores);
    const theta = held(runtime.floats(valuesOf(model)));
    const together = await scorer.pairLogps(theta, pairs, 64);
    const alone = async (side: 'realIds' | 'generatedIds') => {
      const rows = pairs.map((pair) => ({ promptIds: pair.promptIds, responseIds: pair[side] }));
      return (await scorer.tokenLogps(theta, rows)).map((logps) => logps.reduce((sum, logp) => sum + logp, 0));
    };
    const [real, generated] = [await alone('realIds'), await alone('generatedIds')];
    together.forEach((logps, i) => {
      expect(Math.abs(logps.real - real[i]!)).toBeLessThan(2e-4);
      expect(Math.abs(logps.generated - generated[i]!)).toBeLessThan(2e-4);
    });
  });

  /** d Σ log p(real) / d parameters, by the supervised graph, in which every row has one response. */
  async function likelihoodGradient(pairs: readonly Pair[]): Promise<Float32Array> {
    const batch = layOut(realRows(pairs), model.config);
    const program = await runtime.program(trainingGraph(model.config, batch.shape, { kind: 'supervised' }));
    const { gradient } = await program.run({
      theta: runtime.floats(valuesOf(model)),
      accumulated: runtime.floats(new Float32Array(valuesOf(model).length)),
      ...batchFeeds(runtime, batch),
      anchor: runtime.floats(batch.mask.map((mask) => -mask)),
    });
    return download(gradient!);
  }

  it.each([
    ['short', SHORT],
    ['long', LONG],
  ])('%s responses have the gradient that each has alone', async (_, pairs) => {
    // The linear loss is −λ(log p(y) − log p(y′)) plus a constant.
    const gradient = await packedGradient(runtime, model.config, valuesOf(model), pairs, 'linear', 1);
    const real = await likelihoodGradient(pairs);
    const generated = await likelihoodGradient(pairs.map((pair) => ({ ...pair, realIds: pair.generatedIds })));
    const size = Math.sqrt(real.reduce((sum, x) => sum + x * x, 0));
    gradient.forEach((x, i) => {
      const alone = (generated[i]! - real[i]!) / pairs.length;
      if (Math.abs(x - alone) > 1e-6 * size) expect(x, `parameter ${i}`).toBeCloseTo(alone, 6);
    });
  });
});
