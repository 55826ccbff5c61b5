// Settings worth a name, in two layers: how to play, and the loss that is played with. Each is only what it changes, with an honest
// description.

import type { SpinConfiguration } from './configuration.ts';
import { DEFAULTS } from './parameters/parameter-table.ts';

export interface Preset {
  readonly name: string;
  /** What to expect, unflattering where it must be. */
  readonly description: string;
  readonly changes: Partial<SpinConfiguration>;
}

const BASES = {
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
  workshop: {
    name: 'Workshop',
    description:
      'Half the examples of the default, measured on fewer prompts: a run takes about a minute on two processor cores, so that five minutes hold one and a second with another setting. The answers get better, by about two thirds of what the default brings, and the measures are less sure.',
    changes: { examplesPerIteration: 1024, evaluationPrompts: 72, validationExamples: 72 },
  },
  'too-fast': {
    name: 'Too fast',
    description:
      'A high rate on small batches. The loss falls and the accuracy rises, but so do the distances to the human answers: the log-probabilities of both answers fall.',
    changes: { learningRates: [8e-4], batchSize: 16 },
  },
} satisfies Record<string, Preset>;

/** The losses of the paper's section 4.2, to be laid over any of the others. */
const LOSSES = {
  logistic: {
    name: 'Bounded loss: logistic',
    description:
      'ln(1 + e⁻ᵗ) of the scaled margin t, the paper’s own choice: never below 0, and a pair that is told apart well hardly counts any more.',
    changes: { loss: 'logistic' },
  },
  hinge: {
    name: 'Bounded loss: hinge',
    description:
      'max(0, 1 − t) of the scaled margin t: never below 0. A pair pulls with full strength until its margin reaches 1, then not at all.',
    changes: { loss: 'hinge' },
  },
  exponential: {
    name: 'Bounded loss: exponential',
    description:
      'e⁻ᵗ of the scaled margin t: never below 0, but without limit above, so that the pairs that are told apart worst rule a step.',
    changes: { loss: 'exponential' },
  },
  correlation: {
    name: 'Unbounded loss: correlation',
    description:
      '1 − t of the scaled margin t. It has no lower bound: a margin can always grow, if need be by making both answers less likely, so the paper rules such losses out. Its gradient is that of the linear loss.',
    changes: { loss: 'correlation' },
  },
  linear: {
    name: 'Unbounded loss: linear',
    description:
      '−t of the scaled margin t, the simplest loss. It has no lower bound: every pair pulls with full strength for ever, if need be by making both answers less likely. On the built-in world both log-probabilities plunge in the first iteration.',
    changes: { loss: 'linear' },
  },
} satisfies { [Loss in SpinConfiguration['loss']]: Preset & { changes: { loss: Loss } } };

export const PRESETS = { ...BASES, ...LOSSES } satisfies Record<string, Preset>;

export type PresetName = keyof typeof PRESETS;

export const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];

/** One of each layer may be taken; a loss lies over a base. */
export const PRESET_LAYERS = {
  base: Object.keys(BASES) as (keyof typeof BASES)[],
  loss: Object.keys(LOSSES) as (keyof typeof LOSSES)[],
} as const;

/** The whole configuration that presets stand for: the defaults with the changes of each, the later over the earlier. */
export function presetConfiguration(...names: readonly PresetName[]): SpinConfiguration {
  return Object.assign({ ...DEFAULTS }, ...names.map((name) => PRESETS[name].changes));
}
