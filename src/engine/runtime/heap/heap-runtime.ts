// The runtime on the CPU through its module's own memory: weights, optimizer state, gradients and caches stay there between runs, and a run
// copies only what is new. (onnxruntime-web's JavaScript copies every input in and every output out.)

import type { Graph } from '../../onnx/graph.ts';
import { type Numbers, type Program, Runtime, type RuntimeInfo, type Tensor } from '../runtime.ts';
import { type HeapModule, made, memoryOf } from './heap-module.ts';
import { HeapProgram } from './heap-program.ts';
import { FedTensor, HeapTensor, type HeapType } from './heap-tensor.ts';

const WARNINGS = 2;

/** 512 kB of each array: of ten million parameters an update takes 0.78 of the time and 0.84 of the memory, of a million the same time. */
const NUMBERS_AT_ONCE = 2 ** 17;

export class HeapRuntime extends Runtime {
  readonly numbersAtOnce = NUMBERS_AT_ONCE;
  readonly #module: HeapModule;
  readonly #runOptions: number;

  constructor(module: HeapModule, info: RuntimeInfo) {
    super(info);
    this.#module = module;
    this.#runOptions = made(module, module._OrtCreateRunOptions(WARNINGS, 0, false, 0));
  }

  protected fed(dtype: HeapType, data: Numbers, dims: readonly number[]): Tensor {
    return new FedTensor(dtype, data, dims);
  }

  hold(data: Float32Array, dims: readonly number[] = [data.length]): Promise<Tensor> {
    return this.exclusively('keeping numbers', () => HeapTensor.copyOf(this.#module, data, dims));
  }

  view(tensor: Tensor): Float32Array | null {
    return tensor instanceof HeapTensor ? tensor.view() : null;
  }

  /** Bytes of the module's memory: it grows, and never shrinks. */
  memoryBytes(): number {
    return memoryOf(this.#module).byteLength;
  }

  async program(graph: Graph, resident: readonly string[] = []): Promise<Program> {
    const program = await this.exclusively('preparing a graph', () =>
      HeapProgram.open(this.#module, this.#runOptions, graph, resident),
    );
    return {
      run: (feeds, into = {}) => this.exclusively('running a graph', () => program.run(feeds, into)),
      release: () => this.exclusively('releasing a graph', () => program.release()),
    };
  }
}
