// One ONNX runtime: sessions made from graphs, run one at a time, with tensors that may stay on the device. Knows no model; which build
// of the runtime it is, is decided by whoever opens it (the browser's or Node's loader).

import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-common';
import { encodeModel } from '../onnx/encode.ts';
import type { Graph } from '../onnx/graph.ts';
import { RuntimeFailedError } from './errors.ts';

export type BackendName = 'webgpu' | 'wasm' | 'native';

/** The part of onnxruntime-web and onnxruntime-node that is used. */
export interface OrtApi {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor;
}

/** What a run's environment was: recorded with every run, because the same seed repeats only on the same one. */
export interface RuntimeInfo {
  readonly backend: BackendName;
  /** Name and version of the runtime. */
  readonly runtime: string;
  /** The WebGPU adapter or the processor, in words. */
  readonly adapter: string;
  readonly threads: number;
}

export type Feeds = Readonly<Record<string, Tensor>>;
export type Results = Readonly<Record<string, Tensor>>;

/** A graph ready to run. */
export interface Program {
  run(feeds: Feeds): Promise<Results>;
  release(): Promise<void>;
}

/** Runs never overlap: the runtime breaks when two are in flight in one worker, even on different sessions. */
export class Runtime {
  readonly info: RuntimeInfo;
  private readonly ort: OrtApi;
  private readonly providers: InferenceSession.ExecutionProviderConfig[];
  private tail: Promise<unknown> = Promise.resolve();

  constructor(ort: OrtApi, info: RuntimeInfo, providers: InferenceSession.ExecutionProviderConfig[]) {
    this.ort = ort;
    this.info = info;
    this.providers = providers;
  }

  floats(data: Float32Array, dims: readonly number[] = [data.length]): Tensor {
    return new this.ort.Tensor('float32', data, dims);
  }

  integers(data: Int32Array, dims: readonly number[] = [data.length]): Tensor {
    return new this.ort.Tensor('int32', data, dims);
  }

  indices(data: BigInt64Array, dims: readonly number[]): Tensor {
    return new this.ort.Tensor('int64', data, dims);
  }

  number(value: number): Tensor {
    return this.floats(Float32Array.of(value), []);
  }

  /** Makes a graph runnable. Outputs named in `resident` stay on the device where there is one. */
  async program(graph: Graph, resident: readonly string[] = []): Promise<Program> {
    const bytes = encodeModel(graph);
    const options: InferenceSession.SessionOptions = {
      executionProviders: this.providers,
      graphOptimizationLevel: 'all',
      intraOpNumThreads: this.info.threads,
      interOpNumThreads: 1,
    };
    if (this.info.backend === 'webgpu') {
      options.preferredOutputLocation = Object.fromEntries(
        graph.outputs.map(({ name }) => [name, resident.includes(name) ? 'gpu-buffer' : 'cpu']),
      );
      // A node that falls back to the CPU would copy its operands each way at every run: better to know at once.
      options.extra = { session: { disable_cpu_ep_fallback: '1' } };
    }
    const session = await this.exclusively('preparing a graph', () => this.ort.InferenceSession.create(bytes, options));
    return {
      run: (feeds) => this.exclusively('running a graph', () => session.run(feeds)),
      release: () => this.exclusively('releasing a graph', () => session.release()),
    };
  }

  /** Waits for everything asked before. */
  private exclusively<T>(operation: string, work: () => Promise<T>): Promise<T> {
    const result = this.tail.then(work).catch((cause: unknown) => {
      throw new RuntimeFailedError(operation, { cause });
    });
    this.tail = result.catch(() => undefined);
    return result;
  }
}

/** A tensor's numbers, wherever it lives. */
export async function download(tensor: Tensor): Promise<Float32Array> {
  return (await tensor.getData()) as Float32Array;
}
