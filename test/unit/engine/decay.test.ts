// Weight decay against PyTorch's AdamW: of every parameter, and as transformers' Trainer has it, which spares norms and biases.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { folderFiles } from '../../../src/cli/model-files.ts';
import { openNodeRuntime } from '../../../src/cli/native-runtime.ts';
import { openModel } from '../../../src/engine/models/files/model-folder.ts';
import { parameterLayout } from '../../../src/engine/models/parameter-layout.ts';
import { decayRanges } from '../../../src/engine/models/parameter-set.ts';
import { frozenPasses } from '../../../src/engine/players/passes-for.ts';
import { Scorer } from '../../../src/engine/players/scorer.ts';
import { Trainer } from '../../../src/engine/players/trainer.ts';
import { ADAMW } from '../../../src/spin/optimizers.ts';
import { base, held, valuesOf } from '../parameters.ts';
import { DEFAULT_RULES, goldenPairs } from './golden-pairs.ts';

interface Golden {
  readonly steps: readonly { readonly loss: number; readonly grad_norm: number }[];
  readonly after: readonly (readonly [real: number, generated: number])[];
}

const golden = (path: string): string => fileURLToPath(new URL(`../../golden/${path}`, import.meta.url));
const read = (path: string): string => readFileSync(golden(path), 'utf8');
const { models } = JSON.parse(read('decay.json')) as { models: Record<string, Record<string, Golden>> };

describe.each(['llama-gqa', 'gpt2'])('%s', (name) => {
  const pairs = goldenPairs(read(`${name}/pairs.jsonl`), JSON.parse(read(`${name}/expected.json`)));
  const open = async () => openModel(await folderFiles(golden(`${name}/policy`)));

  test('norms and biases are spared, and nothing else', async () => {
    const { tensors: parameters } = parameterLayout((await open()).config);
    const spared = parameters.filter(({ decays }) => !decays);
    expect(spared.length).toBeGreaterThan(0);
    for (const { name, shape, decays } of parameters) {
      expect(decays, name).toBe(!/(norm|ln_\w+)\.weight$|\.bias$/.test(name));
      expect(decays, name).toBe(shape.length > 1);
    }
  });

  test('the ranges cover the packed array, by turns', async () => {
    const layout = parameterLayout((await open()).config);
    const ranges = decayRanges(layout);
    expect(ranges.at(-1)!.end).toBe(layout.count);
    ranges.slice(1).forEach((range, i) => {
      expect(range.end).toBeGreaterThan(ranges[i]!.end);
      expect(range.decays).toBe(!ranges[i]!.decays);
    });
  });

  test.each(['wasm', 'native'] as const)('four steps, on %s', async (backend) => {
    const model = await open();
    const { config } = model;
    const runtime = await openNodeRuntime(backend);
    for (const [decayed, convention] of [['all', 'all'] as const, ['matrices', 'no-norm-no-bias'] as const]) {
      const { steps, after } = models[name]![convention]!;
      const trainer = new Trainer(runtime, config);
      await trainer.begin(base(valuesOf(model)), {
        ...DEFAULT_RULES,
        optimizer: { ...ADAMW, weightDecay: 0.1, decayed },
      });
      for (const { loss, grad_norm } of steps) {
        const report = await trainer.step(pairs, 1e-3);
        // The two conventions are 1e-5 apart at the second step.
        expect(Math.abs(report.loss - loss)).toBeLessThan(4e-6);
        expect(Math.abs(report.gradNorm / grad_norm - 1)).toBeLessThan(5e-5);
      }
      const weights = held(runtime.floats((await trainer.weights()).values));
      const scored = await new Scorer(frozenPasses(runtime, config).scores).pairLogps(weights, pairs, 64);
      scored.forEach(({ real, generated }, i) => {
        expect(Math.abs(real - after[i]![0])).toBeLessThan(2e-3);
        expect(Math.abs(generated - after[i]![1])).toBeLessThan(2e-3);
      });
    }
  });
});
