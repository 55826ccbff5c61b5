// The charts over numbers made up for looking at them and for timing them: no run, no session.

import { createElement } from 'react';
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { type Round, RunRecord } from '../../../../src/lab/record/run-record.ts';
import { type Language, loadSpeech } from '../../../../src/text/language.ts';
import LineChart from '../../../../src/ui/chart/line-chart.tsx';
import '../../../../src/ui/style.css';
import { CurvesView } from '../../../../src/views/curves/all-charts.tsx';
import { curveOptions } from '../../../../src/views/curves/curve-options.ts';
import { STEP_CURVES } from '../../../../src/views/curves/steps/curve-list.ts';
import type { OverlaidRun } from '../../../../src/views/curves/steps/drawn-run.ts';
import { stepDrawing } from '../../../../src/views/curves/steps/step-drawing.ts';

export { chartPng, chartSvg } from '../../../../src/ui/chart/picture.ts';

const PER_ITERATION = 120;

/** A generator of its own, so that a picture is the same every time. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

function push(record: RunRecord, steps: number, random: () => number, strength: number, perIteration: number): void {
  const begun = record.columns.length;
  for (let row = begun; row < begun + steps; row++) {
    const step = row % perIteration;
    const along = 1 - Math.exp(-step / 30);
    const real = strength * along * 0.8 + 0.3 * random() * along;
    const generated = -strength * along * 2.2 + 0.6 * random() * along;
    const margin = real - generated;
    record.columns.push({
      iteration: Math.floor(row / perIteration),
      step,
      epoch: 0,
      learning_rate: 4e-5 * (1 - step / perIteration),
      loss: Math.log1p(Math.exp(-margin)) * (1 + 0.2 * random()) + (row === 250 ? 2 : 0),
      'rewards/real': real,
      'rewards/generated': generated,
      'rewards/margins': margin,
      'rewards/accuracies': Math.min(1, Math.max(0, 0.95 * along + 0.1 * random())),
      'logps/real': -18 + real,
      'logps/generated': -14 + generated,
      grad_norm: 1.5 + random(),
      tokens: 800,
      seconds: row * 0.4,
      tokens_total: 800 * (row + 1),
      tokens_per_second: step === 0 ? Number.NaN : 2000 + 300 * random(),
    });
  }
}

function rounds(iterations: number, lift: number): Round[] {
  return Array.from({ length: iterations + 1 }, (_, at) => {
    const along = lift * (1 - 0.6 ** at);
    const measure = (name: string, value: number, half: number) => ({
      [name]: value,
      [`${name}_ci95`]: [value - half, value + half],
      [`${name}_n`]: 128,
    });
    return {
      moment: at === 0 ? 'before' : 'after',
      iteration: Math.max(0, at - 1),
      answers: [],
      measures: {
        ...measure('human_likeness', 0.58 + 0.3 * along, 0.03),
        ...measure('kl_forward', 3.1 - 1.2 * along, 0.2),
        ...measure('kl_reverse', 2.4 - 1.6 * along, 0.15),
        ...measure('diversity', 0.83 - 0.1 * along, 0.02),
        ...measure('nll', 0.62 - 0.05 * along, 0.01),
        samples: 512,
      },
    };
  });
}

class Sketched extends RunRecord {
  constructor(steps: number, seed: number, strength: number, perIteration = PER_ITERATION) {
    super();
    push(this, steps, noise(seed), strength, perIteration);
    this.rounds = rounds(Math.floor(steps / perIteration), strength);
  }

  override pairRatios() {
    const random = noise(7);
    const real = Float64Array.from({ length: 2048 }, () => 0.5 + random() + random() + random());
    const generated = real.map((value) => 0.4 * value - 1.2 + 2 * (random() + random()));
    return { real, generated, margin: real.map((value, at) => value - generated[at]!) };
  }
}

export interface Shown {
  readonly steps: number;
  readonly language?: Language;
  readonly overlays?: number;
  readonly group?: number;
  readonly control?: boolean;
  readonly perIteration?: number;
  readonly options?: Partial<ReturnType<typeof curveOptions.getState>>;
}

let root: Root | null = null;
let record = new RunRecord();
let revision = 0;
const currentRevision = () => revision;

export async function show({ steps, language = 'en', overlays = 0, group = 0, control = true, ...more }: Shown) {
  const speech = await loadSpeech(language);
  document.documentElement.lang = language;
  curveOptions.setState({ smoothing: 0.6, log: false, x: 'step', hidden: [], ...more.options });
  record = new Sketched(steps, 1, 1, more.perIteration);
  const others = Array.from(
    { length: overlays + group },
    (_, at): OverlaidRun => ({
      id: `other ${at}`,
      name: `brisk otter ${at + 1}`,
      colour: at + 1,
      record: new Sketched(Math.floor(steps * 0.8), 40 + at, 0.7 + 0.2 * at, more.perIteration),
      differs: at === 0 ? ['lambdas', 'loss'] : [],
      group: at < overlays ? null : 'seeds',
    }),
  );
  const host = document.getElementById('root') ?? document.createElement('main');
  host.id = 'root';
  document.body.append(host);
  root ??= createRoot(host);
  const run = { id: 'shown', name: 'quiet heron', colour: 0, record };
  root.render(
    createElement(CurvesView, {
      run,
      overlays: others,
      control: control ? rounds(3, 0.4) : null,
      revision: currentRevision,
      focusChart: null,
      chooser: null,
      speech,
    }),
  );
}

/** More steps of the shown run, told as a publication would tell them. */
export function play(steps: number, perIteration = PER_ITERATION): void {
  push(record, steps, noise(record.columns.length), 1, perIteration);
  revision += 1;
}

const REWARDS = STEP_CURVES.find(({ id }) => id === 'rewards')!;
const WORDS = String;

/** Milliseconds that a step and the drawing after it take, medians over `updates` steps that follow `steps` others. */
export function updateCost(steps: number, updates: number): { prepared: number; drawn: number } {
  const long = new Sketched(steps, 1, 1, steps / 4);
  const host = document.createElement('div');
  document.body.append(host);
  const chart = createRoot(host);
  const drawn = {
    run: { id: 'timed', name: 'timed', colour: 0, record: long },
    overlays: [],
    names: ['real', 'generated'] as const,
  };
  const options = { smoothing: 0.6, log: false, x: 'tokens', hidden: [] } as const;
  // What is kept between drawings is made once; the updates are timed, not that.
  stepDrawing(REWARDS, drawn, options, null);
  const times = Array.from({ length: updates }, () => {
    push(long, 1, noise(long.columns.length), 1, steps / 4);
    const begun = performance.now();
    const drawing = stepDrawing(REWARDS, drawn, options, null);
    const prepared = performance.now() - begun;
    flushSync(() => chart.render(createElement(LineChart, { drawing, width: 400, formatX: WORDS, formatY: WORDS })));
    host.getBoundingClientRect();
    return { prepared, drawn: performance.now() - begun };
  });
  chart.unmount();
  host.remove();
  const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
  return {
    prepared: median(times.map(({ prepared }) => prepared)),
    drawn: median(times.map(({ drawn }) => drawn)),
  };
}
