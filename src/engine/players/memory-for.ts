// What a player's worker takes of memory, before it is opened: what the runtime holds, and what the passes take that would be chosen for
// it. Knows no runtime, so that the page can ask.

import { graphAnswering, graphScoring, graphTraining } from '../graphs/graph-memory.ts';
import { kernelAnswering, kernelScoring, kernelTraining } from '../kernels/kernel-memory.ts';
import type { ModelSizes } from '../models/sizes.ts';
import { enginesFor, type Place } from '../passes/engine-choice.ts';
import { NUMBER_BYTES, type PassedWork, type PassMemory } from '../passes/memory.ts';
import {
  bufferBytes,
  DEVICE_COPIES,
  DEVICE_SLACK,
  heapBytes,
  hostBytes,
  RUNTIME_BYTES,
  SLACK,
} from '../runtime/runtime-memory.ts';

/** A model as estimates know it. */
export interface ModelShape extends ModelSizes {
  /** Whether the kernels can compute it. */
  readonly kernel: boolean;
}

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

/** What the runtime holds between passes. */
type Held = Pick<PlayerMemory, 'weights' | 'optimizer' | 'gradient'>;

/** @param slots arrays of the optimizer's state */
export function playerMemory(place: Place, model: ModelShape, work: PassedWork, slots: number): PlayerMemory {
  const one = NUMBER_BYTES * model.parameters;
  // Weights and state as they are and as a step makes them, and two rooms for gradients.
  const held = { weights: 2 * one, optimizer: 2 * slots * one, gradient: 2 * one };
  const pass = enginesFor(place, model).trains === 'kernels' ? kernelTraining : graphTraining;
  return memoryOf(place, held, [pass(model, work)], one, DEVICE_COPIES.player);
}

export function opponentMemory(place: Place, model: ModelShape, work: PassedWork): PlayerMemory {
  const one = NUMBER_BYTES * model.parameters;
  const engines = enginesFor(place, model);
  const scoring = engines.trains === 'kernels' ? kernelScoring : graphScoring;
  const answering = engines.answers === 'kernels' ? kernelAnswering : graphAnswering;
  const passes = [scoring(model, work), answering(model, work)];
  return memoryOf(place, { weights: one, optimizer: 0, gradient: 0 }, passes, one, DEVICE_COPIES.opponent);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Passes in the runtime's memory are made one after the other: its activations are those of the largest. */
function activationsOf(passes: readonly PassMemory[]): number {
  const inside = passes.filter(({ beside }) => beside === null).map(({ activations }) => activations);
  const outside = passes.filter(({ beside }) => beside !== null).map(({ activations }) => activations);
  return Math.max(0, ...inside) + sum(outside);
}

function memoryOf(
  { backend }: Place,
  held: Held,
  passes: readonly PassMemory[],
  one: number,
  copies: number,
): PlayerMemory {
  const all = (kind: 'weights' | 'gradient' | 'cache'): number => sum(passes.map((pass) => pass[kind]));
  const parts = {
    weights: held.weights + all('weights'),
    optimizer: held.optimizer,
    gradient: held.gradient + all('gradient'),
    activations: activationsOf(passes),
    cache: all('cache'),
  };
  const total = backend === 'webgpu' ? onDevice(parts, one, copies) : inMemory(held, passes);
  return { ...parts, runtime: total - sum(Object.values(parts)), total };
}

/** On the CPU what is not in a memory of its own is in that of the runtime's module, which grows in steps. */
function inMemory(held: Held, passes: readonly PassMemory[]): number {
  const inside = passes.filter(({ beside }) => beside === null);
  const arrays = inside.map(({ weights, gradient, cache }) => weights + gradient + cache);
  const filled = sum(Object.values(held)) + sum(arrays) + activationsOf(inside);
  const programs = sum(inside.map((pass) => pass.programs));
  return heapBytes(RUNTIME_BYTES + programs + SLACK * filled) + sum(passes.map(({ beside }) => beside ?? 0));
}

/** On a device arrays are in buffers of a few sizes, those of the weights' size among them. */
function onDevice(parts: Omit<PlayerMemory, 'runtime' | 'total'>, one: number, copies: number): number {
  const kept = (parts.weights + parts.optimizer + parts.gradient) / one;
  const working = DEVICE_SLACK * (parts.activations + parts.cache);
  return (kept + copies) * bufferBytes(one) + working + hostBytes(one);
}
