// Which charts there are, in their order: what each is called and what it draws.

import type { StepColumn } from '../../../lab/record/run-record.ts';
import type { TextKey } from '../../../text/en.ts';

/** A chart of what each training step saw: one number, or one of the human answer and one of the generated answer. */
export interface StepCurve {
  readonly kind: 'steps';
  readonly id: string;
  readonly title: TextKey;
  readonly help: TextKey;
  readonly unit?: TextKey;
  readonly columns: readonly [StepColumn] | readonly [real: StepColumn, generated: StepColumn];
  /** A share: written in percent, from 0 to 1. */
  readonly share?: boolean;
}

/** A chart of the current iteration's pairs. */
export interface PairCurve {
  readonly kind: 'margins' | 'ratios';
  readonly id: string;
  readonly title: TextKey;
  readonly help: TextKey;
  readonly unit: TextKey;
}

export const STEP_CURVES: readonly StepCurve[] = [
  { kind: 'steps', id: 'loss', title: 'curves.loss', help: 'curves.loss.help', columns: ['loss'] },
  {
    kind: 'steps',
    id: 'rewards',
    title: 'curves.rewards',
    help: 'curves.rewards.help',
    unit: 'curves.rewards.unit',
    columns: ['rewards/real', 'rewards/generated'],
  },
  {
    kind: 'steps',
    id: 'logps',
    title: 'curves.logps',
    help: 'curves.logps.help',
    unit: 'curves.logps.unit',
    columns: ['logps/real', 'logps/generated'],
  },
  {
    kind: 'steps',
    id: 'margin',
    title: 'curves.margin',
    help: 'curves.margin.help',
    unit: 'curves.rewards.unit',
    columns: ['rewards/margins'],
  },
  {
    kind: 'steps',
    id: 'accuracy',
    title: 'curves.accuracy',
    help: 'curves.accuracy.help',
    columns: ['rewards/accuracies'],
    share: true,
  },
  {
    kind: 'steps',
    id: 'learning-rate',
    title: 'curves.rate',
    help: 'curves.rate.help',
    columns: ['learning_rate'],
  },
  {
    kind: 'steps',
    id: 'gradient',
    title: 'curves.gradient',
    help: 'curves.gradient.help',
    columns: ['grad_norm'],
  },
  {
    kind: 'steps',
    id: 'throughput',
    title: 'curves.throughput',
    help: 'curves.throughput.help',
    unit: 'curves.throughput.unit',
    columns: ['tokens_per_second'],
  },
];

export const PAIR_CURVES: readonly PairCurve[] = [
  {
    kind: 'margins',
    id: 'margins',
    title: 'curves.margins',
    help: 'curves.margins.help',
    unit: 'curves.rewards.unit',
  },
  {
    kind: 'ratios',
    id: 'ratios',
    title: 'curves.ratios',
    help: 'curves.ratios.help',
    unit: 'curves.ratios.unit',
  },
];

export const WORLD_MEASURES = ['human_likeness', 'kl_forward', 'kl_reverse', 'diversity', 'nll'] as const;
export const DATA_MEASURES = ['nll', 'exact_match', 'distinct', 'ended', 'mean_length'] as const;
export type MeasureKey = (typeof WORLD_MEASURES)[number] | (typeof DATA_MEASURES)[number];

export const SHARES: ReadonlySet<MeasureKey> = new Set<MeasureKey>([
  'human_likeness',
  'diversity',
  'exact_match',
  'distinct',
  'ended',
]);

export const measureId = (name: MeasureKey): string => name.replaceAll('_', '-');
