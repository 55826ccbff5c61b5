// How numbers get onto the device: through a program that copies its input to a resident output. Where there is no device the array
// itself serves. Knows the runtime only.

import type { Tensor } from 'onnxruntime-common';
import { Graph } from '../onnx/graph.ts';
import { ProgramCache } from './program-cache.ts';
import type { Runtime } from './runtime.ts';

export class DeviceArrays {
  private readonly runtime: Runtime;
  private readonly programs: ProgramCache;

  constructor(runtime: Runtime) {
    this.runtime = runtime;
    this.programs = new ProgramCache(runtime, 4);
  }

  /** A tensor of these numbers, [count], on the device where there is one. The array must not change afterwards. */
  async upload(data: Float32Array): Promise<Tensor> {
    const tensor = this.runtime.floats(data);
    if (this.runtime.info.backend !== 'webgpu') return tensor;
    const program = await this.programs.get(String(data.length), () => identity(data.length), ['copy']);
    const { copy } = await program.run({ data: tensor });
    return copy!;
  }
}

function identity(count: number): Graph {
  const graph = new Graph();
  graph.output('copy', graph.input('data', 'float32', [count]));
  return graph;
}
