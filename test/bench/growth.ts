// What a step costs as one size of it grows, beside how its arithmetic grows: length, pairs, depth, width, vocabulary, and steps before it.

import { fittingModel } from '../../src/engine/kernels/kernel-fit.ts';
import type { BenchPage } from './bench-page.ts';
import type { Place, TrainingCase } from './contender.ts';
import { kernelStepFlops, stepFlops } from './flops.ts';
import { type Effort, type Lane, type Measured, measureInTurns } from './lanes.ts';
import { ms, type Section } from './report.ts';
import { configOf, densePairs, randomWeights, type Sizes } from './training-cases.ts';

interface Grown extends Sizes {
  readonly pairs: number;
  readonly length: number;
}

const BASE: Grown = {
  vocabulary: 512,
  width: 64,
  layers: 2,
  heads: 2,
  inner: 176,
  positions: 1024,
  pairs: 4,
  length: 64,
};
const DOUBLINGS = [1, 2, 4];

/** What grows, and how the base looks at `factor` times of it. */
const KINDS: Readonly<Record<string, (factor: number) => Partial<Grown>>> = {
  length: (factor) => ({ length: BASE.length * factor }),
  pairs: (factor) => ({ pairs: BASE.pairs * factor }),
  depth: (factor) => ({ layers: BASE.layers * factor }),
  width: (factor) => ({ width: BASE.width * factor, heads: BASE.heads * factor, inner: BASE.inner * factor }),
  vocabulary: (factor) => ({ vocabulary: BASE.vocabulary * factor }),
};

const nameOf = (kind: string, factor: number): string => `growth-${kind}-${factor}`;

function growthCase(kind: string, factor: number): TrainingCase {
  const sizes = { ...BASE, ...KINDS[kind]!(factor) };
  const config = configOf(sizes);
  return {
    name: nameOf(kind, factor),
    config,
    weights: randomWeights(config),
    batches: [densePairs(config, sizes.pairs, sizes.length)],
    lambda: 0.1,
    learningRate: 1e-5,
  };
}

export const growthCases = (): TrainingCase[] =>
  Object.keys(KINDS).flatMap((kind) => DOUBLINGS.map((factor) => growthCase(kind, factor)));

/** Steps by which a run is long. */
const LONG = 2000;

export async function measureGrowth(page: BenchPage, place: Place, effort: Effort): Promise<Section> {
  const rows = [];
  const raw = [];
  for (const kind of Object.keys(KINDS)) {
    const cases = DOUBLINGS.map((factor) => growthCase(kind, factor));
    const opened = [];
    for (const { name } of cases) opened.push(await page.trainer('ours', place, name));
    const measured = await measureInTurns(
      opened.map((one, i) => page.lane(one, cases[i]!.name)),
      effort,
    );
    for (const one of opened) await page.end(one);
    rows.push(rowOf(kind, cases, measured));
    raw.push({ kind, lanes: measured, flops: cases.map(flopsOf) });
  }
  const long = await runLength(page, place, effort);
  return {
    title: `Growth on ${place.backend}`,
    about: `A step of ${BASE.layers} layers of width ${BASE.width}, vocabulary ${BASE.vocabulary}, ${BASE.pairs} pairs of ${BASE.length} tokens, with one size doubled twice. Factors are of time and, in brackets, of arithmetic.`,
    rows: [...rows, long.row],
    raw: { place, kinds: raw, long: long.raw },
  };
}

/** The arithmetic of a step on the CPU. */
function flopsOf({ config, batches }: TrainingCase): number {
  return fittingModel(config) ? kernelStepFlops(config, batches) : stepFlops({ config, batches });
}

function rowOf(kind: string, cases: readonly TrainingCase[], measured: readonly Measured[]): Record<string, string> {
  const times = measured.map(({ cpuMs, wallMs }) => cpuMs ?? wallMs);
  const flops = cases.map(flopsOf);
  const grown = (i: number): string => `${(times[i]! / times[0]!).toFixed(2)} (${(flops[i]! / flops[0]!).toFixed(2)})`;
  return { '': kind, 'a step': ms(times[0]!), doubled: grown(1), 'doubled twice': grown(2) };
}

/** The same steps early and late in one run. */
async function runLength(page: BenchPage, place: Place, effort: Effort) {
  const opened = await page.trainer('ours', place, nameOf('length', 1));
  const lane: Lane = page.lane(opened, 'steps');
  const early = await measureInTurns([lane], effort);
  const [{ steps }] = early as [Measured];
  await lane.run(steps, LONG);
  const late = await measureInTurns([lane], effort);
  await page.end(opened);
  const [before, after] = [early[0]!, late[0]!].map(({ cpuMs, wallMs }) => cpuMs ?? wallMs) as [number, number];
  const row = {
    '': 'steps before it',
    'a step': ms(before),
    doubled: '',
    'doubled twice': `${(after / before).toFixed(2)} after ${LONG.toLocaleString('en')} more`,
  };
  return { row, raw: { early, late } };
}
