// The optimizers' update rules on numbers against their closed forms.

import { expect, it } from 'vitest';
import { numbers } from '../../../src/spin/arithmetic.ts';
import { ADAMW, biasCorrections, type OptimizerSettings, RMSPROP, update } from '../../../src/spin/optimizers.ts';
import { pairOf, RULES, TabularPlayer } from './tabular.ts';

function steps(settings: OptimizerSettings, start: number, gradients: number[], learningRate: number): number[] {
  let slots: readonly number[] = settings.name === 'rmsprop' ? [0] : [0, 0];
  let parameter = start;
  return gradients.map((gradient, i) => {
    const [biasCorrection1, biasCorrection2] = biasCorrections(settings, i + 1);
    const scalars = { learningRate, biasCorrection1, biasCorrection2 };
    ({ parameter, slots } = update(settings, numbers, parameter, gradient, slots, scalars));
    return parameter;
  });
}

it.each([3, -0.002, 1e-4])(
  'RMSProp takes a first step of ten rates against the sign of a gradient of %f',
  (gradient) => {
    const [moved] = steps(RMSPROP, 1, [gradient], 1e-3);
    expect(Math.abs(moved! - (1 - 10 * 1e-3 * Math.sign(gradient)))).toBeLessThan(1e-5);
  },
);

it("RMSProp's second step with the same gradient is lr / √(1 − 0.99²)", () => {
  const [first, second] = steps(RMSPROP, 0, [0.5, 0.5], 1e-3);
  expect(first! - second!).toBeCloseTo(1e-3 / Math.sqrt(1 - 0.99 ** 2), 8);
});

it('AdamW takes steps of one rate while the gradient stays the same', () => {
  steps(ADAMW, 0, [0.3, 0.3, 0.3, 0.3], 1e-3).forEach((parameter, i) => {
    expect(parameter).toBeCloseTo(-1e-3 * (i + 1), 9);
  });
});

it('AdamW after gradients 1 and −1 is where its moments in closed form put it', () => {
  const [, second] = steps(ADAMW, 0, [1, -1], 0.1);
  const m = (0.9 * 0.1 - 0.1) / (1 - 0.9 ** 2);
  const v = (0.999 * 0.001 + 0.001) / (1 - 0.999 ** 2);
  expect(second).toBeCloseTo(-0.1 - (0.1 * m) / Math.sqrt(v), 7);
});

it('AdamW decays the weight by lr · decay, apart from the gradient', () => {
  const [moved] = steps({ ...ADAMW, name: 'adamw', weightDecay: 0.01 } as OptimizerSettings, 2, [1], 0.1);
  expect(moved).toBeCloseTo(2 * (1 - 0.1 * 0.01) - 0.1, 7);
});

it('a batch of 64 accumulated in parts of 5 steps like one batch of 64', async () => {
  const logits = Float64Array.from([0.3, -0.2, 0.1, 0]);
  const pairs = Array.from({ length: 64 }, (_, i) => pairOf(i % 4, (i * 7 + 1) % 3, logits, i));
  const [whole, parts] = [new TabularPlayer(), new TabularPlayer()];
  await whole.begin(logits, RULES);
  await parts.begin(logits, { ...RULES, microBatch: 5 });
  expect(await parts.step(pairs, 0.01)).toEqual(await whole.step(pairs, 0.01));
  expect(await parts.weights()).toEqual(await whole.weights());
});
