// What a run with the settings as they are takes of memory and storage, estimated before it starts. Knows how long a run's texts are and how
// much of it is kept; what a player takes, the engine tells.

import type { Place } from '../../engine/passes/engine-choice.ts';
import type { PassedWork } from '../../engine/passes/memory.ts';
import { type ModelShape, opponentMemory, type PlayerMemory, playerMemory } from '../../engine/players/memory-for.ts';
import { slotCount } from '../../spin/optimizers.ts';
import { BUILT_IN_MODEL } from '../settings/allowed-settings.ts';
import type { Settings } from '../settings/settings-store.ts';
import type { Speed } from './speed.ts';

export const BUILT_IN_SHAPE: ModelShape = {
  parameters: 648_064,
  layers: 3,
  width: 128,
  heads: 4,
  keyWidth: 64,
  inner: 320,
  innerKept: 4,
  vocabulary: 1024,
  kernel: true,
};

export interface Costs {
  readonly player: PlayerMemory;
  readonly opponent: PlayerMemory;
  /** The last two checkpoints, and the base model's weights in each worker. */
  readonly copies: number;
  readonly memory: number;
}

/** A pair in the mean, prompt and both responses: in the built-in world 36 tokens, of which the prompt 20. */
const WORLD_TOKENS_A_PAIR = 36;
const PROMPT_SHARE = 0.55;
/** The longest of a batch, to the mean. */
const LONGEST_TO_MEAN = 1.6;
/** Rows that answer at once when a model is judged. */
const JUDGED_ROWS = 64;
const SLOT_STEP = 8;
const BYTES = 4;

const roundUp = (count: number, step: number): number => Math.ceil(count / step) * step;

function workOf({ configuration, own }: Settings, measured: Speed | null): PassedWork {
  const { batchSize, microBatch, answerBatch, maxLength, maxNewTokens } = configuration;
  const most = maxLength + maxNewTokens;
  const mean = measured?.tokensAPair ?? (own === null ? WORLD_TOKENS_A_PAIR : most / LONGEST_TO_MEAN);
  const longest = Math.min(most, LONGEST_TO_MEAN * mean);
  const prompt = roundUp(Math.min(longest, LONGEST_TO_MEAN * PROMPT_SHARE * mean), SLOT_STEP);
  return {
    batchSize,
    pairs: Math.min(microBatch, batchSize),
    mean,
    longest,
    rows: Math.max(answerBatch, JUDGED_ROWS),
    prompt,
    slots: prompt + roundUp(maxNewTokens, SLOT_STEP),
  };
}

/** @param shape of the model, once it was opened; null before: then only the built-in model's is known. Null where none is. */
export function costs(
  settings: Settings,
  shape: ModelShape | null,
  measured: Speed | null = null,
  place: Place = { backend: 'wasm', threads: 1 },
): Costs | null {
  const known = knownShape(settings, shape);
  if (known === null) return null;
  const work = workOf(settings, measured);
  const player = playerMemory(place, known, work, slotCount(settings.configuration.optimizer));
  const opponent = opponentMemory(place, known, work);
  const copies = 2 * checkpointBytes(settings, known.parameters) + 2 * BYTES * known.parameters;
  return { player, opponent, copies, memory: player.total + opponent.total + copies };
}

/** Weights and optimizer's state. */
const checkpointBytes = ({ configuration: { optimizer } }: Settings, parameters: number): number =>
  BYTES * parameters * (1 + slotCount(optimizer));

/** Bytes of the kept run: an iteration's weights each, and its checkpoint while it is unfinished. Null where no model is known. */
export function storageBytes(settings: Settings, shape: ModelShape | null): number | null {
  const known = knownShape(settings, shape);
  if (known === null) return null;
  return BYTES * known.parameters * settings.configuration.iterations + checkpointBytes(settings, known.parameters);
}

const knownShape = ({ model }: Settings, shape: ModelShape | null): ModelShape | null =>
  shape ?? (model === BUILT_IN_MODEL ? BUILT_IN_SHAPE : null);
