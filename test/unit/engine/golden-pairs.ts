// The golden pairs with the opponent's golden log-probabilities, as the trainer takes them.

import { RMSPROP } from '../../../src/spin/optimizers.ts';
import type { Pair, TrainingRules } from '../../../src/spin/players.ts';

interface TokenLogps {
  readonly token_logps: readonly {
    readonly real: { readonly opponent: readonly number[] };
    readonly generated: { readonly opponent: readonly number[] };
  }[];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

export function goldenPairs(jsonl: string, expected: TokenLogps): Pair[] {
  return jsonl
    .trim()
    .split('\n')
    .map((line, index) => {
      const row = JSON.parse(line) as Record<'prompt_ids' | 'real_ids' | 'generated_ids', number[]>;
      const logps = expected.token_logps[index]!;
      return {
        promptIds: row.prompt_ids,
        realIds: row.real_ids,
        generatedIds: row.generated_ids,
        exampleIndex: index,
        madeIn: 0,
        end: 'stop',
        opponent: { real: sum(logps.real.opponent), generated: sum(logps.generated.opponent) },
      };
    });
}

/** The rules under which the golden training was made, but for the optimizer. */
export const DEFAULT_RULES: TrainingRules = {
  objective: 'self-play',
  loss: 'logistic',
  lambda: 0.1,
  optimizer: RMSPROP,
  anchorWeight: 0,
  clipNorm: 0,
  arithmetic: 2,
  microBatch: 64,
};
