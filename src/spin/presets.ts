// Settings worth a name: each only what differs from the default, and an honest description. Knows no page.

import type { SpinConfiguration } from './configuration.ts';
import { DEFAULTS } from './parameters.ts';

export interface Preset {
  readonly name: string;
  /** What to expect, unflattering where it must be. */
  readonly description: string;
  readonly changes: Partial<SpinConfiguration>;
}

export const PRESETS = {
  default: {
    name: 'Pure self-play',
    description:
      'λ = 1, fresh pairs in each iteration and a rate that halves: the answers get better in every iteration, less so each time.',
    changes: {},
  },
  paper: {
    name: 'The paper’s settings, scaled',
    description:
      'Small λ, then a large one in the last iteration, pairs of two iterations together, two passes over them and a rate that falls at the end; rates are scaled up for a model thousands of times smaller than the 7 billion parameters of the paper.',
    changes: {
      lambdas: [0.1, 0.1, 5],
      learningRates: [4e-4, 4e-4, 8e-5],
      window: 2,
      epochs: 2,
    },
  },
  'too-fast': {
    name: 'Too fast',
    description:
      'A high rate on small batches. The loss falls and the accuracy rises, but so do the distances to the human answers: the log-probabilities of both answers fall.',
    changes: { learningRates: [8e-4], batchSize: 16 },
  },
} satisfies Record<string, Preset>;

export type PresetName = keyof typeof PRESETS;

export const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];

/** The whole configuration that a preset stands for. */
export function presetConfiguration(name: PresetName): SpinConfiguration {
  return { ...DEFAULTS, ...PRESETS[name].changes };
}
