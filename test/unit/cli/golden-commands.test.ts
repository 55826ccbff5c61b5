// `score` and `step` against numbers that PyTorch and transformers gave (test/golden/README.md says how).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Line, linesOf } from './in-process.ts';
import { scratch } from './tiny-model.ts';

const golden = (path: string): string => fileURLToPath(new URL(`../../golden/${path}`, import.meta.url));

type Sides<T> = Record<'real' | 'generated', T>;
interface Expected {
  readonly token_logps: Sides<Record<'policy' | 'opponent', number[]>>[];
  readonly losses: Record<string, { loss: number; scaled_margin: number[] }>;
  readonly train: Record<
    'rmsprop' | 'adamw',
    Record<'loss' | 'real' | 'generated' | 'accuracy' | 'grad_norm', number>[]
  >;
}

type Scored = Sides<{ logp: number; token_logps: number[] }>;
const RATES = { rmsprop: '1e-4', adamw: '1e-3' } as const;

const close = (got: unknown, want: number, tolerance: number): void => {
  expect(Math.abs((got as number) - want)).toBeLessThan(tolerance * Math.max(1, Math.abs(want)));
};

describe.each(['wasm', 'native'])('on %s', (backend) => {
  describe.each(['llama-gqa', 'gpt2'])('%s', (name) => {
    const expected = JSON.parse(readFileSync(golden(`${name}/expected.json`), 'utf8')) as Expected;
    const [policy, opponent, pairs] = ['policy', 'opponent', 'pairs.jsonl'].map((part) => golden(`${name}/${part}`));
    const score = async (model: string): Promise<Scored[]> =>
      (await linesOf(['score', '--model', model, '--pairs', pairs!, '--backend', backend])) as unknown as Scored[];
    const step = (...more: string[]): Promise<Line[]> =>
      linesOf(['step', '--model', policy!, '--opponent', opponent!, '--pairs', pairs!, '--backend', backend, ...more]);

    it('scores every token as transformers does', async () => {
      for (const [model, which] of [
        [policy!, 'policy'],
        [opponent!, 'opponent'],
      ] as const) {
        const scored = await score(model);
        expect(scored.length).toBe(expected.token_logps.length);
        for (const [i, want] of expected.token_logps.entries()) {
          for (const side of ['real', 'generated'] as const) {
            const { logp, token_logps: logps } = scored[i]![side];
            expect(logps.length).toBe(want[side][which].length);
            for (const [at, one] of logps.entries()) close(one, want[side][which][at]!, 1e-4);
            close(
              logp,
              want[side][which].reduce((sum, one) => sum + one, 0),
              1e-4,
            );
          }
        }
      }
    });

    it('knows every loss of the official code at its λ', async () => {
      for (const [key, { loss, scaled_margin: margins }] of Object.entries(expected.losses)) {
        const [kind, beta] = key.split('@');
        const [line] = await step('--loss', kind!, '--beta', beta!, '--lr', '0');
        close(line!.loss, loss, 1e-4);
        close(line!['rewards/margins'], margins.reduce((sum, one) => sum + one, 0) / margins.length, 1e-4);
      }
    });

    it.each(['rmsprop', 'adamw'] as const)(
      'takes four steps of %s, whole or in micro-batches, and writes the result',
      async (optimizer) => {
        const out = join(scratch(), 'trained');
        const args = ['--optimizer', optimizer, '--lr', RATES[optimizer], '--steps', '4', '--out', out];
        const runs = [await step(...args, '--micro-batch', '4'), await step(...args)];
        for (const lines of runs) {
          expect(lines.map((line) => line.step)).toEqual([0, 1, 2, 3]);
          for (const [i, want] of expected.train[optimizer].entries()) {
            const line = lines[i]!;
            close(line.loss, want.loss, 1e-4);
            close(line['rewards/real'], want.real, 1e-3);
            close(line['rewards/generated'], want.generated, 1e-3);
            close(line['rewards/margins'], want.real - want.generated, 1e-3);
            expect(line['rewards/accuracies']).toBeCloseTo(want.accuracy, 6);
            expect(Math.abs((line.grad_norm as number) / want.grad_norm - 1)).toBeLessThan(1e-3);
          }
        }
        const [ours, theirs] = [await score(out), await score(golden(`${name}/after-4-${optimizer}`))];
        for (const [i, { real, generated }] of ours.entries()) {
          close(real.logp, theirs[i]!.real.logp, 2e-3);
          close(generated.logp, theirs[i]!.generated.logp, 2e-3);
        }
      },
    );
  });
});
