// Scoring, losses, gradients and training against numbers that PyTorch and transformers gave (test/golden/README.md says how).

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { folderFiles } from '../../../src/cli/model-files.ts';
import { openNodeRuntime } from '../../../src/cli/native-runtime.ts';
import { openModel } from '../../../src/engine/models/files/model-folder.ts';
import { parameterLayout } from '../../../src/engine/models/parameter-layout.ts';
import { frozenPasses } from '../../../src/engine/players/passes-for.ts';
import { Scorer } from '../../../src/engine/players/scorer.ts';
import { Trainer } from '../../../src/engine/players/trainer.ts';
import type { LossName } from '../../../src/spin/losses.ts';
import { ADAMW, type OptimizerSettings, RMSPROP } from '../../../src/spin/optimizers.ts';
import type { TrainingRules } from '../../../src/spin/players.ts';
import { base, held, valuesOf } from '../parameters.ts';
import { DEFAULT_RULES, goldenPairs } from './golden-pairs.ts';
import { packedGradient } from './packed-gradient.ts';

const golden = (path: string): string => fileURLToPath(new URL(`../../golden/${path}`, import.meta.url));

interface Expected {
  token_logps: Record<'real' | 'generated', Record<'policy' | 'opponent', number[]>>[];
  losses: Record<string, { loss: number; per_pair: number[]; scaled_margin: number[] }>;
  grad_norms: Record<string, Record<string, number>>;
  train: Record<'rmsprop' | 'adamw', Record<'loss' | 'real' | 'generated' | 'accuracy' | 'grad_norm', number>[]>;
}

const read = (path: string): string => readFileSync(golden(path), 'utf8');
const maximum = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a, (x, i) => Math.abs(x - b[i]!)).reduce((most, x) => Math.max(most, x), 0);

const LOSSES: LossName[] = ['logistic', 'hinge', 'exponential', 'correlation'];

const rules = (loss: LossName, lambda: number, optimizer: OptimizerSettings, microBatch = 64): TrainingRules => ({
  ...DEFAULT_RULES,
  loss,
  lambda,
  optimizer,
  microBatch,
});

describe.each(['wasm', 'native'] as const)('on %s', (backend) => {
  describe.each(['llama-gqa', 'gpt2'])('%s', (name) => {
    const expected = JSON.parse(read(`${name}/expected.json`)) as Expected;
    const pairs = goldenPairs(read(`${name}/pairs.jsonl`), expected);
    const open = async (which: string) => {
      const model = await openModel(await folderFiles(golden(`${name}/${which}`)));
      return { ...model, weights: valuesOf(model), runtime: await openNodeRuntime(backend) };
    };

    test.each(['policy', 'opponent'] as const)('token log-probabilities of the %s', async (which) => {
      const { config, weights, runtime } = await open(which);
      const scorer = new Scorer(frozenPasses(runtime, config).scores);
      for (const side of ['real', 'generated'] as const) {
        const got = await scorer.tokenLogps(
          held(runtime.floats(weights)),
          pairs.map((p) => ({
            promptIds: p.promptIds,
            responseIds: side === 'real' ? p.realIds : p.generatedIds,
          })),
        );
        got.forEach((logps, index) => {
          const want = expected.token_logps[index]![side][which];
          expect(logps.length).toBe(want.length);
          expect(maximum(logps, want)).toBeLessThan(1e-4);
        });
      }
    });

    test.each(LOSSES)('%s: loss, margins and the gradient of every parameter', async (loss) => {
      const { config, weights, runtime } = await open('policy');
      for (const [key, want] of Object.entries(expected.losses).filter(([k]) => k.startsWith(`${loss}@`))) {
        const lambda = Number(key.split('@')[1]);
        const trainer = new Trainer(runtime, config);
        await trainer.begin(base(weights), rules(loss, lambda, RMSPROP));
        const report = await trainer.step(pairs, 0);
        expect(Math.abs(report.loss - want.loss)).toBeLessThan(1e-4 * Math.max(1, Math.abs(want.loss)));
        const margins = report.logps.map(
          (logp, i) => lambda * (logp.real - pairs[i]!.opponent.real - (logp.generated - pairs[i]!.opponent.generated)),
        );
        expect(maximum(margins, want.scaled_margin)).toBeLessThan(2e-4 * Math.max(1, lambda));
        const norms = expected.grad_norms[key];
        if (norms === undefined) continue;
        const gradient = await packedGradient(runtime, config, weights, pairs, loss, lambda);
        const total = Math.sqrt(Object.values(norms).reduce((sum, norm) => sum + norm * norm, 0));
        for (const parameter of parameterLayout(config).tensors) {
          const part = gradient.subarray(parameter.offset, parameter.offset + parameter.size);
          const norm = Math.sqrt(part.reduce((sum, x) => sum + x * x, 0));
          expect(norms[parameter.name], parameter.name).toBeDefined();
          // Relative 1e-3, but for parameters whose true gradient is zero (GPT-2's key biases), where only rounding noise is left.
          expect(Math.abs(norm - norms[parameter.name]!), parameter.name).toBeLessThan(
            1e-3 * norms[parameter.name]! + 1e-6 * total,
          );
        }
      }
    });

    test.each(['rmsprop', 'adamw'] as const)('four steps of %s', async (which) => {
      const { config, weights, runtime } = await open('policy');
      const after = await open(`after-4-${which}`);
      const [settings, rate] = which === 'rmsprop' ? ([RMSPROP, 1e-4] as const) : ([ADAMW, 1e-3] as const);
      for (const microBatch of [64, 1]) {
        const trainer = new Trainer(runtime, config);
        await trainer.begin(base(weights), rules('logistic', 0.1, settings, microBatch));
        for (const want of expected.train[which]) {
          const report = await trainer.step(pairs, rate);
          expect(Math.abs(report.loss - want.loss)).toBeLessThan(1e-4);
          expect(Math.abs(report.gradNorm / want.grad_norm - 1)).toBeLessThan(1e-3);
        }
        const scorer = new Scorer(frozenPasses(runtime, config).scores);
        const ours = await scorer.pairLogps(held(runtime.floats((await trainer.weights()).values)), pairs, 64);
        const theirs = await scorer.pairLogps(held(runtime.floats(after.weights)), pairs, 64);
        ours.forEach((logps, index) => {
          expect(Math.abs(logps.real - theirs[index]!.real)).toBeLessThan(2e-3);
          expect(Math.abs(logps.generated - theirs[index]!.generated)).toBeLessThan(2e-3);
        });
      }
    });
  });
});
