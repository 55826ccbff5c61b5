// What a run is made of, and what its iterations share.

import type { SpinConfiguration } from './configuration.ts';
import { NO_CHECKS_YET } from './early-stop.ts';
import { type Measures, SNAPSHOT_FORMAT, type Snapshot } from './events.ts';
import { writtenConfiguration } from './former-rules.ts';
import type { OptimizerSettings } from './optimizers.ts';
import { differences, PARAMETERS } from './parameters/parameter-table.ts';
import type { Example, Opponent, Pair, Player, TrainingRules } from './players.ts';
import { forIteration } from './schedules.ts';
import { SnapshotError } from './spin-errors.ts';

/** Which evaluation is asked for: the base model before iteration 0, or an iteration's result after it. */
export interface EvaluationRequest {
  readonly moment: 'before' | 'after';
  readonly iteration: number;
  readonly configuration: SpinConfiguration;
}

/** Measures the opponent that it is given, which holds the weights in question. */
export type Evaluator<Weights, M = Measures> = (opponent: Opponent<Weights>, request: EvaluationRequest) => Promise<M>;

export interface SelfPlayOptions<Weights, State, M = Measures> {
  readonly configuration: SpinConfiguration;
  /** The data to play on; each `index` is unique. */
  readonly examples: readonly Example[];
  /** Held-out examples, for early stopping by likelihood; the first `validationExamples` are used. */
  readonly validation: readonly Example[];
  readonly opponent: Opponent<Weights>;
  readonly player: Player<Weights, State>;
  readonly start: { readonly weights: Weights } | { readonly snapshot: Snapshot<Weights, State> };
  readonly evaluate?: Evaluator<Weights, M>;
  /** The opponent works ahead while the player trains (default), or they take turns. Changes no number, only when answers come. */
  readonly overlap?: boolean;
  /** Aborting it ends the run after the work under way, with its last events; it throws nothing. */
  readonly end?: AbortSignal;
}

/** Keeps the last snapshot after which a step was still finite: one taken right after a step may hold weights that are not. */
export class LastGood<Weights, State> {
  #latest: Snapshot<Weights, State> | null = null;
  #confirmed: Snapshot<Weights, State> | null = null;

  take(snapshot: Snapshot<Weights, State>): void {
    this.#latest = snapshot;
  }

  /** All was finite since the latest snapshot. */
  confirm(): void {
    this.#confirmed = this.#latest;
  }

  get snapshot(): Snapshot<Weights, State> | null {
    return this.#confirmed;
  }
}

/** The options with all that is optional or derived in place. */
export interface Run<Weights, State> {
  readonly configuration: SpinConfiguration;
  readonly examples: readonly Example[];
  readonly validation: readonly Example[];
  readonly opponent: Opponent<Weights>;
  readonly player: Player<Weights, State>;
  readonly overlap: boolean;
  readonly lastGood: LastGood<Weights, State>;
  /** Whether the run was asked to end. */
  ended(): boolean;
}

/** The snapshot at the start of an iteration. */
export function startOf<Weights>(
  configuration: SpinConfiguration,
  iteration: number,
  opponent: Weights,
  older: readonly Pair[],
): Snapshot<Weights, never> {
  return {
    formatVersion: SNAPSHOT_FORMAT,
    configuration,
    iteration,
    position: { step: 0, epoch: 0, batch: 0, chunks: 0 },
    opponent,
    player: null,
    pairs: [],
    older,
    counts: { done: 0, identical: 0, truncated: 0, dropped: 0 },
    earlyStop: NO_CHECKS_YET,
  };
}

/** Throws SnapshotError unless a run so configured can go on from the snapshot. */
export function checkSnapshot(snapshot: Snapshot, configuration: SpinConfiguration): void {
  if (snapshot.formatVersion !== SNAPSHOT_FORMAT) {
    throw new SnapshotError(
      `The snapshot has format ${snapshot.formatVersion}; this version reads format ${SNAPSHOT_FORMAT}.`,
      'Open it with the version of the lab that wrote it, or start the run anew.',
    );
  }
  const fixed = differences(writtenConfiguration(snapshot.configuration), configuration).filter(
    (key) => PARAMETERS[key].restart,
  );
  if (fixed.length === 0) return;
  const names = fixed.map((key) => PARAMETERS[key].name.toLowerCase()).join(', ');
  throw new SnapshotError(
    `The snapshot was taken with other settings of: ${names}.`,
    'Set them back to what the run began with, or start the run anew.',
  );
}

/** What the player is told at the start of an iteration. */
export function trainingRules(configuration: SpinConfiguration, iteration: number): TrainingRules {
  const { control, loss, lambdas, anchorWeight, clipNorm, arithmetic, microBatch } = configuration;
  return {
    objective: control === 'supervised' ? 'supervised' : 'self-play',
    loss,
    lambda: forIteration(lambdas, iteration),
    optimizer: optimizerSettings(configuration),
    anchorWeight,
    clipNorm,
    arithmetic,
    microBatch,
  };
}

function optimizerSettings(configuration: SpinConfiguration): OptimizerSettings {
  const { rmspropAlpha, adamBeta1, adamBeta2, optimizerEpsilon, weightDecay, decayed } = configuration;
  switch (configuration.optimizer) {
    case 'rmsprop':
      return { name: 'rmsprop', alpha: rmspropAlpha, epsilon: optimizerEpsilon };
    case 'adamw':
      return { name: 'adamw', beta1: adamBeta1, beta2: adamBeta2, epsilon: optimizerEpsilon, weightDecay, decayed };
  }
}
