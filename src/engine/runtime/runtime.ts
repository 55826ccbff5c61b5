// What the engine needs of a runtime: sessions made from graphs, run one at a time, with tensors that may stay where runs read them.
// `session-runtime.ts` and `heap/heap-runtime.ts` are the two ways to it.

import type { Graph } from '../onnx/graph.ts';
import { RuntimeFailedError } from './errors.ts';

export type BackendName = 'webgpu' | 'wasm' | 'native';

/** What a run's environment was: recorded with every run, because the same seed repeats only on the same one. */
export interface RuntimeInfo {
  readonly backend: BackendName;
  /** Name and version of the runtime. */
  readonly runtime: string;
  /** The WebGPU adapter or the processor, in words. */
  readonly adapter: string;
  readonly threads: number;
}

export type Numbers = Float32Array | Int32Array | BigInt64Array;

/** Numbers that a run is fed or gave, wherever they are. */
export interface Tensor {
  readonly dims: readonly number[];
  /** The numbers, from wherever they are. They must not be changed. */
  getData(): Promise<unknown>;
  /** Lets go of what is held for it; it must not be used afterwards. */
  dispose(): void;
}

export type Feeds = Readonly<Record<string, Tensor>>;
export type Results = Readonly<Record<string, Tensor>>;

/** A graph ready to run. */
export interface Program {
  /** @param into held tensors that outputs may be written into, and then are; none of them may be fed to the same run */
  run(feeds: Feeds, into?: Results): Promise<Results>;
  release(): Promise<void>;
}

/** Runs never overlap: the runtime breaks when two are in flight in one worker, even on different sessions. */
export abstract class Runtime {
  readonly info: RuntimeInfo;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(info: RuntimeInfo) {
    this.info = info;
  }

  /** A tensor of numbers in JavaScript, handed over at every run that is fed it. The array must not change as long as it is used. */
  protected abstract fed(dtype: 'float32' | 'int32' | 'int64', data: Numbers, dims: readonly number[]): Tensor;

  /** A copy of the numbers that stays where runs read it: for what is fed many times. */
  abstract hold(data: Float32Array, dims?: readonly number[]): Promise<Tensor>;

  /**
   * The numbers of a held or resident tensor themselves, to be read and written between two runs; null where they are on a device. The
   * view is good until the next run.
   */
  abstract view(tensor: Tensor): Float32Array | null;

  /**
   * How many numbers a program that works on each of many should take at a time: what a core's cache holds of several arrays. Infinity where
   * it is best to take all.
   */
  abstract readonly numbersAtOnce: number;

  /** Makes a graph runnable. Outputs named in `resident` stay where runs read them. */
  abstract program(graph: Graph, resident?: readonly string[]): Promise<Program>;

  floats(data: Float32Array, dims: readonly number[] = [data.length]): Tensor {
    return this.fed('float32', data, dims);
  }

  integers(data: Int32Array, dims: readonly number[] = [data.length]): Tensor {
    return this.fed('int32', data, dims);
  }

  indices(data: BigInt64Array, dims: readonly number[]): Tensor {
    return this.fed('int64', data, dims);
  }

  number(value: number): Tensor {
    return this.floats(Float32Array.of(value), []);
  }

  /** Waits for everything asked before. */
  protected exclusively<T>(operation: string, work: () => T | Promise<T>): Promise<T> {
    const result = this.#tail.then(work).catch((cause: unknown) => {
      throw new RuntimeFailedError(operation, { cause });
    });
    this.#tail = result.catch(() => undefined);
    return result;
  }
}

/** A tensor's numbers where they lie, if they are in memory, and else a copy: not to be changed, and good until the next run. */
export async function numbersOf(runtime: Runtime, tensor: Tensor): Promise<Float32Array> {
  return runtime.view(tensor) ?? (await download(tensor));
}

/** A tensor's numbers, wherever it lives. */
export async function download(tensor: Tensor): Promise<Float32Array> {
  return (await tensor.getData()) as Float32Array;
}
