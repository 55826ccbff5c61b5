// `step`: full-batch steps of SPIN on given pairs at a constant rate. One line a step, of what it saw before its update.

import { resolve } from 'node:path';
import { saveModel } from '../../engine/models/files/model-folder.ts';
import { wholeSet } from '../../engine/models/parameter-layout.ts';
import { type TrainableValues, trainableValues } from '../../engine/models/parameter-set.ts';
import { Answerer } from '../../engine/players/answerer.ts';
import { Trainer } from '../../engine/players/trainer.ts';
import { fitPair } from '../../engine/rows/fit-rows.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { LabError } from '../../spin/lab-error.ts';
import { LOSS_NAMES } from '../../spin/losses.ts';
import { notFinite, stepMetrics } from '../../spin/metrics.ts';
import { ADAMW, OPTIMIZER_NAMES, type OptimizerSettings, RMSPROP } from '../../spin/optimizers.ts';
import type { Pair, TokenPair, TrainingRules } from '../../spin/players.ts';
import type { Command } from '../command.ts';
import { folderWriter } from '../model-files.ts';
import { type OpenedModel, openEnvironment, openModelFolder } from '../open.ts';
import { readPairs } from '../row-files.ts';
import type { Options } from '../usage.ts';

/** Training left the finite numbers. */
class StepDivergedError extends LabError {}

const MOST = 1_000_000;

export const stepCommand: Command = {
  summary: 'full-batch training steps on pairs at a constant rate, one line a step',
  options: {
    model: { value: 'DIR', help: 'the model that learns', required: true },
    opponent: { value: 'DIR', help: 'the frozen opponent', required: true },
    pairs: { value: 'FILE', help: 'JSONL with prompt, real and generated, as text or as ids', required: true },
    loss: { value: LOSS_NAMES.join('|'), help: 'the loss of the scaled margin', default: 'logistic' },
    beta: { value: 'B', help: 'λ of the paper', default: '0.1' },
    optimizer: { value: OPTIMIZER_NAMES.join('|'), help: 'its state starts empty', default: 'rmsprop' },
    'weight-decay': { value: 'W', help: 'of AdamW: the share of the rate by which weights shrink', default: '0' },
    decayed: {
      value: 'matrices|all',
      help: 'what decays: all but norms and biases, or everything',
      default: 'matrices',
    },
    lr: { value: 'LR', help: 'learning rate of every step', default: '5e-7' },
    steps: { value: 'N', help: 'steps, each on all pairs', default: '1' },
    'micro-batch': { value: 'M', help: 'pairs that run at once at most; gradients are accumulated', default: '64' },
    out: { value: 'DIR', help: 'where the trained model is written' },
  },
  async run(options, io) {
    const plan = readPlan(options);
    const { runtime } = await openEnvironment(options, io, null);
    const model = await openModelFolder(plan.model);
    const opponent = await openModelFolder(plan.opponent);
    const limits = {
      vocabSize: Math.min(model.config.vocabSize, opponent.config.vocabSize),
      positions: Math.min(model.config.positions, opponent.config.positions),
    };
    const pairs = (await readPairs(plan.pairs)).map((row) => fitPair(row, model.codec, limits));
    const scored = await againstOpponent(runtime, opponent, pairs, plan.rules.microBatch);
    const trainer = new Trainer(runtime, model.config);
    await trainer.begin(trainableValues(model.parameters), plan.rules);
    for (let step = 0; step < plan.steps; step += 1) {
      const { tokens: _, ...metrics } = stepMetrics(scored, await trainer.step(scored, plan.rate), plan.rules.lambda);
      const problem = notFinite({ ...metrics, tokens: 0 });
      if (problem !== null) throw diverged(`${problem} at step ${step}`);
      io.line({ step, ...metrics });
    }
    if (plan.out !== null) await save(model, await trainer.weights(), plan.out);
  },
};

function readPlan(options: Options) {
  const [model, opponent, out] = [options.required('model'), options.required('opponent'), options.text('out')];
  for (const name of ['model', 'opponent']) {
    if (out !== null && resolve(options.required(name)) === resolve(out)) {
      options.refuse(`--out is the folder of --${name}, which it would overwrite`);
    }
  }
  const rules: TrainingRules = {
    objective: 'self-play',
    loss: options.choice('loss', LOSS_NAMES),
    lambda: options.number('beta', { min: 0, max: MOST }),
    optimizer: readOptimizer(options),
    anchorWeight: 0,
    clipNorm: 0,
    arithmetic: 2,
    microBatch: options.integer('micro-batch', { min: 1, max: MOST }),
  };
  const rate = options.number('lr', { min: 0, max: MOST });
  const steps = options.integer('steps', { min: 0, max: MOST });
  return { model, opponent, out, pairs: options.required('pairs'), rules, rate, steps };
}

function readOptimizer(options: Options): OptimizerSettings {
  const weightDecay = options.number('weight-decay', { min: 0, max: 1 });
  const decayed = options.choice('decayed', ['matrices', 'all']);
  switch (options.choice('optimizer', OPTIMIZER_NAMES)) {
    case 'rmsprop':
      return RMSPROP;
    case 'adamw':
      return { ...ADAMW, weightDecay, decayed };
  }
}

async function againstOpponent(
  runtime: Runtime,
  { config, parameters }: OpenedModel,
  pairs: readonly TokenPair[],
  microBatch: number,
): Promise<Pair[]> {
  const answerer = new Answerer(runtime, config);
  await answerer.load(trainableValues(parameters));
  const logps = await answerer.score(pairs, microBatch);
  return pairs.map((pair, i) => ({ ...pair, exampleIndex: i, madeIn: 0, end: 'stop', opponent: logps[i]! }));
}

async function save(model: OpenedModel, weights: TrainableValues, out: string): Promise<void> {
  if (!weights.values.every(Number.isFinite)) throw diverged('a weight is no longer finite after the last step');
  await saveModel({ ...model, parameters: wholeSet(model.config, weights) }, folderWriter(out), { dtype: 'float32' });
}

function diverged(what: string): StepDivergedError {
  return new StepDivergedError(`Training diverged: ${what}.`, 'Lower --lr or --beta.');
}
