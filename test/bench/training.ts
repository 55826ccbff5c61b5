// Training steps side by side: this engine, jax-js and TensorFlow.js in the browser, this engine's graphs in onnxruntime-node as the
// yardstick of the machine, and plain matrix products beside both.

import { openNodeRuntime } from '../../src/cli/native-runtime.ts';
import { parameterLayout } from '../../src/engine/models/parameter-layout.ts';
import { enginesFor } from '../../src/engine/passes/engine-choice.ts';
import { modelShape } from '../../src/engine/players/passes-for.ts';
import type { BenchPage, Opened } from './bench-page.ts';
import { trainerStepper } from './browser/ours.ts';
import { productFlops, productStepper } from './browser/product.ts';
import type { Place, Stepper, TrainingCase } from './contender.ts';
import { kernelStepFlops, stepFlops } from './flops.ts';
import { type Effort, type Lane, type Measured, measureInTurns, ratioOf } from './lanes.ts';
import { type Cell, factor, ms, type Section } from './report.ts';
import { trainingCase } from './training-cases.ts';

/** Relative difference from this engine's losses over the first four steps that is more than rounding. */
const DRIFT = 1e-4;
const PEERS = ['jax', 'tensorflow'] as const;
const TITLES = {
  ours: 'SPIN Lab',
  jax: 'jax-js',
  jaxByItsGuide: 'jax-js, read as in its guide',
  tensorflow: 'TensorFlow.js',
  tensorflowByItsGuide: 'TensorFlow.js, as in its guide',
  product: 'plain products',
} as const;

/** Where a step is short, how it is written makes the difference: there the libraries are shown a second time, as in their guides. */
const contendersOf = (name: string, { backend, threads }: Place): (keyof typeof TITLES)[] => [
  'ours',
  ...PEERS,
  ...(name === 'tiny' && backend === 'wasm' && threads === 1
    ? (['jaxByItsGuide', 'tensorflowByItsGuide'] as const)
    : []),
  'product',
];

function nodeLane(name: string, stepper: Stepper): Lane {
  return {
    name,
    run: async (first, count) => {
      const before = process.cpuUsage();
      const results: number[] = [];
      const times: number[] = [];
      for (let index = first; index < first + count; index += 1) {
        const began = performance.now();
        results.push(await stepper.step(index));
        times.push(performance.now() - began);
      }
      const { user, system } = process.cpuUsage(before);
      return { results, ms: times, cpuMs: (user + system) / 1000 / count };
    },
  };
}

export interface TrainingRun {
  readonly case: string;
  readonly place: Place;
  readonly effort: Effort;
}

/** One case in one place, as a section of the report. */
export async function measureTraining(page: BenchPage, { case: name, place, effort }: TrainingRun): Promise<Section> {
  const training = await trainingCase(name);
  const lanes: Lane[] = [];
  const open: Opened[] = [];
  const missing: string[] = [];
  for (const contender of contendersOf(name, place)) {
    try {
      const opened = await page.trainer(contender, place, name);
      open.push(opened);
      lanes.push(page.lane(opened, TITLES[contender]));
    } catch (error) {
      missing.push(
        `${TITLES[contender]} did not run: ${error instanceof Error ? error.message.split('\n')[0] : error}`,
      );
    }
  }
  if (place.backend === 'wasm') {
    const native = await openNodeRuntime('native', place.threads);
    lanes.push(nodeLane('onnxruntime-node', await trainerStepper(native, training)));
    lanes.push(nodeLane('onnxruntime-node, plain products', await productStepper(native, training)));
  }
  const measured = await measureInTurns(lanes, effort);
  for (const opened of open) await page.end(opened);
  return section(training, place, measured, missing);
}

function section(
  training: TrainingCase,
  place: Place,
  measured: readonly Measured[],
  missing: readonly string[],
): Section {
  const [ours] = measured;
  if (ours === undefined) throw new Error('nothing was measured');
  const pairs = training.batches.reduce((sum, batch) => sum + batch.length, 0) / training.batches.length;
  const { config } = training;
  const inGraphs = stepFlops(training);
  const byKernel = enginesFor(place, modelShape(config)).trains === 'kernels';
  const flops = byKernel ? kernelStepFlops(config, training.batches) : inGraphs;
  const flopsOf: Readonly<Record<string, number>> = { 'SPIN Lab': flops, 'onnxruntime-node': inGraphs };
  const rows = measured.map((lane): Record<string, Cell> => {
    const isProduct = lane.name.endsWith('products');
    const ran = flopsOf[lane.name] ?? (isProduct ? productFlops(training) : null);
    return {
      '': lane.name,
      'step, clock': ms(lane.wallMs),
      'step, processor': lane.cpuMs === null ? '' : ms(lane.cpuMs),
      '× SPIN Lab': isProduct ? '' : factor(ratioOf(lane, ours)),
      'pairs/s': isProduct ? '' : (1000 * pairs) / lane.wallMs,
      'GFLOP/s': ran === null ? '' : ran / 1e6 / (lane.cpuMs ?? lane.wallMs),
      'losses, steps 1 to 4': isProduct ? '' : lossesOf(lane, ours),
    };
  });
  const threads = place.backend === 'wasm' ? `, ${place.threads} thread${place.threads === 1 ? '' : 's'}` : '';
  return {
    title: `Training step: ${training.name} on ${place.backend}${threads}`,
    about: `${parameterLayout(config).count.toLocaleString('en')} parameters, ${pairs} pairs a step, ${(flops / 1e9).toFixed(2)} GFLOP of products a step as SPIN Lab lays it out.`,
    rows,
    notes: missing,
    raw: { case: training.name, place, pairs, flops, lanes: measured },
  };
}

/** The first losses, and whether they are this engine's to rounding. */
function lossesOf(lane: Measured, ours: Measured): string {
  const off = Math.max(
    ...lane.first.map((loss, i) => Math.abs(loss - ours.first[i]!) / Math.max(1, Math.abs(ours.first[i]!))),
  );
  const told = lane.first.map((loss) => loss.toFixed(5)).join(' ');
  return off <= DRIFT ? told : `${told} **drifts: ${(100 * off).toFixed(2)} %**`;
}
