// What a run with the settings as they are takes of memory and storage, estimated before it starts. Knows the sizes of arrays and what was
// measured of the runtime, no runtime.

import type { BackendName, ModelShape } from '../../../workers/messages/protocol.ts';
import { slotCount } from '../../spin/optimizers.ts';
import type { BackendPlan } from '../players/backend.ts';
import { BUILT_IN_MODEL, type Settings } from '../settings/settings-store.ts';
import {
  bufferBytes,
  DEVICE_COPIES,
  DEVICE_SLACK,
  heapBytes,
  hostBytes,
  KERNEL_LOGITS,
  KERNEL_ROOM,
  KERNEL_TOKENS,
  opponentPrograms,
  pagedBytes,
  playerPrograms,
  RUNTIME_BYTES,
  SLACK,
} from './runtime-memory.ts';
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

/** All in bytes. */
export interface PlayerMemory {
  readonly weights: number;
  /** The main player's. */
  readonly optimizer: number;
  readonly gradient: number;
  /** Numbers on the way through the model, and for the main player those kept for the gradient. */
  readonly activations: number;
  /** Keys and values of the answers being drawn: the opponent's. */
  readonly cache: number;
  /** The runtime, its programs, and what its memory or the device's holds unused. */
  readonly runtime: number;
  /** What its worker takes, all in all. */
  readonly total: number;
}

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
/** The longest of a batch, to the mean; and in the mean those of the longest micro-batch, which pairs of like length share. */
const LONGEST_TO_MEAN = 1.6;
const LONG_TO_MEAN = 1.25;
/** Rows that answer at once when a model is judged. */
const JUDGED_ROWS = 64;
const BYTES = 4;

const roundUp = (count: number, step: number): number => Math.ceil(count / step) * step;

/** Lengths, in tokens, that the estimate goes by. */
interface Lengths {
  readonly mean: number;
  readonly longest: number;
}

function lengthsOf({ configuration: { maxLength, maxNewTokens }, own }: Settings, measured: Speed | null): Lengths {
  const most = maxLength + maxNewTokens;
  const mean = measured?.tokensAPair ?? (own === null ? WORLD_TOKENS_A_PAIR : most / LONGEST_TO_MEAN);
  return { mean, longest: Math.min(most, LONGEST_TO_MEAN * mean) };
}

/**
 * Numbers that a training step keeps of its tokens until their gradients are made: in a layer five of the model's width (two norms before and
 * after their weights, attention's result), the inner ones, queries, keys and values at each place and their weights for every other place;
 * at the end two rows of logits for each scored token.
 */
function trainingNumbers(shape: ModelShape, pairs: number, { mean, longest }: Lengths): number {
  const tokens = roundUp(pairs * Math.min(longest, LONG_TO_MEAN * mean), 64);
  const length = roundUp(longest, 16);
  const places = pairs * length;
  const layer =
    tokens * (5 * shape.width + shape.innerKept * shape.inner) +
    places * (shape.width + 2 * shape.keyWidth + shape.heads * length);
  const scored = (1 - PROMPT_SHARE) * tokens;
  return shape.layers * layer + 2 * scored * shape.vocabulary + places * length;
}

/** At the widest of a forward pass: some arrays of one layer. */
const forwardNumbers = (shape: ModelShape, tokens: number): number => tokens * (5 * shape.width + 3 * shape.inner);

/**
 * Numbers that the training kernel works in: of each token what a layer keeps (three states, queries, keys and values, gate and up), for a
 * gradient of all layers, else of two by turns; and what passes beside; logits of tokens that are read, where they are not too many; attention
 * of the longest.
 */
function passNumbers(shape: ModelShape, pairs: number, { mean, longest }: Lengths, learns: boolean): number {
  const { layers, width, keyWidth, inner, vocabulary } = shape;
  const tokens = pairs * Math.min(longest, LONG_TO_MEAN * mean);
  const projected = width + 2 * keyWidth;
  const kept = (learns ? layers : 2) * (3 * width + projected + 2 * inner);
  const passing = learns ? 5 * width + projected + inner : width + inner;
  const logits = Math.min((1 - PROMPT_SHARE) * tokens * vocabulary, KERNEL_LOGITS);
  return tokens * (kept + passing) + logits + (learns ? 2 : 1) * longest ** 2;
}

/** On the CPU the kernel makes the gradient, with weights and gradient in a memory of its own, and the runtime the update. */
function trainedByKernel(settings: Settings, shape: ModelShape, lengths: Lengths): PlayerMemory {
  const { optimizer, microBatch, batchSize } = settings.configuration;
  const one = BYTES * shape.parameters;
  const activations = BYTES * passNumbers(shape, Math.min(microBatch, batchSize), lengths, true);
  const state = 2 * slotCount(optimizer) * one;
  // The weights as they are and as a step makes them, and two rooms for gradients; and in the kernel one of each.
  const parts = { weights: 3 * one, optimizer: state, gradient: 3 * one, activations, cache: 0 };
  const runtime = heapBytes(RUNTIME_BYTES + SLACK * (4 * one + state));
  const total = runtime + pagedBytes(KERNEL_ROOM + 2 * one + activations);
  return { ...parts, runtime: total - sumOf(parts), total };
}

function playerMemory(backend: BackendName, settings: Settings, shape: ModelShape, lengths: Lengths): PlayerMemory {
  if (backend === 'wasm' && shape.kernel) return trainedByKernel(settings, shape, lengths);
  const { optimizer, microBatch, batchSize } = settings.configuration;
  const one = BYTES * shape.parameters;
  const pairs = Math.min(microBatch, batchSize);
  const parts = {
    // As they are and as a step makes them.
    weights: 2 * one,
    optimizer: 2 * slotCount(optimizer) * one,
    // So far and with this micro-batch's, and the zeros that a step begins with.
    gradient: 3 * one,
    activations: BYTES * trainingNumbers(shape, pairs, lengths),
    cache: 0,
  };
  if (backend === 'webgpu') return onDevice(parts, one, DEVICE_COPIES.player);
  return inMemory(parts, playerPrograms(Math.ceil(batchSize / pairs), shape.layers));
}

/** Numbers that the decoder kernel works in: states, queries, keys and values, attention, the inner ones, and logits. */
const answeringNumbers = (shape: ModelShape): number =>
  KERNEL_TOKENS * (4 * shape.width + 2 * shape.keyWidth + 3 * shape.inner + shape.vocabulary);

/** On the CPU kernels answer and score, each with the weights in a memory of its own; the runtime holds them. */
function besideKernels(settings: Settings, shape: ModelShape, lengths: Lengths, cache: number): PlayerMemory {
  const one = BYTES * shape.parameters;
  const { microBatch, batchSize } = settings.configuration;
  const scoring = BYTES * passNumbers(shape, Math.min(microBatch, batchSize), lengths, false);
  const answering = BYTES * answeringNumbers(shape);
  const parts = { weights: 3 * one, optimizer: 0, gradient: 0, activations: scoring + answering, cache };
  const kernels = pagedBytes(one + answering + cache) + pagedBytes(KERNEL_ROOM + one + scoring);
  const total = heapBytes(RUNTIME_BYTES + SLACK * one) + kernels;
  return { ...parts, runtime: total - sumOf(parts), total };
}

function opponentMemory(backend: BackendName, settings: Settings, shape: ModelShape, lengths: Lengths): PlayerMemory {
  const { mean, longest } = lengths;
  const { answerBatch, maxNewTokens } = settings.configuration;
  const rows = Math.max(answerBatch, JUDGED_ROWS);
  const prompt = roundUp(Math.min(longest, LONGEST_TO_MEAN * PROMPT_SHARE * mean), 8);
  const slots = prompt + roundUp(maxNewTokens, 8);
  const cache = BYTES * rows * slots * 2 * shape.layers * shape.keyWidth;
  if (backend === 'wasm' && shape.kernel) return besideKernels(settings, shape, lengths, cache);
  const parts = {
    weights: BYTES * shape.parameters,
    optimizer: 0,
    gradient: 0,
    activations: BYTES * forwardNumbers(shape, rows * prompt),
    cache,
  };
  if (backend === 'webgpu') return onDevice(parts, BYTES * shape.parameters, DEVICE_COPIES.opponent);
  return inMemory(parts, opponentPrograms(shape.layers));
}

type Arrays = Omit<PlayerMemory, 'runtime' | 'total'>;

const sumOf = (arrays: Arrays): number => Object.values(arrays).reduce((total, bytes) => total + bytes, 0);

/** On the CPU all is in the memory of the runtime's module, which grows in steps. */
function inMemory(arrays: Arrays, programs: number): PlayerMemory {
  const sum = sumOf(arrays);
  const total = heapBytes(RUNTIME_BYTES + programs + SLACK * sum);
  return { ...arrays, runtime: total - sum, total };
}

/** On a device arrays are in buffers of a few sizes, those of the weights' size among them. */
function onDevice(arrays: Arrays, one: number, copies: number): PlayerMemory {
  const sum = sumOf(arrays);
  const kept = (arrays.weights + arrays.optimizer + arrays.gradient) / one;
  const working = DEVICE_SLACK * (arrays.activations + arrays.cache);
  const total = (kept + copies) * bufferBytes(one) + working + hostBytes(one);
  return { ...arrays, runtime: total - sum, total };
}

/** What a worker computes on. */
export type Place = Pick<BackendPlan, 'backend' | 'threads'>;

/** @param shape of the model, once it was opened; null before: then only the built-in model's is known. Null where none is. */
export function costs(
  settings: Settings,
  shape: ModelShape | null,
  measured: Speed | null = null,
  { backend, threads }: Place = { backend: 'wasm', threads: 1 },
): Costs | null {
  const found = knownShape(settings, shape);
  if (found === null) return null;
  // With several threads the runtime does the kernels' work.
  const known = { ...found, kernel: found.kernel && threads === 1 };
  const lengths = lengthsOf(settings, measured);
  const player = playerMemory(backend, settings, known, lengths);
  const opponent = opponentMemory(backend, settings, known, lengths);
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
