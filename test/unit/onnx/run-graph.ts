// Runs a graph in Node, on onnxruntime-web's wasm back end (one thread) or on onnxruntime-node, with plain arrays in and out.

import type * as Common from 'onnxruntime-common';
import { encodeModel } from '../../../src/engine/onnx/encode.ts';
import type { Graph } from '../../../src/engine/onnx/graph.ts';

export type Backend = 'wasm' | 'native';
export type Feeds = Readonly<Record<string, Float32Array | Int32Array | Uint32Array | BigInt64Array | Uint8Array>>;
export type Results = Readonly<Record<string, Common.TypedTensor<'float32'>['data'] | Int32Array | Uint8Array>>;

type Runtime = Pick<typeof Common, 'InferenceSession' | 'Tensor'>;

/** The runtime behind a back end. In Node the web package is its wasm build. */
export async function runtime(backend: Backend): Promise<Runtime> {
  if (backend === 'native') return import('onnxruntime-node');
  const web = await import('onnxruntime-web');
  web.env.wasm.numThreads = 1;
  return web;
}

/** One session of a graph, to be run any number of times; release it. */
export class GraphRunner {
  readonly #graph: Graph;
  readonly #ort: Runtime;
  readonly #session: Common.InferenceSession;

  constructor(graph: Graph, ort: Runtime, session: Common.InferenceSession) {
    this.#graph = graph;
    this.#ort = ort;
    this.#session = session;
  }

  static async create(graph: Graph, backend: Backend = 'wasm'): Promise<GraphRunner> {
    const ort = await runtime(backend);
    const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 as const };
    return new GraphRunner(graph, ort, await ort.InferenceSession.create(encodeModel(graph), options));
  }

  async run(feeds: Feeds): Promise<Results> {
    const tensors = this.#graph.inputs.map(({ name, dtype, shape }): [string, Common.Tensor] => {
      const data = feeds[name];
      if (data === undefined) throw new Error(`No feed for the input ${name}.`);
      return [name, new this.#ort.Tensor(dtype, data, shape)];
    });
    const fetched = await this.#session.run(Object.fromEntries(tensors));
    return Object.fromEntries(Object.entries(fetched).map(([name, tensor]) => [name, tensor.data as Results[string]]));
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

/** Runs a graph once. */
export async function runGraph(graph: Graph, feeds: Feeds, backend: Backend = 'wasm'): Promise<Results> {
  const runner = await GraphRunner.create(graph, backend);
  try {
    return await runner.run(feeds);
  } finally {
    await runner.release();
  }
}
