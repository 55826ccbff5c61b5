// Answers drawn, beside transformers.js's `generate()` on an ONNX export of the same weights; the cost of a token against how many were
// drawn before it; and pairs scored.

import { pairRows } from '../../src/engine/batches/pair-rows.ts';
import { fittingModel } from '../../src/engine/kernels/kernel-fit.ts';
import type { BenchPage } from './bench-page.ts';
import type { Place } from './contender.ts';
import { kernelFlops } from './flops.ts';
import { type Effort, type Measured, measureInTurns, ratioOf } from './lanes.ts';
import { factor, ms, type Section } from './report.ts';
import { MICRO_BATCH } from './rules.ts';
import { trainingCase } from './training-cases.ts';

/** The built-in model, with the prompts and pairs of a default run. */
const CASE = 'world';
const NEW_TOKENS = 48;
const BATCHES = [1, 16, 64];
const LENGTHS = [16, 32, 64, 128];
const LENGTH_ROWS = 16;

const tokensASecond = ({ wallMs, first }: Measured): number => (1000 * first[0]!) / wallMs;

/** Tokens a second by both, for several numbers of rows. */
export async function measureGeneration(page: BenchPage, place: Place, effort: Effort): Promise<Section> {
  const ours = await page.answering('ours', place, CASE);
  const peer = await page.answering('transformers', place, CASE);
  const rows = [];
  const raw = [];
  for (const count of BATCHES) {
    const work = { kind: 'answer', rows: count, tokens: NEW_TOKENS } as const;
    const measured = await measureInTurns(
      [page.lane(ours, 'SPIN Lab', work), page.lane(peer, 'transformers.js', work)],
      effort,
    );
    const [own, other] = measured as [Measured, Measured];
    rows.push({
      rows: String(count),
      'SPIN Lab, tokens/s': tokensASecond(own),
      'transformers.js, tokens/s': tokensASecond(other),
      'SPIN Lab is faster by': factor(ratioOf(other, own)),
    });
    raw.push({ rows: count, lanes: measured });
  }
  await page.end(ours);
  await page.end(peer);
  return {
    title: `Generation on ${place.backend}`,
    about: `The built-in model, prompts of the built-in world, ${NEW_TOKENS} new tokens a row, sampled at temperature 1.`,
    rows,
    raw: { place, batches: raw },
  };
}

/** What a token costs when more are drawn. */
export async function measureTokenCost(page: BenchPage, place: Place, effort: Effort): Promise<Section> {
  const ours = await page.answering('ours', place, CASE);
  const lanes = LENGTHS.map((tokens) =>
    page.lane(ours, `${tokens} tokens`, { kind: 'answer', rows: LENGTH_ROWS, tokens }),
  );
  const measured = await measureInTurns(lanes, effort);
  await page.end(ours);
  const aToken = measured.map((lane) => lane.wallMs / lane.first[0]!);
  return {
    title: `Cost of a token on ${place.backend}`,
    about: `The built-in model, ${LENGTH_ROWS} rows: a flat cost shows that nothing is computed or copied again for the tokens before.`,
    rows: measured.map((lane, i) => ({
      'new tokens a row': lane.name,
      'a token': ms(aToken[i]!),
      '× the shortest': aToken[i]! / aToken[0]!,
    })),
    raw: { place, lanes: measured },
  };
}

/** Pairs scored as the opponent scores them. */
export async function measureScoring(page: BenchPage, place: Place, effort: Effort): Promise<Section> {
  const training = await trainingCase(CASE);
  const pairs = training.batches.flat();
  const { config } = training;
  if (!fittingModel(config)) throw new Error('the built-in model does not fit the kernel');
  const flops = kernelFlops(config, pairRows(pairs), false);
  const ours = await page.answering('ours', place, CASE);
  const [measured] = await measureInTurns([page.lane(ours, 'SPIN Lab', { kind: 'score' })], effort);
  await page.end(ours);
  const { wallMs, cpuMs } = measured!;
  return {
    title: `Scoring on ${place.backend}`,
    about: `Log-probabilities of both answers of ${pairs.length} pairs of the built-in world, ${MICRO_BATCH} pairs at a time.`,
    rows: [
      { 'pairs/s': (1000 * pairs.length) / wallMs, clock: ms(wallMs), 'GFLOP/s': flops / 1e6 / (cpuMs ?? wallMs) },
    ],
    raw: { place, pairs: pairs.length, flops, lanes: [measured] },
  };
}
