// The runtime through its own JavaScript interface: onnxruntime-web on WebGPU, onnxruntime-node. Which package it is, is decided by whoever
// opens it.

import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-common';
import { encodeModel } from '../onnx/encode.ts';
import { Graph } from '../onnx/graph.ts';
import { ProgramCache } from './program-cache.ts';
import {
  type Feeds,
  type Numbers,
  type Program,
  type Results,
  Runtime,
  type RuntimeInfo,
  type Tensor,
} from './runtime.ts';

/** The part of onnxruntime-web and onnxruntime-node that is used. */
export interface OrtApi {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor;
}

/** Sizes of arrays that are put on a device: weights, and nothing else. */
const COPIED_SIZES = 4;

export class SessionRuntime extends Runtime {
  readonly numbersAtOnce = Number.POSITIVE_INFINITY;
  readonly #ort: OrtApi;
  readonly #providers: InferenceSession.ExecutionProviderConfig[];
  readonly #copies: ProgramCache;

  constructor(ort: OrtApi, info: RuntimeInfo, providers: InferenceSession.ExecutionProviderConfig[]) {
    super(info);
    this.#ort = ort;
    this.#providers = providers;
    this.#copies = new ProgramCache(this, COPIED_SIZES);
  }

  get #onDevice(): boolean {
    return this.info.backend === 'webgpu';
  }

  protected fed(dtype: 'float32' | 'int32' | 'int64', data: Numbers, dims: readonly number[]): Tensor {
    return new this.#ort.Tensor(dtype, data as Float32Array, dims);
  }

  /** Onto a device through a program that copies its input to a resident output. In Node an array in JavaScript serves. */
  async hold(data: Float32Array, dims: readonly number[] = [data.length]): Promise<Tensor> {
    if (!this.#onDevice) return this.floats(data.slice(), dims);
    const tensor = this.floats(data, dims);
    const program = await this.#copies.get(dims.join(' '), () => identity(dims), ['copy']);
    const { copy } = await program.run({ data: tensor });
    return copy!;
  }

  view(tensor: Tensor): Float32Array | null {
    return this.#onDevice ? null : ((tensor as OrtTensor).data as Float32Array);
  }

  async program(graph: Graph, resident: readonly string[] = []): Promise<Program> {
    const bytes = encodeModel(graph);
    const options: InferenceSession.SessionOptions = {
      executionProviders: this.#providers,
      graphOptimizationLevel: 'all',
      intraOpNumThreads: this.info.threads,
      interOpNumThreads: 1,
    };
    if (this.#onDevice) {
      options.preferredOutputLocation = Object.fromEntries(
        graph.outputs.map(({ name }) => [name, resident.includes(name) ? 'gpu-buffer' : 'cpu']),
      );
      // A node that falls back to the CPU would copy its operands each way at every run: better to know at once.
      options.extra = { session: { disable_cpu_ep_fallback: '1' } };
    }
    const session = await this.exclusively('preparing a graph', () =>
      this.#ort.InferenceSession.create(bytes, options),
    );
    return {
      run: (feeds: Feeds, into: Results = {}) => {
        const given = feeds as Readonly<Record<string, OrtTensor>>;
        // In Node outputs are new arrays in any case.
        const wanted = graph.outputs.map(({ name }) => [name, this.#onDevice ? (into[name] ?? null) : null] as const);
        const fetches = Object.fromEntries(wanted) as Readonly<Record<string, OrtTensor | null>>;
        return this.exclusively('running a graph', () => session.run(given, fetches));
      },
      release: () => this.exclusively('releasing a graph', () => session.release()),
    };
  }
}

function identity(dims: readonly number[]): Graph {
  const graph = new Graph();
  graph.output('copy', graph.input('data', 'float32', dims));
  return graph;
}
