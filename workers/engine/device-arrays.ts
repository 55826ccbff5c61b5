// How numbers get onto the device and back: through programs that copy to a resident output, or join what is to be read. Where there is no
// device the arrays themselves serve. Knows the runtime only.

import type { Tensor } from 'onnxruntime-common';
import { Graph } from '../onnx/graph.ts';
import { concat } from '../onnx/shape-operators.ts';
import { ProgramCache } from './program-cache.ts';
import { download, type Runtime } from './runtime.ts';

export class DeviceArrays {
  private readonly runtime: Runtime;
  private readonly programs: ProgramCache;

  constructor(runtime: Runtime) {
    this.runtime = runtime;
    this.programs = new ProgramCache(runtime, 8);
  }

  /** A tensor of these numbers, [count], on the device where there is one. The array must not change afterwards. */
  async upload(data: Float32Array): Promise<Tensor> {
    const tensor = this.runtime.floats(data);
    if (this.runtime.info.backend !== 'webgpu') return tensor;
    const program = await this.programs.get(`copy ${data.length}`, () => identity(data.length), ['copy']);
    const { copy } = await program.run({ data: tensor });
    return copy!;
  }

  /** The numbers of several tensors [n]. From a device they come in one read-back: each costs a wait for all that was asked before. */
  async read(tensors: readonly Tensor[]): Promise<Float32Array[]> {
    if (this.runtime.info.backend !== 'webgpu' || tensors.length === 1) return Promise.all(tensors.map(download));
    const sizes = tensors.map(({ dims }) => dims[0]!);
    const program = await this.programs.get(`join ${sizes.join(' ')}`, () => joined(sizes));
    const { all } = await program.run(Object.fromEntries(tensors.map((tensor, i) => [`part_${i}`, tensor])));
    const numbers = await download(all!);
    let start = 0;
    return sizes.map((size) => {
      start += size;
      return numbers.slice(start - size, start);
    });
  }
}

function identity(count: number): Graph {
  const graph = new Graph();
  graph.output('copy', graph.input('data', 'float32', [count]));
  return graph;
}

function joined(sizes: readonly number[]): Graph {
  const graph = new Graph();
  const parts = sizes.map((size, i) => graph.input(`part_${i}`, 'float32', [size]));
  graph.output('all', concat(parts, 0));
  return graph;
}
